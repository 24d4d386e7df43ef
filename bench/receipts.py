"""Whether the time of an answer tells what became of a comment: medians of 500 timings each."""

from __future__ import annotations

import base64
import json
import random
import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

import minisign

from letterslot.intake import wishes
from letterslot.intake.handlers import Asked, Door
from letterslot.intake.knowledge import Knowledge
from letterslot.intake.speaking import Voice
from letterslot.letterbox.receipts import Answer, Receipt, dummy, seal_answer
from letterslot.letterbox.tokens import TokenKey
from letterslot.shelf import layout
from letterslot.shelf.answers import write_answers
from letterslot.shelf.manifest import RootFacts, Rule
from letterslot.shelf.printing import Printing
from letterslot.shelf.serve import ShelfReader

TIMINGS: Final = 500
FILLERS: Final = 2_000  # other answers on the shelf

LookUps = Mapping[str, Mapping[str, float]]  # "page" or "JSON", state, microseconds

_PLACE: Final = "stories/harvest/comments/1/#c-k3v9q2m7"
# What nobody was told anything about: a comment that is held, and a code that was never issued.
_TOLD: Final[dict[str, Answer | None]] = {
    "unknown": None,
    "held": None,
    "published": Answer("published", address=_PLACE, edition=1, language="en"),
    "declined": Answer(
        "declined", 2, "It is not about the story.", edition=1, language="en",
        appeal_until="2999-12-31",
    ),
    "withdrawn": Answer("withdrawn", edition=1, language="en"),
}  # fmt: skip


def measure(folder: Path) -> LookUps:
    """Microseconds a look-up takes the handler, by state, as a page and as JSON."""
    receipts = {state: Receipt(secrets.token_bytes(16)) for state in _TOLD}
    door = _door(folder, receipts)
    taken: dict[str, dict[str, list[float]]] = {
        form: {state: [] for state in _TOLD} for form in ("page", "JSON")
    }
    rounds = [(form, state) for form in taken for state in _TOLD] * (TIMINGS + 20)
    random.shuffle(rounds)  # so that nothing that changes meanwhile falls on one state alone
    for form, state in rounds:
        asked = Asked({"receipt": receipts[state].printed}, form == "JSON")
        began = perf_counter()
        wishes.receipt(door, asked)
        taken[form][state].append((perf_counter() - began) * 1e6)
    return {
        form: {state: median(times[-TIMINGS:]) for state, times in states.items()}
        for form, states in taken.items()
    }


def _door(folder: Path, receipts: Mapping[str, Receipt]) -> Door:
    """A door over a shelf that holds the answers."""
    key = minisign.KeyPair.generate().secret_key
    public_key, today = bytes(key.get_public_key()) + b"\n", datetime.now(UTC).date()
    _print(folder / "shelf", key, public_key, receipts, today)
    knowledge = Knowledge(ShelfReader(folder / "shelf", public_key))
    token_key = TokenKey(secrets.token_bytes(32))
    return Door(knowledge, Voice(knowledge.pages), token_key, today, today)


def _print(
    shelf: Path, key: minisign.SecretKey, public_key: bytes, receipts: Mapping[str, Receipt],
    today: date,
) -> None:  # fmt: skip
    told = [
        (receipts[state].answer_id, seal_answer(answer, receipts[state].public_key))
        for state, answer in _TOLD.items()
        if answer is not None
    ]
    index, data = write_answers(told + [dummy(b"fillers", n) for n in range(FILLERS)])
    furniture = {
        "version": 1, "name": "Courier", "url": "https://courier.example", "languages": ["en"],
        "policy": "prompt", "k_min": 0, "stylesheet": "site.css",
        "epochs": {today.isoformat(): base64.b64encode(bytes(32)).decode()},
        "clauses": {"en": [[2, "Facts"]]}, "embed_hosts": [],
        "words": {"en": {"guidelines": "", "disclaimer": ""}},
    }  # fmt: skip
    with Printing(shelf, mtime=1_795_392_000) as paper:
        paper.write(layout.PUBLIC_KEY, public_key)
        paper.write(layout.door(), json.dumps(furniture).encode())
        for path, content in zip(layout.answers(1), (data, index), strict=True):
            paper.write(path, content)
        facts = RootFacts(
            publication="Courier", url="https://courier.example", edition=1, slot=1, date=today,
            ledger_entries=0, ledger_head="0" * 64, rule=Rule("prompt"), expires=today,
        )  # fmt: skip
        paper.finish(facts, key)
