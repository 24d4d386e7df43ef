"""A moderator's sitting: who asks, for what, and what the session remembers of it.

The session lies in the memory of the desk's process and holds ids, never words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.http import HttpRequest

from letterslot.desk import permissions
from letterslot.desk.filters import Filters
from letterslot.desk.memory import memory
from letterslot.desk.turns import Turn
from letterslot.discussion import claims
from letterslot.newsroom import roles

_PASSED: Final = "passed"
_TOGETHER: Final = "together"
_PASSED_MOST: Final = 50


def turn(request: HttpRequest, filters: Filters) -> Turn:
    """What this moderator asks for now."""
    moderator = permissions.signed_in(request)
    among = None
    memory.refresh(permissions.ring(), settings.DATA)
    if filters.signal:
        among = memory.with_signal(filters.signal)
    if filters.group:
        alike = memory.group(filters.group)
        among = alike if among is None else among & alike
    return Turn(
        by=moderator.name,
        now=claims.minute(datetime.now(UTC)),
        filters=filters,
        among=among,
        passed=frozenset(request.session.get(_PASSED, ())),
        claims=roles.may(moderator.role, "approve"),
    )


def pass_over(request: HttpRequest, comment_id: str) -> None:
    """Remember a comment that was skipped: it comes again when nothing else waits."""
    passed = [one for one in request.session.get(_PASSED, ()) if one != comment_id]
    request.session[_PASSED] = [*passed, comment_id][-_PASSED_MOST:]


def decided_together(request: HttpRequest) -> list[str]:
    """The comments of the last decision about many; empty where the last was about one."""
    return list(request.session.get(_TOGETHER, ()))


def remember_together(request: HttpRequest, ids: Sequence[str]) -> None:
    request.session[_TOGETHER] = list(ids)
