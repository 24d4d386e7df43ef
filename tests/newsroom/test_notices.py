"""Notices: their hours, and one sentence for each fault of `[notices]`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from letterslot.discussion import slots
from letterslot.newsroom import notices, publication
from letterslot.newsroom.notices import NoticesFault
from letterslot.newsroom.publication import PublicationFault

TWO = {"hours": ["16:00", "08:00"], "webhook": "https://hooks.example/desk"}
SEOUL = ZoneInfo("Asia/Seoul")


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "name"),
    [
        ("2026-11-24T08:07:29", None),
        ("2026-11-24T08:07:30", "2026-11-24T08:00"),
        ("2026-11-24T09:07:29", "2026-11-24T08:00"),
        ("2026-11-24T09:07:30", None),
        ("2026-11-24T16:30:00", "2026-11-24T16:00"),
    ],
)
def test_a_notice_is_due_for_an_hour_from_half_a_quarter_past(now, name) -> None:
    due = notices.due(notices.from_table(TWO), UTC, at(now))
    assert (due and due.name) == name


def test_the_hours_are_those_of_the_newsroom_and_of_its_day() -> None:
    late = notices.from_table(TWO | {"hours": ["23:45"]})
    due = notices.due(late, SEOUL, at("2026-11-24T15:30"))  # half past midnight in Seoul
    assert due is not None
    assert (due.name, due.at) == ("2026-11-24T23:45", at("2026-11-24T14:52:30"))
    over = notices.last_over(late, SEOUL, at("2026-11-24T14:00"))
    assert over is not None
    assert over.name == "2026-11-23T23:45"


def test_no_notice_and_no_further_try_falls_on_a_collection_or_an_edition() -> None:
    from letterslot.project.notifying import TRY_EVERY

    all_day = notices.from_table(TWO | {"hours": [f"{hour:02}:45" for hour in range(24)]})
    first = notices.due(all_day, UTC, at("2026-11-24T12:00"))
    assert first is not None
    tries = [first.at + timedelta(seconds=TRY_EVERY) * n for n in range(12)]
    away = [one.timestamp() % (slots.PROMPT_MINUTES * 60) for one in tries]
    assert min(away) >= 120
    assert max(away) <= slots.PROMPT_MINUTES * 60 - 120


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_the_two_odd_days_of_a_year_have_each_hour_once(day) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    early = notices.from_table(TWO | {"hours": ["02:30"]})
    begin = at(f"{day}T00:00") - timedelta(hours=2)
    found = [notices.due(early, berlin, begin + timedelta(minutes=n)) for n in range(24 * 60)]
    told = {hour.name for hour in found if hour is not None}
    assert {name for name in told if name.startswith(day)} == {f"{day}T02:30"}
    assert len([hour for hour in found if hour and hour.name == f"{day}T02:30"]) == 60


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"hours": ["08:07"]}, "quarters of an hour"),
        ({"hours": ["24:00"]}, "quarters of an hour"),
        ({"hours": ["08:00", "08:45"]}, "an hour apart"),
        ({"hours": ["23:30", "00:15"]}, "an hour apart"),
        ({"hours": "08:00"}, "is a list of texts"),
        ({"webhook": "http://hooks.example/desk"}, "begins with https://"),
        ({"webhook": "https://me:secret@hooks.example/"}, "is an address like"),
        ({"webhook": ""}, "nobody to tell"),
        ({"mail_to": ["Ines <ines@x.example>"]}, "a list of mail addresses"),
        ({"mail_to": ["ines@x.example"]}, "the address that notices come from"),
        ({"smtp": "smtps://me:secret@mail.example"}, "notices/smtp.password"),
        ({"smtp": "mail.example"}, "is like smtps://"),
        ({"mail": "x"}, "means nothing here: mail"),
    ],
)
def test_a_fault_is_one_sentence(change, sentence) -> None:
    with pytest.raises(NoticesFault, match=sentence):
        notices.from_table(TWO | change)


def test_the_example_in_a_new_publication_toml_holds() -> None:
    text = publication.template(
        name="Q", url="https://q.example", languages=("en",), policy="prompt"
    )
    head, example = text.split("# [notices]\n")
    assert not publication.from_text(text).notices.ways
    table = "[notices]\n" + example.replace("# ", "")
    paper = publication.from_text(head + table)
    assert paper.notices.ways == ("mail", "webhook")
    assert [hour.hour for hour in paper.notices.hours] == [8, 16]
    with pytest.raises(PublicationFault, match=r"publication.toml: `hours`"):
        publication.from_text(head + table.replace("08:00", "08:01"))
