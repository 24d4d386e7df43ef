"""Claims: a moderator has a comment open for some minutes, and no colleague reads it meanwhile.

A claim is a courtesy that the database keeps: it says who reads, never what was decided. What two
people decide at once is settled by the ledger. Time is told in whole minutes of UTC since 1970, and
a claim that reaches further ahead than one can be made is void, so that a clock that jumps back
locks nothing up.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from letterslot.discussion.models import Claim

MINUTES: Final = 10


def minute(now: datetime) -> int:
    """The minute that a moment lies in, as claims count them."""
    return int(now.timestamp()) // 60


def live(now: int) -> QuerySet[Claim]:
    """The claims that hold in this minute."""
    return Claim.objects.filter(until__gt=now, until__lte=now + MINUTES)


def of_others(by: str, now: int) -> dict[str, str]:
    """Who has which comment open besides `by`: names by the comment's id."""
    return dict(live(now).exclude(by=by).values_list("comment_id", "by"))


def take(comment_id: str, *, by: str, now: int) -> bool:
    """Claim a comment, or renew a claim; whether it is now `by`'s."""
    theirs_to_take = Q(by=by) | Q(until__lte=now) | Q(until__gt=now + MINUTES)
    taken = Claim.objects.filter(theirs_to_take, comment_id=comment_id)
    if taken.update(by=by, until=now + MINUTES):
        return True
    try:
        with transaction.atomic():
            Claim.objects.create(comment_id=comment_id, by=by, until=now + MINUTES)
    except IntegrityError:
        return False
    return True


def let_go(*, by: str, but: Collection[str] = ()) -> None:
    """Give up all claims of `by` except these."""
    mine = Claim.objects.filter(by=by)
    if but:
        mine = mine.exclude(comment_id__in=but)
    mine.delete()
