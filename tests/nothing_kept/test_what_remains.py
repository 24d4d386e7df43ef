"""What remains of a letter on the disk tells neither its length nor the quarter it came in."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from at_work.readers import send_by_json

LONG_AGO = 1_700_000_000


def lengths(database: Path, table: str, column: str) -> Counter[int]:
    """How many rows have a value of each length."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
        rows = opened.execute(f"SELECT length({column}) FROM {table}")
        return Counter(length for (length,) in rows)


def test_what_remains_tells_neither_the_length_nor_the_quarter_of_a_letter(newsroom) -> None:
    newsroom.command("collect")  # what other tests sent
    desk = newsroom.data / "desk" / "desk.sqlite3"
    before = lengths(desk, "discussion_revision", "sealed")
    newsroom.open_door()
    for size in (10, 55, 100, 250, 500):
        send_by_json(newsroom.url, {"story": newsroom.slug, "name": "", "text": "x" * size})
    waiting = lengths(newsroom.data / "door" / "spool.sqlite3", "envelopes", "envelope")

    assert newsroom.command("collect")["collected"] == 5
    held = lengths(desk, "discussion_revision", "sealed") - before
    assert list(waiting.values()) == [5]
    assert list(held.values()) == [5]

    # Else the desk's files would tell in which quarter of a slot the last letter came.
    os.utime(desk, (LONG_AGO, LONG_AGO))
    assert newsroom.command("collect")["collected"] == 0
    assert desk.stat().st_mtime > LONG_AGO
