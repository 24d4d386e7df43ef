"""After a print by command: the replaced files leave the disk as soon as no door reads them."""

from __future__ import annotations

import fcntl
import time
from typing import Final

from letterslot.press import edition
from letterslot.project.datafolder import DataFolder
from letterslot.shelf import layout

NOTICED_AFTER: Final = 1.5  # seconds; a door notices a new edition within one


def settle(folder: DataFolder) -> None:
    """Wait until a serving door has noticed what was printed, then forget what it replaced."""
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
