"""That every acknowledgement follows a flush which began after its request was read.

No loop of kill -9 shows it: what was written and not flushed survives a killed process.
"""

from __future__ import annotations

import pytest
from at_work.correspondence import CLIENTS, Correspondence, join, start
from at_work.failing_disk import FailingDisk
from at_work.newsroom import Newsroom

LETTERS = 100


@pytest.mark.journey
def test_each_of_a_hundred_receipts_follows_a_flush_of_its_own_request(
    newsroom: Newsroom, disk: FailingDisk, letters: Correspondence
) -> None:
    disk.keep_a_log()
    newsroom.more_environment |= disk.environment
    newsroom.open_door()
    join(start(letters.write, LETTERS // CLIENTS))
    newsroom.kill_door()
    assert flushed_before_each_receipt(disk.log.read_text()) == [True] * LETTERS


def flushed_before_each_receipt(log: str) -> list[bool]:
    """For each 201, whether a flush of the spool's log began after the last byte of its request
    had been read, and ended before the answer's first byte was sent.

    A line of reading or of a flush's end is written after the fact, one of a flush's beginning or
    of an answer before it: the order of lines never looks better than the truth.
    """
    read: dict[tuple[str, str], int] = {}  # process and connection -> line
    began: dict[tuple[str, str], int] = {}  # process and thread -> line
    last_flush = -1  # the line at which the last flush that has ended began
    found = []
    for at, line in enumerate(log.splitlines()):
        process, what, who, *rest = line.split(" ", 3)
        if what == "read":
            read[process, who] = at
        elif what == "flush-begins" and rest[0].endswith("-wal"):
            began[process, who] = at
        elif what == "flush-ends" and rest[0].endswith("-wal"):
            last_flush = max(last_flush, began.pop((process, who)))
        elif what == "answer" and rest == ["201"]:
            found.append(last_flush > read[process, who])
    return found
