"""Marks in a letter what the signals point at. A mark is for the eye and never decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from letterslot.text import identifying


@dataclass(frozen=True)
class Passage:
    """A run of the letter; `signal` is the number of the signal that marks it, 0 for none."""

    text: str
    signal: int = 0


def passages(text: str, findings: Sequence[identifying.Finding]) -> list[Passage]:
    """The letter cut at its findings (sorted, not overlapping). Joined, it is `text` again."""
    runs, end = [], 0
    for number, finding in enumerate(findings, start=1):
        runs.append(Passage(text[end : finding.start]))
        runs.append(Passage(text[finding.start : finding.end], number))
        end = finding.end
    runs.append(Passage(text[end:]))
    return [run for run in runs if run.text]
