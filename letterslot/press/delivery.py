"""Carries the shelf to a store: what changed, then the signed root, then what is gone leaves."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from threading import Event
from typing import Final

from letterslot.press import changes
from letterslot.press import claim as claims
from letterslot.press.bucket import AT_ONCE, Bucket, Held, StoreFault
from letterslot.press.changes import Changes
from letterslot.shelf.answering import FOR_EVER, FRESH, is_for_ever, media_type
from letterslot.shelf.layout import MANIFEST, SIGNATURE, story_folder
from letterslot.shelf.manifest import LARGEST_ROOT, BadManifest, Entry, Root, read_root
from letterslot.shelf.snapshot import Snapshot, Superseded, take

_LISTS_IN_MEMORY: Final = 32 * 1024 * 1024
_TRIES: Final = 3  # where the shelf was printed anew meanwhile
_EACH_TIME: Final = (MANIFEST, SIGNATURE, claims.NOTE, changes.JOURNAL)
_CODINGS: Final = {".br": "br", ".gz": "gzip"}


@dataclass(frozen=True)
class Delivered:
    """What a delivery did; nothing where the store had this shelf already."""

    serial: int
    sent: int = 0  # files
    deleted: int = 0


class BrokenOff(StoreFault):
    """Whoever asked for the delivery ends first; the next one finishes it."""


def deliver(
    shelf: Path,
    public_key: bytes,
    bucket: Bucket,
    *,
    holder: str,
    lease: float = claims.LEASE,
    ending: Event | None = None,
) -> Delivered:
    """Make the store's shelf that of `shelf`, wherever a delivery before this broke off.

    Readers of the store find each file whole, and under the old root or the new one. `holder`
    names this press: a claim of its own it takes up at once, another's when its lease is over.
    Raises StoreFault, BrokenOff once `ending` is set; FileNotFoundError, BadManifest,
    BadSignature and Superseded where the shelf here is not whole.
    """
    for attempt in range(1, _TRIES + 1):
        snapshot, _ = take(shelf, public_key, _LISTS_IN_MEMORY)
        try:
            return _deliver(snapshot, bucket, holder, lease, ending or Event())
        except Superseded:
            if attempt == _TRIES:
                raise
    raise AssertionError


def state(shelf: Path, public_key: bytes, bucket: Bucket) -> str:
    """What is wrong with the store's shelf beside the one here, as a sentence; empty if nothing.

    Raises as `deliver`; writes nothing.
    """
    snapshot, _ = take(shelf, public_key, _LISTS_IN_MEMORY)
    note, _ = claims.read(bucket)
    standing = _root(bucket.get(MANIFEST, LARGEST_ROOT))
    here = snapshot.root.serial
    if standing is None or note is None:
        return "The store has no shelf yet: start the worker, which brings it there."
    if standing.serial > here:
        return str(claims.outrun(standing.serial, here))
    if not note.settled:
        return "A delivery to the store goes on or broke off: start the worker, which finishes it."
    if standing.serial < here:
        return (
            f"The store has the shelf with serial {standing.serial}, here stands {here}: start "
            "the worker, which brings it there."
        )
    return ""


def _deliver(
    snapshot: Snapshot, bucket: Bucket, holder: str, lease: float, ending: Event
) -> Delivered:
    serial = snapshot.root.serial
    note, _ = claims.read(bucket)
    held = bucket.get(MANIFEST, LARGEST_ROOT)
    if note and note.settled and held and held.content == snapshot.content:
        return Delivered(serial)
    _check_order(held, snapshot)
    claim = claims.take(bucket, serial=serial, holder=holder, lease=lease)
    held = bucket.get(MANIFEST, LARGEST_ROOT)  # as it is, now that nobody else may change it
    _check_order(held, snapshot)
    broken_off = changes.begun(bucket) if claim.inherited else frozenset()
    found = changes.Changes(snapshot, bucket, _root(held), broken_off)
    found.find()
    changes.begin(bucket, found.named())
    carrier = _Carrier(snapshot, bucket, claim, found, ending)
    carrier.bring(held.etag if held else "")
    carrier.clear()
    bucket.delete(changes.JOURNAL)
    claim.settle()
    return Delivered(serial, len(carrier.sent), len(carrier.deleted))


def _root(held: Held | None) -> Root | None:
    """The root that stands in the store; None where none does that can be read."""
    try:
        return read_root(held.content) if held else None
    except BadManifest:
        return None


def _check_order(held: Held | None, snapshot: Snapshot) -> None:
    there, here = _root(held), snapshot.root
    if there is None or held is None or there.serial < here.serial:
        return
    if there.serial > here.serial:
        raise claims.outrun(there.serial, here.serial)
    if held.content != snapshot.content:
        raise StoreFault(
            f"The store has another shelf with the same serial, {here.serial}: two presses print "
            "there. If this one is right, delete the whole shelf there."
        )


@dataclass
class _Carrier:
    """One delivery under its claim."""

    snapshot: Snapshot
    bucket: Bucket
    claim: claims.Claim
    changes: Changes
    ending: Event
    sent: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    # How the paths begin of which the store may keep older versions.
    _touched: set[str] = field(default_factory=lambda: {*_EACH_TIME})
    _story_marks: dict[str, str] = field(default_factory=dict)  # of the lists of stories, there
    _ended: bool = False

    def bring(self, root_mark: str) -> None:
        """Everything that changed; the lists; the signature; the root, last and over the one that
        was seen."""
        changes = self.changes
        self._all(
            chain(
                (partial(self._send_alone, path) for path in sorted(changes.files)),
                (partial(self._story, *story) for story in sorted(changes.stories.items())),
            )
        )
        self._all(self._listed(self._story_marks))
        self._all(self._listed(changes.lists))
        self.claim.keep()
        self._send(SIGNATURE, self.bucket.etag(SIGNATURE))
        self._send(MANIFEST, root_mark)

    def clear(self) -> None:
        """What the new root does not name leaves, older versions too."""
        lost = self.changes.standing is None and not self.claim.first
        everything = self.changes.unknown or lost
        gone = set(self._strays() if everything else self.changes.gone)
        self._all(partial(self._delete, path) for path in sorted(gone))
        if self.bucket.keeps_versions():
            alone = {path for path in gone if _folder(path) not in self._touched}
            begun = {""} if everything else self._touched | alone
            self._all(partial(self._forget, before) for before in sorted(begun))

    def _story(self, name: str, listed: Entry | None) -> None:
        """The files of a story that changed; of one that a delivery broke off in, all."""
        there, here = self.changes.there(name, listed), {}
        if self.snapshot.entry(name) is not None:
            here = self.changes.here(name)
            self._story_marks[name] = there.etag
        folder = story_folder(name)
        marks = dict(self.bucket.marks(folder))
        self.changes.gone += marks.keys() - here.keys()
        known = {} if name in self.changes.known_to_differ else there.entries
        for path, entry in here.items():
            if known.get(path) != entry:
                self._send(path, marks.get(path, ""))
        self._touched.add(folder)

    def _listed(self, marks: dict[str, str]) -> Iterator[Callable[[], None]]:
        for name in sorted(marks):
            if self.snapshot.entry(name) is not None:
                self._touched.add(name)
                yield partial(self._send, name, marks[name])

    def _send_alone(self, path: str) -> None:
        self._touched.add(path)
        self._send(path, self.bucket.etag(path))

    def _send(self, path: str, standing: str) -> None:
        """A file over what was seen to stand there, unless a delivery that broke off sent it."""
        if self._ended:
            return
        content = self.snapshot.must_read(path)
        sum_there = hashlib.md5(content, usedforsecurity=False).hexdigest()
        if standing != f'"{sum_there}"':
            self.bucket.put(path, content, self._headers(path), over=standing)
            self.sent.append(path)

    def _headers(self, path: str) -> dict[str, str]:
        """A variant has the type of its file, and names its coding."""
        plain, dot, ending = path.rpartition(".")
        coding = _CODINGS.get(dot + ending, "")
        file = plain if coding else path
        entry = self.snapshot.entry(file)
        _, keeping = FOR_EVER if entry and is_for_ever(file, entry) else FRESH
        headers = {"ContentType": media_type(file), "CacheControl": keeping}
        return headers | ({"ContentEncoding": coding} if coding else {})

    def _strays(self) -> Iterator[str]:
        """What stands there and is not listed here. The claim's own name begins with a dot."""
        for path, _ in self.bucket.marks():
            self.claim.keep()
            if not path.startswith(".") and self.snapshot.entry(path) is None:
                yield path

    def _delete(self, path: str) -> None:
        if not self._ended:
            self.bucket.delete(path)
            self.deleted.append(path)

    def _forget(self, before: str) -> None:
        """Delete the older versions; the marks of deletion after them, or what they hide would
        come back."""
        is_folder = before == "" or before.endswith("/")
        kept = [
            one
            for one in self.bucket.versions(before)
            if (one.is_mark or not one.is_newest) and (is_folder or one.path == before)
        ]
        for one in sorted(kept, key=lambda version: version.is_mark):
            self.bucket.delete(one.path, one.id)

    def _all(self, jobs: Iterator[Callable[[], None]]) -> None:
        """Do these, some at once, and keep the claim fresh meanwhile; ends at the first fault."""
        under_way: set[Future[None]] = set()
        pool = ThreadPoolExecutor(AT_ONCE)
        try:
            for job in jobs:
                under_way.add(pool.submit(job))
                if len(under_way) >= 2 * AT_ONCE:
                    under_way = self._wait(under_way)
            while under_way:
                under_way = self._wait(under_way)
        except BaseException:
            self._ended = True
            raise
        finally:
            pool.shutdown(cancel_futures=True)

    def _wait(self, under_way: set[Future[None]]) -> set[Future[None]]:
        done, rest = wait(under_way, timeout=1.0, return_when=FIRST_COMPLETED)
        for one in done:
            one.result()
        if self.ending.is_set():
            raise BrokenOff("The delivery was broken off; the next one finishes it.")
        self.claim.keep()
        return rest


def _folder(path: str) -> str:
    """The folder of the story whose file this is."""
    return "/".join(path.split("/")[:2]) + "/"
