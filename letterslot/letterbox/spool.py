"""The spool: where sealed envelopes wait for the desk.

A row is a random number, an epoch and an envelope, and nothing else. Rows lie in places that half
of their numbers names, so that the order on disk tells nothing of the order of arrival.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Final

from letterslot.letterbox import private_files

Row = tuple[bytes, str, bytes]  # number (16 bytes), epoch ("2026-11-23"), envelope
_ROWS_A_STATEMENT: Final = 64

_BUSY_SECONDS: Final = 10.0  # the desk collects from another process
_PAGE_BYTES: Final = 4096
_ROOM: Final = 2  # times what waits: the desk stores it once more before the spool is emptied
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS envelopes (
    place INTEGER PRIMARY KEY,
    number BLOB NOT NULL CHECK (length(number) = 16),
    epoch TEXT NOT NULL,
    envelope BLOB NOT NULL
) STRICT
"""
_SETTINGS: Final = (
    # Nearly each row of a commit changes another page, and pages are written whole. Three rows of
    # the smallest size fit into one. Kept by number (WITHOUT ROWID), they needed pages of 8,192.
    f"PRAGMA page_size = {_PAGE_BYTES}",
    "PRAGMA journal_mode = WAL",
    # FULL, not NORMAL: in WAL mode NORMAL made no fsync at all for 50 acknowledged commits.
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16384",  # KiB
)


class SpoolBroken(OSError):
    """The spool cannot be used; the message says why, and holds nothing of any letter."""


class SpoolFull(SpoolBroken):
    """There is too little room on the disk for one letter more."""


class SpoolDamaged(SpoolBroken):
    """What is in the spool is not what was written; trying again is of no use."""


class Spool:
    """The database of waiting envelopes. One connection, safe to share among threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._connection = _connected(path)
        self._inode = path.stat().st_ino

    @classmethod
    def open(cls, path: Path) -> Spool:
        """Open the spool, made with mode 0600 if it is not there. Raises OSError, sqlite3.Error."""
        _make_file(path)
        return cls(path)

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def add_many(self, rows: Sequence[Row]) -> None:
        """Store all rows in one transaction; on disk when this returns.

        A number that is there already is left as it is: sending again stores nothing twice.
        Raises sqlite3.Error, SpoolFull, or SpoolBroken where the file is not in its place any more.
        """
        self._check_room()
        with self._transaction() as connection:
            for start in range(0, len(rows), _ROWS_A_STATEMENT):
                some = rows[start : start + _ROWS_A_STATEMENT]
                placed = [(_place(row[0]), *row) for row in some]
                added = connection.execute(_insert(len(some)), list(chain.from_iterable(placed)))
                if added.rowcount < len(some):
                    _check_known(connection, some)
        self._check_place()

    def waiting(self) -> int:
        """How many envelopes wait."""
        with self._lock:
            (count,) = self._connection.execute("SELECT count(*) FROM envelopes").fetchone()
        return int(count)

    def take(self, limit: int) -> list[Row]:
        """Up to `limit` rows in the order of their random places; they stay until removed."""
        with self._lock:
            return self._connection.execute(
                "SELECT number, epoch, envelope FROM envelopes ORDER BY place LIMIT ?", (limit,)
            ).fetchall()

    def numbers(self) -> list[bytes]:
        """The numbers of all envelopes that wait now."""
        with self._lock:
            rows = self._connection.execute("SELECT number FROM envelopes").fetchall()
        return [number for (number,) in rows]

    def rows(self, numbers: Sequence[bytes]) -> list[Row]:
        """The rows of these numbers, in their order; without those that are gone."""
        with self._lock:
            execute = self._connection.execute
            query = "SELECT number, epoch, envelope FROM envelopes WHERE place = ? AND number = ?"
            found = [execute(query, (_place(number), number)).fetchone() for number in numbers]
        return [row for row in found if row is not None]

    def remove(self, numbers: Iterable[bytes]) -> None:
        """Delete the rows of these numbers in one transaction."""
        with self._transaction() as connection:
            connection.executemany(
                "DELETE FROM envelopes WHERE place = ? AND number = ?",
                ((_place(number), number) for number in numbers),
            )

    def tidy(self) -> bool:
        """Empty the log, where deleted rows still stand. False: another process was reading."""
        with self._lock:
            busy, _, _ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def settle(self) -> None:
        """All rows that can be read are on disk when this returns. Raises sqlite3.Error or
        SpoolBroken.

        To be called before the first row is acknowledged. Rows of a commit whose flush failed, or
        never came because the process was killed, may be in the log without being on disk. Sent
        again they would be found there, and acknowledged unwritten.
        """
        if not self.tidy():
            raise SpoolBroken("The spool is held by another process and cannot be checked.")

    def reopen(self) -> None:
        """Start again after a fault of the disk, and check. Raises sqlite3.Error or OSError."""
        with self._lock:
            with contextlib.suppress(sqlite3.Error):
                # This connection knows which commit failed, and moves all others out of the log.
                # The next one to read the log would take that commit for a good one.
                self.tidy()
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = _connected(self.path)
            self._inode = self.path.stat().st_ino
            self.settle()
            self._check_pages()

    def _check_pages(self) -> None:
        (verdict,) = self._connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise SpoolDamaged("The spool is damaged; stop the door and bring back a copy.")

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _check_room(self) -> None:
        """The desk must find room for all that waits. On a disk that letters have filled to the
        brim it could take none of them in, and the spool would stay as full as it is."""
        with self._lock:
            (pages,) = self._connection.execute("PRAGMA page_count").fetchone()
            (unused,) = self._connection.execute("PRAGMA freelist_count").fetchone()
        if _free_bytes(self.path.parent) < _ROOM * (pages - unused) * _PAGE_BYTES:
            raise SpoolFull("The disk has too little room for what waits already.")

    def _check_place(self) -> None:
        """A file that was deleted or moved away takes rows as before, and nobody finds them."""
        try:
            in_place = self.path.stat().st_ino == self._inode
        except FileNotFoundError:
            in_place = False
        if not in_place:
            raise SpoolBroken("The spool was moved or deleted under the door; restart the door.")

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            connection = self._connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                raise


@cache
def _insert(rows: int) -> str:
    """One statement for many rows: the interpreter is let go of once, and not at each row, which
    cost a tenth of all submissions. Not INSERT OR IGNORE, which would drop a faulty row without
    a word."""
    places = ", ".join(["(?, ?, ?, ?)"] * rows)
    return f"INSERT INTO envelopes VALUES {places} ON CONFLICT DO NOTHING"  # noqa: S608 (only places)


def _place(number: bytes) -> int:
    """Where a row lies: the second half of its number, as a signed integer of 64 bits."""
    return int.from_bytes(number[8:], "big", signed=True)


def _check_known(connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
    """Of rows that were not all added: the others are there already, and are not other ones in
    the same places. Two of a million random numbers share one once in some 40 million times."""
    query = "SELECT number FROM envelopes WHERE place = ?"
    for number, _, _ in rows:
        if connection.execute(query, (_place(number),)).fetchone() != (number,):
            raise SpoolBroken("Two letters want the same place; look at the comment once more.")


def _bring_over(connection: sqlite3.Connection) -> None:
    """Rows of the first layout, which had no places, into this one; all of them or none."""
    columns = [column[1] for column in connection.execute("PRAGMA table_info(envelopes)")]
    if columns[:1] != ["number"]:
        return
    connection.execute("BEGIN IMMEDIATE")
    rows = connection.execute("SELECT number, epoch, envelope FROM envelopes").fetchall()
    connection.execute("DROP TABLE envelopes")
    connection.execute(_TABLE)
    placed = ((_place(row[0]), *row) for row in rows)
    connection.executemany(_insert(1), placed)
    connection.execute("COMMIT")


def _free_bytes(folder: Path) -> int:
    """What a program that is not root may still write there."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


def _connected(path: Path) -> sqlite3.Connection:
    """Raises sqlite3.Error, also where there is no file: a new one would hide the loss."""
    connection = sqlite3.connect(
        path.absolute().as_uri() + "?mode=rw",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        for setting in _SETTINGS:
            connection.execute(setting)
        _bring_over(connection)
        connection.execute(_TABLE)
        # SQLite flushes the name of a new log too, and takes no notice where that fails.
        private_files.flush_folder(path.parent)
    except BaseException:
        connection.close()
        raise
    return connection


def _make_file(path: Path) -> None:
    """An empty file that only its owner reads; SQLite gives its log and index the same mode."""
    path.parent.mkdir(mode=private_files.FOLDER_MODE, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        private_files.create(path)
