"""How long comments have waited, told in slots and missed editions: there is nothing finer."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Max

from letterslot.discussion.models import Clockwork, Edition


@dataclass(frozen=True)
class Age:
    """How long comments of one slot have waited."""

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


@dataclass(frozen=True)
class Calendar:
    """The current slot, the editions that came out at theirs, and the number of the next."""

    slot: int
    next_edition: int
    editions: list[int]  # slots of the scheduled ones, in order

    def age(self, slot: int, target: int) -> Age:
        """The age of what was collected in `slot`."""
        return Age(max(self.slot - slot, 0), self.missed(slot), target)

    def missed(self, slot: int) -> int:
        """How many scheduled editions came out after this slot."""
        return len(self.editions) - bisect_right(self.editions, slot)


def calendar(slots: Collection[int]) -> Calendar:
    """What tells the age of comments of these slots. Three queries, however many."""
    now = Clockwork.objects.values_list("slot", flat=True).first() or 0
    newest = Edition.objects.aggregate(newest=Max("number"))["newest"] or 0
    since = min(slots, default=now)
    scheduled = Edition.objects.filter(scheduled=True, finished=True, slot__gt=since)
    return Calendar(now, newest + 1, sorted(scheduled.values_list("slot", flat=True)))
