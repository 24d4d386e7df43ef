"""Cut the demo newsroom's pictures and print them as PNG files beside its stories.

.venv/bin/python docs/art/print_pictures.py
"""

from __future__ import annotations

import io
from pathlib import Path

import night_hives
import old_bridge
import seed_library
from engraving import BLUE, INK, PAPER
from PIL import Image, ImageColor
from playwright.sync_api import sync_playwright

STORIES = Path(__file__).parents[2] / "letterslot/project/demo_newsroom/stories"
PICTURES = {
    "old-bridge": old_bridge.draw,
    "seed-library": seed_library.draw,
    "night-hives": night_hives.draw,
}
# The three colours, and the steps between them that smooth the edges.
STEPS = ((PAPER, INK, 5), (PAPER, BLUE, 3), (BLUE, INK, 2))


def palette() -> Image.Image:
    """An image that carries the picture's few colours, for `quantize`."""
    colours: list[int] = []
    for one, other, count in STEPS:
        a, b = ImageColor.getrgb(one), ImageColor.getrgb(other)
        for k in range(count):
            colours += [round(a[c] + (b[c] - a[c]) * k / (count - 1)) for c in range(3)]
    carrier = Image.new("P", (1, 1))
    carrier.putpalette(colours + colours[:3] * (256 - len(colours) // 3))
    return carrier


def main() -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium")
        page = browser.new_page(viewport={"width": 1280, "height": 640})
        for name, draw in PICTURES.items():
            svg = draw()
            page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{svg}")
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            few = picture.quantize(palette=palette(), dither=Image.Dither.NONE)
            few.save(STORIES / f"{name}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
