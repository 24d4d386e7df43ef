"""Turns: what comes in floods is done a few at a time, and between them everything else."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final

AT_A_TIME: Final = 16  # look-ups; 5 ms of work


class Turns:
    """A queue in order of arrival. Not for several threads: the event loop's alone.

    The loop does what is ready in the order in which it became so. A thousand look-ups that are
    ready together would make a page, or a comment, wait for all of them.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, at_a_time: int = AT_A_TIME) -> None:
        self._loop = loop
        self._at_a_time = at_a_time
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._calling = False

    async def come(self) -> None:
        """Returns when it is the caller's turn."""
        turn = self._loop.create_future()
        self._waiting.append(turn)
        if not self._calling:
            self._calling = True
            self._loop.call_soon(self._call)
        await turn

    def _call(self) -> None:
        for _ in range(min(self._at_a_time, len(self._waiting))):
            turn = self._waiting.popleft()
            if not turn.done():  # whoever waited may be gone
                turn.set_result(None)
        self._calling = bool(self._waiting)
        if self._calling:
            self._loop.call_soon(self._call)
