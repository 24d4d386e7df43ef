"""Hives on the move: a cart climbs by night behind a lantern."""

# ruff: noqa: E501  # outlines and strokes are long lines of numbers

from __future__ import annotations

import math
import random

from engraving import BLUE, INK, PAPER, Point, block, clip, dots, hatching, line, near, path, ridge

LANTERN: Point = (312.0, 372.0)
MOON: Point = (1040.0, 118.0)


def ground(x: float) -> float:
    """Height of the road at x: it climbs to the left."""
    return 470 + (x - 640) * 0.07 + 6 * math.sin(x / 150)


def sky() -> str:
    """White lines on black: few in the height, more towards the mountains and around the moon."""

    def tone(x: float, y: float) -> float:
        moonlight = 0.5 * near(x, y, MOON, 330) ** 1.5
        lamp = 0.75 * near(x, y, LANTERN, 300)
        return max(moonlight, lamp, 0.05 + 0.30 * (y / 330) ** 2)

    night = path("M0 0H1280V640H0z")
    return night + hatching(
        tone,
        spacing=9.5,
        top=4,
        bottom=460,
        colour=PAPER,
        course=lambda x, y: y + 3 * math.sin(x / 210 + y / 50),
    )


def star(x: float, y: float, size: float) -> str:
    d = f"M{x} {y - size}L{x + size * 0.22:.1f} {y - size * 0.22:.1f}L{x + size} {y}L{x + size * 0.22:.1f} {y + size * 0.22:.1f}L{x} {y + size}L{x - size * 0.22:.1f} {y + size * 0.22:.1f}L{x - size} {y}L{x - size * 0.22:.1f} {y - size * 0.22:.1f}z"
    return path(d, PAPER, f'stroke="{INK}" stroke-width="5" paint-order="stroke"')


def heavens() -> str:
    dice = random.Random(17)  # noqa: S311  # a picture, not a secret
    stars = []
    for k in range(26):
        x, y = 30 + k * 48 + dice.uniform(-18, 18), dice.uniform(18, 190)
        if math.hypot(x - MOON[0], y - MOON[1]) > 95:
            stars.append(star(round(x, 1), round(y, 1), dice.choice((5, 6, 8, 13))))
    x, y = MOON
    halo = f'<circle cx="{x}" cy="{y}" r="62" fill="{INK}"/>'
    crescent = path(
        f"M{x + 12} {y - 50}A52 52 0 1 0 {x + 12} {y + 50}A64 64 0 0 1 {x + 12} {y - 50}z", PAPER
    )
    return "".join(stars) + halo + crescent


def mountains() -> str:
    parts = []
    ranges = (
        (
            "back",
            [
                (-10, 330),
                (120, 250),
                (250, 306),
                (430, 196),
                (600, 300),
                (760, 232),
                (930, 318),
                (1120, 226),
                (1300, 300),
            ],
            0.34,
        ),
        (
            "near",
            [
                (-10, 300),
                (90, 330),
                (300, 400),
                (520, 372),
                (700, 404),
                (900, 350),
                (1090, 386),
                (1300, 330),
            ],
            0.14,
        ),
    )
    for number, (name, anchors, light) in enumerate(ranges):
        crest = ridge(anchors, rough=3.5, seed=30 + number)
        outline = f"M{dots(crest)}L1300 640L-10 640z"

        def tone(x: float, y: float, light: float = light, number: int = number) -> float:
            fold = math.sin(x / 38 + y / 26 + number) + 0.6 * math.sin(x / 91 - y / 40)
            return light + 0.20 * fold + 0.5 * near(x, y, LANTERN, 240)

        cut = hatching(
            tone,
            spacing=7.5,
            top=60,
            bottom=660,
            colour=PAPER,
            clip=name,
            course=lambda x, y, n=number: y + 22 * math.sin(x / (74 + 30 * n) + 2 * n + 0.6),
        )
        parts += [
            clip(name, outline),
            path(outline, INK, f'stroke="{PAPER}" stroke-width="4"'),
            cut,
        ]
    return "".join(parts)


def road() -> str:
    edge = [(float(x), ground(x)) for x in range(-10, 1300, 20)]
    outline = f"M{dots(edge)}L1300 650L-10 650z"

    def tone(x: float, y: float) -> float:
        depth = y - ground(x)
        lit = near(x, y * 1.6 - 300, (LANTERN[0] + 20, 470.0), 330)
        return (0.75 * lit + 0.10) if depth < 74 else 0.0

    ruts = hatching(
        tone,
        spacing=8,
        top=380,
        bottom=660,
        colour=PAPER,
        clip="road",
        course=lambda x, y: y + (x - 640) * 0.07 + 6 * math.sin(x / 150) - 2,
    )
    return clip("road", outline) + path(outline, INK, f'stroke="{PAPER}" stroke-width="5"') + ruts


def thyme() -> str:
    """Tufts of thyme along the near edge of the road."""
    dice = random.Random(5)  # noqa: S311  # a picture, not a secret
    d, flowers = [], []
    for k in range(46):
        x = k * 29 + dice.uniform(-9, 9)
        y = ground(x) + 116 + dice.uniform(-12, 34)
        for blade in range(5):
            lean, tall = (blade - 2) * 7 + dice.uniform(-3, 3), 26 + dice.uniform(0, 22)
            d.append(f"M{x:.0f} {y:.0f}q{lean / 3:.0f} {-tall / 2:.0f} {lean:.0f} {-tall:.0f}")
            flowers.append(
                f'<circle cx="{x + lean:.0f}" cy="{y - tall:.0f}" r="{dice.choice((2.6, 3.4))}" fill="{PAPER}"/>'
            )
    return line("".join(d), 2, PAPER) + "".join(flowers)


def wheel(x: float, y: float, radius: float) -> str:
    spokes = "".join(
        f"M{x + 12 * math.cos(a):.1f} {y + 12 * math.sin(a):.1f}L{x + (radius - 6) * math.cos(a):.1f} {y + (radius - 6) * math.sin(a):.1f}"
        for a in (math.pi * k / 6 for k in range(12))
    )

    def ring(r: float, w: float, colour: str, fill: str = "none") -> str:
        return f'<circle cx="{x}" cy="{y}" r="{r}" fill="{fill}" stroke="{colour}" stroke-width="{w}"/>'

    return (
        ring(radius, 20, PAPER, INK)
        + line(spokes, 5, PAPER)
        + ring(radius, 11, INK)
        + ring(radius - 7, 2.5, PAPER)
        + ring(9, 4, PAPER, INK)
    )


def hive(x: float, y: float, lid: str = INK) -> str:
    """A box hive: two storeys, a roof, a closed gate. x, y: its lower left corner."""
    w, h = 84, 92
    box = path(f"M{x} {y}v{-h}h{w}v{h}z", INK, f'stroke="{PAPER}" stroke-width="5"')
    boards = line(
        f"M{x + 5} {y - h / 2}h{w - 10}M{x + 14} {y - h + 8}v30M{x + 14} {y - h / 2 + 8}v26",
        2.6,
        PAPER,
    )
    cuts = hatching(
        lambda a, b: 0.62 - 0.0072 * (a - x),
        spacing=6,
        top=y - h + 6,
        bottom=y - 5,
        left=x + 6,
        right=x + w - 6,
        step=10,
        colour=PAPER,
    )
    gate = path(f"M{x + 24} {y - 8}h36v-11h-36z", INK, f'stroke="{PAPER}" stroke-width="3"') + line(
        f"M{x + 31} {y - 8}v-11M{x + 38} {y - 8}v-11M{x + 45} {y - 8}v-11M{x + 52} {y - 8}v-11",
        1.8,
        PAPER,
    )
    grip = line(f"M{x + 30} {y - h * 0.7:.0f}h24", 6, INK)
    roof = path(
        f"M{x - 7} {y - h}h{w + 14}l-6 -19h{-w - 2}z", lid, f'stroke="{PAPER}" stroke-width="5"'
    )
    return box + cuts + boards + grip + gate + roof


def cart() -> str:
    bed = path("M610 398H1020V424H600z", INK, f'stroke="{PAPER}" stroke-width="6"')
    planks = line("M622 411H1010", 2.5, PAPER) + line(
        "M700 399v24M800 399v24M900 399v24", 2.5, PAPER
    )
    rails = line("M1010 398V300M616 398V316", 13, PAPER) + line("M1010 398V300M616 398V316", 7)
    shafts = line("M606 412L424 398M606 420L440 408", 12, PAPER) + line(
        "M606 412L424 398M606 420L440 408", 5
    )
    hives = (
        hive(630, 396)
        + hive(722, 396)
        + hive(814, 396)
        + hive(906, 396)
        + hive(676, 284)
        + hive(768, 284, BLUE)
        + hive(860, 284)
    )
    rope = "M612 344Q690 132 816 152Q950 136 1014 344"
    ropes = line(rope, 7, INK) + line(rope, 2.8, PAPER)
    return rails + shafts + hives + ropes + bed + planks + wheel(706, 440, 50) + wheel(926, 452, 50)


def mule() -> str:
    """The mule, in harness, its head low."""
    body = (
        "M566 352Q588 360 584 396Q586 432 578 484L562 486Q560 446 552 420Q520 432 470 420Q472 450 462 480L446 480Q448 440 438 408"
        "Q424 392 424 366Q404 356 394 378Q388 400 372 408Q356 408 354 396Q362 372 376 346Q378 330 372 308Q386 310 392 328"
        "Q394 310 404 300Q410 318 406 336Q428 344 452 348Q510 338 566 352z"
    )
    back_legs = "M548 414Q544 452 534 486L519 486Q526 448 522 420zM486 418Q492 452 496 482L482 483Q476 450 470 418z"
    tail = line("M578 360Q604 380 596 426", 9, PAPER) + line("M578 360Q604 380 596 426", 4.5)
    shine = hatching(
        lambda x, y: 0.46 - abs(x - 452) / 150 - abs(y - 372) / 130,
        spacing=6.5,
        top=310,
        bottom=470,
        left=350,
        right=570,
        step=8,
        colour=PAPER,
        clip="mule",
        course=lambda x, y: y + 8 * math.sin((x - 430) / 46),
    )
    harness = line(
        "M446 346Q432 380 448 414M520 344Q526 384 516 426M376 350L394 372M448 378Q486 386 520 380",
        4,
        PAPER,
    )
    eye = f'<circle cx="379" cy="352" r="3" fill="{PAPER}"/>'
    return (
        tail
        + path(back_legs, INK, f'stroke="{PAPER}" stroke-width="5"')
        + path(body, INK, f'stroke="{PAPER}" stroke-width="6" stroke-linejoin="round"')
        + clip("mule", body)
        + shine
        + harness
        + eye
    )


def walker() -> str:
    """The beekeeper in front, seen from the side, wearing the hat with the net thrown back."""
    coat = (
        "M238 298Q262 288 276 302Q290 348 286 404L292 432L218 436Q226 380 224 340Q222 312 238 298z"
    )
    legs = "M232 432L214 474L226 478L256 434zM262 432L276 470L292 470L286 430z"
    head = "M240 262Q238 288 254 294Q270 292 272 270z"
    hat = "M208 262Q254 240 302 258Q296 268 254 268Q216 272 208 262zM234 254Q238 226 258 226Q276 230 276 254z"
    net = "M272 264Q292 284 282 312Q268 308 262 292"
    arm = line("M258 312Q286 332 316 336", 20, PAPER) + line("M258 312Q286 332 316 336", 13)
    staff = line("M206 300L184 486", 10, PAPER) + line("M206 300L184 486", 5)
    other = line("M238 318Q220 336 204 338", 18, PAPER) + line("M238 318Q220 336 204 338", 11)
    edge = f'stroke="{PAPER}" stroke-width="5"'
    folds = line(
        "M276 318Q280 360 276 420M262 350Q266 390 260 424M246 372Q246 400 240 426", 2.8, PAPER
    )
    return (
        staff
        + other
        + path(legs, INK, edge)
        + path(coat, INK, edge)
        + folds
        + path(net, INK, edge)
        + path(head, PAPER, f'stroke="{INK}" stroke-width="3"')
        + path(hat, INK, edge)
        + arm
    )


def lantern() -> str:
    x, y = LANTERN
    rays = "".join(
        f"M{x + 40 * math.cos(a):.1f} {y + 40 * math.sin(a):.1f}L{x + (64 + 16 * (k % 2)) * math.cos(a):.1f} {y + (64 + 16 * (k % 2)) * math.sin(a):.1f}"
        for k, a in ((k, math.pi * k / 11 + 0.1) for k in range(22))
        if math.sin(math.pi * k / 11 + 0.1) > -0.55
    )
    glow = f'<circle cx="{x}" cy="{y}" r="36" fill="{PAPER}"/>'
    frame = path(
        f"M{x - 13} {y - 16}h26l5 34h-36z", PAPER, f'stroke="{INK}" stroke-width="4.5"'
    ) + path(f"M{x - 10} {y - 16}Q{x} {y - 34} {x + 10} {y - 16}z")
    flame = path(f"M{x} {y - 10}Q{x + 9} {y + 4} {x} {y + 12}Q{x - 9} {y + 4} {x} {y - 10}z")
    return (
        glow
        + line(rays, 4, INK)
        + line(rays, 2.4, PAPER)
        + frame
        + flame
        + line(f"M{x} {y - 36}q-3 -6 0 -10", 3.5)
        + line(f"M{x - 20} {y + 20}h40", 6)
    )


def draw() -> str:
    """The whole picture."""
    return block(
        [sky(), heavens(), mountains(), road(), thyme(), cart(), lantern(), mule(), walker()]
    )
