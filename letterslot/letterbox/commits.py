"""The writer thread: all letters that wait share one commit."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import Final

from letterslot.letterbox.spool import Row, Spool, SpoolBroken, SpoolDamaged, SpoolFull

Done = Callable[[Exception | None], None]

_PATIENCE_SECONDS: Final = 5.0  # between two tries to open the spool on a failing disk


class CommitGroup:
    """The writer thread: all that wait share one commit, so that many cost hardly more than one.

    After a fault of the disk it opens the spool anew and checks it before it stores anything.
    Where that fails it refuses, and tries again every `patience` seconds.
    """

    def __init__(self, spool: Spool, *, patience: float = _PATIENCE_SECONDS) -> None:
        self._spool = spool
        self._patience = patience
        self._waiting: list[tuple[Sequence[Row], Done]] = []
        self._changed = threading.Condition()
        self._closing = False
        self._fault: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="spool-writer", daemon=True)
        self._thread.start()

    @property
    def broken(self) -> bool:
        """True after a fault of the disk that opening again did not mend; nothing is stored."""
        return self._fault is not None

    @property
    def why_broken(self) -> str:
        """One sentence for those who run the door; empty while it stores."""
        return _sentence(self._fault, self._patience) if self._fault is not None else ""

    def submit(self, rows: Sequence[Row], done: Done) -> None:
        """Store rows together with the next commit, then call `done` from the writer thread.

        `done(None)` is called after the commit returned and not before; `done(fault)` means
        not stored. It must be quick and must not raise.
        """
        with self._changed:
            if not (self._closing or self._fault):
                self._waiting.append((rows, done))
                self._changed.notify()
                return
        done(SpoolBroken("The door stores nothing at the moment."))

    def close(self) -> None:
        """Commit what waits, then end the thread. The spool itself stays open."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while (batch := self._next_batch()) is not None:
            fault = self._store([row for rows, _ in batch for row in rows]) if batch else None
            for _, done in batch:
                with contextlib.suppress(Exception):  # one caller's fault is not the others'
                    done(fault)
            if self._fault is not None or (fault is not None and not _is_refusal(fault)):
                self._recover()

    def _next_batch(self) -> list[tuple[Sequence[Row], Done]] | None:
        """All that wait, once anything does; None when closing and nothing is left. Empty when it
        is time to look whether a broken disk has come back."""
        with self._changed:
            while not (self._waiting or self._closing):
                if not self._changed.wait(self._until_next_try()):
                    return []
            batch, self._waiting = self._waiting, []
            return batch or None

    def _until_next_try(self) -> float | None:
        """Seconds; None: nothing is broken, or nothing can be done about it here."""
        mendable = self._fault is not None and not _is_damage(self._fault)
        return self._patience if mendable else None

    def _store(self, rows: list[Row]) -> Exception | None:
        if self._fault is not None:
            return SpoolBroken("The door stores nothing at the moment.")
        try:
            self._spool.add_many(rows)
        except Exception as fault:
            return fault
        return None

    def _recover(self) -> None:
        try:
            self._spool.reopen()
        except Exception as fault:
            self._fault = fault
        else:
            self._fault = None


# Refusals before anything was written: there is nothing to check, only to wait. A full disk, the
# desk that is writing, a row that breaks a rule.
_REFUSALS: Final = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CONSTRAINT}
)


def _sentence(fault: Exception, patience: float) -> str:
    """Why nothing is stored. Only SQLite's own words for a kind of fault, or ours."""
    why = str(fault) if isinstance(fault, SpoolBroken) else _kind(fault)
    if _is_damage(fault):
        return f"Nothing is stored until the door is started again. {why}"
    return f"Nothing is stored; another try every {patience:.0f} seconds. {why}"


def _kind(fault: Exception) -> str:
    if isinstance(fault, OSError):
        return fault.strerror or type(fault).__name__
    return str(getattr(fault, "sqlite_errorname", type(fault).__name__))


_DAMAGE: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def _is_damage(fault: Exception) -> bool:
    return isinstance(fault, SpoolDamaged) or _code(fault) in _DAMAGE


def _is_refusal(fault: Exception) -> bool:
    return isinstance(fault, SpoolFull) or _code(fault) in _REFUSALS


def _code(fault: Exception) -> int:
    """SQLite's primary code, the lowest byte; the finer distinctions stand above it."""
    return int(getattr(fault, "sqlite_errorcode", 0)) & 0xFF
