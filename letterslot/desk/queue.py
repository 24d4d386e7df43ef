"""The queue: which comments a moderator looks through, and how they look there.

Within a slot the order is that of the random ids: it says nothing about who wrote first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from django.db.models import QuerySet

from letterslot.desk.filters import Filters
from letterslot.desk.memory import memory
from letterslot.desk.noticing import Eye
from letterslot.desk.order import Place
from letterslot.desk.signals import Signal
from letterslot.discussion import states
from letterslot.discussion.models import Comment, Decision, Story
from letterslot.discussion.wording import Wording
from letterslot.letterbox.epochs import Keyring
from letterslot.newsroom import scope
from letterslot.newsroom.scope import Stories
from letterslot.text import scripts

ORDER: Final = ("slot", "id")
REMEMBERED: Final = 200  # last decisions of a moderator that are looked through for "mine"
STORIES: Final = 100  # with the most held comments that a page offers to choose from


@dataclass(frozen=True)
class QueueRow:
    """A comment as the queue shows it. Name and text are empty where nobody can, or may, read
    them: the key is destroyed, or the writer took the comment back."""

    id: str
    state: str
    story: str  # slug
    name: str
    text: str
    language: str  # of the text, as `lang` will be printed
    revision: int
    reply_to: str
    signals: list[str]  # kinds of what there is to look at, each once


@dataclass(frozen=True)
class Waiting:
    """How many held comments a story has."""

    story: str
    headline: str
    language: str
    count: int


@dataclass(frozen=True)
class Choice:
    """Which comments somebody works on, said once: to the database and to the order in memory."""

    filters: Filters
    among: Collection[str] | None = None  # ids that a signal, a group or "mine" leaves
    stories: Stories = None  # those that whoever asks works on
    spoken: Stories = None  # those with held comments that are in the language of the filters

    def rows(self) -> QuerySet[Comment]:
        """The comments that are chosen, in no order."""
        rows = Comment.objects.filter(state=self.filters.state).select_related("story")
        rows = scope.within(rows, self.stories)
        if self.filters.story:
            rows = rows.filter(story=self.filters.story)
        if self.filters.language:
            rows = rows.filter(story__language=self.filters.language)
        return rows if self.among is None else rows.filter(pk__in=self.among)

    def holds(self, place: Place) -> bool:
        """Whether a held comment is among them."""
        return (
            scope.has(self.stories, place.story)
            and self.filters.story in ("", place.story)
            and scope.has(self.spoken, place.story)
            and (self.among is None or place.id in self.among)
        )

    def next(self, *, after: str, most: int) -> list[Place]:
        """The first `most` held ones, in the order in which they come."""
        choose = None if self._is_all else self.holds
        return memory.next(after=after, most=most, choose=choose)

    def count(self) -> int:
        """How many held ones there are."""
        return memory.counts(None if self._is_all else self.holds).total()

    @property
    def _is_all(self) -> bool:
        is_any = self.among is None and self.stories is None
        return is_any and not (self.filters.story or self.filters.language)


def documents(
    *, state: str, story: str, limit: int | None, ring: Keyring, data: Path
) -> list[dict[str, Any]]:
    """Comments in `state`, of one story where a slug is given, opened, for a program to read: each
    signal whole, with its passages, label and note. Oldest slot first."""
    memory.refresh(ring, data)
    eye, found = Eye(data), dict[str, list[Signal]]()

    def look(comment: Comment, words: Wording) -> list[Signal]:
        kept = memory.keeps(comment.id)
        signals = memory.signals(comment.id) if kept else eye.signals(words, comment.story.language)
        return found.setdefault(comment.id, signals)

    comments = Comment.objects.filter(state=state).select_related("story", "printed")
    if story:
        comments = comments.filter(story=story)
    shown = opened(list(comments.order_by(*ORDER)[:limit]), ring, look)
    return [
        asdict(row) | {"signals": [_document(one) for one in found.get(row.id, ())]}
        for row in shown
    ]


def opened(
    comments: Sequence[Comment], ring: Keyring, signals: Callable[[Comment, Wording], list[Signal]]
) -> list[QueueRow]:
    """The comments with their words, in the same order. A fixed number of queries."""
    readable = [comment for comment in comments if comment.state != states.WITHDRAWN]
    words = memory.words(readable, ring)
    return [
        _row(comment, words.get(comment.id) or _printed(comment), signals) for comment in comments
    ]


def decided_by(by: str) -> list[str]:
    """The comments of a moderator's last decisions, the last first."""
    last = Decision.objects.filter(by=by).order_by("-entry")
    return list(dict.fromkeys(last.values_list("comment_id", flat=True)[:REMEMBERED]))


def waiting(counts: Mapping[tuple[str, str], int]) -> list[Waiting]:
    """Stories with held comments, the most first, from how many each story has. One query."""
    held: Counter[str] = Counter()
    for (story, _), count in counts.items():
        held[story] += count
    most = sorted(held.items(), key=lambda one: (-one[1], one[0]))[:STORIES]
    rows = Story.objects.filter(pk__in=[story for story, _ in most])
    told = {row[0]: row[1:] for row in rows.values_list("slug", "headline", "language")}
    return [Waiting(story, *told[story], count) for story, count in most]


def in_language(language: str) -> frozenset[str]:
    """The stories with held comments that are in a language now: a newsroom may correct it while
    letters wait, and memory knows what it was when they came. One query."""
    held = {story for story, _ in memory.counts()}
    return frozenset(
        Story.objects.filter(pk__in=held, language=language).values_list("pk", flat=True)
    )


def headlines_of(stories: Iterable[str]) -> dict[str, str]:
    """Headlines by slug. One query."""
    rows = Story.objects.filter(pk__in=set(stories))
    return dict(rows.values_list("slug", "headline"))


def _row(
    comment: Comment, words: Wording | None, signals: Callable[[Comment, Wording], list[Signal]]
) -> QueueRow:
    if words is None or comment.state == states.WITHDRAWN:
        words = Wording("", "")
    return QueueRow(
        id=comment.id,
        state=comment.state,
        story=comment.story_id,
        name=words.name,
        text=words.text,
        language=scripts.comment_lang(words.text, comment.story.language),
        revision=comment.revision,
        reply_to=comment.reply_to,
        signals=_kinds(signals(comment, words)) if words.text else [],
    )


def _document(signal: Signal) -> dict[str, object]:
    return asdict(signal) | {"label": str(signal.label), "note": str(signal.note)}


def _kinds(signals: Iterable[Signal]) -> list[str]:
    return list(dict.fromkeys(signal.kind for signal in signals))


def _printed(comment: Comment) -> Wording | None:
    """What a printed comment says is in clear, and stays when its key is gone."""
    printed = getattr(comment, "printed", None)
    return Wording(printed.name, printed.text) if printed else None
