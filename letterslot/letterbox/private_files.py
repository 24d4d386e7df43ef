"""Files that only their owner reads, written so that a crash leaves the old one or the new one."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final

MODE: Final = 0o600
FOLDER_MODE: Final = 0o700


def create(path: Path, content: bytes = b"") -> None:
    """Write a new file and wait until it is on disk. Raises FileExistsError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    flush_folder(path.parent)


def replace(path: Path, content: bytes) -> None:
    """Put new content in the place of a file's old content, at once, and wait for the disk."""
    staged = path.with_name(path.name + ".new")
    staged.unlink(missing_ok=True)
    create(staged, content)
    staged.replace(path)
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk, as fsync of a file does for its content."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def touch_database(database: Path) -> None:
    """Give SQLite's files of this name the present as the time of their last change."""
    for path in database.parent.glob(f"{database.name}*"):
        with contextlib.suppress(OSError):  # the log goes with the last connection
            os.utime(path)
