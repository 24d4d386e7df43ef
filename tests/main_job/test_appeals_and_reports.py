"""From outside: a decision that is appealed, a comment that is reported, told only by editions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from at_work.newsroom import Newsroom
from at_work.readers import form_with, post_form, post_json, send_by_json, what_became_of

pytestmark = pytest.mark.journey

REPORT = "An unmistakable reason to report."
PLEA = "An unmistakable plea."


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    courier = Newsroom(tmp_path)
    courier.init(languages="en")
    courier.add_story("harvest")
    for name in ("ines", "tomas"):
        courier.command("moderator", "add", name, "--role", "moderator")
    courier.open_door()
    yield courier
    courier.close_door()


def print_next(newsroom: Newsroom) -> None:
    newsroom.command("edition", "--slot", "next")
    newsroom.wait_for_the_shelf()


def test_an_appeal_and_a_report_are_heard_and_told_by_editions_alone(newsroom: Newsroom) -> None:
    url, story = newsroom.url, newsroom.shelf / "stories/harvest/index.html"
    receipt = send_by_json(url, {"story": "harvest", "text": "The river was low."})
    send_by_json(url, {"story": "harvest", "text": "Call the miller at home."})
    newsroom.command("collect")
    ids = {row["text"]: row["id"] for row in newsroom.command("queue")}
    declined, printed = ids["The river was low."], ids["Call the miller at home."]
    why = ("--clause", "2", "--reason", "Not the story.")
    newsroom.command("decline", declined, "--by", "ines", *why)
    newsroom.command("approve", printed, "--by", "ines")
    assert what_became_of(url, receipt)["state"] == "waiting", "a decision by itself tells nothing"
    _search(newsroom, "The river was low.", "Call the miller", "Not the story.")

    print_next(newsroom)
    told = what_became_of(url, receipt)
    assert (told["state"], told["reason"], told["may"]) == (
        "declined", "Not the story.", ["appeal", "withdraw"],
    )  # fmt: skip
    assert f"{url}/report?story=harvest&amp;comment={printed}" in story.read_text()

    page = post_form(f"{url}/receipt", {"receipt": receipt}).page()
    assert (
        post_form(f"{url}/receipt/appeal", {**form_with(page, "words"), "words": PLEA}).status
        == 202
    )
    report = {"comment": printed, "reason": REPORT}
    assert post_form(f"{url}/report", report).status == 202
    assert post_json(f"{url}/report", report).status == 202
    _search_for_the_writer(newsroom, receipt)
    newsroom.command("collect")
    (appealed,) = newsroom.command("queue", "--state", "appealed")
    assert (appealed["id"], appealed["words"], appealed["by"]) == (declined, PLEA, "ines")
    (reported,) = newsroom.command("queue", "--state", "reported")
    assert (reported["id"], reported["reasons"]) == (printed, [{"reason": REPORT, "count": 2}])

    own = newsroom.command("overturn", declined, "--by", "ines", status=1)
    assert own["refused"][0]["why"].startswith("You decided this yourself")
    done = newsroom.command("overturn", declined, "--by", "tomas")
    assert done == {"done": [declined], "refused": []}
    newsroom.command("approve", declined, "--by", "tomas")
    newsroom.command("remove", printed, "--by", "tomas", "--clause", "3")
    assert what_became_of(url, receipt) == told

    print_next(newsroom)
    assert what_became_of(url, receipt)["state"] == "published"
    assert "The river was low." in story.read_text()
    assert "Call the miller" not in story.read_text()
    newsroom.command("audit", "verify")
    lines = newsroom.command("audit", "export")
    assert [line["by"] for line in lines if line["act"] == "overturn"] == ["tomas"]
    assert [line["reports"] for line in lines if line["act"] == "remove"] == [2]
    _search_for_the_writer(newsroom, receipt)


def _search_for_the_writer(newsroom: Newsroom, receipt: str) -> None:
    """What a writer and a reader said, and the receipt, lie in no file as they were sent; nor
    does the reason that the writer alone was told."""
    bare = receipt.replace(" ", "")
    _search(newsroom, PLEA, REPORT, "Not the story.", receipt, bare, bare.lower(), bare[:20])


def _search(newsroom: Newsroom, *words: str) -> None:
    needles = [one.encode() for one in words]
    for file in newsroom.folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not any(needle in content for needle in needles), file.name
