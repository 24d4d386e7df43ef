"""What differs between the shelf here and the one that stands in a store, read from their lists."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from letterslot.press.bucket import Bucket, StoreFault
from letterslot.shelf.layout import is_list, is_path, is_root_list, list_of
from letterslot.shelf.listing import describe
from letterslot.shelf.manifest import BadManifest, Entry, Root, read_list
from letterslot.shelf.snapshot import Snapshot

JOURNAL: Final = ".press-journal.json"  # what a delivery is about to write; no path of a shelf
_LARGEST_JOURNAL: Final = 64 * 1024 * 1024

Entries = dict[str, Entry]


class ListThere(NamedTuple):
    """A list as the store has it: what it names, and the mark of its file."""

    entries: Entries
    etag: str


@dataclass
class Changes:
    """The differences between a snapshot and the root that stands in the store.

    `known_to_differ` names what a delivery that broke off may have written: whatever the roots say
    of it, what stands there must be looked at.
    """

    snapshot: Snapshot
    bucket: Bucket
    standing: Root | None
    known_to_differ: frozenset[str]
    lists: dict[str, str] = field(default_factory=dict)  # marks of the root's lists that differ
    stories: dict[str, Entry | None] = field(default_factory=dict)  # by their lists; as there
    files: set[str] = field(default_factory=set)  # others that are to be sent
    gone: list[str] = field(default_factory=list)
    unknown: bool = False  # a list there is not as its root says: nobody knows what it named

    def find(self) -> None:
        """Compare the lists of the roots."""
        here = self.snapshot.root.lists
        there = self.standing.lists if self.standing else {}
        looked_at: dict[str, set[str]] = defaultdict(set)
        for path in self.known_to_differ:
            if not is_root_list(path):
                looked_at[list_of(path)].add(path)
        for name in sorted({*here, *there, *looked_at}):
            if name in looked_at or here.get(name) != there.get(name):
                self._compare(name, there.get(name), looked_at[name])
        self.gone += [name for name in there if name not in here]
        self.gone += [path for path in self.known_to_differ if self.snapshot.entry(path) is None]

    def named(self) -> list[str]:
        """Lists of stories, and files, that a delivery is about to write or delete."""
        return sorted({*self.stories, *self.files, *self.gone})

    def _compare(self, name: str, listed: Entry | None, looked_at: set[str]) -> None:
        there, here = self.there(name, listed), self.here(name)
        self.lists[name] = there.etag
        for path in sorted({*here, *there.entries, *looked_at}):
            if here.get(path) == there.entries.get(path) and path not in looked_at:
                continue
            if path not in here:
                self.gone.append(path)
            if is_list(path):
                self.stories[path] = there.entries.get(path)
            elif path in here:
                self.files.add(path)

    def there(self, name: str, entry: Entry | None) -> ListThere:
        """A list in the store, which should be as `entry` says; None: there should be none."""
        if entry is None:
            return ListThere({}, self.bucket.etag(name))  # of a delivery that broke off
        held = self.bucket.get(name, entry.size)
        if held is None or describe(held.content) != entry:
            # One that a delivery sent before it broke off is known to differ.
            self.unknown |= name not in self.known_to_differ
            return ListThere({}, held.etag if held else "")
        try:
            return ListThere(read_list(held.content, name), held.etag)
        except BadManifest:
            self.unknown = True
            return ListThere({}, held.etag)

    def here(self, name: str) -> Entries:
        """A list of the shelf here; empty where it does not stand."""
        content = self.snapshot.read(name)
        return read_list(content, name) if content else {}


def begun(bucket: Bucket) -> frozenset[str]:
    """What the journal of a delivery that broke off names. Raises StoreFault."""
    held = bucket.get(JOURNAL, _LARGEST_JOURNAL)
    if held is None:
        return frozenset()
    try:
        names = json.loads(held.content)
        return frozenset(name for name in names if is_path(name))
    except (ValueError, TypeError, RecursionError):
        raise StoreFault(
            f"{JOURNAL} in the store is not a press's: delete the whole shelf there."
        ) from None


def begin(bucket: Bucket, names: Collection[str]) -> None:
    """Write down in the store what will be written, before anything is."""
    content = json.dumps(sorted(names)).encode()
    headers = {"ContentType": "application/json", "CacheControl": "no-store"}
    bucket.put(JOURNAL, content, headers, over=bucket.etag(JOURNAL))
