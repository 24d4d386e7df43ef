"""One way into the door: a listening socket, and the connections that came by it."""

from __future__ import annotations

import asyncio
import errno
import socket
from email.utils import formatdate
from functools import partial
from typing import Final

from letterslot.intake.admission import CONNECTIONS
from letterslot.intake.app import PublicDoor
from letterslot.intake.connection import HEAD_SECONDS, Connection

LOOK_SECONDS: Final = 1.0
_ROOM_AGAIN: Final = CONNECTIONS * 9 // 10  # connections left when others are let in again
# Connections let in at most in one round of the loop. uvloop's own servers let in one: in a flood,
# when a round takes a fifth of a second, a reader would wait minutes behind a thousand others.
ACCEPTED: Final = 128
_NO_ROOM: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class Entrance:
    """Lets in up to CONNECTIONS at a time. `sock`, which listens and never blocks, stays the
    caller's, and stays open."""

    def __init__(self, door: PublicDoor, sock: socket.socket) -> None:
        self.door = door
        self.loop = asyncio.get_running_loop()
        self._sock = sock
        lane = door.lane(over_tor=sock.family == socket.AF_UNIX)
        self.answer_at_once = partial(door.answer_at_once, lane)
        self.answer = partial(door.answer, lane)
        self._connections: set[Connection] = set()
        self._ready: list[Connection] = []  # with answers to be sent
        self._closing = self._full = False
        self._let_in: set[asyncio.Task[None]] = set()  # kept, or they could be collected
        self._coming = 0  # accepted, and no connection yet
        self._looking: asyncio.TimerHandle | None = None
        self._empty = asyncio.Event()
        self._look()

    def open(self) -> None:
        """Accept connections. Those that came before wait in the socket's own queue."""
        if not self._closing:
            self.loop.add_reader(self._sock.fileno(), self._accept)

    def _accept(self) -> None:
        for _ in range(ACCEPTED):
            if len(self._connections) + self._coming >= CONNECTIONS:
                self._full = True
                self._stop_accepting()
                return
            try:
                accepted, _address = self._sock.accept()
            except OSError as fault:
                if fault.errno in _NO_ROOM:
                    self._stop_accepting()
                    self.loop.call_later(LOOK_SECONDS, self.open)
                return  # nobody waits, or whoever waited has gone
            self._coming += 1
            begun = self.loop.create_task(self._begin(accepted))
            self._let_in.add(begun)
            begun.add_done_callback(self._let_in.discard)

    async def _begin(self, accepted: socket.socket) -> None:
        accepted.setblocking(False)
        try:
            await self.loop.connect_accepted_socket(partial(Connection, self), accepted)
        except OSError:  # it has gone already
            accepted.close()
            self._coming -= 1
            self._make_use_of_room()

    def close(self) -> None:
        """Accept nothing more, and end what is silent; what is being answered goes on."""
        self._closing = True
        self._stop_accepting()
        for connection in [*self._connections]:
            connection.leave()
        self._tell_if_empty()

    def hurry(self) -> None:
        """Wait no longer for heads that are still coming."""
        for connection in [*self._connections]:
            connection.hurry()

    async def emptied(self) -> None:
        """Once it is closed and the last connection has gone."""
        await self._empty.wait()
        if self._looking is not None:
            self._looking.cancel()

    # What a connection asks of it

    @property
    def leaving(self) -> bool:
        """Whether an answer is its connection's last. Where all places are taken it is: whoever
        sends again without pause would else keep out those that wait for one."""
        return self._closing or self._full or self.door.leaving

    def came(self, connection: Connection) -> None:
        self._coming -= 1
        self._connections.add(connection)

    def went(self, connection: Connection) -> None:
        self._connections.discard(connection)
        self._make_use_of_room()

    def _make_use_of_room(self) -> None:
        self._tell_if_empty()
        if self._full and len(self._connections) + self._coming <= _ROOM_AGAIN:
            self._full = False
            self.open()

    def to_send(self, connection: Connection) -> None:
        """Write its answer together with all others that are ready in this round of the loop.

        Written one by one between the requests, each would wake a client that had just gone to
        sleep: that cost as much as reading the request.
        """
        if not self._ready:
            self.loop.call_soon(self._send)
        self._ready.append(connection)

    def _send(self) -> None:
        ready, self._ready = self._ready, []
        for connection in ready:
            connection.send()

    def _stop_accepting(self) -> None:
        self.loop.remove_reader(self._sock.fileno())

    def _tell_if_empty(self) -> None:
        if self._closing and not (self._connections or self._coming):
            self._empty.set()

    def _look(self) -> None:
        """Each second: the time, for deadlines and dates, and an end to what takes too long."""
        self.now = self.loop.time()
        self.idle_until = self.now + HEAD_SECONDS
        self.last_line = f"date: {formatdate(usegmt=True)}\r\n\r\n".encode()
        self.last_lines = b"connection: close\r\n" + self.last_line
        for connection in [*self._connections]:
            connection.look(self.now, crowded=self._full)
        self._looking = self.loop.call_later(LOOK_SECONDS, self._look)
