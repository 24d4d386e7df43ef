"""Collects what the rounds measured and says it, ratios first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

SIDE_BY_SIDE = "figures of `make bench`"
UNDER_LOAD = "figures under load"


@dataclass
class Comparison:
    """One kind of work done by us and by a peer, a rate for each round, taken in turn."""

    work: str
    peer: str
    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    our_p99: list[float] = field(default_factory=list)  # milliseconds
    their_p99: list[float] = field(default_factory=list)

    def add_ours(self, rate: float, p99: float | None = None) -> None:
        self.ours.append(rate)
        self.our_p99 += [] if p99 is None else [p99]

    def add_theirs(self, rate: float, p99: float | None = None) -> None:
        self.theirs.append(rate)
        self.their_p99 += [] if p99 is None else [p99]

    @property
    def ratios(self) -> list[float]:
        """Ours to theirs, each round by itself, so that a slow hour slows both sides of it.
        Empty where the peer could not be installed."""
        return [ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=False)]

    def cells(self) -> list[str]:
        return [
            spread(self.ratios, ".2f"),
            self.work,
            self.peer,
            spread(self.ours, ",.0f"),
            spread(self.theirs, ",.0f"),
            _latencies(self.our_p99, self.their_p99),
        ]


HEADINGS = ["ratio", "work", "to", "ours a second", "theirs a second", "p99 ms ours / theirs"]


def spread(values: Sequence[float], form: str) -> str:
    """The median, and the lowest and highest where there are several; a dash where none is."""
    if not values:
        return "–"
    middle = format(median(values), form)
    if len(values) == 1:
        return middle
    return f"{middle} [{min(values):{form}}–{max(values):{form}}]"


def _latencies(ours: Sequence[float], theirs: Sequence[float]) -> str:
    told = (f"{median(values):,.1f}" if values else "–" for values in (ours, theirs))
    return " / ".join(told)


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns also line up in a terminal."""
    whole = [list(headings), *map(list, rows)]
    widths = [max(len(row[at]) for row in whole) for at in range(len(headings))]
    lines = [_line(row, widths) for row in whole]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return "| " + " | ".join(padded) + " |"


def write_between_marks(document: Path, figures: str, name: str = SIDE_BY_SIDE) -> None:
    """Puts figures between the two marks of this name. Raises ValueError without them."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    text = document.read_text(encoding="utf-8")
    if text.count(begin) != 1 or text.count(end) != 1:
        raise ValueError(f"{document} must hold the marks of the {name} once each.")
    before, _, rest = text.partition(begin)
    after = rest.partition(end)[2]
    document.write_text(f"{before}{begin}\n\n{figures}\n\n{end}{after}", encoding="utf-8")
