"""Claims: a moderator has a comment open for some minutes, and no colleague reads it meanwhile.

A claim is a courtesy: it says who reads, never what was decided. What two people decide at once is
settled by the ledger. So claims live in the memory of the desk's process, as its sessions do: who
reads what leaves no row, and looking at the queue writes nothing. Time is told in whole minutes of
UTC since 1970, and a claim that reaches further ahead than one can be made is void, so that a clock
that jumps back locks nothing up.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from letterslot.letterbox.keyholder import keyholder

MINUTES: Final = 10


@dataclass(frozen=True, slots=True)
class _Claim:
    by: str  # a moderator's name
    until: int  # the minute it ends with

    def is_live(self, now: int) -> bool:
        return now < self.until <= now + MINUTES


class Claims:
    """Who has which comment open; safe to share among threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._claims: dict[str, _Claim] = {}

    def of_others(self, by: str, now: int) -> dict[str, str]:
        """Who has which comment open besides `by`: names by the comment's id."""
        return {one: claim.by for one, claim in self._live(now) if claim.by != by}

    def of(self, by: str, now: int) -> frozenset[str]:
        """What `by` has open."""
        return frozenset(one for one, claim in self._live(now) if claim.by == by)

    def take(self, comment_id: str, *, by: str, now: int) -> bool:
        """Claim a comment, or renew a claim; whether it is now `by`'s."""
        with self._lock:
            claim = self._claims.get(comment_id)
            if claim and claim.by != by and claim.is_live(now):
                return False
            self._claims[comment_id] = _Claim(by, now + MINUTES)
            return True

    def let_go(self, *, by: str, but: Collection[str] = ()) -> None:
        """Give up all claims of `by` except these."""
        with self._lock:
            mine = [one for one, claim in self._claims.items() if claim.by == by]
            for one in mine:
                if one not in but:
                    del self._claims[one]

    def forget(self) -> None:
        """Give up everybody's: for when the desk is locked."""
        with self._lock:
            self._claims.clear()

    def _live(self, now: int) -> list[tuple[str, _Claim]]:
        with self._lock:
            return [(one, claim) for one, claim in self._claims.items() if claim.is_live(now)]


def minute(now: datetime) -> int:
    """The minute that a moment lies in, as claims count them."""
    return int(now.timestamp()) // 60


claims: Final = Claims()
keyholder.when_locked(claims.forget)
