"""A drowned bridge that stands dry: three arches, a low lake, and a boat with nowhere to go."""

# ruff: noqa: E501  # outlines and strokes are long lines of numbers

from __future__ import annotations

import math

from engraving import BLUE, INK, PAPER, block, clip, dots, hatching, line, near, path, ridge, shape

SUN = (880.0, 120.0)
WATER = 392.0  # height of the waterline
DECK, PARAPET = 214.0, 196.0
LEFT, RIGHT, MIDDLE = 130.0, 1150.0, 640.0
PIERS = (530.0, 750.0)
ARCHES = ((346.0, 494.0), (566.0, 714.0), (786.0, 934.0))
SPRING = 318.0  # where the arches begin


def sky() -> str:
    def tone(x: float, y: float) -> float:
        glow = near(x, y, SUN, 460)
        return min(0.74, 0.8 - 0.42 * y / 300) - 0.75 * glow

    def course(x: float, y: float) -> float:
        return y + 9 * math.sin(x / 170 + y / 85) + 3 * math.sin(x / 61 + y / 40)

    disc = f'<circle cx="{SUN[0]}" cy="{SUN[1]}" r="46" fill="{PAPER}"/>'
    rim = (
        f'<circle cx="{SUN[0]}" cy="{SUN[1]}" r="46" fill="none" stroke="{INK}" stroke-width="3"/>'
    )
    return hatching(tone, spacing=10, course=course, top=-20, bottom=330) + disc + rim


def far_hills() -> str:
    crest = ridge(
        [
            (-10, 250),
            (150, 176),
            (330, 236),
            (540, 170),
            (760, 240),
            (1010, 196),
            (1150, 150),
            (1300, 226),
        ],
        rough=2.5,
        seed=4,
    )
    outline = f"M{dots(crest)}L1300 {WATER}L-10 {WATER}z"
    slopes = hatching(
        lambda x, y: 0.34 + 0.2 * math.sin(x / 90 + y / 70),
        spacing=8,
        course=lambda x, y: y + 0.55 * x % 1 + 26 * math.sin(x / 120 + 0.8),
        top=120,
        bottom=430,
        clip="far",
    )
    return clip("far", outline) + path(outline, PAPER) + slopes + line(f"M{dots(crest)}", 3.5)


def banks() -> str:
    """Both shores, with the rings that earlier levels left on them."""
    parts = []
    for number, sign in enumerate((1, -1)):

        def side(x: float, sign: int = sign) -> float:
            return x if sign == 1 else 1280 - x

        crest = ridge(
            [(-10, 236), (90, 250), (180, 292), (262, 372), (300, WATER + 4)],
            rough=2,
            seed=9 + number,
        )
        crest = [(side(x), y) for x, y in crest]
        outline = f"M{dots(crest)}L{side(-10)} {WATER + 4}z"
        parts += [clip(f"bank{number}", outline), path(outline)]
        for ring in range(9):
            y = 262 + ring * 15
            course = f"M{side(-10)} {y}Q{side(120)} {y + 3} {side(320)} {y + 10}"
            parts.append(line(course, 2.2 + ring * 0.75, PAPER, f'clip-path="url(#bank{number})"'))
        parts.append(tufts(side))
    return "".join(parts)


def tufts(side: object) -> str:
    """Bare trees above the old brim."""
    assert callable(side)
    parts = []
    for x, foot, tall in ((38, 244, 78), (92, 256, 58), (150, 282, 46)):
        top = foot - tall
        d = f"M{side(x)} {foot}L{side(x + 1)} {top}"
        for k in range(1, 6):
            y = foot - tall * (0.3 + 0.12 * k)
            reach = (7 - k) * tall / 26 + 3
            d += f"M{side(x + 1)} {y + 8}L{side(x - reach)} {y - 6}M{side(x + 1)} {y + 4}L{side(x + reach)} {y - 9}"
        parts.append(line(d, 3))
    return "".join(parts)


def arch(left: float, right: float) -> str:
    """The opening of one arch as a path, down to the water."""
    radius = (right - left) / 2
    return f"M{left} {WATER + 2}V{SPRING}A{radius} {radius} 0 0 1 {right} {SPRING}V{WATER + 2}z"


def bridge() -> str:
    face = f"M{LEFT} {DECK + 52}Q{MIDDLE} {DECK - 52} {RIGHT} {DECK + 52}V{WATER + 2}H{LEFT}z"
    openings = "".join(arch(*a) for a in ARCHES)
    parts = [
        path(face, PAPER, f'stroke="{PAPER}" stroke-width="14"'),
        path(face + openings, INK, 'fill-rule="evenodd"'),
        clip("face", face),
        masonry(),
        parapet(),
    ]
    for left, right in ARCHES:
        parts += [inside(left, right), ring_of_stones(left, right)]
    parts += [cutwater(x) for x in PIERS]
    return "".join(parts)


def masonry() -> str:
    """Joints between the courses, cut out of the dark face; lighter towards the sun."""
    d = []
    for row in range(11):
        y = DECK + 8 + row * 17
        bow = 26 if row < 3 else 0
        d.append(f"M{LEFT} {y + bow * 0.8:.0f}Q{MIDDLE} {y - bow:.0f} {RIGHT} {y + bow * 0.8:.0f}")
        for k in range(31):
            x = 128 + k * 34 + (row % 2) * 17
            lift = bow * (1 - ((x - MIDDLE) / 510) ** 2)
            d.append(f"M{x} {y - lift + bow * 0.55 + 2:.0f}v13")
    return line("".join(d), 1.7, PAPER, 'clip-path="url(#stone)"') + clip(
        "stone",
        f"M{LEFT} {DECK + 12}H{RIGHT}V{WATER}H934V{SPRING}A74 74 0 0 0 786 {SPRING}V{WATER}H714V{SPRING}"
        f"A74 74 0 0 0 566 {SPRING}V{WATER}H494V{SPRING}A74 74 0 0 0 346 {SPRING}V{WATER}H{LEFT}z",
    )


def parapet() -> str:
    upper = f"M{LEFT} {DECK + 48}Q{MIDDLE} {DECK - 62} {RIGHT} {DECK + 48}"
    return (
        line(upper, 20, PAPER) + line(upper, 14) + line(upper, 3, PAPER, 'stroke-dasharray="26 5"')
    )


def inside(left: float, right: float) -> str:
    """The shaded soffit on the side away from the sun."""
    radius = (right - left) / 2
    d = (
        f"M{left} {WATER}V{SPRING}A{radius} {radius} 0 0 1 {right - 40} {SPRING - radius + 14}"
        f"Q{left + 34} {SPRING - 30} {left + 30} {WATER}z"
    )
    name = f"soffit{left:.0f}"
    strokes = hatching(
        lambda x, y: 0.75 - 0.008 * (x - left), spacing=7, top=230, bottom=400, clip=name, step=6
    )
    return clip(name, d) + path(d, PAPER) + strokes


def ring_of_stones(left: float, right: float) -> str:
    centre, radius = (left + right) / 2, (right - left) / 2
    parts = [line(f"M{left} {SPRING}A{radius} {radius} 0 0 1 {right} {SPRING}", 3, PAPER)]
    outer = radius + 20
    parts.append(
        line(
            f"M{centre - outer} {SPRING}A{outer} {outer} 0 0 1 {centre + outer} {SPRING}",
            2.6,
            PAPER,
        )
    )
    d = []
    for k in range(16):
        a = math.pi * k / 15
        c, s = math.cos(a), math.sin(a)
        d.append(
            f"M{centre + radius * c:.1f} {SPRING - radius * s:.1f}L{centre + outer * c:.1f} {SPRING - outer * s:.1f}"
        )
    return "".join(parts) + line("".join(d), 2.4, PAPER)


def cutwater(x: float) -> str:
    """The pointed foot of a pier, with pale rings where the water used to stand."""
    foot = shape(
        [
            (x - 30, WATER + 6),
            (x, WATER + 16),
            (x + 30, WATER + 6),
            (x + 24, 306),
            (x, 284),
            (x - 24, 306),
        ],
        INK,
        f'stroke="{PAPER}" stroke-width="4"',
    )
    rings = "".join(
        f"M{x - 25 - k} {318 + 15 * k}L{x} {324 + 15 * k}L{x + 25 + k} {318 + 15 * k}"
        for k in range(5)
    )
    return foot + line(rings, 2.4, PAPER) + line(f"M{x} 288V{WATER + 14}", 1.6, PAPER)


def water() -> str:
    def tone(x: float, y: float) -> float:
        glitter = max(0.0, 1 - abs(x - SUN[0] + 20) / (60 + (y - WATER) * 0.7))
        return 0.28 + 0.4 * (y - WATER) / 150 - 0.6 * glitter + 0.12 * math.sin(x / 47 + y * 1.7)

    def reflected(x: float, y: float) -> float:
        """Darkness of the bridge upside down, torn by ripples."""
        x += 7 * math.sin(y * 0.9) + 3 * math.sin(y * 2.3)
        depth = y - WATER
        if not LEFT < x < RIGHT or depth > 120:
            return 0
        for left, right in ARCHES:
            centre, radius = (left + right) / 2, (right - left) / 2
            if (
                left < x < right
                and depth < 62 + math.sqrt(max(0.0, radius**2 - (x - centre) ** 2)) * 0.72
            ):
                return 0
        return 0.86 - depth / 300

    def both(x: float, y: float) -> float:
        dark = reflected(x, y)
        return dark if dark else tone(x, y)

    body = path(f"M-10 {WATER}H1290V640H-10z", PAPER)
    waves = hatching(
        both,
        spacing=8.5,
        course=lambda x, y: y + 1.6 * math.sin(x / 23 + y),
        top=WATER + 4,
        bottom=560,
        step=7,
    )
    return body + waves + line(f"M0 {WATER}H1280", 3)


def shore() -> str:
    edge = ridge(
        [(-10, 520), (220, 556), (520, 540), (760, 568), (1000, 520), (1290, 486)], rough=2, seed=21
    )
    outline = f"M{dots(edge)}L1290 650L-10 650z"
    cracks = []
    for row, y in enumerate((566, 586, 610, 634)):
        for k in range(19):
            x = k * 74 + (row % 2) * 37 - 20 + 13 * math.sin(k * 2.1 + row)
            wide = 30 + row * 6
            cracks.append(
                f"M{x - wide} {y + 5 * math.sin(k)}L{x - 8} {y - 8}L{x + wide} {y + 3}M{x - 8} {y - 8}l{9 * math.sin(k + row):.0f} -15"
            )
    return (
        clip("mud", outline)
        + path(outline, INK, f'stroke="{PAPER}" stroke-width="6"')
        + line("".join(cracks), 2.2, PAPER, 'clip-path="url(#mud)"')
    )


def boat() -> str:
    """The one blue thing: a rowing boat, tilted on the mud, its painter still tied."""
    hull = "M-150 -36Q-60 -6 40 -10Q120 -14 158 -44Q150 26 96 46Q-20 62 -104 38Q-140 10 -150 -36z"
    well = "M-150 -36Q-60 -62 40 -58Q120 -58 158 -44Q120 -14 40 -10Q-60 -6 -150 -36z"
    inner = "M-116 -36Q-50 -50 40 -48Q104 -48 128 -41Q96 -22 36 -20Q-54 -18 -116 -36z"
    planks = "M-142 -14Q-50 16 46 12Q120 8 154 -20M-130 10Q-40 36 44 32Q110 28 144 4"
    thwarts = "M-62 -50L-46 -20M-50 -51L-34 -20M30 -57L40 -11M43 -57L53 -11"
    rope = line("M1150 520Q1210 536 1236 500Q1250 482 1282 486", 5, PAPER) + line(
        "M1150 520Q1210 536 1236 500Q1250 482 1282 486", 2, INK
    )
    body = (
        path(hull, PAPER, f'stroke="{PAPER}" stroke-width="13"')
        + path(well, PAPER, f'stroke="{PAPER}" stroke-width="13"')
        + path(hull, BLUE)
        + path(well, PAPER, f'stroke="{INK}" stroke-width="5"')
        + path(inner, INK)
        + line(planks, 3, PAPER)
        + line(thwarts, 6, PAPER)
    )
    oar = (
        line("M-40 -30L196 -92", 12, PAPER)
        + line("M-40 -30L180 -88", 6)
        + path(
            "M170 -92L240 -112Q250 -102 240 -96L176 -80z", INK, f'stroke="{PAPER}" stroke-width="3"'
        )
    )
    return rope + f'<g transform="translate(1000 548) rotate(-8)">{body}{oar}</g>'


def draw() -> str:
    """The whole picture."""
    return block([sky(), far_hills(), water(), bridge(), banks(), shore(), boat()])
