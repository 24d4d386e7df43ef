"""A listening socket and its connections: how many, how long, and what a client is told."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable

import pytest
import uvloop

from letterslot.intake import connection, entrance
from letterslot.intake.app import PublicDoor, Settings
from letterslot.intake.entrance import Entrance
from letterslot.shelf.serve import Served

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
SOON = 20.0  # seconds; what does not come by then does not come
NOT_YET = 0.2  # seconds in which what must wait would long have come


class Line:
    """A client's connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def ask(self, sent: bytes = HEALTH) -> int:
        self.writer.write(sent)
        head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), SOON)
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        await self.reader.readexactly(length)
        return int(head.split(b" ")[1])

    async def rest(self) -> bytes:
        """All that still comes until the other side closes."""
        with contextlib.suppress(ConnectionResetError):
            return await asyncio.wait_for(self.reader.read(), SOON)
        return b""


@pytest.fixture
def with_entrance(newsroom):
    """Runs a scene at a door's entrance; `line()` is one more connection to it."""

    def run(scene: Callable[[PublicDoor, Callable[[], Awaitable[Line]]], Awaitable[None]]) -> None:
        async def whole() -> None:
            door = PublicDoor(Settings(newsroom.data, ("localhost",), 0))
            door.open()
            door.begin(asyncio.get_running_loop())
            with socket.create_server(("127.0.0.1", 0)) as listening:
                listening.setblocking(False)
                one = Entrance(door, listening)
                one.open()

                lines: list[Line] = []

                async def line() -> Line:
                    address = listening.getsockname()[:2]
                    lines.append(Line(*await asyncio.open_connection(*address)))
                    return lines[-1]

                await scene(door, line)
                for client in lines:
                    client.writer.close()
                one.close()
                await asyncio.wait_for(one.emptied(), SOON)
            door.end()

        uvloop.run(whole())

    return run


@pytest.fixture
def quick(monkeypatch):
    """A second of the entrance is short."""
    monkeypatch.setattr(entrance, "LOOK_SECONDS", 0.02)


@pytest.fixture
def crowded(with_entrance, monkeypatch):
    """Runs a scene where three are inside, as many as may be, and the answer of a fourth waits."""
    monkeypatch.setattr(entrance, "CONNECTIONS", 3)
    monkeypatch.setattr(entrance, "_ROOM_AGAIN", 2)

    def run(scene: Callable[[list[Line], Awaitable[int]], Awaitable[None]]) -> None:
        async def begin(door: PublicDoor, line: Callable[[], Awaitable[Line]]) -> None:
            inside = [await line() for _ in range(3)]
            waiting = asyncio.create_task((await line()).ask())
            done, _ = await asyncio.wait([waiting], timeout=NOT_YET)
            assert not done
            await scene(inside, waiting)

        with_entrance(begin)

    return run


def test_who_comes_beyond_the_limit_waits_until_one_of_those_inside_has_its_answer(crowded) -> None:
    async def scene(inside, waiting):
        assert await inside[1].ask() == 200
        assert await inside[1].rest() == b""  # it may come again, behind whoever waits
        assert await waiting == 200
        assert await inside[0].ask() == 200

    crowded(scene)


def test_who_comes_beyond_the_limit_is_answered_when_another_goes(crowded) -> None:
    async def scene(inside, waiting):
        inside[0].writer.close()
        assert await waiting == 200

    crowded(scene)


def test_who_is_let_in_and_silent_goes_sooner_where_others_wait(
    with_entrance, quick, monkeypatch
) -> None:
    monkeypatch.setattr(entrance, "CONNECTIONS", 2)
    monkeypatch.setattr(entrance, "_ROOM_AGAIN", 1)
    monkeypatch.setattr(connection, "CROWDED_SECONDS", 0.3)

    async def scene(door, line):
        first = await line()
        await asyncio.sleep(2 * NOT_YET)
        assert await first.ask() == 200  # alone, it may take its time
        second, waiting = await line(), await line()
        assert await waiting.ask() == 200
        assert await first.rest() + await second.rest() == b""

    with_entrance(scene)


def test_a_head_that_does_not_come_is_told_so_and_silence_is_closed(
    with_entrance, quick, monkeypatch
) -> None:
    monkeypatch.setattr(entrance, "HEAD_SECONDS", 0.1)

    async def scene(door, line):
        begun, silent = await line(), await line()
        assert await begun.ask(HEALTH[:30]) == 408
        assert await silent.rest() == b""

    with_entrance(scene)


def test_who_fetches_nothing_of_an_answer_is_given_up(with_entrance, quick, monkeypatch) -> None:
    monkeypatch.setattr(connection, "STALL_SECONDS", 0.2)
    large = Served(200, [("content-type", "text/plain")], b"x" * 32 * 1024 * 1024)

    async def scene(door, line):
        monkeypatch.setattr(door, "_health", lambda headers: large)
        reader = await line()
        reader.writer.write(HEALTH)
        reader.writer.transport.pause_reading()
        await asyncio.sleep(1.0)
        reader.writer.transport.resume_reading()
        assert len(await reader.rest()) < len(large.body)

    with_entrance(scene)


def test_answers_that_are_ready_together_come_each_to_whom_they_are_for(with_entrance) -> None:
    async def scene(door, line):
        lines = [await line() for _ in range(20)]
        asked = [HEALTH, b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n"] * 10
        pairs = zip(lines, asked, strict=True)
        assert await asyncio.gather(*(one.ask(sent) for one, sent in pairs)) == [200, 404] * 10

    with_entrance(scene)
