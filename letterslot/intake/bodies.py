"""A request's body while it comes: so much and no more, and not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from letterslot.intake.forms import BODY_BYTES
from letterslot.intake.request import Headers

DRAINED_BYTES: Final = 32 * 1024 * 1024
DRAIN_PATIENCE: Final = 20.0
CRUMBS: Final = 100  # pieces of a body that may be small; then they must be CRUMBS bytes on average
FRAMING_BYTES: Final = 8 * 1024  # around the chunks, beyond what the chunks themselves hold


class TooLarge(Exception):
    """More than BODY_BYTES. `drained`: the rest was read and thrown away."""

    def __init__(self, *, drained: bool) -> None:
        super().__init__()
        self.drained = drained


class BrokenOff(Exception):
    """The body ended before its announced length, or its chunks are damaged or odd."""


class Body:
    """The body of one request. The connection adds what comes, the door waits for the whole."""

    __slots__ = (
        "_announced", "_asks_first", "_broken", "_number", "_pieces", "_size", "_unwanted",
        "_waiter", "ended",
    )  # fmt: skip

    def __init__(self, headers: Headers) -> None:
        length = headers.get("content-length")
        self._announced = int(length) if length else None  # the parser has checked the number
        self._asks_first = "expect" in headers
        # Two codings could be read as two different requests by two servers in a row.
        self._broken = headers.get("transfer-encoding", "chunked").lower() != "chunked"
        self._pieces: list[bytes] = []
        self._size = self._number = 0
        self._unwanted = False
        self._waiter: asyncio.Future[None] | None = None
        self.ended = False

    # What comes

    def add(self, piece: bytes) -> None:
        """What is too much is read all the same, up to DRAINED_BYTES, and not kept: a client that
        is still sending when the answer comes often reports a broken connection instead of
        showing it."""
        self._size += len(piece)
        self._number += 1
        if self._size > BODY_BYTES:
            self._pieces.clear()
            if self._size > DRAINED_BYTES:
                self._wake()
        elif not self._unwanted:
            self._pieces.append(piece)
            if self._announced is None and self._is_crumbs():
                self.break_off()

    def framed_by(self, raw: int) -> None:
        """`raw` bytes came for this body so far, the lines around its chunks with them."""
        if raw - self._size > FRAMING_BYTES + self._size:
            self.break_off()

    def end(self) -> None:
        self.ended = True
        self._wake()

    def break_off(self) -> None:
        """No more is coming, or nothing that can be used."""
        if not self.ended:
            self._broken = True
            self._wake()

    def discard(self) -> None:
        """Nobody will read it: what still comes is thrown away."""
        self._unwanted = True
        self._pieces.clear()

    def _is_crumbs(self) -> bool:
        """A body in crumbs costs more work than all others of its size together."""
        return self._number > CRUMBS and self._size < CRUMBS * self._number

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # Who waits

    @property
    def largest(self) -> int:
        """How many bytes of it may have to be held: what it announces, or the most."""
        return BODY_BYTES if self._announced is None else min(self._announced, BODY_BYTES)

    def is_small(self, most: int) -> bool:
        """Whether it announces `most` bytes or fewer, and does not ask before it sends them."""
        return self._announced is not None and self._announced <= most and not self._asks_first

    async def read(self, go_on: Callable[[], None]) -> bytes:
        """The whole body. Raises TooLarge or BrokenOff; the caller bounds the time, see `gate`.

        Its size is taken from Content-Length before anything is read, and counted where it comes
        in chunks. `go_on` tells a client that asked first to send.
        """
        large = (self._announced or 0) > BODY_BYTES
        # A client that asks first whether it may send is told no at once.
        if large and (self._asks_first or (self._announced or 0) > DRAINED_BYTES):
            raise TooLarge(drained=False)
        if not (self.ended or self._broken):
            if self._asks_first and not self._size:
                go_on()
            await self._whole(DRAIN_PATIENCE if large else None)
        if self._size > BODY_BYTES:
            raise TooLarge(drained=self.ended)
        if self._broken:
            raise BrokenOff
        body = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self.discard()
        return body

    async def _whole(self, patience: float | None) -> None:
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(patience):
                await self._waiter
        except TimeoutError:
            raise TooLarge(drained=False) from None
