"""Seeks words in a text as a person who types them into a field would expect.

Every word must be there; words between quotation marks must stand together. A word of Latin,
Cyrillic or Arabic letters is found at the beginning of a longer one ("weigh" finds "weighed"),
and whole where it has three letters or fewer. Korean is found anywhere, because words are joined
and carry particles; so are Chinese, Burmese, Thai, Lao and Khmer, but never half a syllable.
Accents and tones typed are meant; typed without, they are found after the exact ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import regex

from letterslot.text import boundaries
from letterslot.text.folding import fold, folded, without_marks

WHOLE: Final = 3  # letters up to which a word of a spaced script must be whole
_PART: Final = re.compile(r"[\"“”„«»]([^\"“”„«»]+)[\"“”„«»]?|([^\s\"“”„«»]+)")
_WORD: Final = regex.compile(r"[\p{L}\p{N}\p{M}_]+(?:['’][\p{L}\p{N}\p{M}_]+)*")
_GAP: Final = regex.compile(r"[^\p{L}\p{N}\p{M}_]+")
_MOST_WORDS: Final = 12


@dataclass(frozen=True)
class Term:
    """A word or phrase that is sought, folded; `bare` where it was typed without accents."""

    text: str
    bare: bool

    @cached_property
    def first(self) -> str:
        """Its first word: what is looked for before all else, because that is quick."""
        return self.text.partition(" ")[0]

    @cached_property
    def is_anywhere(self) -> bool:
        """Whether it is found wherever its characters stand: one word, of Korean."""
        return all(boundaries.kind(character) == "korean" for character in self.text)


@dataclass(frozen=True)
class Query:
    """What is sought: every term must be found."""

    terms: tuple[Term, ...]

    def __bool__(self) -> bool:
        return bool(self.terms)

    def rank(self, folded_text: str, bare_text: str) -> int | None:
        """0 where all terms stand in the folded text as typed, 1 where some only without accents
        (`bare_text` is `folding.without_marks` of it), None where one is missing."""
        rank = 0
        for term in self.terms:
            if term.first in folded_text and _stands(term, folded_text):
                continue
            if not term.bare or bare_text is folded_text or term.first not in bare_text:
                return None
            if not _stands(term, bare_text):
                return None
            rank = 1
        return rank

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the terms stand in the original, in order, not overlapping, in code points."""
        whole = folded(text)
        bare = without_marks(whole.text)
        spans: list[tuple[int, int]] = []
        for term in self.terms:
            found = list(_places(term, whole.text))
            if not found and term.bare and len(bare) == len(whole.text):
                found = list(_places(term, bare))
            spans += [whole.span(start, end) for start, end in found]
        return _merged(spans)


def parse(words: str) -> Query:
    """What somebody typed. Beyond twelve terms the rest is left out."""
    terms: list[Term] = []
    for quoted, single in _PART.findall(words):
        for part in [quoted] if quoted else _WORD.findall(fold(single)):
            text = _GAP.sub(" ", fold(part)).strip()
            term = Term(text, bare=without_marks(text) == text)
            if text and term not in terms:
                terms.append(term)
    return Query(tuple(terms[:_MOST_WORDS]))


def _stands(term: Term, text: str) -> bool:
    if term.is_anywhere:
        return term.text in text
    return next(_places(term, text), None) is not None


def _places(term: Term, text: str) -> Iterator[tuple[int, int]]:
    """Where a term stands in a folded text. In a phrase one gap is as good as another."""
    found = _phrases(term.text, text) if " " in term.text else _occurrences(term.text, text)
    for start, end in found:
        if _begins(text, start) and _ends(text, start, end):
            yield start, end


def _phrases(phrase: str, text: str) -> Iterator[tuple[int, int]]:
    parts = phrase.split(" ")
    if all(part in text for part in parts):
        pattern = _GAP.pattern.join(map(regex.escape, parts))
        yield from (match.span() for match in regex.finditer(pattern, text))


def _occurrences(word: str, text: str) -> Iterator[tuple[int, int]]:
    start = text.find(word)
    while start >= 0:
        yield start, start + len(word)
        start = text.find(word, start + len(word))


def _begins(text: str, start: int) -> bool:
    return boundaries.kind(text[start]) == "korean" or boundaries.begins_word(text, start)


def _ends(text: str, start: int, end: int) -> bool:
    kind = boundaries.kind(text[end - 1])
    if kind == "korean" or (kind == "spaced" and end - start > WHOLE):
        return True
    return boundaries.ends_word(text, end)


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
