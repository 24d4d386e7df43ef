"""Memory that nobody of the same user reads, and that goes with the process."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from pathlib import Path

import pytest

from letterslot.letterbox import private_memory

NOBODY = 65534
PR_GET_DUMPABLE, PR_SET_DUMPABLE = 3, 4


def in_a_child(do) -> int:
    """The exit status of a forked child of a user without rights; 9 where `do` raised."""
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            # What a program has that was started by this user in the usual way.
            ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
            os._exit(do())
        except BaseException:
            os._exit(9)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def reads(pid: int) -> int:
    """1 where this process may read the other's memory, else 0."""
    try:
        Path(f"/proc/{pid}/mem").open("rb").close()
    except PermissionError:
        return 0
    return 1


def look_from_a_sibling(*, keeps: bool) -> int:
    if keeps:
        private_memory.keep()
    own, child = os.getpid(), os.fork()
    if child == 0:
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
        os._exit(reads(own))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize(("keeps", "readable"), [(False, 1), (True, 0)])
def test_kept_memory_is_not_read_by_another_process_of_the_same_user(keeps, readable) -> None:
    assert in_a_child(lambda: look_from_a_sibling(keeps=keeps)) == readable


def test_kept_memory_goes_into_no_core_dump() -> None:
    def limits() -> int:
        private_memory.keep()
        dumpable = ctypes.CDLL(None).prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)
        return int(resource.getrlimit(resource.RLIMIT_CORE) != (0, 0) or dumpable != 0)

    assert in_a_child(limits) == 0


def test_a_process_dies_with_the_one_that_started_it() -> None:
    reader, writer = os.pipe()

    def start_one_and_end() -> int:
        own, (told, tells) = os.getpid(), os.pipe()
        if os.fork() == 0:
            private_memory.die_with(own)
            os.write(tells, b"x")
            signal.pause()
        return int(os.read(told, 1) != b"x")

    assert in_a_child(start_one_and_end) == 0
    os.close(writer)
    assert os.read(reader, 1) == b""  # the last one that could have written has gone
    os.close(reader)
