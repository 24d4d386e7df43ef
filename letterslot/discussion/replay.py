"""Replays lines of the ledger: whether each holds, and what together they tell of every comment."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final, NamedTuple

from letterslot.discussion import states

BEGINNING: Final = "0" * 64  # what the first line names as its previous hash
# Acts after which a comment no longer stands where readers see it.
LEAVING: Final = ("remove", "withdraw", "refuse-edit")


class Told(NamedTuple):
    """What the lines tell of one comment."""

    state: str
    revision: int = 1
    picked: bool = False


NEW: Final = Told(states.HELD)  # a comment that no line speaks of yet


def digest(line: str) -> str:
    """The hash of a line: SHA-256 of its UTF-8 bytes, hex."""
    return hashlib.sha256(line.encode()).hexdigest()


def fault_of_line(number: int, row: int, line: str, kept: str, previous: str) -> str | None:
    """What is wrong with line `number`, which is kept as `row` with the hash `kept`."""
    if row != number:
        return f"line {number} is missing"
    if digest(line) != kept:
        return "its hash is not that of its text"
    try:
        entry = json.loads(line)
    except ValueError:
        return "it is not JSON"
    if entry.get("n") != number:
        return "it carries another number"
    if entry.get("previous") != previous:
        return "it does not follow the line before it"
    return None


def follow(entry: dict[str, Any], told: dict[str, Told]) -> str | None:
    """Add one line to what was told so far; what cannot be true in it."""
    comment, act = entry.get("comment"), entry["act"]
    if comment is None:
        return None
    before = told.get(comment, _begun_by(act))
    try:
        state = states.after(before.state, act)
    except states.NotPossible:
        return f"a comment that was {before.state} cannot take “{act}”"
    told[comment] = Told(state, int(entry.get("revision", 1)), _picked(before, act))
    return None


def _begun_by(act: str) -> Told:
    """Readers' comments come in without a line; the newsroom's own begin with one."""
    return Told("") if states.is_possible("", act) else NEW


def _picked(before: Told, act: str) -> bool:
    if act in ("pick", *LEAVING):
        return act == "pick"
    return before.picked and act != "unpick"
