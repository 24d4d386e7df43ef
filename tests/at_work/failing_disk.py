"""A disk and a clock that do as a test wishes, by a library that the newsroom's processes preload.

The power cut is the strictest that POSIX allows: of every file and every folder's list of names
there is left what it was at its last flush, and nothing of what came after.
"""

from __future__ import annotations

import errno
import mmap
import os
import random
import shutil
import struct
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "durability" / "failing_disk.c"
BLOCK = 4096
# The places in the control file, as failing_disk.c counts them.
FLUSH_ERROR, FLUSHES_BEFORE, FLUSHES_TO_FAIL, FLUSHES_FAILED, FLUSHES_LEFT = 0, 1, 2, 3, 4
WRITE_ERROR, CLOCK_OFFSET, PLACES = 5, 6, 8
FLUSH_ALL = """
import os, sys
for folder, _, files in os.walk(sys.argv[1]):
    for name in [".", *files]:
        handle = os.open(os.path.join(folder, name), os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
"""


def build(folder: Path) -> Path:
    """The library, made from its source with the system's C compiler."""
    library = folder / "failing_disk.so"
    command = ["gcc", "-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", library, SOURCE, "-ldl"]
    subprocess.run(command, check=True)
    return library


class FailingDisk:
    """The disk below one folder. Processes that are to feel it run with its `environment`."""

    def __init__(self, library: Path, folder: Path, root: Path, *, loses: bool = False) -> None:
        """`loses`: the disk can lose its power; nothing is flushed to the real one then."""
        folder.mkdir()
        self.root = root
        self.log = folder / "log"
        self._shadow = folder / "shadow"
        control = folder / "control"
        control.write_bytes(bytes(8 * PLACES))
        with control.open("r+b") as file:
            self._control = mmap.mmap(file.fileno(), 8 * PLACES)
        self.environment = {
            "LD_PRELOAD": str(library),
            "FAULTS_ROOT": str(root),
            "FAULTS_CONTROL": str(control),
            "FAULTS_SHADOW": str(self._shadow) if loses else "",
        }
        if loses:
            self.flush_all()

    def keep_a_log(self) -> None:
        """From the next process on: what it reads, flushes and answers, in `log`."""
        self.environment["FAULTS_LOG"] = str(self.log)

    def fail_flushes(self, failing: bool = True, *, times: int = 0, after: int = 0) -> None:
        """Every flush fails from now on, or so many of them after some that do not; or none any
        more."""
        self._set(FLUSHES_BEFORE, after)
        self._set(FLUSHES_TO_FAIL, times or -1)
        self._set(FLUSH_ERROR, errno.EIO if failing else 0)

    def fill_up(self, full: bool = True) -> None:
        self._set(WRITE_ERROR, errno.ENOSPC if full else 0)

    def kill_at_flush(self, number: int) -> None:
        """Whoever makes this flush, counted from now on, is killed just before it. 0: nobody."""
        self._set(FLUSHES_LEFT, number)

    @property
    def flushes_left(self) -> int:
        """How many flushes there are until somebody is killed."""
        return self._get(FLUSHES_LEFT)

    def shift_clock(self, seconds: int) -> None:
        """How far the clock is ahead of the real one."""
        self._set(CLOCK_OFFSET, seconds)

    @property
    def flushes_failed(self) -> int:
        return self._get(FLUSHES_FAILED)

    def flush_all(self) -> None:
        """All that is there now will survive a power cut."""
        shutil.rmtree(self._shadow, ignore_errors=True)
        self._shadow.mkdir()
        environment = os.environ | self.environment
        command = [sys.executable, "-I", "-S", "-c", FLUSH_ALL, str(self.root)]
        subprocess.run(command, check=True, env=environment)

    def cut_power(self, chance: random.Random | None = None) -> None:
        """Leaves what was flushed. No process may be at work below the root any more.

        With `chance` some blocks of SQLite's files reached the disk all the same, unasked.
        """
        left = self.root.with_name(self.root.name + ".left")
        self._rebuild("root", left)
        if chance is not None:
            self._let_blocks_through(left, chance)
        shutil.rmtree(self.root)
        left.rename(self.root)
        self.flush_all()

    def _rebuild(self, key: str, into: Path, mode: int = 0o700) -> None:
        into.mkdir(mode=mode & 0o777)
        for name, key_of_it, mode_of_it in self._names(key):
            place = into / name
            if mode_of_it & 0o170000 == 0o040000:
                self._rebuild(key_of_it, place, mode_of_it)
                continue
            kept = self._shadow / key_of_it
            place.write_bytes(kept.read_bytes() if kept.exists() else b"")
            place.chmod(mode_of_it & 0o777)

    def _names(self, key: str) -> list[tuple[str, str, int]]:
        """What was in a folder at its last flush: names, keys and modes."""
        listed = self._shadow / key
        rows = listed.read_text().splitlines() if listed.exists() else []
        split = [row.split(" ", 2) for row in rows]
        return [(name, key, int(mode, 8)) for key, mode, name in split]

    def _let_blocks_through(self, left: Path, chance: random.Random) -> None:
        for file in [*left.rglob("*.sqlite3"), *left.rglob("*.sqlite3-wal")]:
            written = self.root / file.relative_to(left)
            if written.exists():
                file.write_bytes(_mixed(file.read_bytes(), written.read_bytes(), chance))

    def _set(self, place: int, value: int) -> None:
        struct.pack_into("q", self._control, 8 * place, value)

    def _get(self, place: int) -> int:
        return int(struct.unpack_from("q", self._control, 8 * place)[0])


def _mixed(flushed: bytes, written: bytes, chance: random.Random) -> bytes:
    """A file of which some blocks are as flushed and others as written later."""
    size = chance.choice([len(flushed), len(written)])
    blocks = []
    for start in range(0, size, BLOCK):
        source = chance.choice([flushed, written])
        blocks.append(source[start : start + BLOCK].ljust(min(BLOCK, size - start), b"\0"))
    return b"".join(blocks)
