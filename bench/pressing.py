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
LAST_SECONDS: Final = 30.0  # for what is still under way at the end
CONNECTIONS: Final = 1500  # at once; what finds none free waits with its client and is not sent
_LENGTH: Final = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass
class Seen:
    """What came back: milliseconds from sending to the whole answer, by status; 0 is none."""

    took: dict[int, list[float]] = field(default_factory=dict)
    seconds: float = 0.0

    def add(self, status: int, milliseconds: float) -> None:
        self.took.setdefault(status, []).append(milliseconds)

    def late(self, count: int) -> None:
        """So many had no answer at the end."""
        for _ in range(count):
            self.add(0, LAST_SECONDS * 1000)

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


Told = Callable[[int], None]  # called with the status of an answer; 0 is none


class Line(asyncio.Protocol):
    """One connection: sends a request, and tells the status of its answer when all of it came."""

    def __init__(self) -> None:
        self._came = b""
        self._told: Told | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class

    def ask(self, sent: bytes, told: Told) -> None:
        self._came, self._told = b"", told
        self.transport.write(sent)

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
        told, self._told = self._told, None
        if told is not None:
            told(status)


class Press:
    """Connections to a port, used again where the door leaves them open."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: deque[Line] = deque()
        self._connecting: set[asyncio.Task[None]] = set()

    def begin(self, sent: bytes, told: Callable[[int, float], None]) -> None:
        """Send a request; `told` its status, 0 for none, and the milliseconds that it took."""
        begun = time.perf_counter()
        line = self._free_line()

        def came(status: int) -> None:
            if status and line is not None and not line.transport.is_closing():
                self._free.append(line)
            told(status, (time.perf_counter() - begun) * 1000)

        async def connect() -> None:
            nonlocal line
            loop = asyncio.get_running_loop()
            try:
                _, line = await loop.create_connection(Line, "127.0.0.1", self._port)
            except OSError:
                came(0)
            else:
                line.ask(sent, came)

        if line is not None:
            line.ask(sent, came)
        else:
            task = asyncio.ensure_future(connect())
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)

    def _free_line(self) -> Line | None:
        while self._free:
            line = self._free.popleft()
            if not line.transport.is_closing():
                return line
        return None

    async def ask(self, sent: bytes) -> tuple[int, float]:
        """The status of the answer, 0 for none, and the milliseconds that it took."""
        answered: asyncio.Future[tuple[int, float]] = asyncio.get_running_loop().create_future()
        self.begin(sent, lambda status, took: answered.set_result((status, took)))
        return await answered

    async def press(
        self, next_request: Callable[[], bytes], *, rate: float, seconds: float,
        refused: Callable[[bytes], None] = lambda sent: None,
    ) -> Seen:  # fmt: skip
        """Send `rate` requests a second for so long; `refused` is told of each that got no 2xx."""
        seen, under_way = Seen(seconds=seconds), 0

        def one(sent: bytes) -> None:
            def told(status: int, took: float) -> None:
                nonlocal under_way
                under_way -= 1
                seen.add(status, took)
                if not 200 <= status < 300:
                    refused(sent)

            self.begin(sent, told)

        begun = time.perf_counter()
        due = 0.0
        for now in _ticks(begun, seconds):
            due = min(due + rate * (now - begun), rate * 0.1)  # what was missed is not made up for
            begun = now
            while due >= 1 and under_way < CONNECTIONS:
                due -= 1
                under_way += 1
                one(next_request())
            await asyncio.sleep(TICK)
        until = time.perf_counter() + LAST_SECONDS
        while under_way and time.perf_counter() < until:
            await asyncio.sleep(TICK)
        seen.late(under_way)
        return seen


def _ticks(begun: float, seconds: float) -> Iterator[float]:
    while (now := time.perf_counter()) < begun + seconds:
        yield now
