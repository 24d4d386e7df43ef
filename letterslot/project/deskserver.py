"""The desk's process: the moderators' door and the worker, in threads; it alone holds the keys."""

from __future__ import annotations

import fcntl
import signal
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final, TextIO

from letterslot.letterbox import private_memory
from letterslot.letterbox.epochs import KeyFile
from letterslot.letterbox.keyholder import keyholder
from letterslot.project import loopback
from letterslot.project.commands.call import Refused, start_django
from letterslot.project.datafolder import DataFolder

if TYPE_CHECKING:
    from letterslot.project.delivering import Delivering
    from letterslot.project.notifying import Notifying
    from letterslot.project.settling import Settling
    from letterslot.project.worker import Worker

THREADS: Final = 6
# Waitress writes what is larger than its overflow to a temporary file: forms and pages, in clear.
IN_MEMORY: Final = {
    "max_request_body_size": 300_000,
    "inbuf_overflow": 1024 * 1024,
    "outbuf_overflow": 64 * 1024 * 1024,
}


def run(
    folder: DataFolder,
    *,
    host: str,
    port: int,
    passphrase: str | None,
    desk: bool,
    worker: bool,
    greeting: str = "",
) -> int:
    """Serve until told to stop. `passphrase` None: start locked. `greeting` is said once the desk
    listens. Returns the exit status."""
    private_memory.keep()
    start_django(folder.root)
    lock = _lock(folder.root / "desk" / "lock")
    if passphrase is not None:
        keyholder.unlock(KeyFile.load(folder.keys), passphrase)
    hands = _start_hands(folder.root, worker=worker)
    signal.signal(signal.SIGTERM, _end)
    try:
        _serve(host, port, greeting) if desk else _wait()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        for hand in hands:
            hand.stop()
        lock.close()
    return 0


def _serve(host: str, port: int, greeting: str) -> None:
    import waitress

    from letterslot.project.wsgi import application

    try:
        server = waitress.create_server(
            application,
            listen=listening(host, port),
            threads=THREADS,
            ident=None,
            clear_untrusted_proxy_headers=True,
            **IN_MEMORY,
        )
    except OSError as fault:
        raise Refused(
            f"The desk cannot listen on {host} port {port}: {fault.strerror}. "
            "Is another one running? --desk-port names another port."
        ) from None
    sys.stdout.write(greeting)
    sys.stdout.flush()
    with suppress(KeyboardInterrupt):
        server.run()


def listening(host: str, port: int) -> str:
    """What waitress listens on; on loopback both of its addresses."""
    if loopback.is_loopback(host):
        return f"127.0.0.1:{port}" + (f" [::1]:{port}" if loopback.has_ipv6() else "")
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _start_hands(data: Path, *, worker: bool) -> list[Worker | Settling | Notifying | Delivering]:
    """The threads that work beside the desk."""
    from letterslot.project.delivering import Delivering
    from letterslot.project.notifying import Notifying
    from letterslot.project.settling import Settling
    from letterslot.project.worker import Worker

    hands: list[Worker | Settling | Notifying | Delivering] = [Settling(data)]
    if worker:
        hands = [Worker(data, keyholder), Notifying(data), Delivering(data), *hands]
    for hand in hands:
        hand.start()
    return hands


def _lock(path: Path) -> TextIO:
    """One desk a data folder. The lock goes with the process."""
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise Refused(f"Another desk or worker already serves {path.parent.parent}.") from None
    return file


def _wait() -> None:
    signal.pause()


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
