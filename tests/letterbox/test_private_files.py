"""Files that only their owner reads."""

from __future__ import annotations

import os
import time

from letterslot.letterbox import private_files

LONG_AGO = 1_000_000_000


def test_a_touched_database_tells_the_present_in_each_of_its_files_and_no_other_does(tmp_path):
    for name in ("spool.sqlite3", "spool.sqlite3-wal", "lock"):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (LONG_AGO, LONG_AGO + 123.456))
    began = time.time()

    private_files.touch_database(tmp_path / "spool.sqlite3")

    recent = {path.name for path in tmp_path.iterdir() if path.stat().st_mtime >= began - 1}
    assert recent == {"spool.sqlite3", "spool.sqlite3-wal"}
    assert all((tmp_path / name).stat().st_atime >= began - 1 for name in recent)
