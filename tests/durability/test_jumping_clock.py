"""Clocks that jump: nothing is lost, nothing is stored twice, and a refusal says what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from at_work.correspondence import Correspondence
from at_work.failing_disk import FailingDisk
from at_work.newsroom import Newsroom
from at_work.ready_door import ReadyDoor

DAY = 24 * 3600
YEAR = 365 * DAY


@pytest.mark.journey
@pytest.mark.parametrize("jump", [-DAY, DAY], ids=["a day back", "a day ahead"])
def test_a_letter_sent_again_after_a_jump_is_there_once(
    newsroom: Newsroom,
    disk: FailingDisk,
    make_door: Callable[[], ReadyDoor],
    letters: Correspondence,
    jump: int,
) -> None:
    door = make_door()
    door.open()
    before = letters.write(10)
    looked_at = [letters.look() for _ in range(5)]
    disk.shift_clock(jump)
    letters.send_again(before)  # the same receipts
    letters.send_again(looked_at)
    newsroom.command("collect")
    letters.send_again(before)
    letters.write(5)
    disk.shift_clock(0)
    letters.send_again(before)
    newsroom.command("collect")
    letters.check(newsroom.command("queue"))
    door.dismiss()


@pytest.mark.journey
def test_a_year_ahead_and_back_refuses_in_words_and_loses_nothing(
    newsroom: Newsroom,
    disk: FailingDisk,
    make_door: Callable[[], ReadyDoor],
    letters: Correspondence,
) -> None:
    door = make_door()
    door.open()
    before = letters.write(3)
    looked_at = letters.look()
    disk.shift_clock(YEAR)
    refused = letters.send(looked_at)
    assert refused.status == 400
    assert refused.json()["error"].startswith("Please look at your comment once more")
    unsealed = letters.send(letters.look())
    assert unsealed.status == 503
    assert "not stored" in unsealed.json()["error"]
    newsroom.command("collect")
    printed = _print_all(newsroom)
    disk.shift_clock(0)
    assert letters.send(looked_at).status == 503  # the shelf names the keys of a year ahead
    newsroom.command("edition")
    letters.store_soon(looked_at)
    letters.send_again(before)
    after = [looked_at, *letters.write(2)]
    newsroom.command("collect")
    found = newsroom.command("queue", "--state", "held")
    assert len(found) == len(after)
    assert printed == len(before)
    assert newsroom.command("verify", str(newsroom.shelf))["holds"]
    editions = [_print_all(newsroom), newsroom.command("edition", "--slot", "next")["published"]]
    assert editions == [len(after), 0]
    door.dismiss()


def _print_all(newsroom: Newsroom) -> int:
    """Approves what is held and prints it; how many comments came out."""
    if not newsroom.command("moderator", "list"):
        newsroom.command("moderator", "add", "ines", "--role", "chief")
    for row in newsroom.command("queue", "--state", "held"):
        newsroom.command("approve", row["id"], "--by", "ines")
    return int(newsroom.command("edition", "--slot", "next")["published"])
