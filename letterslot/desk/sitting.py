"""A moderator's sitting: who asks, for what, and what the session remembers of it.

The session lies in the memory of the desk's process and holds ids, never words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.http import HttpRequest

from letterslot.desk import permissions, queue
from letterslot.desk.claims import claims, minute
from letterslot.desk.filters import Filters
from letterslot.desk.memory import memory
from letterslot.desk.queue import Choice
from letterslot.desk.turns import Turn
from letterslot.newsroom import roles, scope
from letterslot.newsroom.models import Moderator

_PASSED: Final = "passed"
_TOGETHER: Final = "together"
_PASSED_MOST: Final = 50


def turn(request: HttpRequest, filters: Filters) -> Turn:
    """What this moderator asks for now."""
    moderator = permissions.signed_in(request)
    memory.refresh(permissions.ring(), settings.DATA)
    return Turn(
        by=moderator.name,
        now=minute(datetime.now(UTC)),
        choice=Choice(
            filters,
            _among(filters, moderator),
            scope.of(moderator),
            queue.in_language(filters.language) if filters.language else None,
        ),
        passed=frozenset(request.session.get(_PASSED, ())),
        claims=roles.may(moderator.role, "approve"),
    )


def _among(filters: Filters, moderator: Moderator) -> frozenset[str] | None:
    """Ids of the comments that the filters leave whose meaning no database knows; None where there
    is no such filter."""
    left = []
    if filters.signal:
        left.append(memory.with_signal(filters.signal))
    if filters.group:
        left.append(memory.group(filters.group))
    if filters.mine:
        mine = claims.of(moderator.name, minute(datetime.now(UTC)))
        left.append(mine.union(queue.decided_by(moderator.name)))
    return frozenset.intersection(*left) if left else None


def taken(request: HttpRequest) -> dict[str, str]:
    """What colleagues have open: names by the comment's id."""
    return claims.of_others(permissions.signed_in(request).name, minute(datetime.now(UTC)))


def pass_over(request: HttpRequest, comment_id: str) -> None:
    """Remember a comment that was skipped: it comes again when nothing else waits."""
    passed = [one for one in request.session.get(_PASSED, ()) if one != comment_id]
    request.session[_PASSED] = [*passed, comment_id][-_PASSED_MOST:]


def decided_together(request: HttpRequest) -> list[str]:
    """The comments of the last decision about many; empty where the last was about one."""
    return list(request.session.get(_TOGETHER, ()))


def remember_together(request: HttpRequest, ids: Sequence[str]) -> None:
    request.session[_TOGETHER] = list(ids)
