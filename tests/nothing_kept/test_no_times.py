"""When a comment came stands in no table and in no file once it was collected."""

from __future__ import annotations

import re
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from at_work.readers import send_by_json

QUARTER = 900
HOUR = 3600
ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?")
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def times_in(value: Any) -> Iterator[float]:
    """Unix times that a value may mean: in which unit or notation ever."""
    if isinstance(value, int | float):
        yield from (value / unit for unit in (1, 10**3, 10**6, 10**9))
        yield (value - 2440587.5) * 86400  # a Julian day
    elif isinstance(value, bytes):
        if len(value) == 16:
            yield from _of_identifier(uuid.UUID(bytes=value))
        if len(value) in (4, 8):
            for order in ("big", "little"):
                yield from times_in(int.from_bytes(value, order))
    elif isinstance(value, str):
        for found in ISO.findall(value):
            yield datetime.fromisoformat(found).replace(tzinfo=UTC).timestamp()
        for found in re.findall(r"(?<!\w)\d{10,19}(?!\w)", value):
            yield from times_in(int(found))
        for found in re.findall(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", value, re.I):
            yield from _of_identifier(uuid.UUID(found))
        for found in re.findall(rf"(?<!\w)[0-7][{CROCKFORD}]{{25}}(?!\w)", value):
            yield sum(CROCKFORD.index(c) << 5 * n for n, c in enumerate(found[9::-1])) / 1000


def _of_identifier(identifier: uuid.UUID) -> Iterator[float]:
    """UUIDs of version 1, and of version 7, which begins as a ULID does."""
    yield (identifier.time - 0x01B21DD213814000) / 1e7
    yield int.from_bytes(identifier.bytes[:6], "big") / 1000


def values(folder: Path) -> set[tuple[str, Any]]:
    """Every value of every table of every database in the folder, with its table's name."""
    found = set()
    for path in sorted(folder.rglob("*.sqlite3")):
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for (table,) in tables.fetchall():
                rows = database.execute(f'SELECT * FROM "{table}"').fetchall()
                found |= {(f"{path.name}: {table}", value) for row in rows for value in row}
    return found


def telling(found: set[tuple[str, Any]], when: float) -> list[str]:
    """Where a value stands that means a time within an hour, other than a full quarter."""
    return sorted(
        {
            place
            for place, value in found
            for moment in times_in(value)
            if abs(moment - when) < HOUR and moment % QUARTER != 0
        }
    )


def test_no_table_and_no_file_tells_when_a_comment_came(newsroom) -> None:
    newsroom.open_door()
    newsroom.command("collect")
    before = values(newsroom.data)
    first = time.time()
    fields = {"story": newsroom.slug, "name": "", "text": "It is raining."}
    for _ in range(3):
        send_by_json(newsroom.url, fields)
    last = time.time()
    waiting = values(newsroom.data / "door")
    time.sleep(0.3)  # so that the time of collecting is another one

    assert newsroom.command("collect")["collected"] == 3
    after = values(newsroom.data)

    assert len(after - before) >= 3
    assert telling(waiting, first) == []
    assert telling(after - before, first) == []
    for path in newsroom.data.rglob("*"):
        told = path.lstat()
        for moment in (told.st_mtime, told.st_ctime):
            assert not first - 0.1 <= moment <= last + 0.1, path.relative_to(newsroom.data)


def test_a_time_would_have_been_found(tmp_path) -> None:
    now = 1_795_000_123.25
    identifier = uuid.UUID(int=(int(now * 1000) << 80) | 7)
    stamp = int(now * 1000)
    ulid = "".join(CROCKFORD[stamp >> 5 * n & 31] for n in range(9, -1, -1)) + "A" * 16
    notations = [
        int(now), int(now * 1000), int(now * 10**9), now, now / 86400 + 2440587.5,
        datetime.fromtimestamp(now, UTC).isoformat(), f"at {int(now)}.", identifier.bytes,
        str(identifier), int(now).to_bytes(8, "big"), ulid,
    ]  # fmt: skip
    with closing(sqlite3.connect(tmp_path / "some.sqlite3", isolation_level=None)) as database:
        for number, value in enumerate(notations):
            database.execute(f"CREATE TABLE t{number:02} (value)")
            database.execute(f"INSERT INTO t{number:02} VALUES (?)", (value,))

    assert telling(values(tmp_path), now) == [f"some.sqlite3: t{n:02}" for n in range(11)]
    assert telling({("a", now - now % QUARTER), ("a", "2026-11-18"), ("a", 17)}, now) == []
