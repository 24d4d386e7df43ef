"""Who prints to the store: a note there, that one press at a time can write and must keep fresh.

Each write to the store stands on the state that was seen under this claim, so that even a press
that slept through the end of its claim cannot write over what another has written since.
"""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from typing import Final

from letterslot.press.bucket import Bucket, Changed, Held, StoreFault

NOTE: Final = ".press.json"  # no path of a shelf begins with a dot
LEASE: Final = 60.0  # seconds for which a claim stands that nobody keeps fresh
_LARGEST: Final = 4096
_HEADERS: Final = {"ContentType": "application/json", "CacheControl": "no-store"}
_NEVER: Final = '"00000000000000000000000000000000"'  # the mark of nothing


@dataclass(frozen=True)
class Note:
    """What the claim says. `settled`: the press ended, and the store is as its root says."""

    serial: int
    holder: str
    settled: bool


class Claim:
    """A claim that was taken, over the note `before` it."""

    def __init__(
        self, bucket: Bucket, note: Note, etag: str, *, before: Note | None, lease: float
    ) -> None:
        self._bucket, self._note, self._etag = bucket, note, etag
        self._lease, self._renewed = lease, time.monotonic()
        self.first = before is None  # nothing stood there
        self.inherited = before is not None and not before.settled  # a delivery broke off

    def keep(self) -> None:
        """Keep it fresh; call it more often than a quarter of the lease. Raises Changed."""
        if time.monotonic() - self._renewed > self._lease / 4:
            self._write(self._note)

    def settle(self) -> None:
        """Give it back. Raises Changed."""
        self._write(Note(self._note.serial, self._note.holder, settled=True))

    def _write(self, note: Note) -> None:
        self._etag = _put(self._bucket, note, over=self._etag)
        self._renewed = time.monotonic()


def read(bucket: Bucket) -> tuple[Note | None, Held | None]:
    """The note in the store, None where there is none; with what it is spelled in."""
    held = bucket.get(NOTE, _LARGEST)
    if held is None:
        return None, None
    try:
        fields = json.loads(held.content)
        note = Note(int(fields["serial"]), str(fields["holder"]), fields["settled"] is True)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise StoreFault(
            f"{NOTE} in the store is not a press's: delete the whole shelf there."
        ) from None
    return note, held


def take(bucket: Bucket, *, serial: int, holder: str, lease: float) -> Claim:
    """Claim the store for the root with this serial. Raises StoreFault where another has it, or
    where the store writes whatever stands there."""
    note, held = read(bucket)
    if note is None or held is None:
        _check_empty(bucket)
    elif not note.settled and note.holder != holder and held.seconds < lease:
        raise Changed("Another press prints to the store: this one waits for it to end.")
    elif note.serial > serial:
        raise outrun(note.serial, serial)
    mine = Note(serial, holder, settled=False)
    etag = _put(bucket, mine, over=held.etag if held else "")
    _check_conditions(bucket, mine)
    return Claim(bucket, mine, etag, before=note, lease=lease)


def outrun(there: int, here: int) -> StoreFault:
    return StoreFault(
        f"The store has the shelf with serial {there}, this press has {here}: another press "
        "printed there later. If this one is right, delete the whole shelf there."
    )


def _check_empty(bucket: Bucket) -> None:
    """What is no shelf's would be deleted one day as an extra file."""
    if next(bucket.marks(), None) is not None:
        raise StoreFault(
            "The bucket has files that no press put there: give the shelf a bucket of its own, or "
            "name a `folder` in `[shelf]`."
        )


def _check_conditions(bucket: Bucket, note: Note) -> None:
    """Some stores take no notice of If-Match: there, nothing holds two presses apart."""
    try:
        _put(bucket, note, over=_NEVER)
    except Changed:
        return
    raise StoreFault(
        "The store takes no notice of If-Match, so two presses could mix their editions there: "
        "choose a store that knows conditional writes."
    )


def _put(bucket: Bucket, note: Note, *, over: str) -> str:
    """Every writing is another text, so that a lost answer is told from another press's note."""
    fields = {"serial": note.serial, "holder": note.holder, "settled": note.settled}
    text = json.dumps({**fields, "once": secrets.token_hex(8)})
    return bucket.put(NOTE, text.encode(), _HEADERS, over=over)
