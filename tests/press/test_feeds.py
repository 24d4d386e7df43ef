"""The thread for machines: JSON and Atom, with the same words and the same silence."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from letterslot.press import feeds

ATOM = "{http://www.w3.org/2005/Atom}"
THR = "{http://purl.org/syndication/thread/1.0}"
STORY = "https://courier.example/stories/harvest/"


def feed_of(newsroom):
    return ElementTree.fromstring(newsroom.page("stories/harvest/comments.atom"))


@pytest.fixture
def everything(newsroom):
    """A thread with all that can stand in one; the ids by what they are."""
    root = newsroom.approved("A question.", name="Mina")
    removed, withdrawn, alone = newsroom.approve_many(3)
    newsroom.make()
    reply = newsroom.approved("An answer.", reply_to=root, name="Old Tare")
    again = newsroom.approved("An answer to a stub.", reply_to=withdrawn)
    newsroom.make_next()
    further = newsroom.approved("An answer to the answer.", reply_to=reply)
    newsroom.edit(alone, "Cut short.")
    newsroom.act(removed, "remove", clause=2, reason="A name.")
    newsroom.act(withdrawn, "withdraw")
    newsroom.make_next()
    return {"root": root, "reply": reply, "further": further, "again": again, "alone": alone}


def faults_in(document):
    schema = json.loads(feeds.thread_schema())
    Draft202012Validator.check_schema(schema)
    checker = Draft202012Validator(schema, format_checker=FormatChecker(["date"]))
    return [fault.message for fault in checker.iter_errors(document)]


def test_every_printed_thread_keeps_to_the_published_schema(newsroom, everything):
    thread = newsroom.json("stories/harvest/thread.json")
    kinds = {key for talk in thread["conversations"] for key in talk}
    assert {"removed", "withdrawn", "edited", "text"} <= kinds
    assert faults_in(thread) == []
    assert thread["schema"] == "https://courier.example/thread.schema.json"
    assert newsroom.page("thread.schema.json").encode() == feeds.thread_schema()


def test_the_schema_of_the_docs_is_the_one_on_the_shelf(repository):
    assert (repository / "docs" / "thread.schema.json").read_bytes() == feeds.thread_schema()


@pytest.mark.parametrize(
    ("where", "change"),
    [
        ("thread", {"version": 2}),
        ("thread", {"sent": "2026-11-23"}),
        ("thread", {"comments": "tomorrow"}),
        ("comment", {"time": "12:00"}),
        ("comment", {"date": "2026-11-23T12:00:00Z"}),
        ("comment", {"withdrawn": True}),
        ("comment", {"dir": "auto"}),
        ("reply", {"more_replies": 1}),
    ],
)
def test_the_schema_refuses_what_a_thread_never_says(newsroom, everything, where, change):
    thread = newsroom.json("stories/harvest/thread.json")
    talk = next(one for one in thread["conversations"] if one["id"] == everything["root"])
    {"thread": thread, "comment": talk, "reply": talk["replies"][0]}[where].update(change)
    assert faults_in(thread) != []


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


def test_each_entry_says_what_it_answers(newsroom, everything):
    entries = feed_of(newsroom).findall(f"{ATOM}entry")
    answered = {}
    for entry in entries:
        told = entry.find(f"{THR}in-reply-to")
        assert (told.get("href"), told.get("type")) == (told.get("ref"), "text/html")
        answered[entry.findtext(f"{ATOM}id").rpartition("#c-")[2]] = told.get("ref")
    page = f"{STORY}comments/1/#c-"
    assert {name: answered[one].replace(page, "") for name, one in everything.items()} == {
        "root": STORY,
        "alone": STORY,
        "reply": everything["root"],
        "further": everything["reply"],
        "again": answered[everything["again"]].replace(page, ""),
    }
    assert answered[everything["again"]].startswith(page)
    totals = {e.findtext(f"{ATOM}content"): e.findtext(f"{THR}total") for e in entries}
    assert totals["A question."] == "2"
    assert totals["An answer."] is None


def test_the_feed_has_what_atom_asks_of_feeds_and_entries(newsroom, everything):
    feed = feed_of(newsroom)
    once = {"id", "title", "updated", "author"}
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        tags = [child.tag.removeprefix(ATOM) for child in element]
        assert [tag for tag in once if tags.count(tag) != 1] == []
        assert element.find(f"{ATOM}author/{ATOM}name").text
        relations = [link.get("rel") for link in element.findall(f"{ATOM}link")]
        assert relations.count("alternate") == 1
    (itself,) = [link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert itself.get("href") == f"{STORY}comments.atom"
    ids = [element.text for element in feed.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids)) == 6


def test_no_name_turns_the_words_around_it_in_somebodys_reader(newsroom):
    newsroom.approved("One.", name="\u202eevil\u2069 \u2067")
    newsroom.approved("Two.", name="Mina")
    newsroom.make()
    titles = {
        entry.findtext(f"{ATOM}content"): entry.findtext(f"{ATOM}title")
        for entry in feed_of(newsroom).findall(f"{ATOM}entry")
    }
    assert titles == {"One.": "\u2068\u202eevil \u2067\u2069\u2069", "Two.": "Mina"}
