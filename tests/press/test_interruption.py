"""Editions that break off: made again, they are the same to the byte, and there is one of them."""

from __future__ import annotations

import shutil

import pytest

from letterslot.discussion import ledger
from letterslot.discussion.models import Comment, Edition, Printed
from letterslot.press import answers, printed, render, shelving
from letterslot.shelf import layout, printing, switch


class PowerCut(BaseException):
    """What `except Exception` would not catch either."""


def cut(monkeypatch, place, name, *, after=False, times=0):
    """Break off at the call of `name` (or right after it), once `times` calls went through."""
    whole = getattr(place, name)
    calls = []

    def breaking(*args, **fields):
        calls.append(1)
        if len(calls) <= times:
            return whole(*args, **fields)
        if after:
            whole(*args, **fields)
        raise PowerCut

    monkeypatch.setattr(place, name, breaking)


# Where it breaks off, and whether the edition was written down by then.
CUTS = {
    "before the first comment": (printed.Record, "write", {}, False),
    "between the comments and their rows": (ledger, "publish", {"after": True}, False),
    "before the answers": (answers, "store", {}, False),
    "after the answers": (answers, "store", {"after": True}, False),
    "before the ledger's end is read": (ledger, "head", {"times": 1}, False),
    "once it is written down": (shelving, "print_edition", {}, True),
    "before the first page": (render.Setter, "story", {}, True),
    "between two stories": (render.Setter, "story", {"times": 1}, True),
    "between two pages of a thread": (render.Setter, "_comments_page", {"times": 1}, True),
    "before the answers are set": (render.Setter, "answers", {}, True),
    "before the publication's pages": (render.Setter, "publication_pages", {}, True),
    "between two files": (printing.Printing, "write", {"times": 5}, True),
    "before signing": (printing.Printing, "finish", {}, True),
    "before the switch is decided": (switch, "_write_journal", {}, True),
    "once the switch is decided": (switch, "_write_journal", {"after": True}, True),
    "amid the switch": (switch, "_date_folders", {}, True),
    "after the switch": (printing.Printing, "finish", {"after": True}, True),
}


def busy(newsroom):
    """Two stories with an edition behind them and everything due at once."""
    newsroom.story("quay")
    first = newsroom.approve_many(4)
    newsroom.approved(story="quay")
    newsroom.make()
    newsroom.act(first[0], "remove", clause=2, reason="It names a child.")
    newsroom.act(first[1], "withdraw")
    newsroom.edit(first[2], "Changed words.")
    newsroom.approve_many(3)
    newsroom.approved(story="quay", reply_to=Printed.objects.filter(story="quay").first().pk)
    newsroom.act(newsroom.letter(), "decline", clause=1)
    newsroom.next_slot()


def printed_without_interruption(newsroom, before):
    """The shelf as one unbroken run prints the edition that is written down."""
    shutil.rmtree(newsroom.shelf)
    shutil.copytree(before, newsroom.shelf)
    Edition.objects.filter(number=2).update(finished=False)
    newsroom.make()
    return newsroom.files()


@pytest.mark.parametrize("where", CUTS)
def test_an_edition_that_broke_off_is_the_same_when_made_again(
    newsroom, monkeypatch, tmp_path, where
):
    monkeypatch.setattr(layout, "PAGE", 3)
    busy(newsroom)
    before = tmp_path / "before"
    shutil.copytree(newsroom.shelf, before)
    place, name, how, written_down = CUTS[where]
    with monkeypatch.context() as broken:
        cut(broken, place, name, **how)
        with pytest.raises(PowerCut):
            newsroom.make()
    assert Edition.objects.count() == (2 if written_down else 1)
    assert Comment.objects.filter(state="approved").exists() is not written_down

    result = newsroom.make()
    assert (result.edition, result.published, result.removed) == (2, 4, 2)
    assert Edition.objects.filter(finished=True).count() == 2
    assert newsroom.faults() == []
    made = newsroom.files()
    assert made == printed_without_interruption(newsroom, before)
    assert newsroom.make().edition is None


def test_what_is_decided_meanwhile_does_not_slip_into_the_interrupted_edition(
    newsroom, monkeypatch
):
    comment = newsroom.approved("First words.")
    with monkeypatch.context() as broken:
        cut(broken, render.Setter, "story")
        with pytest.raises(PowerCut):
            newsroom.make()
    newsroom.edit(comment, "Later words.")
    newsroom.approved("Late letter.")
    newsroom.make()
    page = newsroom.page("stories/harvest/index.html")
    assert "First words." in page
    assert "Late letter." not in page
    assert newsroom.make_next().edition == 2
    page = newsroom.page("stories/harvest/index.html")
    assert "Later words." in page
    assert "Late letter." in page


def test_an_interrupted_edition_is_finished_before_a_story_is_printed(newsroom, monkeypatch):
    newsroom.approved("Words.")
    with monkeypatch.context() as broken:
        cut(broken, render.Setter, "story")
        with pytest.raises(PowerCut):
            newsroom.make()
    newsroom.story("quay")
    newsroom.print_stories("quay")
    assert "Words." in newsroom.page("stories/harvest/index.html")
    assert shelving.facts_on_shelf(newsroom.shelf).edition == 1
    assert newsroom.faults() == []


def test_an_interrupted_edition_and_the_next_are_two(newsroom, monkeypatch):
    newsroom.approved()
    with monkeypatch.context() as broken:
        cut(broken, render.Setter, "answers")
        with pytest.raises(PowerCut):
            newsroom.make()
    newsroom.approved()
    assert newsroom.make_next().edition == 2
    assert list(Edition.objects.values_list("number", "finished")) == [(1, True), (2, True)]


def test_a_lost_shelf_is_printed_anew_with_the_answers_of_all_editions(newsroom):
    for _ in range(2):
        newsroom.approved()
        newsroom.make_next()
    before = newsroom.files()
    shutil.rmtree(newsroom.shelf)
    newsroom.print_stories("harvest")
    assert newsroom.faults() == []
    changed = {path for path, content in newsroom.files().items() if before.get(path) != content}
    assert changed == {"manifest.json", "manifest.json.minisig"}  # another serial alone
    assert newsroom.files().keys() == before.keys()
