"""Whose turn it is: which comment comes next, and that nobody else is given it as well.

Oldest slot first. Within a slot the stories take turns, beginning after the one that was open last,
so that one story with thousands of letters does not keep the others waiting behind it. What a
moderator's last page showed is that moderator's, for the minutes of a claim; the next page that is
shown gives it up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Case, F, IntegerField, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from letterslot.desk import queue
from letterslot.desk.filters import Filters
from letterslot.discussion import claims, states
from letterslot.discussion.models import Comment

SHOWN = 12  # comments in the list beside the open one
TAKEN_SHOWN = 3  # of which so many that colleagues have open


@dataclass(frozen=True)
class Turn:
    """Who asks, in which minute, for which part of the queue."""

    by: str
    now: int  # minutes since 1970
    filters: Filters
    among: Collection[str] | None = None  # ids that the filters' signal or group leaves
    passed: Collection[str] = ()  # what this moderator skipped; it comes when nothing else waits
    claims: bool = True  # False for who may only read: nothing is claimed, or kept from them

    def chosen(self) -> QuerySet[Comment]:
        return queue.chosen(self.filters, by=self.by, among=self.among)

    def taken(self) -> dict[str, str]:
        """What colleagues have open: names by the comment's id."""
        return claims.of_others(self.by, self.now)


@dataclass(frozen=True)
class Screenful:
    """What one page shows: the open comment, the one after it, and some that wait."""

    open: Comment | None
    following: Comment | None
    waiting: list[Comment]
    taken: dict[str, str] = field(default_factory=dict)

    @property
    def is_taken(self) -> str:
        """The colleague who has the open comment; empty where nobody else has."""
        return self.taken.get(self.open.id, "") if self.open else ""


@transaction.atomic
def begin(turn: Turn, comment: Comment | None = None) -> Screenful:
    """Open `comment`, or what comes first, claim it with the one after it, and let go the rest."""
    taken = turn.taken() if turn.claims else {}
    after = comment.story_id if comment else ""
    rows = upcoming(turn, after=after, most=SHOWN + len(taken) + len(turn.passed) + 1)
    opened = comment or _claimed(turn, rows, taken)
    if comment and not _may_have(turn, comment, taken):
        return Screenful(comment, None, _shown(rows, taken), turn.taken())
    following = _following(turn, opened, rows, taken)
    if turn.claims:
        claims.let_go(by=turn.by, but=[one.id for one in (opened, following) if one])
    waiting = [row for row in _shown(rows, taken) if row != opened]
    return Screenful(opened, following, waiting[:SHOWN], taken)


@transaction.atomic
def onward(turn: Turn, decided: Comment) -> Comment | None:
    """Claim what comes after a comment that was decided or skipped."""
    taken = turn.taken() if turn.claims else {}
    most = 2 + len(taken) + len(turn.passed)
    rows = upcoming(turn, after=decided.story_id, most=most)
    return _claimed(turn, rows, taken, but=decided.id)


def claim_all(turn: Turn, comments: Iterable[Comment]) -> dict[str, str]:
    """Claim all of these that are free, and let go everything else; who has the others."""
    if not turn.claims:
        return {}
    with transaction.atomic():
        mine = [one.id for one in comments if claims.take(one.id, by=turn.by, now=turn.now)]
        claims.let_go(by=turn.by, but=mine)
        return turn.taken()


def upcoming(turn: Turn, *, after: str, most: int) -> list[Comment]:
    """The first `most` comments in the order in which they come when story `after` had its turn."""
    waiting = turn.chosen()
    last_slots = list(waiting.order_by("slot").values_list("slot", flat=True)[:most])[-1:]
    if not last_slots:
        return []
    in_story = Window(RowNumber(), partition_by=[F("slot"), F("story")], order_by=F("id").asc())
    had_its_turn = Case(
        When(story__gt=after, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    ordered = waiting.filter(slot__lte=last_slots[0]).annotate(round=in_story, later=had_its_turn)
    return list(ordered.order_by("slot", "round", "later", "story", "id")[:most])


def _following(
    turn: Turn, opened: Comment | None, rows: list[Comment], taken: dict[str, str]
) -> Comment | None:
    if opened is None or opened.state != states.HELD or not turn.claims:
        return None
    return _claimed(turn, rows, taken, but=opened.id)


def _claimed(
    turn: Turn, rows: list[Comment], taken: dict[str, str], *, but: str = ""
) -> Comment | None:
    """The first that is free, claimed. What is claimed already comes first: a page has shown it."""
    free = [row for row in rows if row.id not in taken and row.id != but]
    if not turn.claims:
        return next(iter(free), None)
    mine = [row for row in _own(turn) if row.id != but]
    fresh = [row for row in mine + free if row.id not in turn.passed]
    take: Callable[[Comment], bool] = lambda row: claims.take(row.id, by=turn.by, now=turn.now)  # noqa: E731
    return next((row for row in fresh + free if take(row)), None)


def _own(turn: Turn) -> list[Comment]:
    live = turn.chosen().filter(
        claim__by=turn.by, claim__until__gt=turn.now, claim__until__lte=turn.now + claims.MINUTES
    )
    return list(live.order_by(*queue.ORDER))


def _may_have(turn: Turn, comment: Comment, taken: dict[str, str]) -> bool:
    if not turn.claims or comment.state != states.HELD:
        return True
    return comment.id not in taken and claims.take(comment.id, by=turn.by, now=turn.now)


def _shown(rows: list[Comment], taken: dict[str, str]) -> list[Comment]:
    """The rows with no more than a few that colleagues have open."""
    others = [row.id for row in rows if row.id in taken][TAKEN_SHOWN:]
    return [row for row in rows if row.id not in others]
