"""Hostile texts in print: read back letter by letter from every page, and nothing else there."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from at_work import hostile
from at_work.readers import parse
from at_work.site import comments_on

from letterslot.newsroom import publication as publications
from letterslot.press.feeds import _NOT_XML
from letterslot.text import plain

ATOM = "{http://www.w3.org/2005/Atom}"
THREADING = "{http://purl.org/syndication/thread/1.0}"
HARMLESS = [
    ("Mina", "Plain words.\nTwo lines.\n\nA paragraph."),
    ("", "안녕하세요"),
    ("ミナ", "سلام دنیا"),
    ("Mina", "An answer."),
    ("", "سلام"),
    ("", "Words."),
]


@pytest.fixture
def framed(newsroom):
    """The newsroom with a second story, whose pages may stand in frames."""
    settings = newsroom.data / publications.FILE
    text = settings.read_text().replace("embed_hosts = []", 'embed_hosts = ["a.example"]')
    settings.write_text(text)
    newsroom.story("plain")
    return newsroom


def print_all(newsroom, story, letters):
    """Everything that can happen to comments happens to these (name, text); ids in their order."""
    ids = [newsroom.approved(letters[0][1], name=letters[0][0], story=story)]
    newsroom.make_next()
    for name, text in letters[1:4]:
        ids.append(newsroom.approved(text, name=name, story=story, reply_to=ids[0]))
    ids += [newsroom.approved(text, name=name, story=story) for name, text in letters[4:-1]]
    ids.append(newsroom.letter("Another word.", story=story))
    newsroom.edit(ids[-1], letters[-1][1], name=letters[-1][0])
    newsroom.make_next()
    answer_to_an_answer = newsroom.approved("A word.", story=story, reply_to=ids[3])
    newsroom.act(ids[1], "remove", clause=2, reason=letters[1][1][:150])
    newsroom.act(ids[2], "withdraw")
    newsroom.make_next()
    return ids, answer_to_an_answer


def pages_of(newsroom, story):
    return {
        path: content.decode()
        for path, content in newsroom.files().items()
        if path.startswith(f"stories/{story}/") and path.endswith(".html")
    }


def as_read(text):
    """A text as the paragraphs and lines of a page give it back."""
    return "\n\n".join("\n".join(lines) for lines in plain.paragraphs(text))


def test_hostile_texts_stand_in_print_as_they_were_written_and_add_nothing(framed, shared_data):
    texts = hostile.texts(shared_data)
    bodies, names = hostile.batches(texts), hostile.names(texts)
    every = max(1, len(names) // len(bodies))
    letters = list(zip(names[::every], bodies, strict=False))[: len(bodies)]
    print_all(framed, "plain", HARMLESS)
    ids, _ = print_all(framed, "harvest", letters)
    sound = set().union(*map(hostile.parts, pages_of(framed, "plain").values()))

    pages = pages_of(framed, "harvest")
    kinds = {path.removeprefix("stories/harvest/").split("/")[0] for path in pages}
    assert {"index.html", "lite", "comments", "thread.html", "form.html", "embed"} <= kinds
    for path, page in pages.items():
        assert hostile.parts(page) - sound == set(), path

    printed = {}
    for path, page in pages.items():
        if "/comments/" in path:
            printed |= {one.id: one for one in comments_on(parse(page.encode()))}
    standing = [n for n in range(len(ids)) if n not in (1, 2)]
    wrong = [n for n in standing if printed[ids[n]].text != as_read(letters[n][1])]
    assert wrong == [], "texts that do not read as they were written"
    misnamed = [n for n in standing if printed[ids[n]].name != letters[n][0].strip()]
    assert misnamed == [], "names that do not read as they were written"
    check_feeds(framed, dict(zip(ids, letters, strict=True)))
    assert framed.faults() == []


def check_feeds(newsroom, letters):
    thread = newsroom.json("stories/harvest/thread.json")["conversations"]
    told = [one for talk in thread for one in (talk, *talk["replies"]) if one.get("text")]
    told = [one for one in told if one["id"] in letters]
    assert len(told) >= min(20, len(letters) - 2)
    assert all((one["name"], one["text"]) == letters[one["id"]] for one in told)
    feed = ElementTree.fromstring(newsroom.page("stories/harvest/comments.atom"))
    told_of_threads = {f"{THREADING}in-reply-to", f"{THREADING}total"}
    assert {element.tag for element in feed.iter()} - told_of_threads == {
        f"{ATOM}{name}"
        for name in ("feed", "id", "title", "updated", "link", "entry", "author", "name", "content")
    }
    entries = {
        entry.findtext(f"{ATOM}id").partition("#c-")[2]: entry.findtext(f"{ATOM}content")
        for entry in feed.iter(f"{ATOM}entry")
    }
    for ident in entries.keys() & letters.keys():
        assert entries[ident] == _NOT_XML.sub("\ufffd", letters[ident][1])


def test_hostile_texts_printed_with_links_add_links_alone(framed, shared_data):
    settings = framed.data / publications.FILE
    settings.write_text(settings.read_text().replace("\nlinks = false\n", "\nlinks = true\n"))
    letters = [("", text) for text in hostile.batches(hostile.texts(shared_data))]
    print_all(framed, "plain", HARMLESS)
    print_all(framed, "harvest", letters)
    sound = set().union(*map(hostile.parts, pages_of(framed, "plain").values()))
    for page in pages_of(framed, "harvest").values():
        added = hostile.parts(page) - sound
        assert {part[:2] for part in added} <= {("a", "href"), ("a", "rel"), ("a", "dir"), ("bdi",)}
        assert all(part[2].startswith(("http://", "https://")) for part in added if part[2:])
