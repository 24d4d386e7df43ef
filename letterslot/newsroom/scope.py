"""Which stories a moderator works on: the one place that says so, for lists and single things."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from letterslot.newsroom.models import Moderator, Role

Stories = frozenset[str] | None  # slugs; None: every story
Row = TypeVar("Row", bound=Model)


def of(moderator: Moderator) -> Stories:
    """The stories that this person works on. A chief works on all of them."""
    if moderator.role == Role.CHIEF or moderator.stories is None:
        return None
    return frozenset(moderator.stories)


def within(rows: QuerySet[Row], stories: Stories, field: str = "story") -> QuerySet[Row]:
    """The rows of these stories; `field` leads from a row to its story."""
    return rows if stories is None else rows.filter(**{f"{field}__in": stories})


def has(stories: Stories, slug: str) -> bool:
    """Whether a story is one of these."""
    return stories is None or slug in stories
