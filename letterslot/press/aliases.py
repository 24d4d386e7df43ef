"""A story's other names: whoever includes it by one, or follows an old link, finds the story.

The story's own name, its slug, stays for ever: comments stand at addresses made of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from letterslot.discussion.models import Alias, Story
from letterslot.press.faults import StoryFault
from letterslot.shelf import layout

MOST: Final = 20  # of one story

_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")


def read(value: object, slug: str) -> tuple[str, ...]:
    """The field `aliases` of a story file: a list of names spelled like slugs. Raises StoryFault.

    A whole number, as other systems count their pages, is read as its digits.
    """
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > MOST:
        raise StoryFault(f"`aliases` is a list of at most {MOST}, like [harvest-2026, page-117].")
    names = [str(name) if type(name) is int else name for name in value]
    for name in names:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise StoryFault(f"`aliases`: {name} has other signs than a-z, 0-9 and inner hyphens.")
        if name == slug or names.count(name) > 1:
            raise StoryFault(f"`aliases` names {name} more than once, or the story itself.")
    return tuple(names)


def save(aliases: Mapping[str, Sequence[str]]) -> None:
    """Give stories, which stand in the database, these other names and no others.

    Inside a transaction. Raises StoryFault where a name is taken, or a story's slug was.
    """
    Alias.objects.filter(story__in=aliases).delete()
    wanted = [(name, slug) for slug, names in aliases.items() for name in names]
    taken = dict(Alias.objects.filter(pk__in=[name for name, _ in wanted]).values_list())
    stories = set(Story.objects.filter(pk__in=[name for name, _ in wanted]).values_list("pk"))
    for name, slug in wanted:
        holder = name if (name,) in stories else taken.setdefault(name, slug)
        if holder != slug:
            raise StoryFault(f"{slug}: the alias {name} belongs to the story {holder}.")
    for name, holder in Alias.objects.filter(pk__in=aliases).values_list():
        raise StoryFault(
            f"{name} is an alias of the story {holder}; give the new one another slug."
        )
    Alias.objects.bulk_create(Alias(name, slug) for name, slug in wanted)


def left(shelf: Path, slug: str) -> list[str]:
    """The names that lead to a story on the shelf, by its door file, and are nobody's any more."""
    known: Collection[str] = ()
    with suppress(OSError, ValueError, KeyError, TypeError):
        known = json.loads((shelf / layout.story_door(slug)).read_bytes())["aliases"]
    if not known:
        return []
    named = set(Alias.objects.filter(pk__in=known).values_list("pk", flat=True))
    named |= set(Story.objects.filter(pk__in=known).values_list("pk", flat=True))
    return sorted(set(known) - named)
