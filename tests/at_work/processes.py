"""What the machine says of processes: who descends from whom, and what their memory holds."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

PIECE = 1 << 20
PR_CAPBSET_DROP, CAP_SYS_PTRACE = 24, 19
LOOKING = """
import sys
for pid in sys.argv[1:]:
    try:
        open(f"/proc/{pid}/mem", "rb").close()
        print(pid)
    except PermissionError:
        pass
"""


def family(pid: int) -> list[int]:
    """A process and all that descend from it; those that ended are left out."""
    if not _command(pid):
        return []
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in family(int(child)))]


def shifts(pid: int) -> list[int]:
    """The processes that answer at the door which `pid` keeps open."""
    return [one for one in family(pid)[1:] if b"spawn_main" in _command(one)]


def is_a_tracker(pid: int) -> bool:
    """Python's own keeper of shared names, which every program with further processes has: it
    runs nothing of ours."""
    return b"resource_tracker" in _command(pid)


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def resident(pid: int) -> int:
    """Bytes of a process that are in memory."""
    pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def as_one_among_equals() -> None:
    """For `preexec_fn`: what root starts so is kept out of other processes as users are."""
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_SYS_PTRACE, 0, 0, 0)  # others never had it


def open_to_equals(pids: Iterable[int]) -> set[int]:
    """Those of the processes that another program of the same user may look into."""
    words = [sys.executable, "-c", LOOKING, *map(str, pids)]
    looked = subprocess.run(
        words, preexec_fn=as_one_among_equals, capture_output=True, check=True, timeout=60
    )
    return {int(pid) for pid in looked.stdout.split()}


def is_in_memory(pid: int, words: bytes) -> bool:
    """Whether anything of these words stands anywhere in what a process may write to. Root only."""
    overlap = len(words) - 1
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in maps:
            found = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if found is None:
                continue
            start, end = (int(place, 16) for place in found.groups())
            tail = b""
            memory.seek(start)
            while start < end:
                try:
                    piece = memory.read(min(PIECE, end - start))
                except OSError:  # a page that nothing stands behind
                    break
                if words in tail + piece:
                    return True
                tail = piece[-overlap:]
                start += len(piece)
    return False
