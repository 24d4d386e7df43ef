"""The thread for machines: JSON and Atom, with the same words and the same silence."""

from __future__ import annotations

from xml.etree import ElementTree

ATOM = "{http://www.w3.org/2005/Atom}"


def feed_of(newsroom):
    return ElementTree.fromstring(newsroom.page("stories/harvest/comments.atom"))


def test_the_thread_as_json_has_conversations_with_their_replies(newsroom):
    root = newsroom.approved("A <question>.", name="Mina")
    newsroom.make()
    reply = newsroom.approved("An answer.", reply_to=root)
    newsroom.make_next()
    thread = newsroom.json("stories/harvest/thread.json")
    assert (thread["story"], thread["total"], thread["comments"]) == ("harvest", 2, "2026-12-04")
    assert thread["address"] == "https://courier.example/stories/harvest/"
    (told,) = thread["conversations"]
    replies = told.pop("replies")
    assert told == {
        "id": root,
        "address": f"https://courier.example/stories/harvest/comments/1/#c-{root}",
        "edition": 1,
        "date": "2026-11-23",
        "name": "Mina",
        "text": "A <question>.",
        "lang": "en",
        "dir": "ltr",
        "more_replies": 0,
    }
    assert [one["id"] for one in replies] == [reply]


def test_the_feed_has_each_comment_newest_edition_first(newsroom):
    newsroom.approved("First.", name="Mina")
    newsroom.make()
    newsroom.approved("Second & third.")
    newsroom.make_next()
    feed = feed_of(newsroom)
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}content") for entry in entries] == ["Second & third.", "First."]
    assert entries[1].findtext(f"{ATOM}title") == "Mina"
    times = {element.text for element in feed.iter(f"{ATOM}updated")}
    assert times == {"2026-11-23T00:00:00Z"}


def test_stubs_have_no_words(newsroom):
    removed, withdrawn = newsroom.approve_many(2)
    newsroom.make()
    newsroom.approved("An answer.", reply_to=withdrawn)
    newsroom.make_next()
    newsroom.act(removed, "remove", clause=2, reason="A name.")
    newsroom.act(withdrawn, "withdraw")
    newsroom.make_next()
    told = {one["id"]: one for one in newsroom.json("stories/harvest/thread.json")["conversations"]}
    assert told[removed]["removed"] == {"edition": 3, "clause": 2, "reason": "A name."}
    assert told[withdrawn]["withdrawn"] is True
    assert all("text" not in one and "name" not in one for one in told.values())
    assert len(feed_of(newsroom).findall(f"{ATOM}entry")) == 1


def test_what_xml_cannot_hold_does_not_break_the_feed(newsroom):
    newsroom.approved("odd \ufffe sign")
    newsroom.make()
    assert feed_of(newsroom).find(f"{ATOM}entry").findtext(f"{ATOM}content") == "odd \ufffd sign"


def test_a_thread_without_comments_is_a_feed_without_entries(newsroom):
    newsroom.print_stories("harvest")
    assert feed_of(newsroom).findall(f"{ATOM}entry") == []
    assert newsroom.json("stories/harvest/thread.json")["conversations"] == []
