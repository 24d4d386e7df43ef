"""Slots: the only time there is. Counted, not told by the clock, so that a clock that jumps
back makes no edition twice and one that jumps ahead skips no number."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction

from letterslot.discussion.models import Clockwork
from letterslot.newsroom.publication import Publication

PROMPT_MINUTES = 15
GUARDED_HOUR = 6


def clock_slot(publication: Publication, now: datetime) -> int:
    """The number of the slot that the clock is in: that of the quarter of an hour it begins with,
    counted from 1970 under either policy. A newsroom that changes its policy goes on counting."""
    return int(_began_at(publication, now).timestamp()) // (PROMPT_MINUTES * 60)


def _began_at(publication: Publication, now: datetime) -> datetime:
    if publication.policy == "prompt":
        return now
    local = now.astimezone(publication.zone)
    day = (local - timedelta(hours=GUARDED_HOUR)).date()
    return datetime.combine(day, time(GUARDED_HOUR), publication.zone)


def next_slot_at(publication: Publication, now: datetime) -> datetime:
    """When the next slot begins by the clock, in the publication's zone."""
    local = now.astimezone(publication.zone)
    if publication.policy == "prompt":
        seconds = PROMPT_MINUTES * 60
        return datetime.fromtimestamp(
            (int(now.timestamp()) // seconds + 1) * seconds, publication.zone
        )
    today = datetime.combine(local.date(), time(GUARDED_HOUR), publication.zone)
    return today if today > local else today + timedelta(days=1)


def _longest(publication: Publication) -> int:
    """How many quarters of an hour a slot may last: a day in autumn has an hour more."""
    return 1 if publication.policy == "prompt" else 25 * 60 // PROMPT_MINUTES


def current(publication: Publication, now: datetime, *, move_on: bool = False) -> int:
    """The current slot; moves the counter on when the clock has, or when a person asks for it.
    Nothing is written as long as the slot lasts."""
    clock = clock_slot(publication, now)
    stands = Clockwork.objects.filter(clock_slot=clock).values_list("slot", flat=True).first()
    if stands is not None and not move_on:
        return stands
    return _moved(publication, clock, move_on=move_on)


@transaction.atomic
def _moved(publication: Publication, clock: int, *, move_on: bool) -> int:
    row, _ = Clockwork.objects.select_for_update().get_or_create(id=1)
    if row.clock_slot == 0:
        row.clock_slot = clock
    if clock > row.clock_slot:
        row.slot += 1
        row.clock_slot = clock
    elif clock < row.clock_slot - _longest(publication):
        # The clock was ahead and has been put right: count on from here, or no slot would end
        # until it is there again. A step back within a slot or two is waited out.
        row.clock_slot = clock
    if move_on:
        row.slot += 1
    row.save(update_fields=["slot", "clock_slot"])
    return row.slot
