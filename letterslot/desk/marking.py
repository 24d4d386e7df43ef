"""Marks in a letter what the signals point at. A mark is for the eye and never decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from letterslot.desk.signals import Signal
from letterslot.text.identifying import CUT

MARKS_SHOWN: Final = 60  # passages marked in one letter; a hostile one has thousands
# What an edit may cut at a stroke: it tells who somebody is, or the newsroom has listed it.
REDACTABLE: Final = frozenset({"telephone", "email", "account", "place", "workplace", "word"})
_OF_THE_WHOLE: Final = frozenset({"language", "length", "duplicate"})  # what marks no passage


@dataclass(frozen=True)
class Passage:
    """A run of the letter. `signals` are the numbers of the signals whose marks end with it;
    `veiled`: not shown before it is wanted."""

    text: str
    marked: bool = False
    signals: tuple[int, ...] = ()
    veiled: bool = False


def passages(text: str, signals: Sequence[Signal]) -> list[Passage]:
    """The letter cut where marks begin and end; they may overlap. Joined, it is `text` again."""
    marks = _marks(text, signals)
    cuts = sorted({0, len(text), *(at for start, end, _, _ in marks for at in (start, end))})
    found = []
    for start, end in pairwise(cuts):
        over = [mark for mark in marks if mark[0] <= start and end <= mark[1]]
        ending = tuple(number for _, stop, number, _ in over if stop == end)
        veiled = any(kind == "word" for _, _, _, kind in over)
        found.append(Passage(text[start:end], bool(over), ending, veiled))
    return found


def redactable(signals: Sequence[Signal]) -> list[tuple[int, int]]:
    """The passages of the text that an edit can cut, in order, none of them overlapping."""
    spans = sorted(
        span
        for signal in signals
        if signal.kind in REDACTABLE and signal.place == "text"
        for span in signal.spans
    )
    apart: list[tuple[int, int]] = []
    for start, end in spans:
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def redacted(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with each of the passages replaced by […]."""
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + CUT + text[end:]
    return text


def _marks(text: str, signals: Sequence[Signal]) -> list[tuple[int, int, int, str]]:
    """Start, end, number and kind of each mark. What is said of the whole text marks nothing."""
    return [
        (start, end, number, signal.kind)
        for number, signal in enumerate(signals, start=1)
        if signal.place == "text"
        for start, end in signal.spans
        if start < end and signal.kind not in _OF_THE_WHOLE
    ][:MARKS_SHOWN]
