"""Putting an edition on the shelf: only what changed, whole or not at all."""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

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
    list_of,
    story_page,
)
from letterslot.shelf.listing import Lists, ShelfDamaged, describe
from letterslot.shelf.manifest import (
    LARGEST_FILE,
    LARGEST_ROOT,
    BadManifest,
    OutdatedManifest,
    Root,
    RootFacts,
    read_root,
    write_root,
)
from letterslot.shelf.signing import check, sign
from letterslot.shelf.switch import recover

__all__ = ["Printing", "ShelfDamaged", "recover"]

VARIANTS = (".br", ".gz")
_COMPRESSED = (".html", ".css", ".js", ".json", ".svg", ".txt", ".xml", ".atom")


class Printing:
    """One edition on its way to the shelf. Use as a context manager: leaving it without `finish`
    forgets what was written. Whoever prints holds the lock of the press.

    `mtime` is the slot's time in Unix seconds, and every file's time of change.
    """

    def __init__(self, shelf_dir: Path, *, mtime: int) -> None:
        self._shelf = shelf_dir
        self._mtime = mtime
        self._tree = switch.begin(shelf_dir)
        self._folders = files.Folders(self._tree)
        self._old = _read_standing(shelf_dir)
        self._lists = Lists(shelf_dir, dict(self._old.root.lists) if self._old.root else {})
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
        stood = self._lists.entry(path) is not None
        for name in (path, *(path + suffix for suffix in VARIANTS)):
            self._drop(name)
        return stood

    def of_story(self, slug: str) -> list[str]:
        """What stands for a story, as this printing will leave it; variants not named, sorted."""
        named = self._lists.named(list_of(story_page(slug)))
        return [path for path in named if not path.endswith(VARIANTS)]

    def finish(self, facts: RootFacts, key: minisign.SecretKey) -> bytes:
        """List, sign and switch; the bytes of the new root.

        Every call makes a root with the next serial, also where nothing else changed.
        """
        public_key = bytes(key.get_public_key()) + b"\n"
        if self._lists.entry(PUBLIC_KEY) is None:
            self.write(PUBLIC_KEY, public_key)
        content = write_root(self._new_root(facts))
        if len(content) > LARGEST_ROOT:
            raise BadManifest("The root has grown too large: shorten the publication's name.")
        signature = sign(content, key, edition=facts.edition, slot=facts.slot, date=facts.date)
        check(content, signature, public_key)
        self._put(SIGNATURE, signature)
        self._put(MANIFEST, content)
        switch.commit(self._shelf, new=self._in_order(), gone=self._leaving(), mtime=self._mtime)
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
        if self._lists.entry(path) != describe(content):
            return False
        return all(
            entry is None or _size(self._shelf / name) == entry.size
            for name in (path, *(path + suffix for suffix in VARIANTS))
            for entry in [self._lists.entry(name)]
        )

    def _stage(self, path: str, content: bytes) -> None:
        self._put(path, content)
        self._lists.change(path, describe(content))

    def _put(self, path: str, content: bytes) -> None:
        self._folders.make_for(path)
        files.write(self._tree / path, content, self._mtime)
        self._staged.add(path)

    def _drop(self, path: str) -> None:
        stands = self._lists.standing(path) is not None
        if stands or path in self._staged:
            self._lists.change(path, None)
        if path in self._staged:
            (self._tree / path).unlink()
            self._staged.discard(path)
        if stands:
            self._gone.add(path)

    def _new_root(self, facts: RootFacts) -> Root:
        for name, content in self._lists.written():
            if content is None:
                self._gone.add(name)
            else:
                self._put(name, content)
        return Root(facts, self._old.serial + 1, self._old.sha256, self._lists.roots())

    def _leaving(self) -> set[str]:
        """What leaves the tree; of a shelf in an earlier format, all that is not written anew."""
        if self._old.outdated:
            there = (path for path, _ in files.walk(self._shelf) if not path.startswith("."))
            self._gone.update(there)
        return self._gone - self._staged


class _Standing(NamedTuple):
    """What stands on the shelf before a printing."""

    root: Root | None
    serial: int
    sha256: str | None  # of the root
    outdated: bool = False  # a root of an earlier format, whose lists are not read


def _read_standing(shelf: Path) -> _Standing:
    content = files.read_beneath(shelf, MANIFEST, LARGEST_ROOT)
    if content is None:
        return _Standing(None, 0, None)
    digest = describe(content).sha256
    try:
        root = read_root(content)
    except OutdatedManifest as earlier:
        return _Standing(None, earlier.serial, digest, outdated=True)
    except BadManifest as error:
        raise ShelfDamaged(f"{error} Put it back from a mirror, with its signature.") from None
    return _Standing(root, root.serial, digest)


def _size(file: Path) -> int:
    try:
        return file.lstat().st_size
    except FileNotFoundError:
        return -1


@lru_cache(maxsize=8)
def gzipped(content: bytes) -> bytes:
    """What a reader gets of a text. Remembered, because a page is weighed before it is written."""
    return gzip.compress(content, 9, mtime=0)


def _compress(path: str, suffix: str, content: bytes) -> bytes | None:
    """The variant, or None where it would save nothing. The same content gives the same bytes.

    Brotli at its best costs 30 times as much as at 5 and saves a tenth: only for styles, which
    every reader fetches and nobody reprints.
    """
    if not path.endswith(_COMPRESSED):
        return None
    if suffix == ".gz":
        packed = gzipped(content)
    else:
        # A window as large as the text: a larger one costs memory that is cleared each time.
        window = min(22, max(16, len(content).bit_length()))
        quality = 11 if path.endswith(".css") else 5
        packed = brotli.compress(content, quality=quality, lgwin=window)
    return packed if len(packed) < len(content) else None
