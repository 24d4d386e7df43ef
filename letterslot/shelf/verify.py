"""Checking a copy of the shelf: every fault named, nothing in the copy believed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from letterslot.shelf import files
from letterslot.shelf.layout import (
    MANIFEST,
    PREVIOUS,
    PUBLIC_KEY,
    SIGNATURE,
    STAGING,
    is_list,
    is_path,
    is_root_list,
    list_of,
)
from letterslot.shelf.manifest import (
    LARGEST_FILE,
    LARGEST_LIST,
    LARGEST_ROOT,
    BadManifest,
    Entry,
    Root,
    find,
    read_list,
    read_root,
)
from letterslot.shelf.mirror import NotAMirror, unpacked
from letterslot.shelf.signing import (
    LARGEST_SIGNATURE,
    BadSignature,
    check,
    read_public_key,
    trusted_comment,
)
from letterslot.shelf.switch import interrupted

_TRIES = 3
_UNLISTED = Entry("", 0)
_OWN_FOLDERS = (f"{STAGING}/", f"{PREVIOUS}/")  # of a live shelf; never handed out


def verify(
    path: Path,
    public_key: bytes | None,
    *,
    today: date | None = None,
    seen: bytes | None = None,
) -> list[str]:
    """The faults of the shelf at `path`, a sentence each; empty where everything holds.

    `public_key` is the newsroom's, never the copy's: without one the signature cannot be checked,
    which is a fault. `path` may be an archive that `export_mirror` made. A shelf that is switched
    meanwhile is checked again. An old copy is whole, too: what gives it away is `today`, or the
    bytes of a root that was `seen` before, signed by the same key. Reads at most the listed sizes,
    holds one list and one piece of a file in memory, and follows no link.
    """
    if path.is_file():
        try:
            with unpacked(path) as folder:
                return verify(folder, public_key, today=today, seen=seen)
        except NotAMirror as error:
            return [str(error)]
    for _ in range(_TRIES):
        before = files.read_beneath(path, MANIFEST, LARGEST_ROOT)
        faults = list(_faults(path, public_key))
        faults += _faults_of_age(path, today, seen)
        if not faults or before == files.read_beneath(path, MANIFEST, LARGEST_ROOT):
            break
    if faults and interrupted(path):
        faults.append(
            "A switch to a new edition is under way or was interrupted: "
            "start the newsroom's worker, which finishes it, and check again."
        )
    return faults


def _faults_of_age(path: Path, today: date | None, seen: bytes | None) -> Iterator[str]:
    """What a root tells of itself beside today's date, and beside another root of the newsroom."""
    content = files.read_beneath(path, MANIFEST, LARGEST_ROOT) or b""
    try:
        root = read_root(content)
        known = read_root(seen) if seen is not None else None
    except BadManifest:
        return
    if today is not None and today > root.facts.expires:
        yield f"The copy is old: it could pass as fresh until {root.facts.expires}."
    if known is not None:
        yield from _faults_beside(root, content, known, seen or b"")


def _faults_beside(root: Root, content: bytes, known: Root, seen: bytes) -> Iterator[str]:
    facts, before = root.facts, known.facts
    if root.serial < known.serial:
        yield (
            f"The copy is older than one seen before: edition {facts.edition} of {facts.date}, "
            f"serial {root.serial}, and there is serial {known.serial} already."
        )
    elif facts.edition < before.edition or facts.ledger_entries < before.ledger_entries:
        yield "The copy has fewer editions or decisions than an older one seen before."
    elif root.serial == known.serial and content != seen:
        yield f"Two different roots carry the serial {root.serial}: one of them is forged."
    elif root.serial == known.serial + 1 and root.previous != hashlib.sha256(seen).hexdigest():
        yield "The copy does not follow the one seen before, though its serial says so."


def _faults(path: Path, public_key: bytes | None) -> Iterator[str]:
    try:
        yield from _Check(path, public_key).faults()
    except OSError as error:
        yield f"{_shown(str(error.filename))} cannot be read: {error.strerror}."


class _Check:
    """One walk through a copy."""

    def __init__(self, shelf: Path, public_key: bytes | None) -> None:
        self._shelf = shelf
        self._public_key = public_key
        self._found = 0  # plain files that are listed and there
        self._unusable: set[str] = set()  # lists that do not hold: what they named is unknown
        self._lists: dict[str, bytes] = {}  # read again only when extra files are looked for

    def faults(self) -> Iterator[str]:
        content = files.read_beneath(self._shelf, MANIFEST, LARGEST_ROOT)
        if content is None:
            yield f"{MANIFEST} is missing: this is not a copy of a shelf."
            return
        try:
            root = read_root(content)
        except BadManifest as error:
            yield str(error)
            root = None
        yield from self._signature_faults(content, root)
        if root is None:
            return
        for name, entry in sorted(root.lists.items()):
            yield from self._list_faults(name, entry)
        yield from self._extra_faults(root)

    def _signature_faults(self, content: bytes, root: Root | None) -> Iterator[str]:
        self._found += 1
        signature = files.read_beneath(self._shelf, SIGNATURE, LARGEST_SIGNATURE)
        if signature is None:
            yield f"{SIGNATURE} is missing."
            return
        self._found += 1
        if self._public_key is None:
            yield f"{SIGNATURE} was not checked: name the newsroom's public key."
            return
        try:
            says = check(content, signature, self._public_key)
        except BadSignature as error:
            yield f"{SIGNATURE}: {error}"
            return
        if root and says != _due(root):
            yield f"{SIGNATURE} says “{says}”, {MANIFEST} says “{_due(root)}”."

    def _list_faults(self, name: str, entry: Entry) -> Iterator[str]:
        fault = self._file_fault(name, entry)
        if fault:
            self._unusable.add(name)
            yield f"{fault} It may be of another edition."
            return
        content = files.read_beneath(self._shelf, name, entry.size) or b""
        try:
            entries = read_list(content, name)
        except BadManifest as error:
            self._unusable.add(name)
            yield str(error)
            return
        for path, listed in entries.items():
            if is_list(path):
                yield from self._list_faults(path, listed)
            else:
                yield from filter(None, [self._file_fault(path, listed)])
        yield from self._key_faults(entries)

    def _key_faults(self, entries: dict[str, Entry]) -> Iterator[str]:
        """The key that the copy brings along must be the newsroom's, or it misleads others."""
        if PUBLIC_KEY not in entries or self._public_key is None:
            return
        own = files.read_beneath(self._shelf, PUBLIC_KEY, LARGEST_SIGNATURE)
        try:
            same = own is not None and read_public_key(own) == read_public_key(self._public_key)
        except BadSignature:
            same = False
        if own is not None and not same:
            yield f"{PUBLIC_KEY} holds another key than the newsroom's."

    def _file_fault(self, path: str, entry: Entry) -> str:
        try:
            file = files.open_beneath(self._shelf, path)
        except FileNotFoundError:
            return f"{path} is missing."
        except files.NotPlain:
            self._found += 1
            return f"{path} is not a plain file, or is reached through a link."
        except OSError as error:
            return f"{path} cannot be read: {error.strerror}."
        try:
            self._found += 1
            size = os.fstat(file).st_size
            if entry.size > (LARGEST_LIST if is_list(path) else LARGEST_FILE):
                return f"{path} is listed with {entry.size} bytes: no file of a shelf is so large."
            if size != entry.size:
                how = "cut short" if size < entry.size else "too long"
                return f"{path} is {how}: {size} bytes, listed with {entry.size}."
            if files.digest_open(file, entry.size) != entry:
                return f"{path} is changed: its SHA-256 is not the listed one."
        finally:
            os.close(file)
        return ""

    def _extra_faults(self, root: Root) -> Iterator[str]:
        """What stands there unlisted. Counted first: names are only compared where counts differ,
        so that a whole shelf costs no memory for its names."""
        there = sum(1 for _ in self._walk())
        if there == self._found:
            return
        for path, is_plain in self._walk():
            if not self._is_listed(path, root):
                what = "an extra file" if is_plain else "an extra link or special file"
                yield f"{_shown(path)} is {what}: no list names it."

    def _walk(self) -> Iterator[tuple[str, bool]]:
        return (found for found in files.walk(self._shelf) if not found[0].startswith(_OWN_FOLDERS))

    def _is_listed(self, path: str, root: Root) -> bool:
        return path in (MANIFEST, SIGNATURE) or (
            is_path(path) and self._entry(path, root) is not _UNLISTED
        )

    def _entry(self, path: str, root: Root) -> Entry | None:
        """What is listed of a path; None where its list does not hold, so that nobody knows."""
        if is_root_list(path):
            return root.lists.get(path, _UNLISTED)
        name = list_of(path)
        if name in self._unusable:
            return None
        listed = self._entry(name, root)
        if listed is None or listed is _UNLISTED:
            return listed
        return find(self._list(name, listed), path) or _UNLISTED

    def _list(self, name: str, entry: Entry) -> bytes:
        """A list's bytes; of stories' lists only the last is kept."""
        if name not in self._lists:
            if not is_root_list(name):
                self._lists = {known: c for known, c in self._lists.items() if is_root_list(known)}
            self._lists[name] = files.read_beneath(self._shelf, name, entry.size) or b""
        return self._lists[name]


def _shown(path: str) -> str:
    """A name that a stranger chose, fit for a terminal."""
    return path if path.isascii() and path.isprintable() else ascii(path)


def _due(root: Root) -> str:
    facts = root.facts
    return trusted_comment(edition=facts.edition, slot=facts.slot, date=facts.date)
