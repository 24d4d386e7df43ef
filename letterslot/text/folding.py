"""Folds a text for comparing: case, width and hidden characters go, and every folded character
knows where it came from, so that what is found can be shown in the original."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import regex

# What is folded in one piece: halfwidth kana and jamo, which make up syllables together, and
# otherwise a character with the marks on it.
_PIECE: Final = regex.compile(r"[\uff65-\uffdc]+|.\p{M}*", regex.DOTALL)
# Not to be seen, or of no weight to a reader: joiners, soft hyphens, tatweel, variation selectors.
# Unicode's Default_Ignorable_Code_Point, spelled out: `re` looks through a text ten times as fast.
_HIDDEN: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
_IGNORED: Final = re.compile(f"[{_HIDDEN}\u0640]")
# Where folding a text at once could join what stands apart: jamo, and hidden characters.
_PIECEWISE: Final = re.compile(
    f"[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\ud7b0-\ud7ff\uff65-\uffdc{_HIDDEN}\u0640]"
)
_MARKS: Final = re.compile(r"[\u0300-\u036f\u064b-\u0652]")  # accents, tones, short vowels
_LETTERS_OF_MARKS: Final = str.maketrans("đł", "dl")  # letters whose stroke is no mark to Unicode
# Where a mark can be at all: among letters of Latin, Greek and Cyrillic beyond ASCII, and Arabic.
_MARKABLE: Final = re.compile("[\u00c0-\u052f\u064b-\u0652\u1d00-\u1fff\ua640-\ua69f\uab30-\uab6f]")
# Letters that people type for one another, because keyboards and old fonts did.
_SAME_LETTERS: Final = str.maketrans("ىيكھ", "ییکه")
_CONFUSED: Final = re.compile("[ىيكھ]")


@dataclass(frozen=True)
class Folded:
    """A folded text; `places[i]` is the span in the original that folded[i] came from."""

    text: str
    places: list[tuple[int, int]]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where folded[start:end] stands in the original, in code points."""
        return self.places[start][0], self.places[end - 1][1]


def fold(text: str) -> str:
    """NFKC, case folded, hidden characters left out. Twice is the same as once."""
    if text.isascii():
        return text.lower()
    if _PIECEWISE.search(text) is None:  # ten times as fast, and the same
        return _folded_whole(text)
    return "".join(_folded(piece) for piece in _PIECE.findall(text))


def folded(text: str) -> Folded:
    """The same as `fold`, with the way back to the original."""
    if text.isascii():
        return Folded(text.lower(), [(at, at + 1) for at in range(len(text))])
    pieces, places = [], []
    for match in _PIECE.finditer(text):
        piece = _folded(match.group())
        pieces.append(piece)
        places += [match.span()] * len(piece)
    return Folded("".join(pieces), places)


def without_marks(folded_text: str) -> str:
    """A folded text without accents and tones, for those who type without them. As many
    characters as before or fewer: for matching, never for showing."""
    if folded_text.isascii():
        return folded_text
    if _MARKABLE.search(folded_text) is None:
        return folded_text
    apart = _MARKS.sub("", unicodedata.normalize("NFD", folded_text))
    return unicodedata.normalize("NFC", apart).translate(_LETTERS_OF_MARKS)


@lru_cache(maxsize=16_384)
def _folded(piece: str) -> str:
    return _folded_whole(_IGNORED.sub("", piece))


def _folded_whole(text: str) -> str:
    cased = unicodedata.normalize("NFKC", text).casefold()
    visible = _IGNORED.sub("", cased)
    if _CONFUSED.search(visible) is not None:
        visible = visible.translate(_SAME_LETTERS)
    return unicodedata.normalize("NFKC", visible)
