"""The burin: a few strokes from which the demo newsroom's pictures are cut.

Everything is drawn on a block of 1280 by 640 units in three colours. A tone is made of lines that
swell and thin, as on a wood engraving, never of grey.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

WIDTH, HEIGHT = 1280, 640
PAPER, INK, BLUE = "#e9edf1", "#14181c", "#17498a"

Point = tuple[float, float]
Tone = Callable[[float, float], float]  # darkness at a place, 0 (paper) to 1 (ink)


def dots(points: Iterable[Point]) -> str:
    """Points as the numbers of an SVG path."""
    return "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def shape(points: Sequence[Point], fill: str = INK, more: str = "") -> str:
    """A closed outline, filled."""
    return f'<path fill="{fill}" {more} d="M{dots(points)}z"/>'


def path(d: str, fill: str = INK, more: str = "") -> str:
    """An outline given in SVG's own words, filled."""
    return f'<path fill="{fill}" {more} d="{d}"/>'


def line(d: str, width: float, colour: str = INK, more: str = "") -> str:
    """A stroke of one width."""
    return (
        f'<path fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round" '
        f'stroke-linejoin="round" {more} d="{d}"/>'
    )


def swelling(points: Sequence[Point], widths: Sequence[float]) -> list[list[Point]]:
    """A stroke whose width changes along it, as outlines; where the width is nothing it breaks."""
    outlines: list[list[Point]] = []
    above: list[Point] = []
    below: list[Point] = []
    for (x, y), width in zip(points, widths, strict=True):
        if width < 0.35:
            outlines += [above + below[::-1]] if len(above) > 1 else []
            above, below = [], []
            continue
        above.append((x, y - width / 2))
        below.append((x, y + width / 2))
    outlines += [above + below[::-1]] if len(above) > 1 else []
    return outlines


def hatching(
    tone: Tone,
    *,
    spacing: float,
    course: Callable[[float, float], float] = lambda x, y: y,
    top: float = 0,
    bottom: float = HEIGHT,
    left: float = -20,
    right: float = WIDTH + 20,
    step: float = 12,
    colour: str = INK,
    clip: str = "",
) -> str:
    """Lines `spacing` apart; each follows `course` (x, its own height) and swells with the tone."""
    d: list[str] = []
    height = top
    while height <= bottom:
        points = []
        x = left
        while x <= right:
            points.append((x, course(x, height)))
            x += step
        widths = [max(0.0, min(1.0, tone(x, y))) * spacing for x, y in points]
        d += [f"M{dots(outline)}z" for outline in swelling(points, widths)]
        height += spacing
    clipped = f'clip-path="url(#{clip})"' if clip else ""
    return f'<path fill="{colour}" {clipped} d="{"".join(d)}"/>'


def clip(name: str, d: str) -> str:
    """A mask: what is drawn with `clip=name` shows only inside it."""
    return f'<clipPath id="{name}"><path d="{d}"/></clipPath>'


def ridge(anchors: Sequence[Point], *, rough: float, seed: int, step: float = 10) -> list[Point]:
    """The outline of hills through the anchors, roughened by the same dice every time."""
    dice = random.Random(seed)  # noqa: S311  # a picture, not a secret
    points: list[Point] = []
    for (x0, y0), (x1, y1) in pairwise(anchors):
        count = max(1, int((x1 - x0) / step))
        for i in range(count):
            t = i / count
            smooth = (1 - math.cos(math.pi * t)) / 2
            points.append(
                (x0 + (x1 - x0) * t, y0 + (y1 - y0) * smooth + dice.uniform(-rough, rough))
            )
    return [*points, anchors[-1]]


def near(x: float, y: float, centre: Point, radius: float) -> float:
    """1 at the centre, falling to 0 at the radius."""
    return max(0.0, 1 - math.hypot(x - centre[0], y - centre[1]) / radius)


def block(parts: Iterable[str]) -> str:
    """The finished picture as an SVG document."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<path fill="{PAPER}" d="M0 0h{WIDTH}v{HEIGHT}H0z"/>' + "".join(parts) + "</svg>\n"
    )
