"""Fills a desk's database: a million comments as years of work leave them, and what waits."""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db.models import Model

STORIES, EDITIONS, COLLEAGUES = 2_000, 400, 50
DECLINED, REMOVED = 0.10, 0.005  # of what is not held
HELD_SLOTS = 40
VOCABULARY = 20_000
HALVES = 3_000
SEALED_KINDS = 400  # wordings of what is long decided: sealing a million takes minutes
SYLLABLES = {
    "ko": "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호",
    "en": [
        "ba",
        "ke",
        "li",
        "mo",
        "ru",
        "sta",
        "ten",
        "wor",
        "har",
        "quay",
        "sel",
        "ing",
        "ed",
        "er",
    ],
}


class Texts:
    """Texts of 300 characters, half English, half Korean, in which words recur as words do."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.words = {
            language: ["".join(self.random.choices(syllables, k=self.random.randint(2, 4)))
                       for _ in range(VOCABULARY)]
            for language, syllables in SYLLABLES.items()
        }  # fmt: skip
        self.halves: dict[str, list[str]] = {}
        # Zipf's law: the word of rank r comes 1/r as often as the first.
        self.weights = [1 / (rank + 3) for rank in range(VOCABULARY)]

    def quickly(self, language: str) -> str:
        """A text put together from two of some thousand halves."""
        if language not in self.halves:
            self.halves[language] = [text[:149] for text in self.batch(language, HALVES)]
        return " ".join(self.random.choices(self.halves[language], k=2))

    def batch(self, language: str, count: int) -> list[str]:
        words = 48 if language == "en" else 80
        drawn = self.random.choices(self.words[language], self.weights, k=count * words)
        return [" ".join(drawn[at : at + words])[:300] for at in range(0, len(drawn), words)]


class Filling:
    """Writes rows in the models' own shapes, by their columns and defaults, past the ORM.

    The indexes are taken away and made again at the end, sorted, which is quicker. A filling that
    breaks off leaves no database to go on with.
    """

    def __init__(self, database: Path) -> None:
        self.connection = sqlite3.connect(database, isolation_level=None)
        for pragma in ("synchronous=OFF", "cache_size=-400000", "wal_autocheckpoint=20000"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.indexes = self.connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
            "AND tbl_name LIKE 'discussion_%'"
        ).fetchall()
        for name, _ in self.indexes:
            self.connection.execute(f'DROP INDEX "{name}"')

    def add(self, model: type[Model], rows: Iterable[dict[str, Any]]) -> None:
        fields = model._meta.concrete_fields
        columns = [field.column for field in fields]
        defaults = {str(field.column): field.get_default() for field in fields}
        places = ", ".join(f":{column}" for column in columns)
        names = ", ".join(f'"{column}"' for column in columns)
        self.connection.execute("BEGIN")
        self.connection.executemany(
            f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({places})',
            ({**defaults, **row} for row in rows),
        )
        self.connection.execute("COMMIT")

    def close(self) -> None:
        for _, statement in self.indexes:
            self.connection.execute(statement)
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.connection.close()


class Chain:
    """Lines of a ledger, each with the hash of the one before."""

    def __init__(self) -> None:
        self.number, self.hash = 0, "0" * 64

    def line(self, **facts: Any) -> dict[str, Any]:
        self.number += 1
        entry = {"n": self.number, "previous": self.hash, **facts}
        line = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        self.hash = hashlib.sha256(line.encode()).hexdigest()
        return {"number": self.number, "line": line, "hash": self.hash}


def fill(
    data: Path, ring: Any, *, stored: int, held: int, epoch: str, say: Callable[[str], None]
) -> None:
    """Put `stored` comments into the desk's database, `held` of them waiting. Django is set up."""
    from letterslot.discussion.models import Clockwork, Story
    from letterslot.newsroom.models import Moderator

    filling, texts, chain = Filling(data / "desk" / "desk.sqlite3"), Texts(1), Chain()
    start = filling.connection.execute(
        "SELECT number, hash FROM discussion_ledgerentry ORDER BY number DESC LIMIT 1"
    ).fetchone()
    if start:
        chain.number, chain.hash = start
    first = date.fromisoformat(epoch) - timedelta(days=STORIES // 4)
    filling.add(Story, (_story(number, first) for number in range(STORIES)))
    filling.add(Moderator, (
        {"name": f"colleague-{number}", "password": "!", "role": "moderator"}
        for number in range(COLLEAGUES)
    ))  # fmt: skip
    done = 0
    for edition in range(1, EDITIONS + 1):
        share = (stored - held) * edition // EDITIONS - done
        _add_edition(filling, texts, chain, edition, range(done, done + share), ring, epoch)
        done += share
        if edition % 50 == 0:
            say(f"{done:,} comments")
    _add_held(filling, texts, range(done, stored), ring, epoch)
    Clockwork.objects.update(slot=EDITIONS + HELD_SLOTS)
    filling.close()


def _story(number: int, first: date) -> dict[str, Any]:
    return {
        "slug": f"story-{number}",
        "language": _language(number),
        "headline": f"The ferry of day {number} leaves from the east quay",
        "summary": "Whoever missed it knows the next one is never early.",
        "date": first + timedelta(days=number // 4),
        "credits": json.dumps([{"role": "reporter", "name": f"Reporter {number % 30}"}]),
        "picture": None,
    }


def _language(story: int) -> str:
    return "ko" if story % 2 else "en"


def comment_id(number: int) -> str:
    """As random as a real one: the order of ids tells nothing."""
    return hashlib.blake2b(b"%d" % number, digest_size=7).hexdigest()


def _add_edition(
    filling: Filling,
    texts: Texts,
    chain: Chain,
    edition: int,
    numbers: range,
    ring: Any,
    epoch: str,
) -> None:
    """What came in for one edition: mostly printed, some declined."""
    from letterslot.discussion import models

    draw = random.Random(edition)
    newest = edition * STORIES // EDITIONS
    stories = {number: draw.randrange(max(newest - 40, 0), newest) for number in numbers}
    said = {number: texts.quickly(_language(stories[number])) for number in numbers}
    sealed = _sealed_pool(ring, epoch)
    state = {number: _state(draw) for number in numbers}
    filling.add(models.Comment, (
        {"id": comment_id(n), "story_id": f"story-{stories[n]}", "reply_to": "", "epoch": epoch,
         "state": state[n], "slot": edition, "receipt": draw.randbytes(32), "told": edition}
        for n in numbers
    ))  # fmt: skip
    filling.add(models.Revision, (
        {"comment_id": comment_id(n), "number": 1, "sealed": sealed[n % SEALED_KINDS]}
        for n in numbers
    ))  # fmt: skip
    entries, decisions = _decided(chain, edition, numbers, state, draw)
    filling.add(models.LedgerEntry, entries)
    filling.add(models.Decision, decisions)
    printed = [n for n in numbers if state[n] != "declined"]
    filling.add(models.Printed, (
        {"comment_id": comment_id(n), "story_id": f"story-{stories[n]}", "place": n,
         "conversation": comment_id(n), "edition": edition, "position": place, "revision": 1,
         "name": "Mina", "text": said[n] if state[n] == "published" else "",
         "lang": _language(stories[n]), "dir": "ltr",
         "removed_edition": edition if state[n] == "removed" else None}
        for place, n in enumerate(printed)
    ))  # fmt: skip
    filling.add(models.Edition, [  # the last: the index takes in what is of a finished edition
        {"number": edition, "slot": edition, "date": date(2026, 1, 1) + timedelta(days=edition),
         "seed": b"0" * 32, "stories": "{}", "ledger_entries": chain.number,
         "ledger_head": chain.hash, "scheduled": True, "finished": True,
         "published": len(printed)}
    ])  # fmt: skip


def _state(draw: random.Random) -> str:
    chance = draw.random()
    if chance < DECLINED:
        return "declined"
    return "removed" if chance < DECLINED + REMOVED else "published"


def _decided(
    chain: Chain, edition: int, numbers: range, state: dict[int, str], draw: random.Random
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Lines of the ledger and rows of decisions, as decided and then printed."""
    acts = {"declined": ["decline"], "published": ["approve", "publish"],
            "removed": ["approve", "publish", "remove"]}  # fmt: skip
    entries, decisions = [], []
    for number in numbers:
        for act in acts[state[number]]:
            clause = draw.randint(1, 6) if act in ("decline", "remove") else None
            by = "" if act == "publish" else f"colleague-{draw.randrange(COLLEAGUES)}"
            facts = {"act": act, "by": by, "comment": comment_id(number), "revision": 1,
                     "role": "moderator" if by else "", "slot": edition,
                     "via": "desk" if by else "press"}  # fmt: skip
            entries.append(chain.line(**facts))
            decisions.append({
                "comment_id": comment_id(number), "act": act, "revision": 1, "clause": clause,
                "terms": "1" if clause else "", "by": by, "slot": edition, "entry": chain.number,
            })  # fmt: skip
    return entries, decisions


_POOL: dict[str, list[bytes]] = {}


def _sealed_pool(ring: Any, epoch: str) -> list[bytes]:
    from letterslot.discussion import wording

    if epoch not in _POOL:
        said = Texts(2).batch("en", SEALED_KINDS)
        _POOL[epoch] = [wording.seal(wording.Wording("Mina", text), epoch, ring) for text in said]
    return _POOL[epoch]


def _add_held(filling: Filling, texts: Texts, numbers: range, ring: Any, epoch: str) -> None:
    """What waits: every text its own, one in twelve part of a campaign, on the newest stories."""
    from letterslot.discussion import models, wording

    draw = random.Random(0)
    stories = {n: STORIES - 1 - min(int(draw.expovariate(0.1)), 199) for n in numbers}
    batches = {lang: iter(texts.batch(lang, len(numbers))) for lang in ("en", "ko")}
    said = {n: next(batches[_language(stories[n])]) for n in numbers}
    campaigns = [texts.batch("en", 1)[0] for _ in range(20)]
    for number in numbers:
        if draw.random() < 1 / 12:
            said[number] = f"{draw.choice(campaigns)} {number}"
        elif draw.random() < 1 / 50:
            said[number] += (
                " Ring 010-2345-6789 or write to mina@example.org, see https://quay.example/"
            )
    filling.add(models.Comment, (
        {"id": comment_id(n), "story_id": f"story-{stories[n]}", "reply_to": "", "epoch": epoch,
         "state": "held", "slot": EDITIONS + 1 + n % HELD_SLOTS, "receipt": draw.randbytes(32)}
        for n in numbers
    ))  # fmt: skip
    filling.add(models.Revision, (
        {"comment_id": comment_id(n), "number": 1,
         "sealed": wording.seal(wording.Wording(f"Reader {n}", said[n]), epoch, ring)}
        for n in numbers
    ))  # fmt: skip
