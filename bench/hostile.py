"""Twenty shapes of text made to be dear, each at its full length: what one costs at the door."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.costs import handlers_door
from bench.door import Publication
from bench.sealed_letters import SUBMISSION_STORY
from letterslot.intake import handlers
from letterslot.intake.handlers import Asked, Door, Store
from letterslot.letterbox.letters import TEXT_BYTES, TEXT_CLUSTERS
from letterslot.text.plain import longer_than, normalise

AIM_MS: Final = 50
ROUNDS: Final = 5

# What is repeated up to the limit: things that backtrack, combine, nest, or look like a finding.
SHAPES: Final[dict[str, str]] = {
    "digits in brackets": "(0) 1",
    "telephone numbers": "+82 10-1234-5678 ",
    "fractions": "1/2/",
    "one long number": "1",
    "addresses of mail": "a@b.example ",
    "beginnings of mail": "a.a+a%a",
    "at signs": "@",
    "account names": "@ab.cd ",
    "links": "http://a.example/?utm_source=b&c=d ",
    "one long link": "http://www.",
    "tracking parts": "&utm_a=b",
    "marks on one letter": "a" + "\u0301" * 27,
    "Korean in pieces": "\u1112\u1161\u11ab",
    "flags": "\U0001f1f0\U0001f1f7",
    "families": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "unseen characters": "a\u200b\u200d\u2060",
    "directions": "\u202e\u2066a\u2069\u202c",
    "Burmese": "\u1000\u103b\u103d\u1014\u103a\u102f\u1015\u103a ",
    "Zawgyi": "\u1031\u1000\u103a\u102f\u1013",
    "lines of signs": "<&>\"'\n\n",
}  # fmt: skip


def at_full_length(shape: str) -> str:
    """The longest text of this shape that the door takes."""
    most = min(TEXT_CLUSTERS * 30, TEXT_BYTES) // max(1, len(shape.encode())) + 1
    low, high = 1, most
    while low < high:
        middle = (low + high + 1) // 2
        text = normalise(shape * middle)
        fits = not longer_than(text, TEXT_CLUSTERS) and len(text.encode()) <= TEXT_BYTES
        low, high = (middle, high) if fits else (low, middle - 1)
    return shape * low


def rows() -> list[list[str]]:
    """The dearest shape at the preview and at sending, and how it compares with the aim."""
    costs = list(_costs())
    told = []
    for step, at in (("looking", 1), ("sending", 2)):
        dearest = max(costs, key=lambda cost: cost[at])
        told.append(
            [f"{step}, the dearest of {len(costs)} shapes: {dearest[0]}",
             f"{dearest[at]:.0f} ms", f"{AIM_MS} ms"]
        )  # fmt: skip
    return told


def _costs() -> Iterator[tuple[str, float, float]]:
    """Milliseconds of processor time for looking and for sending, the least of some rounds."""
    with tempfile.TemporaryDirectory(prefix="letterslot-bench-") as folder:
        door = handlers_door(Publication.found(Path(folder) / "found", story=SUBMISSION_STORY))
        for name, shape in SHAPES.items():
            yield name, *_cost(door, {"story": SUBMISSION_STORY, "text": at_full_length(shape)})


def _cost(door: Door, fields: dict[str, str]) -> tuple[float, float]:
    looked = sent = float("inf")
    for _ in range(ROUNDS):
        begun = time.process_time()
        page = handlers.preview(door, Asked(fields, False))
        looked = min(looked, time.process_time() - begun)
        assert not isinstance(page, Store)
        if page.status != 200:
            raise ValueError("A text at its full length was refused.")
        token = page.body.decode().partition('name="token" value="')[2].partition('"')[0]
        begun = time.process_time()
        stored = handlers.comment(door, Asked(fields | {"token": token}, False))
        sent = min(sent, time.process_time() - begun)
        if not isinstance(stored, Store):
            raise TypeError("A text that was looked at was not taken in.")
    return looked * 1000, sent * 1000


if __name__ == "__main__":
    for shape, *milliseconds in _costs():
        print(f"{shape:24} " + " ".join(f"{one:8.1f}" for one in milliseconds))
