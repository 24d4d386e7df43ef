"""A thread for machines: as JSON, which a schema describes, and as an Atom feed with threading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from importlib import resources
from typing import Final, NamedTuple
from xml.etree import ElementTree  # writes only; nothing is ever parsed here

from letterslot.pages import views
from letterslot.shelf import layout
from letterslot.text.directions import isolated

_ATOM: Final = "http://www.w3.org/2005/Atom"  # RFC 4287
_THREADING: Final = "http://purl.org/syndication/thread/1.0"  # RFC 4685
_XML: Final = "http://www.w3.org/XML/1998/namespace"
# What XML 1.0 cannot hold and normalised text still may.
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

ElementTree.register_namespace("", _ATOM)
ElementTree.register_namespace("thr", _THREADING)


def thread_schema() -> bytes:
    """The JSON Schema (2020-12) of every `thread.json`."""
    return resources.files(__package__).joinpath("thread.schema.json").read_bytes()


def thread_json(
    look: views.Look, story: views.Story, thread: views.Thread, comments: str
) -> dict[str, object]:
    """The newest conversations as plain values; `comments` is "open", "closed" or the last day."""
    return {
        "version": 1,
        "schema": _absolute(look, layout.thread_schema()),
        "story": story.slug,
        "headline": story.headline,
        "language": story.language,
        "address": _absolute(look, layout.story_page(story.slug)),
        "comments": comments,
        "total": thread.total,
        "pages": thread.pages,
        "picks": [_comment(look, pick) for pick in thread.picks],
        "conversations": [
            {
                **_comment(look, conversation.comment),
                "replies": [_comment(look, reply) for reply in conversation.replies],
                "more_replies": conversation.more_replies,
            }
            for conversation in thread.conversations
        ],
    }


def _comment(look: views.Look, comment: views.Comment) -> dict[str, object]:
    """A comment, or the stub of one: then without name and text."""
    told: dict[str, object] = {
        "id": comment.id,
        "address": _absolute(look, comment.address),
        "edition": comment.edition.number,
        "date": comment.edition.date.isoformat(),
    }
    if comment.withdrawn:
        return told | {"withdrawn": True}
    if comment.removed:
        removed = comment.removed
        return told | {
            "removed": {
                "edition": removed.edition.number,
                "clause": removed.clause.number,
                "reason": removed.reason,
            }
        }
    told |= {"name": comment.name, "text": comment.text, "lang": comment.lang, "dir": comment.dir}
    if comment.edited_clause:
        told["edited"] = {"clause": comment.edited_clause.number}
    if comment.is_staff:
        told["staff"] = {"role": comment.staff_role}
    if comment.picked:
        told["picked"] = True
    if comment.answers_to_id:
        told["answers_to"] = comment.answers_to_id
    return told


def comments_atom(look: views.Look, story: views.Story, shown: Sequence[views.Conversation]) -> str:
    """The comments of the newest conversations, newest edition first. Dates are days.

    Each says what it answers (RFC 4685): a reply its comment, any other the story.
    """
    entries = sorted(_entries(shown), key=lambda entry: -entry.comment.edition.number)
    feed = ElementTree.Element(f"{{{_ATOM}}}feed", {f"{{{_XML}}}lang": story.language})
    address = _absolute(look, layout.story_page(story.slug))
    newest = entries[0].comment.edition.date if entries else story.date
    _add(feed, "id", address)
    _add(feed, "title", f"{isolated(story.headline)} · {isolated(look.name)}")
    _add(feed, "updated", _midnight(newest))
    _add(feed, "link", rel="alternate", type="text/html", href=address)
    itself = f"{look.url}/{layout.comments_feed(story.slug)}"
    _add(feed, "link", rel="self", type="application/atom+xml", href=itself)
    _add(ElementTree.SubElement(feed, f"{{{_ATOM}}}author"), "name", look.name)
    for entry in entries:
        _add_entry(feed, look, story, entry)
    text = ElementTree.tostring(feed, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


class _Entry(NamedTuple):
    """A comment with words, the address of what it answers ("" for the story), its replies."""

    comment: views.Comment
    answers: str
    replies: int


def _entries(shown: Sequence[views.Conversation]) -> Iterator[_Entry]:
    for talk in shown:
        beginning = talk.comment
        addresses = {reply.id: reply.address for reply in talk.replies}
        if beginning.has_words:
            readable = sum(reply.has_words for reply in talk.replies)
            yield _Entry(beginning, "", readable + talk.more_replies)
        for reply in talk.replies:
            if reply.has_words:
                answers = addresses.get(reply.answers_to_id, beginning.address)
                yield _Entry(reply, answers, 0)


def _add_entry(
    feed: ElementTree.Element, look: views.Look, story: views.Story, entry: _Entry
) -> None:
    comment = entry.comment
    element = ElementTree.SubElement(feed, f"{{{_ATOM}}}entry", {f"{{{_XML}}}lang": comment.lang})
    address = _absolute(look, comment.address)
    answered = _absolute(look, entry.answers or layout.story_page(story.slug))
    _add(element, "id", address)
    _add(element, "title", isolated(comment.name or story.headline))
    _add(element, "updated", _midnight(comment.edition.date))
    _add(element, "link", rel="alternate", type="text/html", href=address)
    _add_threading(element, "in-reply-to", ref=answered, href=answered, type="text/html")
    if entry.replies:
        _add_threading(element, "total").text = str(entry.replies)
    author = ElementTree.SubElement(element, f"{{{_ATOM}}}author")
    _add(author, "name", comment.name or "…")  # Atom wants one; no name was given
    if comment.is_staff:
        _add(element, "category", term="staff", scheme=f"{look.url}/")
    if comment.picked:
        _add(element, "category", term="editors-pick", scheme=f"{look.url}/")
    _add(element, "content", comment.text)


def _add_threading(parent: ElementTree.Element, tag: str, **attributes: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, f"{{{_THREADING}}}{tag}", attributes)


def _add(parent: ElementTree.Element, tag: str, text: str = "", **attributes: str) -> None:
    element = ElementTree.SubElement(parent, f"{{{_ATOM}}}{tag}", attributes)
    element.text = _NOT_XML.sub("\ufffd", text) or None


def _absolute(look: views.Look, path: str) -> str:
    """The address at the live site; folders end in a slash."""
    page, mark, fragment = path.partition("#")
    return f"{look.url}/{page.removesuffix('index.html')}{mark}{fragment}"


def _midnight(day: date) -> str:
    """Atom wants a time; an edition has none finer than its day."""
    return f"{day.isoformat()}T00:00:00Z"
