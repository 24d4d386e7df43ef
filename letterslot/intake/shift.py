"""One shift of the public door: it answers on sockets that were given, in a process of its own.

A shift ends when it is told to leave, and with it goes all that it has read. The next one, on the
same sockets, answers already.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import multiprocessing
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

import uvloop

from letterslot.intake.admission import CONNECTIONS
from letterslot.intake.app import PublicDoor, Settings, hosts_in_environment
from letterslot.intake.entrance import Entrance
from letterslot.letterbox import private_files, private_memory

FILES: Final = 2 * CONNECTIONS + 1024  # both ways full, and what else is open
GRACE_SECONDS: Final = 3.0  # for bodies that are still coming when the door closes
# Between saying "connection: close" in each answer and closing the connections that are silent.
LEAVING_SECONDS: Final = 1.0
QUARTER_SECONDS: Final = 900
# A writer thread and the event loop share the interpreter; 5 ms, the default, is the pause that a
# commit's thread would make every submission wait.
SWITCH_SECONDS: Final = 0.0005
COLLECT_AFTER: Final = (20_000, 20, 50)  # a request leaves hardly any circles behind


def serve(
    data: Path,
    hosts: tuple[str, ...],
    budget: int,
    onion: str,
    sockets: Sequence[socket.socket],
    line: Connection,
) -> None:
    """Serve until SIGTERM, or until a word comes over `line`: then leave without haste.

    Says None over `line` once it serves; where the folder is not whole, the fault instead.
    """
    parent = multiprocessing.parent_process()
    assert parent is not None
    assert parent.pid is not None
    private_memory.die_with(parent.pid)
    private_memory.keep()
    door = PublicDoor(Settings(data, (*hosts, *hosts_in_environment()), budget, onion))
    try:
        door.open()
    except Exception as fault:
        line.send(fault)
        return
    _settle_down()
    try:
        uvloop.run(_serve(door, sockets, line, data / "door"))
    finally:
        door.close()


def _settle_down() -> None:
    """Files for all connections, and no time wasted on what is there for good."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(FILES, hard)), hard))
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


async def _serve(
    door: PublicDoor, sockets: Sequence[socket.socket], line: Connection, folder: Path
) -> None:
    loop = asyncio.get_running_loop()
    door.begin(loop)
    entrances = [Entrance(door, listening) for listening in sockets]

    def stop() -> None:
        for entrance in entrances:
            entrance.close()

    def hurry() -> None:
        door.hurry()
        for entrance in entrances:
            entrance.hurry()

    def stop_soon() -> None:
        stop()
        loop.call_later(GRACE_SECONDS, hurry)

    def leave() -> None:
        loop.remove_reader(line.fileno())
        door.leaving = True
        loop.call_later(LEAVING_SECONDS, stop)

    loop.add_signal_handler(signal.SIGTERM, stop_soon)
    loop.add_reader(line.fileno(), leave)
    for entrance in entrances:
        entrance.open()
    line.send(None)
    with _telling_no_time(loop, folder / "spool.sqlite3"):
        await asyncio.gather(*(entrance.emptied() for entrance in entrances))
    door.end()


@contextlib.contextmanager
def _telling_no_time(loop: asyncio.AbstractEventLoop, spool: Path) -> Iterator[None]:
    """File times and lines of a log would tell when somebody wrote: let them tell a quarter of an
    hour, the same for all that came in it."""
    held = Held()
    log = logging.getLogger("letterslot.intake")
    log.addFilter(held.hold)

    def quarter() -> None:
        held.say(log)
        private_files.touch_database(spool)

    quarters = loop.create_task(_each_quarter(quarter))
    try:
        yield
    finally:
        quarters.cancel()
        log.removeFilter(held.hold)
        held.say(log)


async def _each_quarter(do: Callable[[], None]) -> None:
    while True:
        await asyncio.sleep(seconds_to_the_quarter(time.time()))
        do()


def seconds_to_the_quarter(now: float) -> float:
    """From `now`, a Unix time, to the next full quarter of an hour."""
    return QUARTER_SECONDS - now % QUARTER_SECONDS


class Held:
    """Faults that a request may have caused, held back and said once each."""

    def __init__(self) -> None:
        self._words: set[str] = set()

    def hold(self, record: logging.LogRecord) -> bool:
        """A logger's filter: false for what is held."""
        if record.levelno < logging.ERROR:
            return True
        self._words.add(record.getMessage())
        return False

    def say(self, log: logging.Logger) -> None:
        for words in sorted(self._words):
            log.getChild("quarter").error("%s", words)  # which the logger's filters do not see
        self._words.clear()
