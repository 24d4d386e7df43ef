"""Editors' picks on the shelf: named above the thread, marked in it, and never out of order."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from letterslot.discussion import ledger, picks
from letterslot.discussion.models import Comment, Printed
from letterslot.press import edition as press
from letterslot.press import feeds

STORY = "stories/harvest/index.html"
INES = ledger.Hand(by="ines", role="moderator", via="desk")
ATOM = "{http://www.w3.org/2005/Atom}"


def pick(comment_id, *, picked=True):
    picks.change(comment_id, picked=picked, hand=INES, slot=1)


def ids_on(html):
    return re.findall(r'<article class="comment[^"]*" id="c-([^"]+)"', html)


def named_above(html):
    """What the list above the thread links to, in its order."""
    above = re.search(r'<nav class="picks".*?</nav>', html, re.S)
    return re.findall(r'href="([^"]+)"', above[0]) if above else []


def marked(html):
    return re.findall(r'<article class="comment pick" id="c-([^"]+)"', html)


@pytest.fixture
def thread(newsroom):
    """Three comments printed with the first edition; their ids as the page shows them."""
    for n, name in enumerate(("Mina", "Old Tare", "Caulker")):
        newsroom.approved(f"Word number {n} about the harvest.", name=name)
    newsroom.make()
    return ids_on(newsroom.page(STORY))


def test_a_pick_comes_out_with_the_next_edition_and_not_before(newsroom, thread):
    pick(thread[1])
    newsroom.print_stories("harvest")
    assert (named_above(newsroom.page(STORY)), marked(newsroom.page(STORY))) == ([], [])
    made = newsroom.make_next()
    assert (made.edition, made.published) == (2, 0)
    html = newsroom.page(STORY)
    assert (named_above(html), marked(html)) == ([f"#c-{thread[1]}"], [thread[1]])
    assert "Word number" in re.search(r'<nav class="picks".*?</nav>', html, re.S)[0]


def test_a_pick_moves_nothing_in_the_thread(newsroom, thread):
    pick(thread[2])
    newsroom.make_next()
    for path in (STORY, "stories/harvest/comments/1/index.html", "stories/harvest/lite/index.html"):
        assert ids_on(newsroom.page(path)) == thread


def test_the_latest_five_are_named_above_and_all_are_marked(newsroom):
    newsroom.approve_many(7)
    newsroom.make()
    shown = ids_on(newsroom.page(STORY))
    early, late = shown[:4], shown[4:]
    for some in (early, late):
        for comment in some:
            pick(comment)
        newsroom.make_next()
    html = newsroom.page(STORY)
    above = [link.removeprefix("#c-") for link in named_above(html)]
    assert len(above) == 5
    assert set(above[:3]) == set(late)
    assert set(above[3:]) < set(early)
    assert marked(html) == shown


def test_a_pick_on_another_page_is_named_with_its_address(newsroom):
    newsroom.approve_many(26)
    newsroom.make()
    old = Printed.objects.get(place=0)
    pick(old.pk)
    newsroom.make_next()
    assert named_above(newsroom.page(STORY)) == [f"comments/1/index.html#c-{old.pk}"]
    assert marked(newsroom.page("stories/harvest/comments/1/index.html")) == [old.pk]
    assert named_above(newsroom.page("stories/harvest/comments/1/index.html")) == []


def test_a_picked_reply_is_marked_among_the_replies(newsroom, thread):
    reply = newsroom.approved("An answer.", reply_to=thread[0])
    newsroom.make_next()
    pick(reply)
    newsroom.make_next()
    html = newsroom.page(STORY)
    assert (marked(html), named_above(html)) == ([reply], [f"#c-{reply}"])


def test_a_pick_is_taken_back_with_an_edition_too(newsroom, thread):
    pick(thread[0])
    newsroom.make_next()
    pick(thread[0], picked=False)
    newsroom.print_stories("harvest")
    assert marked(newsroom.page(STORY)) == [thread[0]]
    newsroom.make_next()
    assert (named_above(newsroom.page(STORY)), marked(newsroom.page(STORY))) == ([], [])
    assert ledger.verify() is None


def test_a_pick_taken_back_at_once_makes_no_edition(newsroom, thread):
    pick(thread[0])
    pick(thread[0], picked=False)
    assert newsroom.make_next().edition is None


@pytest.mark.parametrize("act", ["remove", "withdraw"])
def test_what_leaves_the_page_is_no_pick_any_more(newsroom, thread, act):
    pick(thread[0])
    newsroom.make_next()
    newsroom.act(thread[0], act, clause=2 if act == "remove" else None)
    newsroom.make_next()
    for path in newsroom.files():
        if path.endswith(".html"):
            assert (named_above(newsroom.page(path)), marked(newsroom.page(path))) == ([], [])
    assert newsroom.json("stories/harvest/thread.json")["picks"] == []
    assert ledger.verify() is None


def test_a_pick_removed_at_once_leaves_the_list_at_once(newsroom, thread):
    pick(thread[0])
    newsroom.make_next()
    newsroom.act(thread[0], "remove", clause=2)
    press.remove_now(data=newsroom.data, ring=newsroom.ring, now=newsroom.now)
    assert named_above(newsroom.page(STORY)) == []


def test_an_emergency_brings_no_pick_along(newsroom, thread):
    pick(thread[0])
    newsroom.act(thread[1], "remove", clause=2)
    press.remove_now(data=newsroom.data, ring=newsroom.ring, now=newsroom.now)
    assert marked(newsroom.page(STORY)) == []
    newsroom.make_next()
    assert marked(newsroom.page(STORY)) == [thread[0]]


def test_json_and_atom_carry_the_picks(newsroom, thread):
    pick(thread[1])
    newsroom.make_next()
    document = newsroom.json("stories/harvest/thread.json")
    assert [one["id"] for one in document["picks"]] == [thread[1]]
    assert [one["id"] for one in document["conversations"]] == thread
    assert [one.get("picked", False) for one in document["conversations"]] == [False, True, False]
    schema = Draft202012Validator(json.loads(feeds.thread_schema()))
    assert [fault.message for fault in schema.iter_errors(document)] == []
    feed = ElementTree.fromstring(newsroom.page("stories/harvest/comments.atom"))
    terms = {
        entry.findtext(f"{ATOM}id").rpartition("#c-")[2]: category.get("term")
        for entry in feed.iter(f"{ATOM}entry")
        for category in entry.iter(f"{ATOM}category")
    }
    assert terms == {thread[1]: "editors-pick"}


def test_under_guarded_a_pick_tells_its_edition_and_no_finer_time(guarded):
    guarded.approve_many(12)
    guarded.make()
    shown = ids_on(guarded.page(STORY))
    pick(shown[3])
    before = guarded.files()
    assert guarded.make().edition is None  # the slot has had its edition
    assert guarded.files() == before
    guarded.make_next()
    document = guarded.json("stories/harvest/thread.json")
    told = next(one for one in document["conversations"] if one["id"] == shown[3])
    plain = next(one for one in document["conversations"] if one["id"] != shown[3])
    assert set(told) - set(plain) == {"picked"}
    assert {date.fromisoformat(told["date"])} == {date(2026, 11, 23)}
    stamps = {path.stat().st_mtime for path in (guarded.shelf / "stories").rglob("*.html")}
    midnights = {datetime(2026, 11, day, tzinfo=UTC).timestamp() for day in (23, 24)}
    assert stamps <= midnights


def test_an_interrupted_edition_prints_its_picks_to_the_byte(newsroom, thread, monkeypatch):
    pick(thread[0])

    def power_cut(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(press.shelving, "print_edition", power_cut)
        with pytest.raises(KeyboardInterrupt):
            newsroom.make_next()
    assert not Comment.objects.get(pk=thread[0]).pick_due
    newsroom.make()
    assert marked(newsroom.page(STORY)) == [thread[0]]
    assert newsroom.faults() == []
