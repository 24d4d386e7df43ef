"""The queue: which comments a moderator looks through, oldest slot first, and how late they are.

Within a slot the order is that of the random ids: it says nothing about who wrote first.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from letterslot.desk.filters import Filters
from letterslot.desk.memory import memory
from letterslot.desk.noticing import Eye
from letterslot.desk.signals import Signal
from letterslot.discussion import states, wording
from letterslot.discussion.models import Clockwork, Comment, Decision, Edition, Story
from letterslot.discussion.wording import Wording
from letterslot.letterbox.epochs import Keyring
from letterslot.text import scripts

ORDER: Final = ("slot", "id")
REMEMBERED: Final = 200  # last decisions of a moderator that are looked through for "mine"


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
class Age:
    """How long comments of one slot have waited. There is nothing finer than the slot."""

    slots: int  # that began since it was collected
    missed: int  # scheduled editions that came out without it
    target: int  # slots within which the newsroom wants to have decided

    @property
    def is_late(self) -> bool:
        return self.slots > self.target

    @property
    def boxes(self) -> list[bool]:
        """Three boxes that fill as the target comes near; all three are full when it is missed."""
        filled = 3 if self.is_late else min(2, self.slots * 3 // (self.target + 1))
        return [filled > place for place in range(3)]


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
        asdict(row) | {"signals": [asdict(one) for one in found.get(row.id, ())]} for row in shown
    ]


def opened(
    comments: Sequence[Comment], ring: Keyring, signals: Callable[[Comment, Wording], list[Signal]]
) -> list[QueueRow]:
    """The comments with their words, in the same order. A fixed number of queries."""
    readable = [comment for comment in comments if comment.state != states.WITHDRAWN]
    words = wording.current(readable, ring)
    return [
        _row(comment, words.get(comment.id) or _printed(comment), signals) for comment in comments
    ]


def chosen(filters: Filters, *, by: str, among: Collection[str] | None = None) -> QuerySet[Comment]:
    """The comments that the filters choose for the moderator `by`, in no order.

    `among`: the ids that a signal or a group leaves, for the database knows neither.
    """
    comments = Comment.objects.filter(state=filters.state).select_related("story")
    if filters.story:
        comments = comments.filter(story=filters.story)
    if filters.language:
        comments = comments.filter(story__language=filters.language)
    if filters.mine:
        comments = comments.filter(Q(claim__by=by) | Q(pk__in=decided_by(by)))
    if among is not None:
        comments = comments.filter(pk__in=among)
    return comments


def decided_by(by: str) -> list[str]:
    """The comments of a moderator's last decisions, the last first."""
    last = Decision.objects.filter(by=by).order_by("-entry")
    return list(dict.fromkeys(last.values_list("comment_id", flat=True)[:REMEMBERED]))


def waiting() -> list[Waiting]:
    """Stories with held comments, most first. Counted before the stories are looked up: within an
    index, and not once for each of ten thousand comments. Two queries."""
    held = Comment.objects.filter(state=states.HELD).order_by()
    counts = dict(held.values_list("story").annotate(Count("id")))
    stories = Story.objects.filter(pk__in=counts).values_list("slug", "headline", "language")
    told = [Waiting(*story, counts[story[0]]) for story in stories]
    return sorted(told, key=lambda one: (-one.count, one.story))


def ages(slots: Iterable[int], target: int) -> dict[int, Age]:
    """The age of what was collected in each slot. Two queries, however many."""
    wanted = set(slots)
    now = Clockwork.objects.values_list("slot", flat=True).first() or 0
    editions = missed(wanted)
    return {slot: Age(max(now - slot, 0), editions[slot], target) for slot in wanted}


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


def _kinds(signals: Iterable[Signal]) -> list[str]:
    return list(dict.fromkeys(signal.kind for signal in signals))


def _printed(comment: Comment) -> Wording | None:
    """What a printed comment says is in clear, and stays when its key is gone."""
    printed = getattr(comment, "printed", None)
    return Wording(printed.name, printed.text) if printed else None
