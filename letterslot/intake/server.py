"""Keeps the public door open: alone on its port and in its folder, with one shift after another.

The process that is started never reads a letter. It holds the folder's lock and the listening
sockets; a second one, the shift, answers on them. Every half an hour the next shift begins and the
one before ends, and the memory in which it had read goes back to the machine.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Final

from letterslot.letterbox import private_memory

log = logging.getLogger("letterslot.intake.server")

BACKLOG: Final = 1024
SHIFT_SECONDS: Final = 30 * 60.0  # how long a shift may remember what it has read
LEAVE_SECONDS: Final = 90.0  # for a shift that leaves: a slow body may take 50, a slow reader more
STOP_SECONDS: Final = 15.0  # for a shift that is to stop
REST_SECONDS: Final = 1.0  # before another shift takes the place of one that ended by itself
RETRY_SECONDS: Final = 60.0  # after a shift that could not begin, while the old one goes on

_Told = tuple[Path, tuple[str, ...], int, str]  # data folder, hosts, budget, the onion's name


class CannotServe(OSError):
    """The door cannot be opened; one sentence says why."""


@dataclass(frozen=True)
class Way:
    """An address to listen on. One that is not `needed` may be somebody else's already."""

    host: str
    port: int
    needed: bool = True


@dataclass(frozen=True)
class OnionWay:
    """Where Tor brings the readers of the onion service: a Unix socket that nobody else reaches.

    What comes this way has places of its own, so that no flood from elsewhere takes them. Only
    the owner of the socket's folder decides who comes this way; no header does.
    """

    socket: Path
    name: str  # "abc…xyz.onion", answered on this way alone


def run(
    data: Path,
    ways: Sequence[Way],
    hosts: tuple[str, ...],
    budget: int,
    *,
    onion: OnionWay | None = None,
    ends_with: Sequence[int] = (),
) -> None:
    """Serve the door of this data folder until SIGTERM or SIGINT. At SIGHUP the next shift begins.

    `hosts` are the names it answers to besides the publication's own and those of
    LETTERSLOT_DOOR_HOSTS; it also stops when one of the descriptors `ends_with` can be read.
    Must be called in the main thread. Raises CannotServe where another door has the folder or a
    needed address, OSError and ValueError where the folder is not whole.
    """
    with _folder_locked(data), contextlib.ExitStack() as opened:
        found = (_listening(way) for way in ways)
        sockets = [opened.enter_context(one) for one in found if one is not None]
        if onion is not None:
            sockets.append(opened.enter_context(_listening_for_tor(onion.socket)))
        told = opened.enter_context(_signals())
        private_memory.keep()
        name = onion.name if onion is not None else ""
        _Rota((data, hosts, budget, name), sockets, told, ends_with).keep()


class _Shift:
    """The process that answers for a while, seen from the one that started it."""

    def __init__(self, told: _Told, sockets: Sequence[socket.socket]) -> None:
        # Not forked: a fresh interpreter shares nothing with this one, and this one stays small.
        spawning = multiprocessing.get_context("spawn")
        self.line, theirs = spawning.Pipe()
        self.process: SpawnProcess = spawning.Process(
            target=_serve, args=(told, tuple(sockets), theirs), name="door", daemon=True
        )
        with _group_signals_kept():
            self.process.start()
        theirs.close()
        self.until = time.monotonic() + SHIFT_SECONDS  # then it is relieved, or has left

    def leave(self) -> None:
        """Ask it to finish what it has begun, and to go."""
        with contextlib.suppress(OSError):  # it has gone already
            self.line.send(None)
        self.until = time.monotonic() + LEAVE_SECONDS

    def end(self, seconds: float = 0.0) -> None:
        """See it gone. What it acknowledged is stored, however it goes."""
        self.process.join(seconds)
        if self.process.exitcode is None:
            self.process.kill()
            self.process.join()
        self.process.close()
        self.line.close()


def _serve(told: _Told, sockets: Sequence[socket.socket], line: Connection) -> None:
    # Imported only here: the process that keeps the door open needs nothing of what answers.
    from letterslot.intake import shift

    shift.serve(*told, sockets, line)


class _Rota:
    """Which shift answers, which ones are leaving, and when the next begins."""

    def __init__(
        self,
        told: _Told,
        sockets: Sequence[socket.socket],
        signals: socket.socket,
        ends_with: Sequence[int],
    ) -> None:
        self._told = told
        self._sockets = sockets
        self._signals = signals
        self._ends_with = ends_with
        self._leaving: list[_Shift] = []
        self._ending = self._renewing = False

    def keep(self) -> None:
        """Until told to stop. Raises what kept the first shift from beginning."""
        shift = self._begin()
        try:
            while shift is not None and not self._ending:
                if self._wait(shift.process.sentinel, shift.until):
                    shift = self._replace(shift)
                elif self._renewing or time.monotonic() >= shift.until:
                    shift = self._relieve(shift)
        finally:
            self._stop([*self._leaving, *([shift] if shift is not None else [])])

    def _begin(self) -> _Shift | None:
        """A shift that answers; None where the door was told to stop meanwhile."""
        shift = _Shift(self._told, self._sockets)
        answers = False
        try:
            answers = self._hear_of(shift)
        finally:
            if not answers:
                self._stop([shift])
        return shift if answers else None

    def _hear_of(self, shift: _Shift) -> bool:
        """True once it answers, false where the door is to stop. Raises what its folder lacks."""
        while not self._ending:
            if self._wait(shift.line, shift.until):
                try:
                    fault = shift.line.recv()
                except EOFError:
                    sentence = "The public door ended by itself; start it again."
                    raise CannotServe(sentence) from None
                if fault is not None:
                    raise fault
                return True
        return False

    def _relieve(self, shift: _Shift) -> _Shift | None:
        """The next shift; the one before leaves when that one answers, and goes on if it cannot."""
        self._renewing = False
        try:
            following = self._begin()
        except Exception as fault:
            log.error("The next shift could not begin: %s", type(fault).__name__)  # noqa: TRY400 (a trace could show a text)
            shift.until = time.monotonic() + RETRY_SECONDS
            return shift
        shift.leave()
        self._leaving.append(shift)
        return following

    def _replace(self, shift: _Shift) -> _Shift | None:
        """A shift in the place of one that ended by itself."""
        log.error("The shift ended by itself (%s); another begins.", shift.process.exitcode)
        shift.end()
        self._wait(None, time.monotonic() + REST_SECONDS)
        return None if self._ending else self._begin()

    def _wait(self, thing: Connection | int | None, until: float) -> bool:
        """Until `thing` can be read (true), something else happens, or the clock says `until`."""
        until = min([until, *(one.until for one in self._leaving)])
        things = [] if thing is None else [thing]
        gone = [one.process.sentinel for one in self._leaving]
        ready = connection.wait(
            [*things, self._signals, *self._ends_with, *gone],
            timeout=max(0.0, until - time.monotonic()),
        )
        if self._signals in ready:
            heard = set(self._signals.recv(64))
            self._renewing |= signal.SIGHUP in heard
            self._ending |= bool(heard & {signal.SIGTERM, signal.SIGINT})
        self._ending |= any(one in ready for one in self._ends_with)
        self._see_off(time.monotonic())
        return thing is not None and thing in ready

    def _see_off(self, now: float) -> None:
        """Those that left, and those that take too long."""
        for one in [one for one in self._leaving if one.process.exitcode is not None]:
            self._leaving.remove(one)
            one.end()
        for one in [one for one in self._leaving if now >= one.until]:
            self._leaving.remove(one)
            one.end()

    def _stop(self, shifts: Sequence[_Shift]) -> None:
        for shift in shifts:
            shift.process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for shift in shifts:
            shift.end(max(0.0, until - time.monotonic()))


@contextlib.contextmanager
def _signals() -> Iterator[socket.socket]:
    """A socket from which the numbers of arriving signals can be read."""
    ours, interpreters = socket.socketpair()
    wanted = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    with ours, interpreters:
        interpreters.setblocking(False)
        before = {number: signal.signal(number, lambda *_: None) for number in wanted}
        signal.set_wakeup_fd(interpreters.fileno())
        try:
            yield ours
        finally:
            signal.set_wakeup_fd(-1)
            for number, handler in before.items():
                signal.signal(number, handler)


@contextlib.contextmanager
def _group_signals_kept() -> Iterator[None]:
    """Ctrl-C reaches the whole group of processes. One started in here never hears of it: the
    process that keeps the door open tells it what to do."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


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
def _listening_for_tor(path: Path) -> Iterator[socket.socket]:
    """A Unix socket for its owner and their group; one that a killed door left is replaced."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        try:
            if path.is_socket():
                if listening.connect_ex(str(path)) == 0:
                    raise CannotServe(f"Another server listens on {path}: stop that one first.")
                path.unlink()
            listening.bind(str(path))
            path.chmod(0o660)  # before `listen`: nobody gets in by the mode it was made with
            listening.listen(BACKLOG)
        except OSError as fault:
            if isinstance(fault, CannotServe):
                raise
            raise CannotServe(
                f"Cannot listen on {path}: {fault.strerror or fault}. Its folder must be there "
                "and be writable for this program."
            ) from None
        listening.setblocking(False)
        try:
            yield listening
        finally:
            path.unlink(missing_ok=True)


def _listening(way: Way) -> socket.socket | None:
    """A listening socket that nobody can share."""
    bare = way.host.strip("[]")
    family = socket.AF_INET6 if ":" in bare else socket.AF_INET
    try:
        listening = socket.create_server((bare, way.port), family=family, backlog=BACKLOG)
    except OSError as fault:
        if not way.needed:
            return None
        raise CannotServe(
            f"Cannot listen on {way.host} port {way.port}: {os.strerror(fault.errno or 0)}. "
            "Stop what listens there, or choose another port."
        ) from None
    listening.setblocking(False)
    return listening
