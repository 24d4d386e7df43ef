"""Run by `ready_door`: loads the public door, then forks one at each "open".

It prints the process of each, and waits for its end at each "bury". Arguments: those of the
command that opens it.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import traceback
from collections.abc import Callable


def stand_ready(words: list[str]) -> None:
    import letterslot.intake.shift  # noqa: F401 - loaded once, for all that are forked
    from letterslot.intake import server
    from letterslot.project.commands import main

    # A door starts its shift in a fresh interpreter, which would load everything again.
    forking = multiprocessing.get_context("fork")
    server.multiprocessing.get_context = lambda _method: forking
    child = 0
    while word := sys.stdin.readline().strip():
        if word == "bury":
            print(os.waitpid(child, 0)[1], flush=True)
            continue
        child = os.fork()
        if child == 0:
            _be_the_door(lambda: main(words))
        print(child, flush=True)


def _be_the_door(serve: Callable[[], None]) -> None:
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    try:
        serve()
    except SystemExit as end:
        os._exit(int(end.code or 0))
    finally:
        traceback.print_exc()
        os._exit(1)


if __name__ == "__main__":
    stand_ready(sys.argv[1:])
