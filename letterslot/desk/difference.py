"""The difference between two wordings, piece by piece, as moderator and writer see it.

By words where words stand apart; by grapheme clusters where they do not, or where an ending is
half a sentence (Korean). Joined again, the pieces give both wordings exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

import regex

from letterslot.text import plain, scripts

SAME: Final = "same"
CUT: Final = "cut"
PUT_IN: Final = "put in"

# Scripts whose words do not stand apart, and Hangul, where a particle is the difference.
BY_CLUSTER: Final = frozenset(
    ["Hang", "Hani", "Hira", "Kana", "Khmr", "Laoo", "Mymr", "Thai", "Tibt"]
)

_WORDS = regex.compile(r"\s+|\w+|\X")
_CLUSTERS = regex.compile(r"\X")


@dataclass(frozen=True)
class Piece:
    """A run of text that is in both wordings, only in the first, or only in the second."""

    kind: str  # SAME | CUT | PUT_IN
    text: str


@dataclass(frozen=True)
class Extent:
    """How much differs: places, and characters as people count them."""

    places: int
    cut: int
    put_in: int


def difference(before: str, after: str) -> list[Piece]:
    """The pieces that lead from `before` to `after`; at a place, what is cut comes first."""
    split = _CLUSTERS if scripts.main_script(before) in BY_CLUSTER else _WORDS
    old, new = split.findall(before), split.findall(after)
    start, end = _shared_ends(old, new)
    old_end, new_end = len(old) - end, len(new) - end
    pieces = [
        Piece(SAME, "".join(old[:start])),
        *_changes(old[start:old_end], new[start:new_end]),
        Piece(SAME, "".join(old[old_end:])),
    ]
    return list(_joined([piece for piece in pieces if piece.text]))


def extent(pieces: Sequence[Piece]) -> Extent:
    """How much the pieces change."""
    places, in_place = 0, False
    for piece in pieces:
        places += piece.kind != SAME and not in_place
        in_place = piece.kind != SAME
    return Extent(
        places=places,
        cut=sum(plain.cluster_count(piece.text) for piece in pieces if piece.kind == CUT),
        put_in=sum(plain.cluster_count(piece.text) for piece in pieces if piece.kind == PUT_IN),
    )


def _shared_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many units are the same at the start and at the end. Most edits leave little between."""
    shortest = min(len(old), len(new))
    start = 0
    while start < shortest and old[start] == new[start]:
        start += 1
    end = 0
    while end < shortest - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, end


def _changes(old: Sequence[str], new: Sequence[str]) -> list[Piece]:
    """Difflib's own guard against frequent units keeps a hostile text from costing seconds."""
    pieces = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(SAME, "".join(old[a:b])))
        else:
            pieces += [Piece(CUT, "".join(old[a:b])), Piece(PUT_IN, "".join(new[c:d]))]
    return pieces


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Runs of changes parted only by spaces become one cut and one put in, which reads better."""
    cut, put_in = "", ""
    for place, piece in enumerate(pieces):
        changing = bool(cut or put_in)
        inside = changing and piece.text.isspace() and place + 1 < len(pieces)
        if piece.kind == SAME and not inside:
            yield from _place(cut, put_in)
            cut, put_in = "", ""
            yield piece
            continue
        cut += piece.text if piece.kind in (SAME, CUT) else ""
        put_in += piece.text if piece.kind in (SAME, PUT_IN) else ""
    yield from _place(cut, put_in)


def _place(cut: str, put_in: str) -> Iterator[Piece]:
    if cut:
        yield Piece(CUT, cut)
    if put_in:
        yield Piece(PUT_IN, put_in)
