"""Bridges the event loop and the spool's writer thread: a submission waits for its commit."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Final

from letterslot.letterbox.spool import CommitGroup, Done, Row

_Waiter = asyncio.Future[Exception | None]


# A commit costs the same for one row and for sixty. It waits this long for submissions that are
# being read already, and not at all where there are none.
HOLD_SECONDS: Final = 0.005


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
        self._held: list[tuple[Row, Done]] = []
        self._waiting = 0  # rows held, or on their way to the disk
        self._timer: asyncio.TimerHandle | None = None
        self._finished: deque[tuple[_Waiter, Exception | None]] = deque()
        self._woken = False

    @property
    def broken(self) -> bool:
        """Nothing is stored until the door is started again."""
        return self._group.broken

    async def store(self, row: Row) -> Exception | None:
        """None once the row is on disk and never before; else why it is not stored."""
        waiter: _Waiter = self._loop.create_future()
        self._held.append((row, partial(self._finish, waiter)))
        self._waiting += 1
        if self._waiting >= self._in_hand():
            self._release()
        elif self._timer is None:
            self._timer = self._loop.call_later(HOLD_SECONDS, self._release)
        return await waiter

    def _release(self) -> None:
        """Give all that is held to the writer thread, for one commit."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        held, self._held = self._held, []
        self._group.submit(held)

    def _finish(self, waiter: _Waiter, fault: Exception | None) -> None:
        """Called in the writer thread for each row of a batch."""
        self._finished.append((waiter, fault))
        if not self._woken:
            self._woken = True
            self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        # Before taking any: a row that finishes from here on wakes the loop again.
        self._woken = False
        while self._finished:
            waiter, fault = self._finished.popleft()
            self._waiting -= 1
            if not waiter.done():
                waiter.set_result(fault)
