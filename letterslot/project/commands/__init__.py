"""The command `letterslot`: its words, and the one place where faults become sentences."""

from __future__ import annotations

import sys

from letterslot.project.commands.call import Call, Refused, foreseeable
from letterslot.project.commands.words import parser

__all__ = ["main"]


def main(words: list[str] | None = None) -> None:
    """Run one command and exit: 0 done, 1 it did not hold or was refused, 2 wrong use."""
    arguments = parser().parse_args(words)
    call = Call(arguments)
    try:
        status = arguments.command(call)
    except Refused as refused:
        status = call.refuse(str(refused))
    except KeyboardInterrupt:
        status = 130
    except BrokenPipeError:
        status = 1
    except Exception as fault:  # the sentence, not the traceback, unless nobody foresaw it
        sentence = foreseeable(fault)
        if sentence is None:
            raise
        status = call.refuse(sentence)
    sys.exit(status)
