"""Where a submission's time goes: each step of the door by itself, in one thread."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from bench import letters
from bench.door import Publication
from bench.sealed_letters import SealedLetters
from bench.servers import SERVER_CORE
from letterslot.intake import checks, forms, handlers
from letterslot.intake.handlers import Asked, Door, Store
from letterslot.intake.knowledge import Knowledge
from letterslot.intake.speaking import Voice
from letterslot.letterbox.letters import CommentLetter
from letterslot.letterbox.tokens import TokenKey
from letterslot.shelf.serve import ShelfReader

LETTERS = 3000
BATCH = 200

Given = TypeVar("Given")
Made = TypeVar("Made")


def steps(publication: Publication, language: str) -> dict[str, float]:
    """What each step of `POST /comment` takes for one letter, the server and the commit apart."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {int(SERVER_CORE)})
    try:
        return _steps(publication, language)
    finally:
        os.sched_setaffinity(0, before)


def _steps(publication: Publication, language: str) -> dict[str, float]:
    door = handlers_door(publication)
    took: dict[str, float] = {}

    def timed(name: str, step: Callable[[Given], Made], given: Sequence[Given]) -> list[Made]:
        made: list[Made] = []
        for first in range(0, len(given), BATCH):
            batch = given[first : first + BATCH]
            begun = time.perf_counter()
            made += [step(one) for one in batch]
            each = (time.perf_counter() - begun) / len(batch) * 1e6
            # The quickest batch: what the others took longer was taken by other work.
            took[name] = min(each, took.get(name, each))
        return made

    bodies = [*map(SealedLetters(publication, language).body, range(LETTERS))]
    fields = timed("reading the form", lambda body: forms.read(letters.MULTIPART, body), bodies)
    settled = timed("normalising", lambda f: checks.settled(f, guarded=False), fields)
    admitted = timed(
        "checking the token",
        lambda pair: door.token_key.check(pair[0]["token"], pair[1], door.today),
        [*zip(fields, settled, strict=True)],
    )
    keys = timed("the receipt's key", lambda one: one.receipt.public_key, admitted)
    epoch = door.today.isoformat()
    timed(
        "sealing",
        lambda at: CommentLetter(
            admitted[at].number, epoch, *settled[at][:1], "en", settled[at][2], settled[at][1],
            "", "yes", True, keys[at],
        ).seal(door.knowledge.epochs[epoch]),
        range(LETTERS),
    )  # fmt: skip
    timed(
        "the receipt's page",
        lambda one: door.voice.receipt(one.receipt.printed, "en", settled[0][0], wants_json=False),
        admitted,
    )
    whole = timed("all but reading", lambda f: handlers.comment(door, Asked(f, False)), fields)
    assert all(isinstance(one, Store) for one in whole)
    return took


def handlers_door(publication: Publication) -> Door:
    """The door of a publication as handlers see it, without a server."""
    data = publication.data
    reader = ShelfReader(data / "shelf", (data / "publication.pub").read_bytes())
    knowledge = Knowledge(reader)
    key = TokenKey.load(data / "token.key")
    today = datetime.now(UTC).date()
    return Door(knowledge, Voice(knowledge.pages), key, today, today)
