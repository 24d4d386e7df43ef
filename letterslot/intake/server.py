"""Runs the public door: Granian in the calling process, alone on its port and in its folder."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import gc
import os
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import uvloop
from granian import _granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server

from letterslot.intake.admission import DEFAULT_BUDGET
from letterslot.intake.app import PublicDoor, Settings, hosts_in_environment

BACKLOG: Final = 1024
CONNECTIONS: Final = 2048  # at a time; slow ones are closed after their timeout
HEAD_MILLISECONDS: Final = 20_000  # for the head of a request, and for idling between two
HEAD_BYTES: Final = 32 * 1024
GRACE_SECONDS: Final = 3.0  # for bodies that are still coming when the door closes
# A writer thread and the event loop share the interpreter; 5 ms, the default, is the pause that a
# commit's thread would make every submission wait.
SWITCH_SECONDS: Final = 0.0005
COLLECT_AFTER: Final = (20_000, 20, 50)  # a request leaves hardly any circles behind


class CannotServe(OSError):
    """The door cannot be opened; one sentence says why."""


def run(
    data: Path, host: str, port: int, hosts: tuple[str, ...] = (), budget: int = DEFAULT_BUDGET
) -> None:
    """Serve the door of this data folder until SIGTERM or SIGINT.

    `hosts` are the names it answers to besides the publication's own and those of
    LETTERSLOT_DOOR_HOSTS. Must be called in the main thread. Raises CannotServe where another
    door has the folder or the port, OSError and ValueError where the folder is not whole.
    """
    settings = Settings(data, (*hosts, *hosts_in_environment()), budget)
    with _folder_locked(data), _listening(host, port) as listening:
        door = PublicDoor(settings)
        door.open()
        _settle_down()
        try:
            uvloop.run(_serve(door, listening))
        finally:
            door.close()


def _settle_down() -> None:
    """Leave no picture of the memory behind, and waste no time on what is there for good."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


async def _serve(door: PublicDoor, listening: socket.socket) -> None:
    server = _AloneOnItsPort(door, listening)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        server.stop()  # type: ignore[no-untyped-call]  # Granian does not type it
        loop.call_later(GRACE_SECONDS, door.hurry)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    await server.serve()
    if server.interrupt_children:
        raise CannotServe("The public door ended by itself; start it again.")


class _AloneOnItsPort(Server):
    """Granian on a socket of ours. Its own would share the port with any other server that asks
    for it (SO_REUSEPORT): two doors then split the letters between them, unnoticed."""

    def __init__(self, door: PublicDoor, listening: socket.socket) -> None:
        super().__init__(
            door,
            interface=Interfaces.RSGI,
            http=HTTPModes.http1,
            websockets=False,
            backlog=BACKLOG,
            backpressure=CONNECTIONS,
            http1_settings=HTTP1Settings(
                header_read_timeout=HEAD_MILLISECONDS, max_buffer_size=HEAD_BYTES
            ),
            # Granian would log the words of an exception, which may be a letter's.
            log_enabled=False,
            log_level=LogLevels.critical,
            log_access=False,
        )
        self._listening = listening

    def _init_shared_socket(self) -> None:
        # Granian closes it at the end.
        self._shd = _granian.SocketHolder(self._listening.detach(), False, BACKLOG)  # type: ignore[call-arg,assignment]  # its stubs do not say so


@contextlib.contextmanager
def _folder_locked(data: Path) -> Iterator[None]:
    """Hold DIR/door/lock. The lock goes with the process, however that ends."""
    folder = data / "door"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise CannotServe(f"Another door serves {data} already: stop that one first.") from None
    try:
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """A listening socket that nobody can share."""
    bare = host.strip("[]")
    family = socket.AF_INET6 if ":" in bare else socket.AF_INET
    try:
        listening = socket.create_server((bare, port), family=family, backlog=BACKLOG)
    except OSError as fault:
        raise CannotServe(
            f"Cannot listen on {host} port {port}: {os.strerror(fault.errno or 0)}. "
            "Stop what listens there, or choose another port."
        ) from None
    with listening:
        listening.setblocking(False)
        yield listening
