"""Presses on the door without waiting for it: so many requests a second, however it answers."""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Final, cast

TICK: Final = 0.01  # seconds between two handfuls of requests
CONNECTIONS: Final = 1500  # at once; what finds none free waits with its client and is not sent
_LENGTH: Final = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass
class Seen:
    """What came back: milliseconds from sending to the whole answer, by status; 0 is none."""

    took: dict[int, list[float]] = field(default_factory=dict)
    seconds: float = 0.0

    def add(self, status: int, milliseconds: float) -> None:
        self.took.setdefault(status, []).append(milliseconds)

    def count(self, status: int) -> int:
        return len(self.took.get(status, ()))

    @property
    def sent(self) -> int:
        return sum(map(len, self.took.values()))

    def p99(self, status: int) -> float:
        """0 where there is no such answer."""
        took = self.took.get(status, [])
        return quantiles(took, n=100)[98] if len(took) > 1 else sum(took)


def request(path: str, body: bytes, content_type: str, *, json: bool = False) -> bytes:
    """A POST as it stands on the wire."""
    accept = "application/json" if json else "text/html"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Line(asyncio.Protocol):
    """One connection: sends a request, and tells the status of its answer when all of it came."""

    def __init__(self) -> None:
        self._came = b""
        self._told: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class

    def ask(self, sent: bytes) -> asyncio.Future[int]:
        self._came = b""
        self._told = asyncio.get_running_loop().create_future()
        self.transport.write(sent)
        return self._told

    def data_received(self, data: bytes) -> None:
        self._came += data
        head, found, body = self._came.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if found and length is not None and len(body) >= int(length[1]):
            if b"connection: close" in head.lower():
                self.transport.close()
            self._tell(int(head[9:12]))

    def connection_lost(self, fault: Exception | None) -> None:
        self._tell(0)

    def _tell(self, status: int) -> None:
        if self._told is not None and not self._told.done():
            self._told.set_result(status)


class Press:
    """Connections to a port, used again where the door leaves them open."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: deque[Line] = deque()
        self.open = 0

    async def ask(self, sent: bytes) -> tuple[int, float]:
        """The status of the answer, 0 for none, and the milliseconds that it took."""
        begun = time.perf_counter()
        self.open += 1
        try:
            line = await self._line()
            status = await line.ask(sent)
            if status and not line.transport.is_closing():
                self._free.append(line)
        except OSError:
            status = 0
        finally:
            self.open -= 1
        return status, (time.perf_counter() - begun) * 1000

    async def _line(self) -> Line:
        while self._free:
            line = self._free.popleft()
            if not line.transport.is_closing():
                return line
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(Line, "127.0.0.1", self._port)
        return line

    async def press(
        self, next_request: Callable[[], bytes], *, rate: float, seconds: float,
        refused: Callable[[bytes], None] = lambda sent: None,
    ) -> Seen:  # fmt: skip
        """Send `rate` requests a second for so long; `refused` is told of each that got no 2xx."""
        seen, under_way = Seen(), set[asyncio.Task[None]]()

        async def one(sent: bytes) -> None:
            status, took = await self.ask(sent)
            seen.add(status, took)
            if not 200 <= status < 300:
                refused(sent)

        begun = time.perf_counter()
        due = 0.0
        for now in _ticks(begun, seconds):
            due = min(due + rate * (now - begun), rate * 0.1)  # what was missed is not made up for
            begun = now
            while due >= 1 and self.open < CONNECTIONS:
                due -= 1
                task = asyncio.ensure_future(one(next_request()))
                under_way.add(task)
                task.add_done_callback(under_way.discard)
            await asyncio.sleep(TICK)
        seen.seconds = seconds
        if under_way:
            await asyncio.wait(under_way, timeout=30)
        return seen


def _ticks(begun: float, seconds: float) -> Iterator[float]:
    while (now := time.perf_counter()) < begun + seconds:
        yield now
