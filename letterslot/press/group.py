"""What is looked up at once for stories that are printed one after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from django.db.models import Q

from letterslot.discussion import threads
from letterslot.discussion.models import Alias, Printed
from letterslot.discussion.models import Story as StoryRow

TOGETHER: Final = 100  # stories; their words are in memory at once


@dataclass(frozen=True)
class Group:
    """Some stories' rows by slug, and what few of them have, so that nobody asks for the others."""

    stories: dict[str, StoryRow]
    aliases: dict[str, list[str]]  # sorted; of every story
    next_places: dict[str, int]  # of every story
    in_families: set[str]  # stories that may stand in other languages
    with_picks: set[str]

    @classmethod
    def of(cls, slugs: Collection[str]) -> Group:
        stories = StoryRow.objects.in_bulk(list(slugs))
        named: dict[str, list[str]] = defaultdict(list)
        for name, slug in Alias.objects.filter(story__in=slugs).order_by("pk").values_list():
            named[slug].append(name)
        picked = Printed.objects.filter(story__in=slugs, picked_edition__isnull=False)
        return cls(
            stories,
            {slug: named[slug] for slug in slugs},
            threads.next_places(slugs),
            _in_families(slugs),
            set(picked.values_list("story_id", flat=True)),
        )


def groups(slugs: Collection[str]) -> Iterator[Group]:
    """Groups of those of the stories that exist, sorted."""
    rest = iter(sorted(slugs))
    while some := list(islice(rest, TOGETHER)):
        yield Group.of(some)


def _in_families(slugs: Collection[str]) -> set[str]:
    """Of the slugs those that name another story, or that another names."""
    rows = StoryRow.objects.exclude(translation_of="")
    rows = rows.filter(Q(pk__in=slugs) | Q(translation_of__in=slugs))
    return {slug for row in rows.values_list("pk", "translation_of") for slug in row}
