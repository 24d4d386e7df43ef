"""The queue: what waits for a decision, oldest slot first, and what comes after what is open.

Within a slot the order is that of the random ids: it says nothing about who wrote first.
"""

from __future__ import annotations

import hashlib
import secrets
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet

from letterslot.discussion import states, wording
from letterslot.discussion.models import Comment, Edition
from letterslot.letterbox.epochs import Keyring
from letterslot.text import identifying, scripts

ORDER: Final = ("slot", "id")
BEFORE, AFTER = 3, 20  # rows shown around the open comment

_DIGEST_KEY: Final = secrets.token_bytes(32)
_REMEMBERED: Final[dict[bytes, tuple[str, ...]]] = {}
_REMEMBERED_MOST: Final = 10_000


@dataclass(frozen=True)
class QueueRow:
    """A comment as the queue shows it. Name and text are empty where the key is destroyed."""

    id: str
    state: str
    story: str  # slug
    name: str
    text: str
    language: str  # of the text, as `lang` will be printed
    revision: int
    reply_to: str
    signals: list[str]  # kinds of what could identify somebody, each once


@dataclass(frozen=True)
class Filters:
    """Which part of the queue a moderator works on."""

    story: str = ""  # slug
    language: str = ""  # of the story

    @classmethod
    def of(cls, words: Mapping[str, str]) -> Filters:
        """The filters in the query of an address."""
        return cls(story=words.get("story", ""), language=words.get("language", ""))

    @property
    def query(self) -> str:
        """As a query string with its question mark; empty for the whole queue."""
        chosen = {"story": self.story, "language": self.language}
        words = urlencode({name: value for name, value in chosen.items() if value})
        return f"?{words}" if words else ""


@dataclass(frozen=True)
class Waiting:
    """How many held comments a story has."""

    story: str
    headline: str
    language: str
    count: int


def rows(*, state: str, story: str, limit: int | None, ring: Keyring) -> list[QueueRow]:
    """Comments in `state`, of one story where a slug is given, opened. Oldest slot first."""
    comments = Comment.objects.filter(state=state).select_related("story", "printed")
    if story:
        comments = comments.filter(story=story)
    return opened(list(comments.order_by(*ORDER)[:limit]), ring)


def opened(comments: Sequence[Comment], ring: Keyring) -> list[QueueRow]:
    """The comments with their words, in the same order. One query, however many."""
    words = wording.current(comments, ring)
    return [_row(comment, words.get(comment.id) or _printed(comment)) for comment in comments]


def held(filters: Filters) -> QuerySet[Comment]:
    """What waits, in order."""
    waiting = Comment.objects.filter(state=states.HELD).select_related("story")
    if filters.story:
        waiting = waiting.filter(story=filters.story)
    if filters.language:
        waiting = waiting.filter(story__language=filters.language)
    return waiting.order_by(*ORDER)


def first(filters: Filters) -> Comment | None:
    """The comment that has waited longest."""
    return held(filters).first()


def following(comment: Comment, filters: Filters) -> Comment | None:
    """What comes after `comment`, the first after the last; None where nothing else waits."""
    others = held(filters).exclude(pk=comment.pk)
    return others.filter(_beyond(comment)).first() or others.first()


def around(comment: Comment | None, filters: Filters) -> tuple[list[Comment], int]:
    """Some of the queue around the open comment, and the number of those before the first shown."""
    waiting = held(filters)
    if comment is None:
        return list(waiting[: BEFORE + AFTER]), 0
    rest = waiting.filter(_beyond(comment) | Q(pk=comment.pk))
    earlier = waiting.exclude(pk__in=rest.values("pk"))
    shown = list(earlier.reverse()[:BEFORE])[::-1] + list(rest[:AFTER])
    return shown, max(earlier.count() - BEFORE, 0)


def waiting() -> list[Waiting]:
    """Stories with held comments, most first."""
    counted = (
        Comment.objects.filter(state=states.HELD)
        .values_list("story", "story__headline", "story__language")
        .annotate(count=Count("id"))
        .order_by("-count", "story")
    )
    return [Waiting(*row) for row in counted]


def missed(slots: Iterable[int]) -> dict[int, int]:
    """For each slot, how many scheduled editions came out after it."""
    wanted = set(slots)
    if not wanted:
        return {}
    editions = sorted(
        Edition.objects.filter(scheduled=True, finished=True, slot__gt=min(wanted)).values_list(
            "slot", flat=True
        )
    )
    return {slot: len(editions) - bisect_right(editions, slot) for slot in wanted}


def _beyond(comment: Comment) -> Q:
    return Q(slot__gt=comment.slot) | Q(slot=comment.slot, id__gt=comment.id)


def _row(comment: Comment, words: wording.Wording | None) -> QueueRow:
    name, text = (words.name, words.text) if words else ("", "")
    return QueueRow(
        id=comment.id,
        state=comment.state,
        story=comment.story_id,
        name=name,
        text=text,
        language=scripts.comment_lang(text, comment.story.language),
        revision=comment.revision,
        reply_to=comment.reply_to,
        signals=_signals(text, comment.story.language),
    )


def _signals(text: str, language: str) -> list[str]:
    """Kinds of what could identify somebody. Remembered under a digest that keeps no text: looking
    for telephone numbers in a hostile one takes up to a tenth of a second, for every row shown."""
    digest = hashlib.blake2b(f"{language}\n{text}".encode(), key=_DIGEST_KEY).digest()
    kinds = _REMEMBERED.get(digest)
    if kinds is None:
        kinds = tuple(dict.fromkeys(found.kind for found in identifying.find(text, language)))
        if len(_REMEMBERED) >= _REMEMBERED_MOST:
            _REMEMBERED.clear()
        _REMEMBERED[digest] = kinds
    return list(kinds)


def _printed(comment: Comment) -> wording.Wording | None:
    """What a printed comment says is in clear, and stays when its key is gone."""
    printed = getattr(comment, "printed", None)
    return wording.Wording(printed.name, printed.text) if printed else None
