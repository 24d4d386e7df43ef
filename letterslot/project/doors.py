"""Serving: the public door under this process, desk and worker in another, which holds the keys."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from letterslot.project import loopback
from letterslot.project.datafolder import DataFolder

if TYPE_CHECKING:
    from letterslot.intake.server import OnionWay

ALL: Final = frozenset({"public", "desk", "worker"})
PATIENCE: Final = 20.0  # seconds that a door gets to finish what it has begun


@dataclass(frozen=True)
class Doors:
    """Which doors to serve, and where."""

    names: frozenset[str]
    host: str = "127.0.0.1"
    port: int = 8000
    desk_host: str = "127.0.0.1"
    desk_port: int = 8001
    budget: int = 30
    greeting: str = ""  # said once the desk listens

    @property
    def private(self) -> bool:
        return bool(self.names & {"desk", "worker"})


def serve(folder: DataFolder, doors: Doors, *, passphrase_file: Path | None) -> int:
    """Serve the doors until SIGTERM or Ctrl-C. Returns the exit status."""
    if "public" not in doors.names:
        return _serve_private(folder, doors, passphrase_file)
    if not doors.private:
        return _serve_public(folder, doors)
    other = multiprocessing.get_context("spawn").Process(
        target=_private_process, args=(folder, doors, passphrase_file), name="desk"
    )
    other.start()
    try:
        # A desk that ends by itself ends the whole: half a service is found out too late.
        status = _serve_public(folder, doors, ends_with=(other.sentinel,))
    finally:
        failed = _end(other)
    return status or failed


def _private_process(folder: DataFolder, doors: Doors, passphrase_file: Path | None) -> None:
    """The desk's process. Ctrl-C reaches the whole group; only the parent answers it."""
    from letterslot.project.commands.call import Refused, foreseeable

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with_parent()
    try:
        status = _serve_private(folder, doors, passphrase_file)
    except Refused as refused:
        sys.exit(f"letterslot: {refused}")
    except Exception as fault:
        sentence = foreseeable(fault)
        if sentence is None:
            raise
        sys.exit(f"letterslot: {sentence}")
    sys.exit(status)


def _end_with_parent() -> None:
    """A desk whose parent was killed ends too: it would keep the keys, and the lock, to itself."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def _serve_private(folder: DataFolder, doors: Doors, passphrase_file: Path | None) -> int:
    """The passphrase is read here and nowhere else: the public door's process never sees it."""
    from letterslot.project import deskserver
    from letterslot.project.commands.call import read_passphrase

    return deskserver.run(
        folder,
        host=doors.desk_host,
        port=doors.desk_port,
        passphrase=read_passphrase(passphrase_file) if passphrase_file else None,
        desk="desk" in doors.names,
        worker="worker" in doors.names,
        greeting=doors.greeting,
    )


def _serve_public(folder: DataFolder, doors: Doors, *, ends_with: tuple[int, ...] = ()) -> int:
    """On loopback both of its addresses are answered."""
    from letterslot.intake import server

    if loopback.is_loopback(doors.host):
        ways = [server.Way("127.0.0.1", doors.port), server.Way("::1", doors.port, needed=False)]
        names: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    else:
        ways, names = [server.Way(doors.host, doors.port)], (doors.host,)
    server.run(
        folder.root, ways, names, doors.budget, onion=_onion_way(folder), ends_with=ends_with
    )
    return 0


def _onion_way(folder: DataFolder) -> OnionWay | None:
    """Where Tor brings readers, if publication.toml says so. A door alone may have no such file."""
    from letterslot.intake.server import OnionWay
    from letterslot.newsroom import publication

    if not (folder.root / publication.FILE).exists():
        return None
    newsroom = publication.load(folder.root)
    if not newsroom.onion_socket:
        return None
    return OnionWay(Path(newsroom.onion_socket), urlsplit(newsroom.onion_url).hostname or "")


def _end(other: BaseProcess) -> int:
    """Ask the desk's process to stop, and wait for it. One that was killed could not say so."""
    if other.is_alive():
        other.terminate()
    elif (other.exitcode or 0) < 0:
        sys.stderr.write(
            f"letterslot: The desk's process was killed (signal {-(other.exitcode or 0)}), so the "
            "public door stopped too; serve again.\n"
        )
    other.join(PATIENCE)
    if other.is_alive():
        other.kill()
        other.join()
    return 1 if other.exitcode not in (0, -signal.SIGTERM) else 0
