"""Opens the post: takes envelopes from the spool and makes comments of them, each exactly once.

A collection is what lay in the spool when it began, in an order of its own. Comments and reports
are taken in before wishes, so that a withdrawal sent minutes after its comment finds it. A letter
of a kind that this version does not know stays in the spool, for the version that does.
"""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.db import connection, transaction

from letterslot.desk import house
from letterslot.discussion import appeals, ledger, reports, states, wording
from letterslot.discussion.models import (
    CollectedNumber,
    Comment,
    Decision,
    Printed,
    Rejected,
    Story,
)
from letterslot.letterbox import letters, private_files
from letterslot.letterbox.epochs import EpochDestroyed, Keyring
from letterslot.letterbox.letters import (
    CommentLetter,
    Letter,
    ReceiptLetter,
    ReportLetter,
    UnknownKind,
    Wish,
)
from letterslot.letterbox.sealing import SealingError
from letterslot.letterbox.spool import Row, Spool

_BUSY_SECONDS: Final = 20.0
BATCH: Final = 200  # envelopes a transaction; 6 MB of memory at most
ID_LENGTH: Final = 8
ID_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"  # no i, l, o, u: 40 bits in eight

_WRITER = ledger.Hand(role="writer", via="receipt")
_ORDER = secrets.SystemRandom()


@dataclass(frozen=True)
class Collected:
    """What a collection did: envelopes taken in (comments, reports and wishes), put aside, left."""

    collected: int
    rejected: int
    waiting: int


class Unacceptable(ValueError):
    """An envelope that cannot be taken in; the message says why, without a word of its text."""


def collect(*, data: Path, ring: Keyring, slot: int, wishes: bool = True) -> Collected:
    """Open what waits in DIR/door/spool.sqlite3 and stamp it with `slot`.

    Without `wishes`, what holders of receipts ask for stays in the spool: each leaves a line in
    the ledger, and where a slot is a day, lines between the decisions of that day would tell its
    hour.

    Killed at any moment and run again, every envelope is taken in once: its number is remembered
    in the transaction that stores its comment, and only then is it removed from the spool. The
    times of the desk's files tell the last collection afterwards, and not the last that found
    anything.
    """
    with Spool.open(data / "door" / "spool.sqlite3") as spool:
        appeal_days = house.publication(data).appeal_days
        collection = _Collection(spool, ring, slot, wishes, appeal_days)
        collection.run()
        spool.tidy()
        private_files.touch_database(_database())
        return Collected(collection.collected, collection.rejected, spool.waiting())


class _Collection:
    """One run over the spool."""

    def __init__(
        self, spool: Spool, ring: Keyring, slot: int, wishes: bool, appeal_days: int
    ) -> None:
        self.spool = spool
        self.ring = ring
        self.slot = slot
        self.wishes = wishes
        self.appeal_days = appeal_days
        self.together: set[bytes] = set()  # receipts that asked to come out with others
        self.collected = 0
        self.rejected = 0

    def run(self) -> None:
        numbers = self.spool.numbers()
        _ORDER.shuffle(numbers)
        wishes: list[bytes] = []
        for batch in _batches(numbers):
            wishes += self._take(batch, wishes_too=False)
        for batch in _batches(wishes if self.wishes else []):
            self._take(batch, wishes_too=True)

    def _take(self, numbers: Sequence[bytes], *, wishes_too: bool) -> list[bytes]:
        """One batch, one transaction. Returns the numbers of wishes left for later."""
        rows = self.spool.rows(numbers)
        with transaction.atomic():
            known = _known(number for number, _, _ in rows)
            collected, rejected, left = self._store(rows, known, wishes_too)
        self.collected += collected
        self.rejected += rejected
        stay = set(left)
        if known and not _is_on_disk():
            stay |= known
        self.spool.remove(number for number, _, _ in rows if number not in stay)
        return left

    def _store(
        self, rows: Sequence[Row], known: set[bytes], wishes_too: bool
    ) -> tuple[int, int, list[bytes]]:
        """How many were taken in and put aside, and what is left for later."""
        collected, rejected, left = 0, 0, []
        for row in rows:
            number, epoch, envelope = row
            if number in known:
                continue
            try:
                letter = _open(row, self.ring)
                if isinstance(letter, ReceiptLetter) and not wishes_too:
                    left.append(number)
                    continue
                self._take_in(letter)
                collected += 1
            except UnknownKind:
                left.append(number)
                continue
            except (Unacceptable, SealingError) as fault:
                Rejected.objects.create(
                    number=number, epoch=epoch, envelope=envelope, why=str(fault)
                )
                rejected += 1
            CollectedNumber.objects.create(number=number, epoch=epoch)
            ledger.scatter(CollectedNumber, number)
        return collected, rejected, left

    def _take_in(self, letter: Letter) -> None:
        """Raises Unacceptable."""
        if isinstance(letter, CommentLetter):
            _receive(letter, self.ring, self.slot)
        elif isinstance(letter, ReportLetter):
            _report(letter, self.ring, self.slot)
        else:
            self._grant(_wish(letter, self.ring), letter.epoch)

    def _grant(self, wish: Wish, epoch: str) -> None:
        """Do what the writer asks, where it can be done. What cannot be done changes nothing."""
        for comment in Comment.objects.filter(receipt=wish.receipt):
            if wish.verb == "appeal":
                self._lodge(comment, wish, epoch)
            elif wish.verb == "group":
                self._change_group(comment, wish)
            elif states.is_possible(comment.state, wish.verb):
                _act(comment, wish.verb, self.slot)

    def _lodge(self, comment: Comment, wish: Wish, epoch: str) -> None:
        sealed = wording.seal_reason(wish.details.get("words", ""), epoch, self.ring)
        if sealed is not None:
            appeals.lodge(
                comment, sealed_words=sealed, epoch=epoch, slot=self.slot, days=self.appeal_days
            )

    def _change_group(self, comment: Comment, wish: Wish) -> None:
        """The last choice holds. Of two in one collection nobody knows which was the last: then
        the safer one does."""
        group = wish.details.get("group", "")
        if group not in letters.GROUPS or (group != "yes" and wish.receipt in self.together):
            return
        if group == "yes":
            self.together.add(wish.receipt)
        Comment.objects.filter(pk=comment.pk).update(group=group)


def _batches(numbers: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    return (numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH))


def _known(numbers: Iterator[bytes]) -> set[bytes]:
    """Those of the numbers that were taken in by a run that was killed before it cleared up."""
    found = CollectedNumber.objects.filter(number__in=list(numbers))
    return {bytes(number) for number in found.values_list("number", flat=True)}


def _is_on_disk() -> bool:
    """Whether all that can be read in the desk's database would outlive a power cut; false while
    another process reads what is older.

    A run that was killed, or whose flush failed, may have left in the log what only memory holds.
    Moved into the database it is written and flushed anew. Raises sqlite3.Error.
    """
    database = _database()
    if not database.exists():  # it lives in memory
        return True
    with contextlib.closing(sqlite3.connect(database, timeout=_BUSY_SECONDS)) as own:
        (busy, _, _) = own.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
    return not busy


def _database() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def _open(row: Row, ring: Keyring) -> Letter:
    """Raises Unacceptable, or UnknownKind."""
    number, epoch, envelope = row
    try:
        return letters.read(
            envelope, number=number, epoch=epoch, private_key=ring.private_key(epoch)
        )
    except EpochDestroyed:
        raise Unacceptable("There is no key for its day.") from None
    except UnknownKind:
        raise
    except SealingError as fault:
        raise Unacceptable(str(fault)) from None


def _wish(letter: ReceiptLetter, ring: Keyring) -> Wish:
    """Raises Unacceptable."""
    try:
        return letters.open_wish(letter, ring.private_key(letter.epoch))
    except SealingError as fault:
        raise Unacceptable(str(fault)) from None


def _receive(letter: CommentLetter, ring: Keyring, slot: int) -> None:
    """Make a comment of the letter, its words sealed anew alone. Raises Unacceptable."""
    if not Story.objects.filter(pk=letter.story).exists():
        raise Unacceptable("Its story is not known here.")
    comment = Comment(
        id=new_id(),
        story_id=letter.story,
        reply_to=_answered(letter),
        epoch=letter.epoch,
        receipt=letter.receipt,
        group=letter.group,
        edits=letter.edits,
    )
    words = wording.Wording(letter.name, letter.text)
    ledger.receive(comment, wording.seal(words, letter.epoch, ring), slot=slot)


def new_id() -> str:
    """A public id that no comment has. Random, so that it tells nothing of when or after whom."""
    while True:
        new = "".join(secrets.choice(ID_ALPHABET) for _ in range(ID_LENGTH))
        if not Comment.objects.filter(pk=new).exists():
            return new


def _answered(letter: CommentLetter) -> str:
    """The printed comment of the same story that the letter answers; empty where there is none."""
    answered = Printed.objects.filter(pk=letter.reply_to, story=letter.story)
    return letter.reply_to if letter.reply_to and answered.exists() else ""


def _report(letter: ReportLetter, ring: Keyring, slot: int) -> None:
    """Keep a report, its reason sealed anew alone. One about what is not printed is nothing."""
    sealed = wording.seal_reason(letter.reason, letter.epoch, ring)
    if sealed is not None:
        reports.take(letter.comment, sealed_reason=sealed, epoch=letter.epoch, slot=slot)


def _act(comment: Comment, verb: str, slot: int) -> None:
    if verb != "refuse-edit" or _is_edited(comment):
        ledger.act(comment.id, verb, hand=_WRITER, slot=slot)


def _is_edited(comment: Comment) -> bool:
    """Whether the current wording is a moderator's."""
    return Decision.objects.filter(comment=comment, act="edit", revision=comment.revision).exists()
