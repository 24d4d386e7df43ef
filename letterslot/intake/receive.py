"""Bridges the event loop and the spool's writer thread: a submission waits for its commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from letterslot.letterbox.commits import CommitGroup
from letterslot.letterbox.spool import Row

_Waiter = asyncio.Future[Exception | None]


# A commit costs hardly more for sixty rows than for one. It waits for those that came in the same
# round of the loop, and this long for submissions that are being read; for nobody else.
HOLD_SECONDS: Final = 0.005
# But no longer than until there are so many: while one commit waits for the disk, the next letters
# are sealed. Measured with 64 connections: 16 and 32 stored as much.
HELD_ROWS: Final = 24


class Receiver:
    """Stores rows together and wakes their requests, once a batch and not once a row.

    `in_hand` tells how many submissions have begun and are not answered yet.
    """

    def __init__(
        self,
        group: CommitGroup,
        loop: asyncio.AbstractEventLoop,
        in_hand: Callable[[], int] = lambda: 0,
    ) -> None:
        self._group: Final = group
        self._loop: Final = loop
        self._in_hand: Final = in_hand
        self._held: list[tuple[Row, _Waiter]] = []
        self._waiting = 0  # rows held, or on their way to the disk
        self._timer: asyncio.TimerHandle | None = None
        self._looking = False

    @property
    def broken(self) -> bool:
        """Nothing is stored until the door is started again."""
        return self._group.broken

    async def store(self, row: Row) -> Exception | None:
        """None once the row is on disk and never before; else why it is not stored."""
        waiter: _Waiter = self._loop.create_future()
        self._held.append((row, waiter))
        self._waiting += 1
        if len(self._held) >= HELD_ROWS:
            self._release()
        elif not self._looking:
            self._looking = True
            self._loop.call_soon(self._look)
        return await waiter

    def _look(self) -> None:
        """Whether anybody is waited for, when all that came in this round have had their turn:
        until then only those before it are known to be in hand."""
        self._looking = False
        if self._held and self._waiting >= self._in_hand():
            self._release()
        elif self._held and self._timer is None:
            self._timer = self._loop.call_later(HOLD_SECONDS, self._release)

    def _release(self) -> None:
        """Give all that is held to the writer thread, for one commit."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        held, self._held = self._held, []
        waiters = [waiter for _, waiter in held]

        def done(fault: Exception | None) -> None:  # called in the writer thread
            self._loop.call_soon_threadsafe(self._deliver, waiters, fault)

        self._group.submit([row for row, _ in held], done)

    def _deliver(self, waiters: list[_Waiter], fault: Exception | None) -> None:
        self._waiting -= len(waiters)
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(fault)
