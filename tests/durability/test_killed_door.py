"""A door that is killed at its work loses no acknowledged comment and doubles none."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest
from at_work.newsroom import Newsroom
from at_work.readers import NoAnswerError, post_json, with_token

ROUNDS = 10
CLIENTS = 4
LOOKED_AT_TOGETHER = 8  # previews before as many are sent: most crashes then meet a submission
STORY = "east-quay-ferry"


@dataclass
class Correspondence:
    """What the readers sent and what they were answered; shared by their threads."""

    url: str
    unanswered: dict[int, dict[str, str]] = field(default_factory=dict)  # number -> fields sent
    receipts: dict[int, str] = field(default_factory=dict)
    forms: dict[int, dict[str, str]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    first_answer: threading.Event = field(default_factory=threading.Event)
    count: int = 0

    def write_until_nobody_answers(self) -> None:
        """Letter after letter, until a connection breaks."""
        try:
            while True:
                for number, form in [self._look_at_one() for _ in range(LOOKED_AT_TOGETHER)]:
                    with self.lock:
                        self.forms[number] = self.unanswered[number] = form
                    self.send(number, form)
                    self.first_answer.set()
        except NoAnswerError:
            return

    def _look_at_one(self) -> tuple[int, dict[str, str]]:
        with self.lock:
            number, self.count = self.count, self.count + 1
        return number, with_token(self.url, {"story": STORY, "name": "", "text": text(number)})

    def send(self, number: int, form: dict[str, str]) -> None:
        """Sends a form; what was acknowledged before must get the same receipt again."""
        answer = post_json(f"{self.url}/comment", form)
        assert answer.status == 201, f"letter {number} was answered {answer.status}"
        receipt = answer.json()["receipt"]
        with self.lock:
            assert self.receipts.setdefault(number, receipt) == receipt
            self.unanswered.pop(number, None)


def text(number: int) -> str:
    return f"Letter {number:06d} about the ferry at seven."


def a_round_that_ends_in_a_crash(
    newsroom: Newsroom, letters: Correspondence, chance: random.Random
) -> None:
    letters.first_answer.clear()
    clients = [threading.Thread(target=letters.write_until_nobody_answers) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    assert letters.first_answer.wait(30)
    time.sleep(chance.uniform(0.02, 0.5))
    newsroom.kill_door()
    for client in clients:
        client.join(60)


@pytest.mark.journey
def test_no_acknowledged_comment_is_lost_and_none_is_there_twice(newsroom: Newsroom) -> None:
    chance = random.Random(20261123)
    letters = Correspondence(newsroom.url)
    newsroom.open_door()
    sent_again = 0
    for _ in range(ROUNDS):
        a_round_that_ends_in_a_crash(newsroom, letters, chance)
        newsroom.open_door()
        sent_again += len(letters.unanswered)
        for number, form in list(letters.unanswered.items()):
            letters.send(number, form)
        for number in chance.sample(sorted(letters.receipts), min(5, len(letters.receipts))):
            letters.send(number, letters.forms[number])
    newsroom.close_door()
    collected = newsroom.command("collect")
    assert (collected["collected"], collected["rejected"], collected["waiting"]) == (
        len(letters.receipts), 0, 0,
    )  # fmt: skip
    found = Counter(row["text"] for row in newsroom.command("queue"))
    lost = [number for number in letters.receipts if found[text(number)] == 0]
    twice = [number for number in letters.receipts if found[text(number)] > 1]
    assert (lost, twice, len(found)) == ([], [], len(letters.receipts))
    assert len(letters.receipts) > ROUNDS * CLIENTS, "the rounds were too short to tell anything"
    print(f"\n{ROUNDS} crashes, {len(letters.receipts)} letters, {sent_again} sent again")
