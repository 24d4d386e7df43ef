"""Takes a request's body off the wire: so much and no more, and not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final, Protocol

from letterslot.intake.forms import BODY_BYTES

DRAINED_BYTES: Final = 32 * 1024 * 1024
PATIENCE: Final = 50.0  # seconds for a whole body; 28 KiB over the slowest of lines
DRAIN_PATIENCE: Final = 20.0


class Headers(Protocol):
    """What Granian's RSGI gives for headers; names in lower case."""

    def get(self, key: str, default: Any = None) -> Any: ...

    def get_all(self, key: str) -> list[str]: ...


class Body(Protocol):
    """The body's side of Granian's RSGI protocol."""

    async def __call__(self) -> bytes: ...

    def __aiter__(self) -> AsyncIterator[bytes]: ...


class TooLarge(Exception):
    """More than BODY_BYTES. `drained`: the rest was read and thrown away."""

    def __init__(self, *, drained: bool) -> None:
        super().__init__()
        self.drained = drained


class BrokenOff(Exception):
    """The body ended before its announced length, or its chunks are damaged."""


class Reading:
    """The bodies that are being read. One look now and then ends those that take too long: a timer
    for each of them was 4 % of a submission."""

    def __init__(self) -> None:
        self._until: dict[asyncio.Task[Any], float] = {}
        self._late: set[asyncio.Task[Any]] = set()

    def begin(self, task: asyncio.Task[Any], now: float) -> None:
        """`task` reads a body from `now` on, in seconds of the loop's clock."""
        self._until[task] = now + PATIENCE

    def end(self, task: asyncio.Task[Any]) -> None:
        """The body was read, or will not be."""
        self._until.pop(task, None)
        self._late.discard(task)

    def is_late(self, task: asyncio.Task[Any]) -> bool:
        """Whether its cancellation came from here, for taking too long."""
        return task in self._late

    def cancel_late(self, now: float) -> None:
        """End the reading of what should have been there by `now`."""
        for task in [task for task, until in self._until.items() if until < now]:
            self._late.add(task)
            task.cancel()

    def cancel_all(self) -> None:
        """Wait for no body any longer."""
        for task in self._until:
            task.cancel()


async def read(wire: Body, headers: Headers) -> bytes:
    """The whole body. Raises TooLarge or BrokenOff; the caller bounds the time, see `Reading`.

    Its size is taken from Content-Length before anything is read, and counted where it comes in
    chunks.
    """
    announced = headers.get("content-length")
    try:
        if announced is None:
            return await _counted(wire)
        if int(announced) <= BODY_BYTES:  # the server has checked that it is a number
            return await wire()
    except RuntimeError:  # what Granian raises where the connection is gone or a chunk is damaged
        raise BrokenOff from None
    # A client that asks first whether it may send is told no at once.
    if headers.get("expect") is not None or int(announced) > DRAINED_BYTES:
        raise TooLarge(drained=False)
    try:
        async with asyncio.timeout(DRAIN_PATIENCE):
            return await _counted(wire)
    except TimeoutError:
        raise TooLarge(drained=False) from None


async def _counted(wire: Body) -> bytes:
    """A body of unknown length, or one to be thrown away.

    What is too much is read all the same, up to DRAINED_BYTES, and not kept: a client that is
    still sending when the answer comes often reports a broken connection instead of showing it.
    """
    pieces: list[bytes] = []
    size = 0
    async for chunk in wire:
        size += len(chunk)
        if size <= BODY_BYTES:
            pieces.append(chunk)
            continue
        pieces.clear()
        if size > DRAINED_BYTES:
            raise TooLarge(drained=False)
    if size > BODY_BYTES:
        raise TooLarge(drained=True)
    return b"".join(pieces)
