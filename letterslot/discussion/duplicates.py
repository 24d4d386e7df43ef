"""Letters that say the same, word for word or nearly, on one story or on several.

Two are *exactly* alike when they agree but for case, width, blanks, stops and stretched letters;
*nearly* when their overlapping runs of characters are mostly the same (MinHash; Broder 1997).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Final

import regex
from rensa import RMinHash, RMinHashLSH

from letterslot.text import boundaries
from letterslot.text.folding import fold, folded

NEAR: Final = 0.7  # of the runs of both that are in both
_FEWEST_RUNS: Final = 20  # of a text that can be *nearly* like another
_HASHES, _BANDS, _SEED = 128, 32, 20260101  # pairs at 0.7 are missed once in 10,000
_RUN_SPACED, _RUN_OTHER = 5, 3  # characters; a Korean or Chinese one says more than a Latin one
_LETTER: Final = regex.compile(r"[\p{L}\p{N}\p{M}\p{Extended_Pictographic}]+")
_STRETCHED: Final = regex.compile(r"(.)\1{2,}")


@dataclass(frozen=True)
class Twin:
    """Another letter that says the same; `likeness` 1.0 where exactly, else the share in common."""

    id: str
    likeness: float

    @property
    def exact(self) -> bool:
        return self.likeness == 1.0


@dataclass
class _Form:
    """What letters of exactly the same words have in common."""

    ids: set[str]
    sketch: RMinHash | None
    number: int


class Duplicates:
    """All letters known to the desk, by what they say. Not safe among threads: its keeper is."""

    def __init__(self) -> None:
        self._forms: dict[str, _Form] = {}
        self._form_of: dict[str, str] = {}
        self._by_number: dict[int, str] = {}
        self._numbers = count()
        self._index = RMinHashLSH(NEAR, _HASHES, _BANDS)
        self._groups: list[frozenset[str]] | None = None
        self.changes = 0  # rises whenever a letter comes or goes

    def add(self, letter_id: str, text: str) -> None:
        """Take in a letter; a letter known by this id is replaced."""
        self.remove(letter_id)
        form = plain_form(text)
        if not form:
            return
        known = self._forms.get(form)
        if known is None:
            known = self._forms[form] = self._new_form(form)
        known.ids.add(letter_id)
        self._form_of[letter_id] = form
        self._groups, self.changes = None, self.changes + 1

    def remove(self, letter_id: str) -> None:
        """Forget a letter, known or not."""
        form = self._form_of.pop(letter_id, None)
        if form is None:
            return
        self.changes += 1
        known = self._forms[form]
        known.ids.discard(letter_id)
        if not known.ids:
            del self._forms[form], self._by_number[known.number]
            if known.sketch is not None:
                self._index.remove(known.number)

    def twins(self, letter_id: str) -> list[Twin]:
        """Who else says the same, most alike first."""
        form = self._form_of.get(letter_id)
        if form is None:
            return []
        found = [Twin(other, 1.0) for other in self._forms[form].ids if other != letter_id]
        for likeness, near in self._near(form):
            found += [Twin(other, likeness) for other in self._forms[near].ids]
        return sorted(found, key=lambda twin: (-twin.likeness, twin.id))

    def group(self, letter_id: str) -> frozenset[str]:
        """The letters that say the same as this one, itself among them."""
        form = self._form_of.get(letter_id)
        forms = self._led_to(form) if form is not None else set()
        return frozenset(one for other in forms for one in self._forms[other].ids)

    def groups(self, among: Iterable[str] | None = None) -> list[frozenset[str]]:
        """Groups of two letters or more that say the same, largest first, of `among` alone if
        given. Who is nearly like one of a group belongs to it."""
        if self._groups is None:
            self._groups = list(self._joined())
        wanted = self._form_of.keys() if among is None else set(among) & self._form_of.keys()
        groups = [frozenset(group & wanted) for group in self._groups]
        return sorted((group for group in groups if len(group) > 1), key=_largest_first)

    def _new_form(self, form: str) -> _Form:
        runs = _runs(form)
        number = next(self._numbers)
        self._by_number[number] = form
        if len(runs) < _FEWEST_RUNS:
            return _Form(set(), None, number)
        sketch = RMinHash(_HASHES, _SEED)
        sketch.update(runs)
        self._index.insert(number, sketch)
        return _Form(set(), sketch, number)

    def _near(self, form: str) -> Iterator[tuple[float, str]]:
        own = self._forms[form]
        if own.sketch is None:
            return
        for number in self._index.query(own.sketch):
            other = self._by_number[number]
            sketch = self._forms[other].sketch
            if number != own.number and sketch is not None:
                likeness = own.sketch.jaccard(sketch)
                if likeness >= NEAR:
                    yield min(likeness, 0.99), other

    def _joined(self) -> Iterator[frozenset[str]]:
        """Groups over forms: each form once, with all that it leads to."""
        seen: set[str] = set()
        for form in self._forms:
            if form not in seen:
                forms = self._led_to(form)
                seen |= forms
                members = frozenset(one for other in forms for one in self._forms[other].ids)
                if len(members) > 1:
                    yield members

    def _led_to(self, form: str) -> set[str]:
        """The forms that are nearly like this one, or like one that is."""
        reached, waiting = {form}, [form]
        while waiting:
            new = [other for _, other in self._near(waiting.pop()) if other not in reached]
            reached.update(new)
            waiting += new
        return reached


def plain_form(text: str) -> str:
    """A text as two of the same words agree on it: letters and figures, none stretched."""
    return _STRETCHED.sub(r"\1\1", "".join(_LETTER.findall(fold(text))))


def shared(text: str, other: str) -> tuple[tuple[int, int], ...]:
    """The passages of `text` that stand in `other` too, in code points."""
    whole = folded(text)
    at = [place for run in _LETTER.finditer(whole.text) for place in range(*run.span())]
    letters = "".join(whole.text[place] for place in at)
    length = _run_length(letters)
    theirs = set(_runs("".join(_LETTER.findall(fold(other))), length))
    spans: list[tuple[int, int]] = []
    for start in range(max(len(letters) - length + 1, 0)):
        if letters[start : start + length] in theirs:
            begin, end = whole.span(at[start], at[start + length - 1] + 1)
            if spans and begin <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
            else:
                spans.append((begin, end))
    return tuple(spans)


def _runs(form: str, length: int = 0) -> list[str]:
    """All overlapping runs of characters, each once."""
    length = length or _run_length(form)
    return list({form[start : start + length] for start in range(len(form) - length + 1)})


def _run_length(form: str) -> int:
    spaced = sum(boundaries.kind(character) == "spaced" for character in form[:200])
    return _RUN_SPACED if spaced * 2 > len(form[:200]) else _RUN_OTHER


def _largest_first(group: frozenset[str]) -> tuple[int, str]:
    return -len(group), min(group)
