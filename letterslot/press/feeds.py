"""A thread for machines: as JSON for the newsroom's other pages, and as an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final
from xml.etree import ElementTree  # writes only; nothing is ever parsed here

from letterslot.pages import views
from letterslot.shelf import layout

_ATOM: Final = "http://www.w3.org/2005/Atom"
_XML: Final = "http://www.w3.org/XML/1998/namespace"
# What XML 1.0 cannot hold and normalised text still may.
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

ElementTree.register_namespace("", _ATOM)


def thread_json(
    look: views.Look, story: views.Story, thread: views.Thread, comments: str
) -> dict[str, object]:
    """The newest conversations as plain values; `comments` is "open", "closed" or the last day."""
    return {
        "version": 1,
        "story": story.slug,
        "headline": story.headline,
        "language": story.language,
        "address": _absolute(look, layout.story_page(story.slug)),
        "comments": comments,
        "total": thread.total,
        "pages": thread.pages,
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
    if comment.answers_to_id:
        told["answers_to"] = comment.answers_to_id
    return told


def comments_atom(look: views.Look, story: views.Story, shown: Sequence[views.Conversation]) -> str:
    """The comments of the newest conversations, newest edition first. Dates are days."""
    comments = sorted(_readable(shown), key=lambda one: -one.edition.number)
    feed = ElementTree.Element(f"{{{_ATOM}}}feed", {f"{{{_XML}}}lang": story.language})
    address = _absolute(look, layout.story_page(story.slug))
    _add(feed, "id", address)
    _add(feed, "title", f"{story.headline} · {look.name}")
    _add(feed, "updated", _midnight(comments[0].edition.date if comments else story.date))
    _add(feed, "link", rel="alternate", href=address)
    _add(feed, "link", rel="self", href=f"{look.url}/{layout.comments_feed(story.slug)}")
    for comment in comments:
        _add_entry(feed, look, story, comment)
    text = ElementTree.tostring(feed, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _readable(shown: Sequence[views.Conversation]) -> Iterator[views.Comment]:
    for conversation in shown:
        for comment in (conversation.comment, *conversation.replies):
            if not comment.withdrawn and not comment.removed:
                yield comment


def _add_entry(
    feed: ElementTree.Element, look: views.Look, story: views.Story, comment: views.Comment
) -> None:
    entry = ElementTree.SubElement(feed, f"{{{_ATOM}}}entry", {f"{{{_XML}}}lang": comment.lang})
    address = _absolute(look, comment.address)
    _add(entry, "id", address)
    _add(entry, "title", comment.name or story.headline)
    _add(entry, "updated", _midnight(comment.edition.date))
    _add(entry, "link", rel="alternate", href=address)
    author = ElementTree.SubElement(entry, f"{{{_ATOM}}}author")
    _add(author, "name", comment.name or "…")  # Atom wants one; no name was given
    _add(entry, "content", comment.text)


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
