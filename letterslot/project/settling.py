"""After a print the replaced files leave the disk, as soon as no door reads them any more."""

from __future__ import annotations

import fcntl
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from django.db import close_old_connections

from letterslot.desk import printed_index
from letterslot.press import edition
from letterslot.project import delivering
from letterslot.project.datafolder import DataFolder
from letterslot.shelf import layout

LOOK_EVERY: Final = 1.0  # seconds
NOTICED_AFTER: Final = 1.5  # seconds; a door on this machine notices a new edition within one
NOTICED_BY_ALL: Final = 3.0  # seconds in which every door has noticed


class Settling(threading.Thread):
    """A thread of the desk's process, with and without a worker: a removed text must leave the
    disk whoever printed, the worker at a slot or a chief at the desk."""

    def __init__(self, data: Path) -> None:
        super().__init__(name="settling", daemon=True)
        self.data = data
        self.ending = threading.Event()

    def run(self) -> None:
        while not self.ending.wait(LOOK_EVERY):
            with suppress(OSError):  # a disk that fails now may not a second later
                self._look()

    def stop(self) -> None:
        """End after what is under way."""
        self.ending.set()
        self.join()

    def _look(self) -> None:
        previous = self.data / "shelf" / layout.PREVIOUS
        if previous.exists() and time.time() - previous.stat().st_ctime > NOTICED_BY_ALL:
            edition.forget_replaced(self.data)
            try:
                printed_index.keep_up(self.data)
            finally:
                close_old_connections()


def settle(folder: DataFolder) -> None:
    """Carry what a command printed to the store; wait until a serving door has noticed it, then
    forget what it replaced."""
    printed_index.keep_up(folder.root)
    delivering.after_command(folder.root)
    if not (folder.shelf / layout.PREVIOUS).exists():
        return
    if _door_is_open(folder):
        time.sleep(NOTICED_AFTER)
    edition.forget_replaced(folder.root)


def _door_is_open(folder: DataFolder) -> bool:
    """Whether a public door serves this folder: it holds its lock."""
    try:
        with folder.door_lock.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
