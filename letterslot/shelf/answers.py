"""Sealed answers to receipts: one data file and one sorted index an edition, found by their id.

The index is the ids alone, sorted, 16 bytes each; the answer of the n-th id is the n-th 1,024 bytes
of the data. What fills an edition up is packed with the rest and cannot be told from it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from letterslot.shelf.layout import ANSWERS_TOGETHER, answers
from letterslot.shelf.serve import ShelfReader

ID_SIZE = 16
ANSWER_SIZE = 1024

_INDEX = re.compile(r"answers/([0-9]{1,9})\.idx")
_ENTRY = ID_SIZE + 6  # an id, its edition and its place in the edition's data, 3 bytes each
_MOST = 1 << 24


def write_answers(packed: Sequence[tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
    """The index and the data of an edition's answers, dummies among them; order does not matter.

    Raises ValueError where an id or an answer has not its size, or an id stands twice.
    """
    in_order = sorted(packed)
    if any(len(i) != ID_SIZE or len(answer) != ANSWER_SIZE for i, answer in in_order):
        raise ValueError("An answer's id has 16 bytes, the answer 1,024.")
    if len({i for i, _ in in_order}) != len(in_order):
        raise ValueError("An edition answers each receipt once.")
    return b"".join(i for i, _ in in_order), b"".join(answer for _, answer in in_order)


def editions_with_answers(reader: ShelfReader) -> list[int]:
    """The editions whose answers stand on the shelf, oldest first."""
    newest = reader.root.facts.edition if reader.root else 0
    listed = range(0, newest + 1, ANSWERS_TOGETHER)
    paths = (path for first in listed for path in reader.names(answers(first)[1]))
    return sorted(int(match[1]) for path in paths if (match := _INDEX.fullmatch(path)))


class AnswerIndex:
    """Where every answer is: 22 bytes of memory each, in a few sorted tables.

    Tables of similar size are merged, so that a new edition costs what it holds and a look-up
    searches few of them. Never changed once made: `load` makes the next one from it.
    """

    def __init__(self, reader: ShelfReader, loaded: dict[int, str], tables: list[bytes]) -> None:
        self._reader = reader
        self._loaded = loaded  # the hash of each edition's index, by edition
        self._tables = tables

    @classmethod
    def load(
        cls,
        reader: ShelfReader,
        editions: Iterable[int] | None = None,
        known: AnswerIndex | None = None,
    ) -> AnswerIndex:
        """The index of these editions, of all on the shelf if None.

        With `known`, the index loaded before, only what is new is read; where an edition is gone
        or has changed, everything is.
        """
        wanted = _hashes(reader, editions_with_answers(reader) if editions is None else editions)
        kept = dict(known._loaded) if known and known._loaded.items() <= wanted.items() else {}
        tables = list(known._tables) if known and kept else []
        for edition in sorted(wanted.keys() - kept.keys()):
            table = _table(reader, edition)
            if table is None:
                continue
            tables.append(table)
            kept[edition] = wanted[edition]
            _merge_similar(tables)
        return cls(reader, kept, tables)

    def __len__(self) -> int:
        """How many answers there are, dummies counted."""
        return sum(len(table) for table in self._tables) // _ENTRY

    def find(self, answer_id: bytes) -> bytes | None:
        """The newest answer with this id, 1,024 bytes, verified; None if there is none."""
        found = [place for table in self._tables if (place := _newest(table, answer_id))]
        if not found:
            return None
        newest = max(found)
        edition, at = int.from_bytes(newest[:3], "big"), int.from_bytes(newest[3:], "big")
        data, _ = answers(edition)
        return self._reader.read_part(data, at * ANSWER_SIZE, ANSWER_SIZE)


class _Entries(Sequence[bytes]):
    """A table seen as a sequence of its entries, for bisect."""

    def __init__(self, table: bytes) -> None:
        self._table = table

    def __len__(self) -> int:
        return len(self._table) // _ENTRY

    def __getitem__(self, at: int) -> bytes:  # type: ignore[override] # bisect asks no slices
        return self._table[at * _ENTRY : (at + 1) * _ENTRY]


def _newest(table: bytes, answer_id: bytes) -> bytes | None:
    """Edition and place of the last entry with this id: its newest edition's."""
    after = bisect_left(_Entries(table), answer_id + b"\xff" * 6) - 1
    entry = table[after * _ENTRY : (after + 1) * _ENTRY] if after >= 0 else b""
    return entry[ID_SIZE:] if entry[:ID_SIZE] == answer_id else None


def _hashes(reader: ShelfReader, editions: Iterable[int]) -> dict[int, str]:
    found = {edition: reader.sha256(answers(edition)[1]) for edition in editions}
    return {edition: digest for edition, digest in found.items() if digest is not None}


def _table(reader: ShelfReader, edition: int) -> bytes | None:
    data_path, index_path = answers(edition)
    index = reader.read(index_path)
    reader.read_part(data_path, 0, 1)  # hashed now, so that the first look-up takes no longer
    if index is None or len(index) % ID_SIZE or edition >= _MOST or len(index) >= ID_SIZE * _MOST:
        return None
    mark = edition.to_bytes(3, "big")
    ids = (index[at : at + ID_SIZE] for at in range(0, len(index), ID_SIZE))
    return b"".join(sorted(i + mark + n.to_bytes(3, "big") for n, i in enumerate(ids)))


def _merge_similar(tables: list[bytes]) -> None:
    """Keep each table more than twice as large as the next, by merging from the end."""
    while len(tables) > 1 and len(tables[-2]) <= 2 * len(tables[-1]):
        newer, older = tables.pop(), tables.pop()
        tables.append(b"".join(sorted([*_split(older), *_split(newer)])))


def _split(table: bytes) -> Iterator[bytes]:
    return (table[at : at + _ENTRY] for at in range(0, len(table), _ENTRY))
