"""The spool: where sealed envelopes wait for the desk, and the writer thread that stores them.

A row is a random number, an epoch and an envelope, and nothing else. Rows are kept in the order
of their numbers (WITHOUT ROWID), so that the order on disk tells nothing of the order of arrival.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Final

from letterslot.letterbox import private_files

Row = tuple[bytes, str, bytes]  # number (16 bytes), epoch ("2026-11-23"), envelope
Done = Callable[[Exception | None], None]

_ROWS_A_STATEMENT: Final = 64

_BUSY_SECONDS: Final = 10.0  # the desk collects from another process
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS envelopes (
    number BLOB PRIMARY KEY CHECK (length(number) = 16),
    epoch TEXT NOT NULL,
    envelope BLOB NOT NULL
) WITHOUT ROWID, STRICT
"""
_SETTINGS: Final = (
    # A row of the smallest size stays in its page; with 4,096 each would need a second one.
    "PRAGMA page_size = 8192",
    "PRAGMA journal_mode = WAL",
    # FULL, not NORMAL: in WAL mode NORMAL made no fsync at all for 50 acknowledged commits.
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
)


class SpoolBroken(OSError):
    """The spool's disk failed and could not be brought back; the door must be restarted."""


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
        Raises sqlite3.Error, or SpoolBroken where the file is not in its place any more.
        """
        with self._transaction() as connection:
            for start in range(0, len(rows), _ROWS_A_STATEMENT):
                some = rows[start : start + _ROWS_A_STATEMENT]
                connection.execute(_insert(len(some)), list(chain.from_iterable(some)))
        self._check_place()

    def waiting(self) -> int:
        """How many envelopes wait."""
        with self._lock:
            (count,) = self._connection.execute("SELECT count(*) FROM envelopes").fetchone()
        return int(count)

    def take(self, limit: int) -> list[Row]:
        """Up to `limit` rows in the order of their random numbers; they stay until removed."""
        with self._lock:
            return self._connection.execute(
                "SELECT number, epoch, envelope FROM envelopes ORDER BY number LIMIT ?", (limit,)
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
            query = "SELECT number, epoch, envelope FROM envelopes WHERE number = ?"
            found = [execute(query, (number,)).fetchone() for number in numbers]
        return [row for row in found if row is not None]

    def remove(self, numbers: Iterable[bytes]) -> None:
        """Delete the rows of these numbers in one transaction."""
        with self._transaction() as connection:
            connection.executemany(
                "DELETE FROM envelopes WHERE number = ?", ((number,) for number in numbers)
            )

    def tidy(self) -> bool:
        """Empty the log, where deleted rows still stand. False: another process was reading."""
        with self._lock:
            busy, _, _ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def reopen(self) -> None:
        """Start again after a fault of the disk, and check. Raises sqlite3.Error or OSError.

        The checkpoint matters: rows of a commit whose flush failed may be in the log without
        being on disk. Sent again they would be found there, and acknowledged unwritten.
        """
        with self._lock:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = _connected(self.path)
            self._inode = self.path.stat().st_ino
            if not self.tidy():
                raise SpoolBroken("The spool is held by another process and cannot be checked.")
            (verdict,) = self._connection.execute("PRAGMA quick_check(1)").fetchone()
            if verdict != "ok":
                raise SpoolBroken("The spool is damaged; stop the door and run letterslot check.")

    def close(self) -> None:
        with self._lock:
            self._connection.close()

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


class CommitGroup:
    """The writer thread: all that wait share one commit, so that many cost hardly more than one."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._waiting: list[tuple[Row, Done]] = []
        self._changed = threading.Condition()
        self._closing = False
        self._broken = False
        self._thread = threading.Thread(target=self._run, name="spool-writer", daemon=True)
        self._thread.start()

    @property
    def broken(self) -> bool:
        """True after a fault of the disk that opening again did not mend; nothing is stored."""
        return self._broken

    def submit(self, rows: Sequence[tuple[Row, Done]]) -> None:
        """Store rows together with the next commit, then call each `done` from the writer thread.

        `done(None)` is called after the commit returned and not before; `done(fault)` means
        not stored. It must be quick and must not raise.
        """
        with self._changed:
            if not (self._closing or self._broken):
                self._waiting += rows
                self._changed.notify()
                return
        for _, done in rows:
            done(SpoolBroken("The door stores nothing at the moment."))

    def close(self) -> None:
        """Commit what waits, then end the thread. The spool itself stays open."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while batch := self._next_batch():
            fault = self._store([row for row, _ in batch])
            for _, done in batch:
                with contextlib.suppress(Exception):  # one caller's fault is not the others'
                    done(fault)
            if fault is not None and not _is_refusal(fault):
                self._recover()

    def _next_batch(self) -> list[tuple[Row, Done]]:
        """All that wait, once anything does; empty when closing and nothing is left."""
        with self._changed:
            while not (self._waiting or self._closing):
                self._changed.wait()
            batch, self._waiting = self._waiting, []
            return batch

    def _store(self, rows: list[Row]) -> Exception | None:
        if self._broken:
            return SpoolBroken("The door stores nothing at the moment.")
        try:
            self._spool.add_many(rows)
        except Exception as fault:
            return fault
        return None

    def _recover(self) -> None:
        if self._broken:
            return
        try:
            self._spool.reopen()
        except Exception:
            self._broken = True


# Refusals before anything was written: there is nothing to check, only to wait. A full disk, the
# desk that is writing, a row that breaks a rule.
_REFUSALS: Final = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CONSTRAINT}
)


@cache
def _insert(rows: int) -> str:
    """One statement for many rows: the interpreter is let go of once, and not at each row, which
    cost a tenth of all submissions. Not INSERT OR IGNORE, which would drop a faulty row without
    a word."""
    places = ", ".join(["(?, ?, ?)"] * rows)
    return f"INSERT INTO envelopes VALUES {places} ON CONFLICT DO NOTHING"  # noqa: S608 (only places)


def _is_refusal(fault: Exception) -> bool:
    # The lowest byte is the primary code; SQLite puts the finer distinctions above it.
    return getattr(fault, "sqlite_errorcode", 0) & 0xFF in _REFUSALS


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
        connection.execute(_TABLE)
    except BaseException:
        connection.close()
        raise
    return connection


def _make_file(path: Path) -> None:
    """An empty file that only its owner reads; SQLite gives its log and index the same mode."""
    path.parent.mkdir(mode=private_files.FOLDER_MODE, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        private_files.create(path)
