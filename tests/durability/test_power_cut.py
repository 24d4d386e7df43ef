"""A power cut, which takes all that was not flushed, loses no acknowledged comment.

The disk here is stricter than most: a name in a folder is lost unless the folder was flushed.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from at_work.correspondence import Correspondence, join
from at_work.failing_disk import FailingDisk
from at_work.newsroom import CommandError, Newsroom
from at_work.readers import NoAnswerError
from at_work.ready_door import ReadyDoor

ROUNDS = 50
ENOUGH = 20  # acknowledged letters a round, at least
BROKEN_OFF_AT = (2, 3, 4)  # flushes of a collection, around the one of the desk's commit
COLLECTED_IN = (10, 30)  # after these rounds, with a power cut behind it


@pytest.mark.journey
def test_fifty_power_cuts_lose_nothing_that_was_acknowledged(
    newsroom: Newsroom,
    losing_disk: FailingDisk,
    make_door: Callable[[], ReadyDoor],
    letters: Correspondence,
) -> None:
    chance, door, collected = random.Random(1859), make_door(), 0
    for number in range(ROUNDS):
        door.open()
        letters.send_again(letters.unanswered)
        letters.most = letters.count + 4 * ENOUGH
        readers = letters.begin()
        letters.wait_for(len(letters.receipts) + ENOUGH)
        door.kill()
        join(readers)
        losing_disk.cut_power(chance if number % 2 else None)
        if number in COLLECTED_IN:
            collected += newsroom.command("collect")["collected"]
            losing_disk.cut_power(chance)
    door.open()
    letters.send_again(letters.unanswered)
    door.kill()
    collected += newsroom.command("collect")["collected"]
    losing_disk.cut_power()
    assert collected == len(letters.receipts) >= ROUNDS * ENOUGH
    letters.check(newsroom.command("queue"))


@pytest.mark.journey
def test_a_row_that_was_written_and_not_flushed_is_flushed_before_its_receipt_is_given(
    newsroom: Newsroom,
    losing_disk: FailingDisk,
    make_door: Callable[[], ReadyDoor],
    letters: Correspondence,
) -> None:
    """Killed between writing and flushing: the next door finds the row where only memory holds it.
    Sent again it changes nothing, so no commit of its own would flush it."""
    door = make_door()
    door.open()
    letters.write(2)  # the first flush of an empty log is that of its head
    number = letters.look()
    losing_disk.kill_at_flush(1)
    with pytest.raises(NoAnswerError):
        letters.send(number)
    door.kill()
    door.open()
    letters.store(number)
    door.kill()
    losing_disk.cut_power()
    assert newsroom.command("collect")["collected"] == 3
    letters.check(newsroom.command("queue"))


@pytest.mark.journey
@pytest.mark.parametrize("failing", ["killed", "refused"])
def test_a_letter_leaves_the_spool_only_when_the_desk_has_it_on_disk(
    newsroom: Newsroom,
    losing_disk: FailingDisk,
    make_door: Callable[[], ReadyDoor],
    letters: Correspondence,
    failing: str,
) -> None:
    """A collection breaks off at one of its first flushes, the next one goes through, and then
    the power fails."""
    door = make_door()
    collected = []
    for flush in BROKEN_OFF_AT:
        door.open()
        letters.write(3)
        door.kill()
        losing_disk.flush_all()
        if failing == "killed":
            losing_disk.kill_at_flush(flush)
        else:
            losing_disk.fail_flushes(times=1, after=flush - 1)
        collected.append(_collects(newsroom))
        newsroom.command("collect")
        losing_disk.cut_power()
    assert not all(collected), "no flush of a collection failed"
    letters.check(newsroom.command("queue"))


def _collects(newsroom: Newsroom) -> bool:
    try:
        newsroom.command("collect")
    except CommandError:
        return False
    return True


@pytest.mark.journey
def test_an_edition_that_was_announced_stays_printed(
    newsroom: Newsroom,
    losing_disk: FailingDisk,
    make_door: Callable[[], ReadyDoor],
    letters: Correspondence,
) -> None:
    door = make_door()
    door.open()
    letters.write(4)
    door.kill()
    newsroom.command("collect")
    newsroom.command("moderator", "add", "ines", "--role", "chief")
    for row in newsroom.command("queue"):
        newsroom.command("approve", row["id"], "--by", "ines")
    assert newsroom.command("edition", "--slot", "next")["published"] == 4
    losing_disk.cut_power()
    assert newsroom.command("verify", str(newsroom.shelf))["holds"]
    door.open()
    printed = [letters.state_of(number) for number in letters.receipts]
    assert printed == ["published"] * 4
