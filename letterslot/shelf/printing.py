"""Putting an edition on the shelf: only what changed, whole or not at all."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import brotli
import minisign

from letterslot.shelf import files, switch
from letterslot.shelf.layout import (
    LISTS,
    MANIFEST,
    PUBLIC_KEY,
    SIGNATURE,
    UnsafePath,
    check_path,
    check_slug,
    list_of,
)
from letterslot.shelf.manifest import (
    LARGEST_FILE,
    LARGEST_LIST,
    LARGEST_ROOT,
    BadManifest,
    Entry,
    Root,
    RootFacts,
    read_list,
    read_root,
    write_list,
    write_root,
)
from letterslot.shelf.signing import check, sign
from letterslot.shelf.switch import recover

__all__ = ["Printing", "ShelfDamaged", "recover"]

VARIANTS = (".br", ".gz")
_COMPRESSED = (".html", ".css", ".json", ".svg", ".txt", ".xml", ".atom")


class ShelfDamaged(Exception):
    """What stands on the shelf is not what was signed; the message says what to do."""


class Printing:
    """One edition on its way to the shelf. Use as a context manager: leaving it without `finish`
    forgets what was written. Whoever prints holds the lock of the press.

    `mtime` is the slot's time in Unix seconds, and every file's time of change.
    """

    def __init__(self, shelf_dir: Path, *, mtime: int) -> None:
        self._shelf = shelf_dir
        self._mtime = mtime
        self._tree = switch.begin(shelf_dir)
        self._old_root = _read_old_root(shelf_dir)
        self._old: dict[str, dict[str, Entry]] = {}  # lists as they stand, read when needed
        self._lists: dict[str, dict[str, Entry]] = {}  # the same, as they will be
        self._staged: set[str] = set()
        self._gone: set[str] = set()
        self._finished = False

    def __enter__(self) -> Printing:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._finished:
            switch.abandon(self._shelf)

    @property
    def root(self) -> Root | None:
        """The root that stands; None on an empty shelf."""
        return self._old_root[0] if self._old_root else None

    def write(self, path: str, content: bytes) -> bool:
        """Put a file on the shelf, with its compressed variants; False where it stands already.

        Raises UnsafePath for a path that is not a file's, or is one of those `finish` writes.
        """
        self._check_may_write(path)
        if len(content) > LARGEST_FILE:
            raise ValueError(f"{path} is larger than a file of the shelf may be.")
        if path not in self._staged and self._stands(path, content):
            return False
        self._stage(path, content)
        for suffix in VARIANTS:
            packed = _compress(path, suffix, content)
            if packed is None:
                self._drop(path + suffix)
            else:
                self._stage(path + suffix, packed)
        return True

    def remove(self, path: str) -> bool:
        """Take a file and its variants off the shelf; False where it did not stand there."""
        self._check_may_write(path)
        stood = path in self._entries(list_of(path))
        for name in (path, *(path + suffix for suffix in VARIANTS)):
            self._drop(name)
        return stood

    def of_story(self, slug: str) -> list[str]:
        """What stands for a story, as this printing will leave it; variants not named, sorted."""
        before = f"stories/{check_slug(slug)}/"
        entries = self._entries(list_of(before + "index.html"))
        return sorted(p for p in entries if p.startswith(before) and not p.endswith(VARIANTS))

    def finish(self, facts: RootFacts, key: minisign.SecretKey) -> bytes:
        """List, sign and switch; the bytes of the new root.

        Every call makes a root with the next serial, also where nothing else changed.
        """
        public_key = bytes(key.get_public_key()) + b"\n"
        if PUBLIC_KEY not in self._entries(list_of(PUBLIC_KEY)):
            self.write(PUBLIC_KEY, public_key)
        content = write_root(self._new_root(facts))
        if len(content) > LARGEST_ROOT:
            raise BadManifest("The root has grown too large: shorten the publication's name.")
        signature = sign(content, key, edition=facts.edition, slot=facts.slot, date=facts.date)
        check(content, signature, public_key)
        self._put(SIGNATURE, signature)
        self._put(MANIFEST, content)
        switch.commit(
            self._shelf, new=self._in_order(), gone=self._gone - self._staged, mtime=self._mtime
        )
        self._finished = True
        return content

    def _in_order(self) -> list[str]:
        """Files, then the lists that name them, then what vouches for the lists."""
        ranks = {SIGNATURE: 2, MANIFEST: 3}
        return sorted(
            self._staged, key=lambda path: (ranks.get(path, path.startswith(f"{LISTS}/")), path)
        )

    def _check_may_write(self, path: str) -> None:
        if self._finished:
            raise RuntimeError("This printing is finished; begin another.")
        check_path(path)
        if path in (MANIFEST, SIGNATURE) or path.startswith(f"{LISTS}/"):
            raise UnsafePath(f"{path} is written by the printing itself.")
        if path.endswith(VARIANTS):
            raise UnsafePath(f"{path} would pass for a compressed variant.")

    def _stands(self, path: str, content: bytes) -> bool:
        """Whether the shelf lists these bytes, and files of the listed sizes are there."""
        entries = self._entries(list_of(path))
        if entries.get(path) != _entry(content):
            return False
        names = (path, *(path + suffix for suffix in VARIANTS if path + suffix in entries))
        return all(_size(self._shelf / name) == entries[name].size for name in names)

    def _stage(self, path: str, content: bytes) -> None:
        self._put(path, content)
        self._entries(list_of(path))[path] = _entry(content)

    def _put(self, path: str, content: bytes) -> None:
        files.make_folders(self._tree, path)
        files.write(self._tree / path, content, self._mtime)
        self._staged.add(path)

    def _drop(self, path: str) -> None:
        name = list_of(path)
        self._entries(name).pop(path, None)
        if path in self._staged:
            (self._tree / path).unlink()
            self._staged.discard(path)
        if path in self._old[name]:
            self._gone.add(path)

    def _entries(self, name: str) -> dict[str, Entry]:
        if name not in self._lists:
            self._old[name] = self._read_old_list(name)
            self._lists[name] = dict(self._old[name])
        return self._lists[name]

    def _read_old_list(self, name: str) -> dict[str, Entry]:
        entry = self.root.lists.get(name) if self.root else None
        if entry is None:
            return {}
        content = files.read_beneath(self._shelf, name, entry.size)
        if content is None or _entry(content) != entry:
            raise ShelfDamaged(
                f"{name} on the shelf is not as it was signed: put it back from a mirror."
            )
        return read_list(content, name)

    def _new_root(self, facts: RootFacts) -> Root:
        lists = dict(self.root.lists) if self.root else {}
        for name, content in self._changed_lists():
            if content is None:
                lists.pop(name, None)
                self._gone.add(name)
            else:
                lists[name] = _entry(content)
                self._put(name, content)
        serial, previous = 1, None
        if self._old_root:
            serial, previous = self._old_root[0].serial + 1, _entry(self._old_root[1]).sha256
        return Root(facts, serial, previous, lists)

    def _changed_lists(self) -> Iterator[tuple[str, bytes | None]]:
        for name, entries in sorted(self._lists.items()):
            if entries == self._old[name]:
                continue
            content = write_list(entries) if entries else None
            if content and len(content) > LARGEST_LIST:
                raise BadManifest(f"{name} would be too long: too many files in one story.")
            yield name, content


def _read_old_root(shelf: Path) -> tuple[Root, bytes] | None:
    content = files.read_beneath(shelf, MANIFEST, LARGEST_ROOT)
    if content is None:
        return None
    try:
        return read_root(content), content
    except BadManifest as error:
        raise ShelfDamaged(f"{error} Put it back from a mirror, with its signature.") from None


def _entry(content: bytes) -> Entry:
    return Entry(hashlib.sha256(content).hexdigest(), len(content))


def _size(file: Path) -> int:
    try:
        return file.lstat().st_size
    except FileNotFoundError:
        return -1


def _compress(path: str, suffix: str, content: bytes) -> bytes | None:
    """The variant, or None where it would save nothing. The same content gives the same bytes.

    Brotli at its best costs 30 times as much as at 5 and saves a tenth: only for styles, which
    every reader fetches and nobody reprints.
    """
    if not path.endswith(_COMPRESSED):
        return None
    if suffix == ".gz":
        packed = gzip.compress(content, 9, mtime=0)
    else:
        packed = brotli.compress(content, quality=11 if path.endswith(".css") else 5)
    return packed if len(packed) < len(content) else None
