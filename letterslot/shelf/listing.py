"""The lists as a printing will leave them: of those that stand only what is touched is read."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from letterslot.shelf import files
from letterslot.shelf.layout import is_root_list, list_of
from letterslot.shelf.manifest import (
    LARGEST_LIST,
    BadManifest,
    Entry,
    find,
    read_list,
    write_list,
)


class ShelfDamaged(Exception):
    """What stands on the shelf is not what was signed; the message says what to do."""


def describe(content: bytes) -> Entry:
    return Entry(hashlib.sha256(content).hexdigest(), len(content))


class Lists:
    """The lists under `roots`, by path, and the changes to them.

    Kept as the bytes that stand and the entries that change, so that a thousand touched stories
    take a few megabytes.
    """

    def __init__(self, shelf: Path, roots: dict[str, Entry]) -> None:
        self._shelf = shelf
        self._roots = roots
        self._standing: dict[str, bytes] = {}
        self._changes: dict[str, dict[str, Entry | None]] = defaultdict(dict)

    def entry(self, path: str) -> Entry | None:
        """What will be listed of a file. Raises ShelfDamaged."""
        changes = self._changes.get(list_of(path), {})
        return changes[path] if path in changes else self.standing(path)

    def standing(self, path: str) -> Entry | None:
        """What is listed of a file now. Raises ShelfDamaged."""
        return find(self._content(list_of(path)), path)

    def change(self, path: str, entry: Entry | None) -> None:
        """List a file so from now on; None: not at all."""
        self._changes[list_of(path)][path] = entry

    def named(self, name: str) -> list[str]:
        """The paths that a list will name, in order. Raises ShelfDamaged."""
        return sorted(self._entries(name))

    def written(self) -> Iterator[tuple[str, bytes | None]]:
        """Every list that differs, with its new bytes, None where it is gone; stories' lists first.

        Raises ShelfDamaged, and BadManifest where a list has grown too long.
        """
        for name in sorted(name for name in self._changes if not is_root_list(name)):
            yield from self._write(name)
        for name in sorted(self._changes):
            yield from self._write(name)

    def roots(self) -> dict[str, Entry]:
        """The lists of the new root; complete when `written` has ended."""
        return self._roots

    def _write(self, name: str) -> Iterator[tuple[str, bytes | None]]:
        entries, before = self._entries(name), self._content(name)
        content = write_list(entries) if entries else b""
        self._changes.pop(name)
        self._standing.pop(name, None)
        if content == before:
            return
        if len(content) > LARGEST_LIST:
            raise BadManifest(f"{name} would be too long: too many files in one story.")
        self._list(name, describe(content) if content else None)
        yield name, content or None

    def _list(self, name: str, entry: Entry | None) -> None:
        if not is_root_list(name):
            self.change(name, entry)
        elif entry is None:
            self._roots.pop(name, None)
        else:
            self._roots[name] = entry

    def _entries(self, name: str) -> dict[str, Entry]:
        content = self._content(name)
        entries: dict[str, Entry | None] = {**(read_list(content, name) if content else {})}
        entries |= self._changes.get(name, {})
        return {path: entry for path, entry in entries.items() if entry is not None}

    def _content(self, name: str) -> bytes:
        """The list as it stands; empty where there is none."""
        if name not in self._standing:
            self._standing[name] = self._read(name)
        return self._standing[name]

    def _read(self, name: str) -> bytes:
        entry = self._roots.get(name) if is_root_list(name) else self.standing(name)
        if entry is None:
            return b""
        content = files.read_beneath(self._shelf, name, entry.size)
        if content is None or describe(content) != entry:
            raise ShelfDamaged(
                f"{name} on the shelf is not as it was signed: put it back from a mirror."
            )
        return content
