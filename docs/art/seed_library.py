"""A card catalogue that holds seeds: one drawer is out, and something has grown from it."""

# ruff: noqa: E501  # outlines and strokes are long lines of numbers

from __future__ import annotations

import math
import random

from engraving import BLUE, INK, PAPER, Point, block, clip, hatching, line, path, shape

LEFT, TOP, WIDE, TALL, GAP = 40.0, 150.0, 150.0, 116.0, 12.0
COLUMNS, ROWS = 8, 4
LAMP: Point = (640.0, 60.0)
OPEN = (3, 2)  # column and row of the drawer that is out
STEM = "M592 470Q566 420 590 372Q618 318 590 262Q566 206 602 150Q622 112 612 74"


def light(x: float, y: float) -> float:
    """How dark the wood is: light falls from above the middle."""
    away = math.hypot((x - 640) * 0.8, y - 130) / 640
    return min(0.84, 0.30 + 0.62 * away)


def wall() -> str:
    def tone(x: float, y: float) -> float:
        return 0.08 + 0.62 * (abs(x - 640) / 640) ** 1.4

    rays = hatching(
        tone, spacing=9, course=lambda x, y: y + ((x - 640) / 640) ** 2 * 26, top=-40, bottom=150
    )
    return rays


def front(column: int, row: int, dice: random.Random) -> str:
    """One closed drawer: grain, rim, label and pull."""
    x, y = LEFT + column * WIDE, TOP + row * (TALL + GAP) + 18
    w, h = WIDE - GAP, TALL
    name, wave, turn = f"d{column}{row}", dice.uniform(2, 6), dice.uniform(0, 6)
    knot = (x + dice.uniform(20, w - 20), y + dice.uniform(0, h))

    def course(px: float, py: float) -> float:
        swell = 7 * math.exp(-(((px - knot[0]) / 26) ** 2)) * (1 if py > knot[1] else -1)
        return (
            py + wave * math.sin(px / 45 + turn) + swell * math.exp(-(((py - knot[1]) / 30) ** 2))
        )

    grain = hatching(
        light,
        spacing=6.5,
        course=course,
        top=y - 12,
        bottom=y + h + 12,
        left=x - 4,
        right=x + w + 4,
        step=9,
        clip=name,
    )
    rim = line(f"M{x} {y}h{w}v{h}h{-w}z", 4)
    bright = line(f"M{x + 7} {y + h - 7}V{y + 7}H{x + w - 7}", 2.5, PAPER)
    wood = f"M{x} {y}h{w}v{h}h{-w}z"
    return (
        clip(name, wood)
        + path(wood, PAPER)
        + grain
        + bright
        + rim
        + label(x + w / 2, y + 34, dice)
        + pull(x + w / 2, y + 80)
    )


def label(x: float, y: float, dice: random.Random) -> str:
    """A card in its brass frame, with a word that nobody can read from here."""
    frame = shape(
        [(x - 44, y - 17), (x + 44, y - 17), (x + 44, y + 17), (x - 44, y + 17)],
        PAPER,
        f'stroke="{INK}" stroke-width="4"',
    )
    d, at = "", x - 32
    while at < x + 26:
        length = dice.uniform(5, 13)
        d += f"M{at:.0f} {y - 3:.0f}q{length / 2:.0f} {dice.choice((-7, 6))} {length:.0f} 0"
        at += length + 3
    d += f"M{x - 32} {y + 8}h{dice.uniform(20, 46):.0f}"
    return frame + line(d, 2.2)


def pull(x: float, y: float) -> str:
    cup = f"M{x - 21} {y - 6}Q{x} {y - 18} {x + 21} {y - 6}Q{x + 20} {y + 15} {x} {y + 16}Q{x - 20} {y + 15} {x - 21} {y - 6}z"
    return path(cup, INK, f'stroke="{PAPER}" stroke-width="4"') + line(
        f"M{x - 12} {y - 5}Q{x} {y - 10} {x + 12} {y - 5}", 2.4, PAPER
    )


def cabinet() -> str:
    dice = random.Random(148)  # noqa: S311  # a picture, not a secret
    body = path(f"M0 {TOP}H1280V640H0z")
    top = path(f"M0 {TOP - 22}H1280V{TOP + 4}H0z", PAPER) + line(
        f"M0 {TOP - 22}H1280M0 {TOP + 4}H1280M0 {TOP - 9}H1280", 3.5
    )
    fronts = [front(c, r, dice) for r in range(ROWS) for c in range(COLUMNS) if (c, r) != OPEN]
    return body + "".join(fronts) + top


def drawer() -> str:
    """The open one, pulled towards us: its hole, its sides, its earth and its front."""
    x, y = LEFT + OPEN[0] * WIDE, TOP + OPEN[1] * (TALL + GAP) + 18
    w, h = WIDE - GAP, TALL
    hole = path(f"M{x - 4} {y - 4}h{w + 8}v{h + 8}h{-w - 8}z")
    fx, fy, fw, fh = x - 32, y + 54, w + 64, h + 34
    inside = shape(
        [(x + 6, y + 26), (x + w - 6, y + 26), (fx + fw - 10, fy + 8), (fx + 10, fy + 8)], INK
    )
    earth = "".join(
        f'<circle cx="{x + 4 + 11 * (k % 13) - 6 * (k // 13) * (1 - (k % 13) / 6):.0f}" cy="{y + 36 + 8 * (k // 13)}" r="2.6" fill="{PAPER}"/>'
        for k in range(39)
    )
    sides = line(
        f"M{x + 2} {y + 20}L{fx + 2} {fy}M{x + w - 2} {y + 20}L{fx + fw - 2} {fy}", 9, PAPER
    )
    face = path(f"M{fx} {fy}h{fw}v{fh}h{-fw}z", PAPER, f'stroke="{INK}" stroke-width="5"')
    grain = hatching(
        lambda a, b: 0.16 + 0.1 * math.sin(a / 40),
        spacing=8,
        course=lambda a, b: b + 4 * math.sin(a / 38 + 2),
        top=fy,
        bottom=fy + fh + 8,
        left=fx,
        right=fx + fw,
        clip="open",
    )
    dice = random.Random(3)  # noqa: S311  # a picture, not a secret
    middle = fx + fw / 2
    shadow = path(f"M{fx + 12} {fy + fh}h{fw - 8}v16h{-fw + 8}z")
    return (
        hole
        + inside
        + earth
        + sides
        + shadow
        + face
        + clip("open", f"M{fx} {fy}h{fw}v{fh}h{-fw}z")
        + grain
        + line(f"M{fx + 10} {fy + fh - 10}V{fy + 10}H{fx + fw - 10}", 3, INK)
        + label(middle, fy + 44, dice)
        + pull(middle, fy + 104)
    )


def leaf(x: float, y: float, size: float, turn: float) -> str:
    """A bean leaf: dark, with veins cut out of it and a paper edge to hold it off the wood."""
    half = "M0 0C{a} -34 {b} -62 4 -116"
    outline = half.format(a=-70, b=-58) + "C62 -62 70 -34 0 0z"
    veins = "M0 0Q3 -56 4 -104" + "".join(
        f"M{k / 26:.1f} {-k}Q{side * 20} {-k - 8} {side * reach} {-k - 22}"
        for k, reach in ((18, 36), (38, 36), (58, 27), (76, 17))
        for side in (-1, 1)
    )
    shade = hatching(
        lambda a, b: 0.42 if a > 2 else 0,
        spacing=5,
        course=lambda a, b: b - 0.35 * a,
        top=-130,
        bottom=30,
        left=0,
        right=70,
        step=20,
        colour=PAPER,
        clip="leaf",
    )
    return (
        f'<g transform="translate({x} {y}) rotate({turn}) scale({size})">'
        + path(outline, INK, f'stroke="{PAPER}" stroke-width="9" paint-order="stroke"')
        + shade
        + line(veins, 3, PAPER)
        + "</g>"
    )


def pod(x: float, y: float, size: float, turn: float) -> str:
    """A blue pod, its beans showing."""
    outline = "M0 0Q-24 30 -20 76Q-16 118 4 140Q6 118 14 76Q22 34 0 0z"
    beans = "".join(
        f'<ellipse cx="{-4 + 2 * math.sin(k):.1f}" cy="{34 + 21 * k}" rx="7" ry="8.5" fill="none" stroke="{PAPER}" stroke-width="2.6"/>'
        for k in range(4)
    )
    return (
        f'<g transform="translate({x} {y}) rotate({turn}) scale({size})">'
        + path(outline, BLUE, f'stroke="{PAPER}" stroke-width="8" paint-order="stroke"')
        + beans
        + line("M0 0q-2 -8 4 -14", 4, INK)
        + "</g>"
    )


def plant() -> str:
    stems = line(STEM, 17, PAPER) + line(STEM, 9) + line(STEM, 2, PAPER, 'stroke-dasharray="14 10"')
    curls = (
        "M612 74Q606 40 634 36Q656 38 650 56Q642 66 632 58M590 372Q640 356 664 322Q676 300 660 296"
    )
    tendrils = line(curls, 10, PAPER) + line(curls, 4)
    clip_leaf = clip("leaf", "M0 0C-70 -34 -58 -62 4 -116C62 -62 70 -34 0 0z")
    leaves = [
        (586, 392, 1.05, -78),
        (600, 330, 1.2, 74),
        (588, 268, 1.25, -62),
        (586, 214, 1.15, 66),
        (604, 150, 1.0, -54),
        (614, 104, 0.85, 48),
    ]
    pods = [(560, 300, 1.0, 12), (640, 356, 0.95, -14), (624, 190, 0.86, -10)]
    return (
        clip_leaf
        + stems
        + tendrils
        + "".join(leaf(*k) for k in leaves)
        + "".join(pod(*k) for k in pods)
    )


def packet() -> str:
    """A hand-folded paper packet, leaning on the wall above the drawers."""
    body = shape(
        [(0, 0), (112, 0), (112, -118), (0, -118)], PAPER, f'stroke="{INK}" stroke-width="4.5"'
    )
    flap = path("M0 -118L56 -82L112 -118", "none", f'stroke="{INK}" stroke-width="3.5"')
    bean = path(
        "M34 -44Q30 -70 56 -68Q86 -64 80 -38Q74 -26 62 -34Q50 -42 46 -34Q36 -32 34 -44z", INK
    ) + line("M44 -54Q54 -62 68 -56", 3, PAPER)
    words = line("M22 -16q6 -8 12 0t12 0t12 0t12 0t12 0M30 -6h52", 2.4)
    side = shape([(112, 0), (128, -8), (128, -112), (112, -118)], INK)
    return f'<g transform="translate(196 129) rotate(-4)">{side}{body}{flap}{bean}{words}</g>'


def can() -> str:
    """A small watering can on the other side."""
    spout = "M1012 66L954 20L944 32L1006 102z"
    body = "M1004 128L1012 44H1102L1110 128z"
    handle = line("M1100 56Q1164 50 1146 98Q1136 118 1106 114", 19, PAPER) + line(
        "M1100 56Q1164 50 1146 98Q1136 118 1106 114", 9
    )
    rose = path("M936 8L966 26L948 44L928 36z", INK, f'stroke="{PAPER}" stroke-width="4"')
    bands = line("M1013 60H1102M1006 112H1108", 3, PAPER) + line(
        "M1026 72L1022 102M1040 70L1038 104", 3.5, PAPER
    )
    over = line("M1018 44Q1056 -8 1096 44", 15, PAPER) + line("M1018 44Q1056 -8 1096 44", 7)
    return (
        handle
        + over
        + path(spout, INK, f'stroke="{PAPER}" stroke-width="5"')
        + path(body, INK, f'stroke="{PAPER}" stroke-width="6"')
        + rose
        + bands
    )


def draw() -> str:
    """The whole picture."""
    return block([wall(), cabinet(), packet(), can(), drawer(), plant()])
