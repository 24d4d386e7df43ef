"""Puts on the shelf what the database says: an edition that was written down, or stories alone."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from django.db.models import Q

from letterslot.discussion import ledger, threads
from letterslot.discussion.models import Edition, Story
from letterslot.letterbox.epochs import Keyring
from letterslot.newsroom.publication import Publication
from letterslot.pages import views
from letterslot.press import look
from letterslot.press.group import groups
from letterslot.press.render import Setter
from letterslot.shelf import layout, printing
from letterslot.shelf.manifest import OutdatedManifest, RootFacts, Rule, read_root

EXPIRES: Final = timedelta(days=90)  # how long a mirror may pass as fresh
FEWEST_KEYS: Final = 28  # days of epoch keys that must remain on the shelf


@dataclass(frozen=True)
class Press:
    """What every print needs: the data folder, the open keys, the newsroom's words, and the time.

    The words are read before anything is written down, so that a fault in them stops nothing half
    way.
    """

    data: Path
    ring: Keyring
    publication: Publication
    words: Mapping[str, views.Words]
    now: datetime

    @property
    def shelf(self) -> Path:
        return self.data / "shelf"

    @property
    def today(self) -> date:
        """The newsroom's day."""
        return self.now.astimezone(self.publication.zone).date()


def print_edition(press: Press, edition: Edition) -> None:
    """Put an edition on the shelf, from what was written down alone, unless it stands there."""
    printing.recover(press.shelf)
    facts = facts_on_shelf(press.shelf)
    if facts is None or facts.edition != edition.number:
        _put_on_shelf(press, edition, empty=facts is None)
    Edition.objects.filter(pk=edition.pk).update(finished=True)


def _put_on_shelf(press: Press, edition: Edition, *, empty: bool) -> None:
    fingerprint = look.fingerprint(press.publication, press.words)
    with _paper(press, edition.date) as paper:
        setter = _setter(press, edition.date, paper)
        if _all_anew(press, fingerprint):
            _set_stories(setter, _all_slugs())
            setter.archive(Story.objects.dates("date", "month"))
        else:
            _set_touched(setter, edition)
        # On an empty shelf (the first edition, or one that was lost) every answer is set again.
        for brought in Edition.objects.order_by("number") if empty else [edition]:
            setter.answers(brought)
        setter.publication_pages(fingerprint)
        paper.finish(_facts(press, edition, edition.date), press.ring.signing_key)


def print_between_editions(press: Press, slugs: Collection[str]) -> list[str]:
    """Stories, or all of them where the look has changed, under the last edition's number."""
    fingerprint = look.fingerprint(press.publication, press.words)
    if _all_anew(press, fingerprint):
        slugs = _all_slugs()
    empty = facts_on_shelf(press.shelf) is None
    with _paper(press, press.today) as paper:
        setter = _setter(press, press.today, paper)
        _set_stories(setter, slugs)
        _set_siblings(setter, slugs)
        setter.archive(_days_of(press.shelf, slugs))
        for brought in Edition.objects.order_by("number") if empty else ():
            setter.answers(brought)
        setter.publication_pages(fingerprint)
        paper.finish(_facts(press, threads.last_edition(), press.today), press.ring.signing_key)
    return sorted(slugs)


def _all_anew(press: Press, fingerprint: str) -> bool:
    """Whether no page of any story can stay as it is."""
    return fingerprint != look.on_shelf(press.shelf) or is_outdated(press.shelf)


def _paper(press: Press, day: date) -> printing.Printing:
    """New paper; files carry the start of that day in UTC and nothing finer."""
    midnight = datetime.combine(day, time(), UTC)
    return printing.Printing(press.shelf, mtime=int(midnight.timestamp()))


def _setter(press: Press, today: date, paper: printing.Printing) -> Setter:
    return Setter(press.data, press.publication, press.words, press.ring, today, paper)


def _set_stories(setter: Setter, slugs: Collection[str]) -> None:
    """Stories with the whole of their threads."""
    for group in groups(slugs):
        setter.take(group)
        for slug, story in sorted(group.stories.items()):
            setter.story(story)
            setter.conversations(story, threads.all_conversations(slug))


def _days_of(shelf: Path, slugs: Collection[str]) -> set[date]:
    """The days of these stories, and those under which the archive names them so far."""
    stories = Story.objects.filter(pk__in=slugs).values_list("pk", "date")
    days = {day for _, day in stories}
    for slug, _ in stories:
        with suppress(OSError, ValueError, KeyError, TypeError):
            known = json.loads((shelf / layout.story_door(slug)).read_bytes())["date"]
            days.add(date.fromisoformat(known))
    return days


def _set_siblings(setter: Setter, slugs: Collection[str]) -> None:
    """The same stories in their other languages, whose pages link to these."""
    stories = Story.objects.filter(pk__in=slugs)
    siblings = {row.slug: row for story in stories for row in threads.family(story)}
    for slug in sorted(siblings.keys() - set(slugs)):
        setter.story(siblings[slug])


def _set_touched(setter: Setter, edition: Edition) -> None:
    """What an edition touches: a story's own pages, and the pages of certain conversations."""
    for group in groups(edition.stories):
        setter.take(group)
        for slug, story in sorted(group.stories.items()):
            setter.story(story)
            setter.conversations(story, edition.stories[slug])


def _all_slugs() -> set[str]:
    return set(Story.objects.values_list("pk", flat=True))


def _facts(press: Press, edition: Edition | None, day: date) -> RootFacts:
    """What the signed root says. The ledger's end is the edition's: a newer one would tell, between
    editions, how much is being decided."""
    publication = press.publication
    return RootFacts(
        publication=publication.name,
        url=publication.url,
        edition=edition.number if edition else 0,
        slot=edition.slot if edition else 0,
        date=day,
        ledger_entries=edition.ledger_entries if edition else 0,
        ledger_head=edition.ledger_head if edition else ledger.BEGINNING,
        rule=_rule(publication),
        expires=day + EXPIRES,
    )


def _rule(publication: Publication) -> Rule:
    return Rule(
        policy=publication.policy,
        k_min=publication.k_min,
        hold=publication.hold,
        pool=publication.pool,
        alone_after=publication.alone_after,
    )


# What stands there


def facts_on_shelf(shelf: Path) -> RootFacts | None:
    """What the root on the shelf says; None where none stands, or one of an earlier format.

    Raises BadManifest.
    """
    try:
        return read_root((shelf / layout.MANIFEST).read_bytes()).facts
    except (FileNotFoundError, OutdatedManifest):
        return None


def closed_by_calendar(press: Press, today: date) -> set[str]:
    """The stories whose threads closed by their age or date since the last print."""
    facts = facts_on_shelf(press.shelf)
    if facts is None:
        return set()
    days = timedelta(days=press.publication.comment_days)
    by_day = Q(comments__gte=facts.date.isoformat(), comments__lt=today.isoformat())
    by_age = Q(comments="", date__gte=facts.date - days, date__lt=today - days)
    return set(Story.objects.filter(by_day | by_age).values_list("pk", flat=True))


def is_outdated(shelf: Path) -> bool:
    """Whether the shelf is in the format of an earlier program, which no door reads any more."""
    return (shelf / layout.MANIFEST).exists() and facts_on_shelf(shelf) is None


def keys_run_short(press: Press) -> bool:
    """Whether fewer days of epoch keys, from today on, remain on the shelf than a pause of the
    worker may last. Keys of later days do not count: a clock that was ahead has left them."""
    try:
        door = json.loads((press.shelf / layout.door()).read_bytes())
        listed = set(door["epochs"])
    except (OSError, ValueError, KeyError, TypeError):
        return True
    needed = {(press.today + timedelta(days=n)).isoformat() for n in range(FEWEST_KEYS)}
    return not needed <= listed
