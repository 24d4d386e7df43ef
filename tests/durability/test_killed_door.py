"""A door that is killed at its work loses no acknowledged comment and doubles none."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest
from at_work.correspondence import Correspondence, join
from at_work.newsroom import Newsroom
from at_work.ready_door import ReadyDoor

ROUNDS = 200
BY_COMMAND_EVERY = 20  # rounds in which the door is opened by the command line itself
COLLECTED_IN = 5  # in this round the desk collects while readers write and before the crash
MOST = 300  # letters a round
ENOUGH = 5_000  # acknowledged in all; each round waits for its share


@pytest.mark.journey
def test_no_acknowledged_comment_is_lost_and_none_is_there_twice(
    newsroom: Newsroom, make_door: Callable[[], ReadyDoor], letters: Correspondence
) -> None:
    chance, ready = random.Random(20261123), make_door()
    sent_again = collected = 0
    for number in range(ROUNDS):
        open_it, kill_it = (
            (newsroom.open_door, newsroom.kill_door)
            if number % BY_COMMAND_EVERY == 0
            else (ready.open, ready.kill)
        )
        open_it()
        sent_again += len(letters.unanswered)
        letters.send_again(letters.unanswered)
        letters.most = letters.count + MOST
        readers = letters.begin()
        letters.wait_for(len(letters.receipts) + chance.randint(10, 40))
        time.sleep(chance.uniform(0, 0.02))
        if number == COLLECTED_IN:
            collected = newsroom.command("collect")["collected"]
        kill_it()
        join(readers)
    ready.open()
    letters.send_again(letters.unanswered)
    last = newsroom.command("collect")
    assert (collected + last["collected"], last["rejected"], last["waiting"]) == (
        len(letters.receipts), 0, 0,
    )  # fmt: skip
    letters.check(newsroom.command("queue"))
    # Sent again after collection, with the same receipts for answer: nothing new.
    letters.send_again(chance.sample(sorted(letters.receipts), 100))
    assert newsroom.command("collect")["collected"] == 0
    assert len(letters.receipts) >= ENOUGH
    assert sent_again > ROUNDS // 2, "hardly a crash met a submission"
    print(f"\n{ROUNDS} crashes, {len(letters.receipts)} letters, {sent_again} sent again")
