"""How many single rows a second the same SQLite commits to the same disk: the spool's own table,
one envelope of 1,024 bytes a commit, WAL, synchronous=FULL."""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from pathlib import Path

ENVELOPE = 1024


def commits_a_second(database: Path, *, seconds: float, core: int = 0) -> float:
    """Commits rows one by one for `seconds`, on `core`."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        return _commit_for(database, seconds)
    finally:
        os.sched_setaffinity(0, before)


def _commit_for(database: Path, seconds: float) -> float:
    database.unlink(missing_ok=True)
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA page_size=4096")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(
        "CREATE TABLE envelopes"
        " (place INTEGER PRIMARY KEY, number BLOB NOT NULL, epoch TEXT, envelope BLOB)"
    )
    envelope = secrets.token_bytes(ENVELOPE)
    begun, committed = time.perf_counter(), 0
    while time.perf_counter() - begun < seconds:
        number = secrets.token_bytes(16)
        row = (int.from_bytes(number[8:], signed=True), number, "2026-11-23", envelope)
        connection.execute("INSERT INTO envelopes VALUES (?, ?, ?, ?)", row)
        committed += 1
    rate = committed / (time.perf_counter() - begun)
    connection.close()
    return rate
