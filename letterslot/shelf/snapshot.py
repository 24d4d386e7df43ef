"""One root of the shelf as a reader holds it: hands out only bytes that this root vouches for."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from letterslot.shelf import files
from letterslot.shelf.layout import (
    MANIFEST,
    PREVIOUS,
    SIGNATURE,
    is_list,
    is_path,
    is_root_list,
    list_of,
)
from letterslot.shelf.manifest import LARGEST_LIST, LARGEST_ROOT, Entry, Root, find, read_root
from letterslot.shelf.memory import Generations
from letterslot.shelf.signing import LARGEST_SIGNATURE, BadSignature, check

_OVERHEAD = 512  # bytes that a list in memory takes beside its own
_NAMES = re.compile(rb'^"([^"]+)":\{', re.MULTILINE)


class Superseded(Exception):
    """A file this root lists is no longer to be had: newer roots replaced it, or it is damaged."""


class Snapshot:
    """A signed root, its lists in bounded memory, and its files wherever they stand now.

    While a newer edition is switched in, a file of this root is either still in the tree or
    already in `.previous`; which one does not matter, because the hash decides.
    """

    def __init__(self, shelf: Path, content: bytes, signature: bytes, memory: int) -> None:
        self.root: Root = read_root(content)
        self._places = (shelf, shelf / PREVIOUS)
        self._pair = {MANIFEST: content, SIGNATURE: signature}
        self._lists: Generations[str, bytes] = Generations(memory)
        self._proven: dict[str, tuple[str, files.Mark]] = {}  # hash and mark, by path

    @property
    def content(self) -> bytes:
        """The root's own bytes."""
        return self._pair[MANIFEST]

    def entry(self, path: str) -> Entry | None:
        """What the lists say of a file; None where it does not stand on the shelf."""
        if not is_path(path):
            return None
        held = self._pair.get(path)
        if held is not None:
            return _entry(held)
        if is_root_list(path):
            return self.root.lists.get(path)
        content = self._list(list_of(path))
        return find(content, path) if content else None

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None where it is not listed; raises Superseded."""
        entry = self.entry(path)
        if entry is None:
            return None
        if path in self._pair:
            return self._pair[path]
        return self._list(path) if is_list(path) else self.vouched(path, entry)

    def must_read(self, path: str) -> bytes:
        """As `read`, of a file known to be listed."""
        content = self.read(path)
        if content is None:
            raise Superseded(f"{path} is not listed.")
        return content

    def vouched(self, path: str, entry: Entry) -> bytes:
        """The bytes that `entry` describes, from the tree or from `.previous`."""
        for place in self._places:
            try:
                content = files.read_beneath(place, path, entry.size)
            except OSError:  # not ours to read, or a failing disk: the other place may have it
                continue
            if content is not None and _entry(content) == entry:
                return content
        raise Superseded(f"{path} is not on the shelf as it was signed.")

    def read_part(self, path: str, start: int, length: int) -> bytes | None:
        """`length` bytes from `start`, of a file too large to hold.

        The whole file is hashed at the first call and whenever it is not the same file any more.
        """
        entry = self.entry(path)
        if entry is None:
            return None
        for place in self._places:
            try:
                file = files.open_beneath(place, path)
            except OSError:
                continue
            try:
                if self._is_proven(file, path, entry):
                    return os.pread(file, length, start)
            finally:
                os.close(file)
        raise Superseded(f"{path} is not on the shelf as it was signed.")

    def check_lists(self, known: Snapshot | None) -> None:
        """Raises Superseded where a list is not as signed; what `known` proved stays so."""
        old = known.root.lists if known else {}
        self._proven = known._proven if known else {}
        for path, entry in self.root.lists.items():
            content = known.list_in_memory(path) if known and old.get(path) == entry else None
            if content is not None:
                self._lists.put(path, content, len(content) + _OVERHEAD)
            elif old.get(path) != entry:
                self._list(path)

    def list_in_memory(self, path: str) -> bytes | None:
        return self._lists.get(path)

    def names(self, path: str) -> list[str]:
        """All paths that stand in the same list as `path`, in order."""
        content = self._list(list_of(path))
        return [name.decode("ascii") for name in _NAMES.findall(content)] if content else []

    def _list(self, path: str) -> bytes | None:
        """A list of the root, or one that stands in such a list; None where there is none."""
        content = self._lists.get(path)
        if content is None:
            entry = self.entry(path)
            if entry is None or entry.size > LARGEST_LIST:
                return None
            content = self.vouched(path, entry)
            self._lists.put(path, content, len(content) + _OVERHEAD)
        return content

    def _is_proven(self, file: int, path: str, entry: Entry) -> bool:
        mark = files.mark_open(file)
        if self._proven.get(path) == (entry.sha256, mark):
            return True
        if files.digest_open(file, entry.size) != entry:
            return False
        self._proven[path] = (entry.sha256, mark)
        return True


def take(shelf: Path, public_key: bytes, memory: int) -> tuple[Snapshot, files.Mark]:
    """The root that stands, its signature checked, and the mark of the file it was read from.

    In the middle of a switch the signature beside the root is already the next one: the root's
    own then stands in `.previous`. Raises FileNotFoundError, BadManifest, BadSignature.
    """
    content, mark = _read_root(shelf)
    fault = BadSignature("The root has no signature beside it.")
    for place in (shelf, shelf / PREVIOUS):
        signature = files.read_beneath(place, SIGNATURE, LARGEST_SIGNATURE)
        if signature is None:
            continue
        try:
            check(content, signature, public_key)
        except BadSignature as error:
            fault = error if place == shelf else fault
        else:
            return Snapshot(shelf, content, signature, memory), mark
    raise fault


def _read_root(shelf: Path) -> tuple[bytes, files.Mark]:
    file = files.open_beneath(shelf, MANIFEST)
    try:
        return files.read_open(file, LARGEST_ROOT), files.mark_open(file)
    finally:
        os.close(file)


def _entry(content: bytes) -> Entry:
    return Entry(hashlib.sha256(content).hexdigest(), len(content))
