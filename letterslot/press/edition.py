"""Makes editions and prints stories: the one way by which anything gets onto the shelf.

An edition is first written down whole, in one transaction, and then printed from what was written
down. Whatever breaks off in between, the next run prints the same bytes.
"""

from __future__ import annotations

import fcntl
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import transaction

from letterslot.discussion import known_settings, ledger, slots, threads
from letterslot.discussion.models import Comment, Edition
from letterslot.letterbox.epochs import Keyring
from letterslot.newsroom import publication as publications
from letterslot.press import answers, choose, galley, shelving
from letterslot.press.printed import Record
from letterslot.press.shelving import Press
from letterslot.shelf import printing, switch

_NOTHING_STANDS: Final = "Nothing that was removed stands on the shelf."


@dataclass(frozen=True)
class EditionResult:
    """What an edition did. `edition` is None where there was none, and `why` says why.

    `published` and `removed` count comments, withdrawn ones among the removed; `answers` counts
    receipts; `waiting` counts approved comments that did not go with it.
    """

    edition: int | None
    published: int = 0
    removed: int = 0
    answers: int = 0
    waiting: int = 0
    why: str = ""


def make(
    *, data: Path, ring: Keyring, now: datetime, move_on: bool = False, dry_run: bool = False
) -> EditionResult:
    """Make the edition of the current slot, once, if anything is due.

    `move_on` first moves the publication on to its next slot. A dry run changes nothing and tells
    what would be. Raises PublicationFault and WordsFault.
    """
    with _locked(data, ring, now, dry_run=dry_run) as press:
        if dry_run:
            return _rehearse(press, move_on=move_on)
        before = _finish_interrupted(press)
        made = _write_down(press, move_on=move_on)
        if isinstance(made, Edition):
            shelving.print_edition(press, made)
            return _result(made, press)
        # Where no worker runs, whoever calls this does what the calendar asks for, too.
        _print_what_is_due(press)
        return before or made


def remove_now(
    *, data: Path, ring: Keyring, now: datetime, comment_ids: Collection[str] | None = None
) -> EditionResult:
    """Take removed comments off the shelf at once, in an edition that prints no new comment.

    `comment_ids` names them; None: all that are removed or withdrawn. It waits for no slot and
    takes no slot's edition away.
    """
    with _locked(data, ring, now) as press:
        before = _finish_interrupted(press)
        made = _write_down_emergency(press, comment_ids)
        if isinstance(made, Edition):
            shelving.print_edition(press, made)
            return _result(made, press)
        return before or made


def print_stories(*, data: Path, ring: Keyring, now: datetime, slugs: Collection[str]) -> list[str]:
    """Print stories as they are now, at once, and the publication's pages; the slugs, sorted.

    No comment is printed with it: the serial rises, the edition stays (0 before the first).
    """
    with _locked(data, ring, now) as press:
        _finish_interrupted(press)
        return shelving.print_between_editions(press, set(slugs))


def print_by_calendar(*, data: Path, ring: Keyring, now: datetime) -> bool:
    """Print threads that closed by age; sign again when epoch keys run short; print all anew where
    the shelf is in the format of an earlier program.

    For the worker, at each slot; whether anything was printed.
    """
    with _locked(data, ring, now) as press:
        _finish_interrupted(press)
        return _print_what_is_due(press)


def _print_what_is_due(press: Press) -> bool:
    closed = shelving.closed_by_calendar(press, press.today)
    renew = shelving.keys_run_short(press) or shelving.is_outdated(press.shelf)
    if not closed and not renew:
        return False
    shelving.print_between_editions(press, closed)
    return True


def forget_replaced(data: Path) -> None:
    """Delete what the last print replaced, kept until then for a door that still reads the edition
    before. Call it a few seconds after a print: only then is a removed text off this disk."""
    with _alone(data):
        switch.forget_previous(data / "shelf")


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """One printer at a time; another waits for its turn."""
    with (data / "press.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _locked(data: Path, ring: Keyring, now: datetime, *, dry_run: bool = False) -> Iterator[Press]:
    """The press, ours alone, with the newsroom's words as they are now; that they have changed is
    in the ledger first."""
    with _alone(data):
        publication = publications.load(data)
        words = galley.words(data, publication)
        if not dry_run:
            known_settings.notice(data, publication, now)
        yield Press(data, ring, publication, words, now)


def _finish_interrupted(press: Press) -> EditionResult | None:
    """Print an edition that was written down and not finished; what it did."""
    printing.recover(press.shelf)
    edition = Edition.objects.filter(finished=False).order_by("number").first()
    if edition is None:
        return None
    shelving.print_edition(press, edition)
    return _result(edition, press)


def _rehearse(press: Press, *, move_on: bool) -> EditionResult:
    """Write the next edition down, tell of it, and take it back."""
    interrupted = Edition.objects.filter(finished=False).first()
    with transaction.atomic():
        made = _write_down(press, move_on=move_on)
        result = _result(made, press) if isinstance(made, Edition) else made
        transaction.set_rollback(True)
    if interrupted is not None and result.edition is None:
        return _result(interrupted, press)
    return result


@transaction.atomic
def _write_down(press: Press, *, move_on: bool) -> Edition | EditionResult:
    """The edition of the slot with all its rows; or why there is none."""
    slot = slots.current(press.publication, press.now, move_on=move_on)
    seed = secrets.token_bytes(32)
    choice = choose.for_slot(press.publication, press.ring, slot, seed)
    if Edition.objects.filter(slot=slot, scheduled=True).exists():
        waiting = len(choice.new) + choice.waiting
        return EditionResult(None, waiting=waiting, why=_already_printed(press))
    if choice.is_empty:
        why = choose.why_waiting(choice.waiting, press.publication) or "Nothing is due."
        return EditionResult(None, waiting=choice.waiting, why=why)
    return _create(press, choice, slot, seed, scheduled=True)


def _already_printed(press: Press) -> str:
    begins = slots.next_slot_at(press.publication, press.now)
    return f"This slot has its edition; the next slot begins at {begins:%H:%M on %Y-%m-%d}."


@transaction.atomic
def _write_down_emergency(
    press: Press, comment_ids: Collection[str] | None
) -> Edition | EditionResult:
    choice = choose.for_emergency(comment_ids)
    if choice.is_empty:
        return EditionResult(None, waiting=choice.waiting, why=_NOTHING_STANDS)
    slot = slots.current(press.publication, press.now)
    return _create(press, choice, slot, secrets.token_bytes(32), scheduled=False)


def _create(
    press: Press, choice: choose.Choice, slot: int, seed: bytes, *, scheduled: bool
) -> Edition:
    """Write an edition down: its own row, its comments, its answers, and the ledger's end."""
    last = threads.last_edition()
    edition = Edition.objects.create(
        number=last.number + 1 if last else 1,
        slot=slot,
        date=max(press.today, last.date) if last else press.today,
        seed=seed,
        scheduled=scheduled,
    )
    record = Record(edition, press.ring)
    record.write(choice)
    edition.published = choice.published
    edition.removed = len(choice.removed) + len(choice.withdrawn)
    edition.answers = answers.store(
        _to_be_told(choice, scheduled), edition, press.ring, press.publication.appeal_days
    )
    for slug in shelving.closed_by_calendar(press, edition.date):
        record.touched[slug].update(threads.all_conversations(slug))
    edition.stories = {slug: sorted(ids) for slug, ids in record.touched.items()}
    end = ledger.head()
    edition.ledger_entries, edition.ledger_head = end.entries, end.hash
    edition.save()
    return edition


def _to_be_told(choice: choose.Choice, scheduled: bool) -> list[Comment]:
    """Who gets an answer: everybody that waits for one; in an emergency, only whom it concerns."""
    due = threads.answers_due()
    if not scheduled:
        due = due.filter(pk__in=[row.pk for row in (*choice.removed, *choice.withdrawn)])
    return list(due)


def _result(edition: Edition, press: Press) -> EditionResult:
    waiting = threads.approved().count()
    return EditionResult(
        edition=edition.number,
        published=edition.published,
        removed=edition.removed,
        answers=edition.answers,
        waiting=waiting,
        why=choose.why_waiting(waiting, press.publication),
    )
