"""A disk whose flushes fail: nothing is acknowledged, and nothing acknowledged is lost."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from at_work.correspondence import Correspondence
from at_work.failing_disk import FailingDisk
from at_work.newsroom import CommandError, Newsroom
from at_work.readers import ask
from at_work.ready_door import ReadyDoor

SECONDS = 60  # in which a door has looked again for its disk


def wait_until_it_says(door: ReadyDoor, sentence: str) -> None:
    for _ in range(SECONDS * 20):
        if sentence in door.log.read_text():
            return
        time.sleep(0.05)
    raise AssertionError(f"the door does not say: {sentence}")


@pytest.mark.journey
def test_no_receipt_while_flushes_fail_and_the_door_comes_back_by_itself(
    newsroom: Newsroom,
    losing_disk: FailingDisk,
    make_door: Callable[[], ReadyDoor],
    letters: Correspondence,
) -> None:
    door = make_door()
    door.open()
    letters.write(20)
    waiting = [letters.look() for _ in range(10)]
    losing_disk.fail_flushes()
    answers = [letters.send(number) for number in waiting]
    assert [answer.status for answer in answers] == [503] * 10
    assert all("not stored" in answer.json()["error"] for answer in answers)
    assert losing_disk.flushes_failed > 0
    assert ask(f"{door.url}/healthz").status == 503
    wait_until_it_says(door, "Nothing is stored; another try every 5 seconds. Input/output error")
    losing_disk.fail_flushes(False)
    wait_until_it_says(door, "The spool: in order again.")
    letters.send_again(waiting)
    letters.write(20)
    door.kill()
    losing_disk.cut_power()
    assert newsroom.command("collect")["collected"] == len(letters.receipts) == 50
    letters.check(newsroom.command("queue"))


@pytest.mark.journey
def test_what_was_refused_for_a_fault_of_the_disk_is_not_there_afterwards(
    newsroom: Newsroom,
    losing_disk: FailingDisk,
    make_door: Callable[[], ReadyDoor],
    letters: Correspondence,
) -> None:
    """One flush fails, as where a block of the disk goes bad: the commit stands in the log all the
    same, and whoever opens the log next would find it."""
    door = make_door()
    door.open()
    letters.write(5)
    refused = letters.look()
    losing_disk.fail_flushes(times=1)
    assert letters.send(refused).status == 503
    letters.write(5)
    door.kill()
    assert newsroom.command("collect")["collected"] == 10
    letters.check(newsroom.command("queue"))


@pytest.mark.journey
def test_a_door_that_cannot_flush_stays_closed_and_says_why(
    newsroom: Newsroom, disk: FailingDisk
) -> None:
    disk.fail_flushes()
    with pytest.raises(CommandError, match="serve ended at once with 1"):
        newsroom.open_door()
    said = (newsroom.folder / "door.log").read_text()
    assert "Input/output error" in said
    assert "Traceback" not in said
