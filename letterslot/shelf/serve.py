"""Handing out the shelf over HTTP: ready-made answers from bounded memory."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

from letterslot.shelf import files
from letterslot.shelf.answering import Guards, Ready, Served, damaged, empty, page, redirect
from letterslot.shelf.layout import MANIFEST, door, is_path
from letterslot.shelf.manifest import BadManifest, Root
from letterslot.shelf.memory import Generations
from letterslot.shelf.signing import BadSignature
from letterslot.shelf.snapshot import Snapshot, Superseded, take

__all__ = ["Served", "ShelfReader"]

MEMORY = 32 * 1024 * 1024  # the process stays under 128 MB, answers to receipts included
_OVERHEAD = 2048  # bytes that a ready answer takes beside its body
_CODINGS_KEPT = 256
_TRIES = 3

_FRAGMENT = re.compile(r"/stories/[^/]+/(?:thread|form)\.html")
_FRAMES = re.compile(r"(?:https?://)?(?:\*\.)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::[0-9]{1,5})?")
_CODING = re.compile(r"\s*([^\s;,]+)\s*(?:;\s*[qQ]\s*=\s*([0-9.]{1,5}))?\s*")
_SUFFIXES = {"br": ".br", "gzip": ".gz"}

T = TypeVar("T")


class _Held(NamedTuple):
    """All that belongs to one root, so that a request never sees two of them."""

    snapshot: Snapshot
    guards: Guards
    ready: Generations[tuple[str, str], Ready]


class ShelfReader:
    """The shelf for the public door: one verified root at a time, switched whole.

    `memory` bounds the ready answers; lists take half as much again. May be used from several
    threads. Nothing is served before the first `refresh` that succeeds.
    """

    def __init__(self, shelf_dir: Path, public_key: bytes, *, memory: int = MEMORY) -> None:
        self._shelf = shelf_dir
        self._public_key = public_key
        self._memory = memory
        self._held: _Held | None = None
        self._announced: _Held | None = None  # what was held at the last `refresh`
        self._mark: files.Mark | None = None
        self._codings: dict[str, str] = {}
        self._lock = threading.Lock()
        self.fault = "The shelf was not read yet."  # why the last refresh kept what it had
        self.refresh()

    @property
    def root(self) -> Root | None:
        held = self._held
        return held.snapshot.root if held else None

    def refresh(self) -> bool:
        """Take up a newer root; True if another is held than at the last call, whoever took it up.

        Costs one file status where nothing changed. A root that is not signed, whose lists do not
        match, or that is older than the one held, is not taken up: `fault` says why, and the next
        call tries again.
        """
        self._look()
        with self._lock:
            before, self._announced = self._announced, self._held
            return self._announced is not before

    def _look(self) -> bool:
        """Take up a newer root; True if one was, by this call."""
        with self._lock:
            try:
                return self._refresh()
            except FileNotFoundError:
                self.fault = "There is no shelf here yet."
            except (BadManifest, BadSignature, Superseded, OSError) as error:
                self.fault = str(error)
            return False

    def read(self, path: str) -> bytes | None:
        """A file's verified bytes; None where it does not stand on the shelf, or is damaged."""
        try:
            return self._from(lambda held: held.snapshot.read(path))
        except Superseded:
            return None

    def read_part(self, path: str, start: int, length: int) -> bytes | None:
        """A piece of a file too large to hold; None as in `read`."""
        try:
            return self._from(lambda held: held.snapshot.read_part(path, start, length))
        except Superseded:
            return None

    def names(self, path: str) -> list[str]:
        """The paths listed together with `path`: for a story's file, all of the story's files."""
        try:
            return self._from(lambda held: held.snapshot.names(path)) or []
        except Superseded:
            return []

    def sha256(self, path: str) -> str | None:
        """The hash that the lists give for a file, in hex; None where it does not stand there."""
        try:
            entry = self._from(lambda held: held.snapshot.entry(path))
        except Superseded:
            return None
        return entry.sha256 if entry else None

    def answer(
        self, method: str, path: str, accept_encoding: str = "", if_none_match: str = ""
    ) -> Served | None:
        """The answer to a request for a URL's path; None where nothing stands there.

        One or two microseconds where the answer is ready, a hundred or so where it is made.
        """
        held = self._held
        if held is None:
            return None
        coding = self._codings.get(accept_encoding)
        if coding is None:
            coding = self._remember(accept_encoding)
        ready = held.ready.get((path, coding))
        if ready is None:
            ready = self._prepare(path, coding)
            if ready is None:
                return None
        if method == "GET":
            if if_none_match and _names_etag(if_none_match, ready.etag):
                return ready.unchanged
            return ready.whole
        return ready.other(method, bool(if_none_match) and _names_etag(if_none_match, ready.etag))

    def _refresh(self) -> bool:
        if self._mark == files.mark((self._shelf / MANIFEST).stat(follow_symlinks=False)):
            return False
        known = self._held.snapshot if self._held else None
        snapshot, mark = take(self._shelf, self._public_key, self._memory // 2)
        if known and snapshot.root.serial < known.root.serial:
            raise BadManifest(
                f"The root is older than the one held: serial {snapshot.root.serial}."
            )
        snapshot.check_lists(known)
        guards = Guards(snapshot.root.facts.url, _embed_hosts(snapshot))
        self._mark, self.fault = mark, ""
        if known and known.content == snapshot.content:
            return False
        self._held = _Held(snapshot, guards, Generations(self._memory))
        return True

    def _from(self, ask: Callable[[_Held], T]) -> T | None:
        """Ask the root held; where it is two switches behind, take up the new one and ask that."""
        for _ in range(_TRIES):
            held = self._held
            if held is None:
                return None
            try:
                return ask(held)
            except Superseded:
                if not self._look() and not self.fault and self._held is held:
                    raise  # the root stands as held, so the file is damaged
        raise Superseded("The shelf changes faster than it can be read, or is damaged.")

    def _prepare(self, path: str, coding: str) -> Ready | None:
        try:
            return self._from(lambda held: self._make(held, path, coding))
        except Superseded:
            held = self._held
            return damaged(held.guards) if held else None

    def _make(self, held: _Held, path: str, coding: str) -> Ready | None:
        file = path[1:] + "index.html" if path.endswith("/") else path[1:]
        if not path.startswith("/") or not is_path(file):
            return empty(held.guards) if _FRAGMENT.fullmatch(path) else None
        ready = self._make_page(held, file, coding)
        if ready is None and _FRAGMENT.fullmatch(path):
            return empty(held.guards)  # not kept: whoever asks could fill the memory with names
        if ready is None and not path.endswith("/") and held.snapshot.entry(f"{file}/index.html"):
            ready = redirect(held.guards, f"{path}/")
        if ready is not None:
            held.ready.put((path, coding), ready, len(ready.whole.body) + _OVERHEAD)
        return ready

    def _make_page(self, held: _Held, file: str, coding: str) -> Ready | None:
        """The smallest variant that the reader accepts, with headers."""
        snapshot = held.snapshot
        plain = snapshot.entry(file)
        if plain is None:
            return None
        if plain.size > self._memory:
            raise Superseded(f"{file} is larger than the memory of this server.")
        packed = {name: snapshot.entry(file + suffix) for name, suffix in _SUFFIXES.items()}
        has_variants = any(packed.values())
        for name in coding.split(","):
            entry = packed.get(name)
            if entry is not None:
                body = snapshot.vouched(file + _SUFFIXES[name], entry)
                return page(held.guards, file, body, entry, plain, coding=name)
        content = snapshot.read(file)
        if content is None:
            return None
        return page(held.guards, file, content, plain, plain, varies=has_variants)

    def _remember(self, accept_encoding: str) -> str:
        coding = preferred_codings(accept_encoding)
        if len(self._codings) < _CODINGS_KEPT:
            self._codings[accept_encoding] = coding
        return coding


def preferred_codings(accept_encoding: str) -> str:
    """The codings we have that the reader accepts, best first: "br,gzip", "gzip", "".

    RFC 9110, 12.5.3; brotli before gzip where the reader does not care.
    """
    weights: dict[str, float] = {}
    for part in accept_encoding[:1000].lower().split(","):
        match = _CODING.fullmatch(part)
        if match:
            weights[match[1]] = _weight(match[2])
    any_weight = weights.get("*", 0.0)
    offered = {name: weights.get(name, any_weight) for name in _SUFFIXES}
    accepted = [name for name in _SUFFIXES if offered[name] > 0]
    return ",".join(sorted(accepted, key=lambda name: -offered[name]))


def _weight(value: str | None) -> float:
    try:
        return 1.0 if value is None else float(value)
    except ValueError:
        return 0.0


def _names_etag(if_none_match: str, etag: str) -> bool:
    """RFC 9110, 13.1.2: weak comparison, a list, or any."""
    if if_none_match == etag:
        return bool(etag)
    if not etag or len(if_none_match) > 4096:
        return False
    names = (name.strip().removeprefix("W/") for name in if_none_match.split(","))
    return if_none_match.strip() == "*" or etag in names


def _embed_hosts(snapshot: Snapshot) -> tuple[str, ...]:
    """Who may frame the page made for it, as the publication's door file says."""
    try:
        fields = json.loads(snapshot.read(door()) or b"{}")
        hosts = fields.get("embed_hosts", [])
    except (ValueError, AttributeError, Superseded):
        return ()
    if not isinstance(hosts, list):
        return ()
    return tuple(host for host in hosts if isinstance(host, str) and _FRAMES.fullmatch(host))
