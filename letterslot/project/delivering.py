"""Carries each print to the store that publication.toml names, as soon as it is on the shelf."""

from __future__ import annotations

import fcntl
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from letterslot.newsroom import places, publication
from letterslot.newsroom.places import PlacesFault
from letterslot.newsroom.publication import PublicationFault
from letterslot.shelf.layout import MANIFEST

if TYPE_CHECKING:
    from letterslot.press.bucket import Bucket

LOOK_EVERY: Final = 1.0  # seconds
REST: Final = 30.0  # seconds before what went wrong is tried again; each time twice as long
LONGEST_REST: Final = 15 * 60.0
PATIENCE: Final = 5.0  # seconds that requests under way get when the process ends
_HOLDER: Final = secrets.token_hex(8)  # of claims: this process


class Delivering(threading.Thread):
    """A thread of the desk's process. Whatever the store says, the shelf here stands as printed."""

    def __init__(self, data: Path) -> None:
        super().__init__(name="delivering", daemon=True)
        self.data = data
        self.ending = threading.Event()
        self._tried: tuple[float, ...] = ()  # times of change of what was last delivered, or tried
        self._again: float | None = None  # on the monotonic clock; None: it is delivered
        self._rest, self._said = REST, ""

    def run(self) -> None:
        while not self.ending.wait(LOOK_EVERY):
            if self._is_due():
                self._deliver()

    def stop(self) -> None:
        """End, a delivery too: the next start finishes it. What a silent store keeps waiting is
        left to itself."""
        self.ending.set()
        self.join(PATIENCE)

    def _is_due(self) -> bool:
        """After each print, each change of where to, and some time after a fault."""
        times = _times(self.data)
        changed, self._tried = times != self._tried, times
        return changed or (self._again is not None and time.monotonic() > self._again)

    def _deliver(self) -> None:
        try:
            fault = delivery_fault(self.data, self.ending)
        except Exception as unforeseen:  # or nothing would be carried until the next start
            fault = f"The shelf could not be carried to the store ({type(unforeseen).__name__})."
        if not fault:
            self._again, self._rest = None, REST
        else:
            self._again = time.monotonic() + self._rest
            self._rest = min(self._rest * 2, LONGEST_REST)
        if fault and fault != self._said and not self.ending.is_set():  # once, not at each try
            sys.stderr.write(f"letterslot: {fault}\n")
        self._said = fault


def _times(data: Path) -> tuple[float, ...]:
    """When the root and the files that say where to were last changed; () before the first."""
    root, *settings = (data / "shelf" / MANIFEST, data / publication.FILE, data / places.KEYS)
    printed = _time(root)
    return (printed, *map(_time, settings)) if printed else ()


def _time(file: Path) -> float:
    """When it was last changed; 0 where it is not, or not any more."""
    try:
        return file.stat().st_ctime
    except OSError:
        return 0.0


def after_command(data: Path) -> None:
    """What a command printed goes to the store, too; a fault is told, and stops nothing."""
    fault = delivery_fault(data)
    if fault:
        sys.stderr.write(
            f"letterslot: It is printed here, and not in the store. {fault} "
            "The worker tries again.\n"
        )


def delivery_fault(data: Path, ending: threading.Event | None = None) -> str:
    """Bring the store to what stands on the shelf; why that could not be done, empty if it is, or
    if there is no store. Set `ending` to break it off."""

    def bring(bucket: Bucket) -> str:
        from letterslot.press.delivery import deliver

        with _alone(data):
            deliver(data / "shelf", _public_key(data), bucket, holder=_HOLDER, ending=ending)
        return ""

    return _with_store(data, bring)


def fault_of_store(data: Path) -> str:
    """What is wrong with the store or with what stands there; empty if nothing, or no store."""

    def compare(bucket: Bucket) -> str:
        from letterslot.press.delivery import state

        return state(data / "shelf", _public_key(data), bucket)

    return _with_store(data, compare)


def _with_store(data: Path, do: Callable[[Bucket], str]) -> str:
    """What `do` says of the store, or the one sentence of what went wrong."""
    try:
        store = publication.load(data).store
    except PublicationFault as fault:
        return str(fault)
    if store is None:
        return ""  # and the client need not be loaded
    from letterslot.press.bucket import Bucket, StoreFault
    from letterslot.shelf.manifest import BadManifest
    from letterslot.shelf.signing import BadSignature
    from letterslot.shelf.snapshot import Superseded

    try:
        return do(Bucket(store, places.store_keys(data)))
    except (StoreFault, PlacesFault) as fault:
        return str(fault)
    except (BadManifest, BadSignature, Superseded, OSError) as fault:
        return f"The shelf cannot be carried to the store: {fault}"


def _public_key(data: Path) -> bytes:
    return (data / "publication.pub").read_bytes()


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """One delivery at a time from this data folder; another waits for its turn."""
    with (data / "store.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
