"""Takes a request's body off the wire: so much and no more, and not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final, Protocol

from letterslot.intake.forms import BODY_BYTES

DRAINED_BYTES: Final = 32 * 1024 * 1024
DRAIN_PATIENCE: Final = 20.0
CRUMBS: Final = 100  # pieces of a body that may be small; then they must be CRUMBS bytes on average


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
    """The body ended before its announced length, or its chunks are damaged or odd."""


def largest(headers: Headers) -> int:
    """How many bytes of a request's body may have to be held: what it announces, or the most."""
    announced = headers.get("content-length", "")
    return min(int(announced), BODY_BYTES) if announced.isdecimal() else BODY_BYTES


async def read(wire: Body, headers: Headers) -> bytes:
    """The whole body. Raises TooLarge or BrokenOff; the caller bounds the time, see `gate`.

    Its size is taken from Content-Length before anything is read, and counted where it comes in
    chunks.
    """
    announced = headers.get("content-length")
    try:
        if announced is None:
            # Where both are given Granian takes the chunks and closes the line. Two codings could
            # be read as two different requests by two servers in a row.
            if headers.get_all("transfer-encoding") not in ([], ["chunked"]):
                raise BrokenOff
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
    size = empty = number = 0
    async for chunk in wire:
        size += len(chunk)
        number += 1
        empty += not chunk
        if size <= BODY_BYTES:
            # An empty piece is the end. Granian gives one more for a damaged chunk or for trailers,
            # which no form has. And a body in crumbs costs a second of work for each 100 KB.
            if empty > 1 or (number > CRUMBS and size < CRUMBS * number):
                raise BrokenOff
            pieces.append(chunk)
            continue
        pieces.clear()
        if size > DRAINED_BYTES:
            raise TooLarge(drained=False)
    if size > BODY_BYTES:
        raise TooLarge(drained=True)
    return b"".join(pieces)
