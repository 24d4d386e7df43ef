"""Whose turn it is: which comment comes next, and that nobody else is given it as well.

Oldest slot first. Within a slot the stories take turns, beginning after the one that was open last,
so that one story with thousands of letters does not keep the others waiting behind it. What a
moderator's last page showed is that moderator's, for the minutes of a claim; the next page that is
shown gives it up. All of it is known in memory: only the comments that open are read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from letterslot.desk.claims import claims
from letterslot.desk.memory import memory
from letterslot.desk.order import Place
from letterslot.desk.queue import Choice
from letterslot.discussion import states
from letterslot.discussion.models import Comment

SHOWN = 12  # comments in the list beside the open one
TAKEN_SHOWN = 3  # of which so many that colleagues have open


@dataclass(frozen=True)
class Turn:
    """Who asks, in which minute, for which part of the queue."""

    by: str
    now: int  # minutes since 1970
    choice: Choice
    passed: Collection[str] = ()  # what this moderator skipped; it comes when nothing else waits
    claims: bool = True  # False for who may only read: nothing is claimed, or kept from them

    def taken(self) -> dict[str, str]:
        """What colleagues have open, names by the comment's id; nothing to who may only read."""
        return claims.of_others(self.by, self.now) if self.claims else {}

    def take(self, comment_id: str) -> bool:
        """Claim a comment; whether it is now this moderator's."""
        return claims.take(comment_id, by=self.by, now=self.now)


@dataclass(frozen=True)
class Screenful:
    """What one page shows: the open comment, the one after it, and some that wait."""

    open: Comment | None
    following: Comment | None
    waiting: list[Place]
    taken: dict[str, str] = field(default_factory=dict)

    @property
    def is_taken(self) -> str:
        """The colleague who has the open comment; empty where nobody else has."""
        return self.taken.get(self.open.id, "") if self.open else ""


def begin(turn: Turn, comment: Comment | None = None) -> Screenful:
    """Open `comment`, or what comes first, claim it with the one after it, and let go the rest.
    One query."""
    taken = turn.taken()
    after = comment.story_id if comment else ""
    places = _upcoming(turn, after=after, more=SHOWN + 1, taken=taken)
    if comment and not _may_have(turn, comment, taken):
        return Screenful(comment, None, _shown(places, taken), turn.taken())
    opened = comment.id if comment else _claimed(turn, places, taken)
    goes_on = opened and turn.claims and (comment is None or comment.state == states.HELD)
    following = _claimed(turn, places, taken, but=opened) if goes_on else ""
    if turn.claims:
        claims.let_go(by=turn.by, but=[opened, following])
    waiting = [place for place in _shown(places, taken) if place.id != opened]
    rows = _rows([following] if comment else [opened, following])
    return Screenful(comment or rows.get(opened), rows.get(following), waiting[:SHOWN], taken)


def onward(turn: Turn, decided: Comment) -> str:
    """Claim what comes after a comment that was decided or skipped; its id, or nothing."""
    taken = turn.taken()
    places = _upcoming(turn, after=decided.story_id, more=2, taken=taken)
    return _claimed(turn, places, taken, but=decided.id)


def claim_all(turn: Turn, comments: Iterable[Comment]) -> dict[str, str]:
    """Claim all of these that are free, and let go everything else; who has the others."""
    if not turn.claims:
        return {}
    claims.let_go(by=turn.by, but=[one.id for one in comments if turn.take(one.id)])
    return turn.taken()


def _upcoming(turn: Turn, *, after: str, more: int, taken: Collection[str]) -> list[Place]:
    """What comes next when story `after` had its turn: `more` that are neither a colleague's nor
    skipped, as far as there are so many."""
    return turn.choice.next(after=after, most=more + len(taken) + len(turn.passed))


def _claimed(turn: Turn, places: Sequence[Place], taken: Collection[str], *, but: str = "") -> str:
    """The first that is free, claimed; its id, or nothing. What is claimed already comes first: a
    page has shown it."""
    free = [place.id for place in places if place.id not in taken and place.id != but]
    if not turn.claims:
        return next(iter(free), "")
    own = memory.places(claims.of(turn.by, turn.now))
    mine = [place.id for place in own if place.id != but and turn.choice.holds(place)]
    fresh = [one for one in mine + free if one not in turn.passed]
    return next(filter(turn.take, fresh + free), "")


def _may_have(turn: Turn, comment: Comment, taken: Collection[str]) -> bool:
    if not turn.claims or comment.state != states.HELD:
        return True
    return comment.id not in taken and turn.take(comment.id)


def _shown(places: Sequence[Place], taken: Collection[str]) -> list[Place]:
    """The places with no more than a few that colleagues have open."""
    others = [place.id for place in places if place.id in taken][TAKEN_SHOWN:]
    return [place for place in places if place.id not in others]


def _rows(ids: Iterable[str]) -> dict[str, Comment]:
    return Comment.objects.select_related("story").in_bulk(list(filter(None, ids)))
