"""Draws docs/images/guarded.svg: what the product's own rule gives at 1, 3, 10, 40, 400 a day.

Run it from the root of the project: `python docs/art/guarded_chart.py`. It prints the numbers too.

The observer sees the exact time of everything that is sent, every edition, and knows the rule, but
not when moderators read (a median of 6 hours later, log-normal). The effective set of a printed
comment is 2^H, H the entropy of whose it may be (Serjantov and Danezis 2002).
"""

from __future__ import annotations

import math
import os
import random
import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "letterslot.project.settings")

import django

django.setup()

# Models can be imported only once Django stands.
from letterslot.discussion.models import Comment  # noqa: E402
from letterslot.discussion.wording import Wording  # noqa: E402
from letterslot.newsroom import publication as publications  # noqa: E402
from letterslot.newsroom.publication import Publication  # noqa: E402
from letterslot.press.gate import Letter, released  # noqa: E402

RATES = {1: 2000, 3: 1000, 10: 400, 40: 150, 400: 30}  # comments a day, and days that are tried
MEDIAN_READ, SPREAD = 0.25, 1.0  # days until a moderator has read it; of the logarithm
IMAGE = Path(__file__).parent.parent / "images" / "guarded.svg"
COLOURS = {0: "#1f5f8b", 30: "#b5541c"}


@dataclass
class Sent:
    """A comment on its way. `waits`: how likely it is for the observer that it is approved and not
    printed yet; `told`: how much of its approval he has counted."""

    at: float  # days
    read: float
    letter: Letter
    waits: float = 0.0
    told: float = 0.0


@dataclass
class Outcome:
    sets: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)  # days


def simulate(rate: int, days: int, publication: Publication, chance: random.Random) -> Outcome:
    outcome, waiting, all_sent = Outcome(), list[Sent](), list[Sent]()
    for slot in range(1, days):
        arrived = [_sent(slot - 1 + chance.random(), chance) for _ in range(_poisson(rate, chance))]
        waiting += arrived
        all_sent = [one for one in all_sent if one.told < 0.999 or one.waits > 0.001] + arrived
        ready = {one.letter.comment.pk: one for one in waiting if one.read <= slot}
        letters = [one.letter for one in ready.values()]
        gone = released(letters, publication, slot, chance.randbytes(32))
        if gone:
            pks = {letter.comment.pk for letter in gone}
            outcome.sets += [_effective_set(all_sent, slot, publication, len(gone))] * len(gone)
            outcome.waits += [slot - ready[pk].at for pk in pks]
            waiting = [one for one in waiting if one.letter.comment.pk not in pks]
    return outcome


def _sent(at: float, chance: random.Random) -> Sent:
    pk = f"{chance.getrandbits(48):012x}"
    read = at + MEDIAN_READ * math.exp(chance.gauss(0, SPREAD))
    return Sent(at, read, Letter(Comment(id=pk, slot=int(at)), Wording("", pk)))


def _poisson(rate: int, chance: random.Random) -> int:
    """Arrivals of a day."""
    count, left = 0, chance.expovariate(rate)
    while left < 1:
        count, left = count + 1, left + chance.expovariate(rate)
    return count


def _effective_set(
    all_sent: list[Sent], slot: int, publication: Publication, printed: int
) -> float:
    for one in all_sent:
        if slot - one.letter.comment.slot > publication.hold:
            approved = _read_within(slot - one.at)
            one.waits += approved - one.told
            one.told = approved
    whole = sum(one.waits for one in all_sent)
    entropy = -sum(
        one.waits / whole * math.log2(one.waits / whole) for one in all_sent if one.waits > 0
    )
    # Without a pool all go; with one the observer counts who went of those he thinks there were.
    leaves = min(1.0, printed / whole) if publication.pool else 1.0
    for one in all_sent:
        one.waits *= 1 - leaves
    return 2.0**entropy


def _read_within(days: float) -> float:
    """How likely a moderator has read a comment so many days after it was sent."""
    return 0.5 * (1 + math.erf(math.log(days / MEDIAN_READ) / (SPREAD * math.sqrt(2))))


def _low(values: list[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))]


def main() -> None:
    found = {}
    for pool in COLOURS:
        table = {"name": "Courier", "url": "https://c.example", "policy": "guarded", "pool": pool}
        for rate, days in RATES.items():
            chance = random.Random(rate)  # noqa: S311 - a simulation that can be repeated
            made = simulate(rate, days, publications.from_table(table), chance)
            row = (
                _low(made.sets, 0.05),
                median(made.sets),
                median(made.waits),
                _low(made.waits, 0.95),
            )
            found[pool, rate] = row
            sys.stdout.write(f"{pool} {rate} {' '.join(f'{value:.1f}' for value in row)}\n")
    IMAGE.write_text(_svg(found), encoding="utf-8")


def _svg(found: dict[tuple[int, int], tuple[float, float, float, float]]) -> str:
    sets = {key: row[:2] for key, row in found.items()}
    waits = {key: row[2:] for key, row in found.items()}
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 330" role="img" '
        'font-family="sans-serif" font-size="13"><rect width="760" height="330" fill="#fff"/>',
        _panel(40, "Effective set: worst 5 % to median", sets, 1, 1000, [1, 10, 100, 1000]),
        _panel(420, "Wait in days: median to 95 %", waits, 1, 32, [1, 2, 4, 8, 16, 32]),
    ]
    for x, (pool, colour) in zip((40, 240), COLOURS.items(), strict=True):
        says = f"pool of {pool} %" if pool else "without a pool"
        parts.append(f'<circle cx="{x + 6}" cy="312" r="5" fill="{colour}"/>')
        parts.append(f'<text x="{x + 18}" y="316">k_min 10, {says}</text>')
    return "".join(parts) + "</svg>\n"


def _panel(left: int, title: str, rows: dict, low: float, high: float, marks: list[int]) -> str:
    def y(value: float) -> float:
        return 260 - 210 * math.log(max(value, low) / low) / math.log(high / low)

    out = [f'<text x="{left}" y="28" font-weight="600">{title}</text>']
    for mark in marks:
        out.append(_line(left, y(mark), left + 300, y(mark), "#ccc", 1))
        out.append(f'<text x="{left - 6}" y="{y(mark) + 4:.1f}" text-anchor="end">{mark}</text>')
    for number, rate in enumerate(RATES):
        x = left + 30 + 60 * number
        out.append(f'<text x="{x}" y="282" text-anchor="middle">{rate} a day</text>')
        for shift, (pool, colour) in zip((-8, 8), COLOURS.items(), strict=True):
            ends = [y(value) for value in rows[pool, rate]]
            out.append(_line(x + shift, ends[0], x + shift, ends[1], colour, 4))
            out += [f'<circle cx="{x + shift}" cy="{c:.1f}" r="5" fill="{colour}"/>' for c in ends]
    return "".join(out)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: int) -> str:
    place = f'x1="{x1}" y1="{y1:.1f}" x2="{x2}" y2="{y2:.1f}"'
    return f'<line {place} stroke="{colour}" stroke-width="{width}"/>'


if __name__ == "__main__":
    main()
