"""How the desk's database is opened: what was never committed never reaches the disk."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from django.conf import settings


def test_a_large_transaction_that_is_taken_back_leaves_nothing_on_the_disk(tmp_path: Path):
    options = settings.DATABASES["default"]["OPTIONS"]
    path = tmp_path / "desk.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript(options["init_command"])
        database.execute("CREATE TABLE printed (text TEXT)")
        database.execute("BEGIN IMMEDIATE")
        database.executemany(
            "INSERT INTO printed VALUES (?)", [("not printed yet " * 180,)] * 2_000
        )
        database.execute("ROLLBACK")
        on_disk = [file.read_bytes() for file in sorted(tmp_path.iterdir())]
    assert [b"not printed yet" in content for content in on_disk] == [False] * 3
