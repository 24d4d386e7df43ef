"""The demo newsroom's files: stories that can be added, and letters that could have been sent."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from letterslot.letterbox.receipts import REASON_BYTES
from letterslot.press import stories
from letterslot.text import plain, scripts

NEWSROOM = Path(__file__).parents[2] / "letterslot/project/demo_newsroom"
LARGEST_PICTURE = 60_000  # bytes


@pytest.fixture(scope="module")
def newsroom() -> dict[str, Any]:
    return tomllib.loads((NEWSROOM / "comments.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def files(newsroom: dict[str, Any]) -> list[stories.StoryFile]:
    folder = NEWSROOM / "stories"
    return [stories.read_file(folder / name) for name in newsroom["publication"]["stories"]]


def test_there_are_four_stories_in_three_languages(files: list[stories.StoryFile]) -> None:
    assert len(files) == 4
    assert {story.language for story in files} == {"en", "ko", "ar"}


def test_one_story_is_the_translation_of_another(files: list[stories.StoryFile]) -> None:
    translations = {story.slug: story.translation_of for story in files if story.translation_of}
    assert translations == {"old-bridge-ko": "old-bridge"}


def test_every_picture_is_described_captioned_credited_and_small(
    files: list[stories.StoryFile],
) -> None:
    for story in files:
        assert story.picture is not None
        assert story.picture.alt
        assert story.picture.caption
        assert story.picture.credit
        assert story.picture.path.stat().st_size < LARGEST_PICTURE


def test_one_story_closes_on_a_day_after_the_files_were_written(
    files: list[stories.StoryFile], newsroom: dict[str, Any]
) -> None:
    closing = [story.comments for story in files if story.comments != "open"]
    assert [date.fromisoformat(day) > newsroom["anchor"] for day in closing] == [True]


def test_a_reply_answers_what_an_earlier_edition_printed_under_the_same_story(
    newsroom: dict[str, Any],
) -> None:
    printed = {row["key"]: row for row in newsroom["printed"]}
    assert len(printed) == len(newsroom["printed"])
    for row in newsroom["printed"] + newsroom["waiting"]:
        if "reply_to" in row:
            answered = printed[row["reply_to"]]
            assert answered["story"] == row["story"]
            assert answered["edition"] < row.get("edition", 99)


def test_what_is_picked_or_answered_stands_already_and_stays(newsroom: dict[str, Any]) -> None:
    printed = {row["key"]: row for row in newsroom["printed"]}
    picked = [(row, row["picked"]) for row in newsroom["printed"] if "picked" in row]
    answered = [(printed[row["comment"]], row["edition"]) for row in newsroom["answered"]]
    assert picked
    assert answered
    for row, edition in picked + answered:
        assert row["edition"] < edition <= 3
        assert "removed" not in row


def test_every_letter_is_one_that_the_door_would_take(newsroom: dict[str, Any]) -> None:
    for row in newsroom["printed"] + newsroom["waiting"] + newsroom["appealed"]:
        text = row["text"].strip()
        assert text
        assert plain.normalise(text) == text
        assert plain.normalise(row["name"]) == row["name"]


def test_the_letters_show_an_edit_a_removal_and_many_scripts(newsroom: dict[str, Any]) -> None:
    edited = [row for row in newsroom["printed"] if "edited" in row]
    removed = [row for row in newsroom["printed"] if "removed" in row]
    assert [row["edited"]["clause"] for row in edited] == [3]
    assert [row["removed"]["edition"] > row["edition"] for row in removed] == [True]
    for row in edited + removed:
        reason = (row.get("edited") or row["removed"])["reason"]
        assert 0 < len(reason.encode()) <= REASON_BYTES
    found = {scripts.main_script(row["text"]) for row in newsroom["printed"]}
    assert {"Latn", "Hang", "Arab"} < found


def test_the_receipt_to_try_is_of_a_letter_that_was_edited(newsroom: dict[str, Any]) -> None:
    letters = [row for kind in ("printed", "waiting") for row in newsroom[kind]]
    (tried,) = [row for row in letters if row.get("receipt_to_try")]
    assert (tried["edited"]["clause"], bool(tried["edited"]["reason"])) == (3, True)


def test_an_appeal_waits_for_the_one_who_signs_in_and_a_report_of_what_stands(
    newsroom: dict[str, Any],
) -> None:
    names = {person["name"]: person for person in newsroom["moderators"]}
    standing = {row["key"] for row in newsroom["printed"] if "removed" not in row}
    for row in newsroom["appealed"]:
        assert not names[row["declined"]["by"]].get("sign_in", False)
        assert 0 < len(row["declined"]["reason"].encode()) <= REASON_BYTES
        assert row["words"].strip()
    assert {row["comment"] for row in newsroom["reported"]} <= standing
    assert [len(newsroom[kind]) for kind in ("appealed", "reported")] == [1, 1]


def test_everybody_who_decides_is_a_moderator_and_one_of_them_signs_in(
    newsroom: dict[str, Any],
) -> None:
    names = {person["name"] for person in newsroom["moderators"]}
    assert sum(person.get("sign_in", False) for person in newsroom["moderators"]) == 1
    for row in newsroom["printed"]:
        for fact in (row, row.get("edited", {}), row.get("removed", {})):
            assert fact.get("by", "Odile") in names
            assert fact.get("approved_by", "Odile") in names
    assert {row["by"] for row in newsroom["answered"]} <= names
