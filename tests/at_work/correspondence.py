"""Readers who write letter after letter while the door fails, and remember what they were told."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from at_work.readers import Answer, NoAnswerError, post_json, what_became_of, with_token

CLIENTS = 4
LOOKED_AT_TOGETHER = 8  # previews before as many are sent: most crashes then meet a submission
SECONDS = 60  # in which something must come


@dataclass
class Correspondence:
    """What the readers sent and what they were answered; shared by their threads."""

    url: str
    story: str
    forms: dict[int, dict[str, str]] = field(default_factory=dict)  # number -> fields and token
    receipts: dict[int, str] = field(default_factory=dict)
    unanswered: set[int] = field(default_factory=set)
    changed: threading.Condition = field(default_factory=threading.Condition)
    count: int = 0
    most: int = 1_000_000  # letters in all, after which the readers stop

    def look(self) -> int:
        """A preview of a new letter; its number."""
        with self.changed:
            number, self.count = self.count, self.count + 1
        fields = {"story": self.story, "name": "", "text": text(number)}
        form = with_token(self.url, fields)
        with self.changed:
            self.forms[number] = form
        return number

    def send(self, number: int) -> Answer:
        """Sends a form; what was acknowledged before must get the same receipt again."""
        with self.changed:
            self.unanswered.add(number)
        answer = post_json(f"{self.url}/comment", self.forms[number])
        with self.changed:
            self.unanswered.discard(number)
            if answer.status == 201:
                receipt = answer.json()["receipt"]
                assert self.receipts.setdefault(number, receipt) == receipt, "another receipt"
                self.changed.notify_all()
        return answer

    def store(self, number: int) -> None:
        """Sends a form that must be acknowledged."""
        answer = self.send(number)
        assert answer.status == 201, f"letter {number} was answered {answer.status}"

    def store_soon(self, number: int) -> None:
        """Sends a form again and again until it is acknowledged."""
        until = time.monotonic() + SECONDS
        while self.send(number).status != 201:
            assert time.monotonic() < until, "no acknowledgement came"
            time.sleep(0.1)

    def write(self, letters: int) -> list[int]:
        """So many letters, one after another, all acknowledged; their numbers."""
        numbers = [self.look() for _ in range(letters)]
        for number in numbers:
            self.store(number)
        return numbers

    def write_until_nobody_answers(self) -> None:
        """Letter after letter, until a connection breaks or there are enough."""
        try:
            while self.count < self.most:
                for number in [self.look() for _ in range(LOOKED_AT_TOGETHER)]:
                    self.store(number)
        except NoAnswerError:
            return

    def begin(self) -> list[threading.Thread]:
        """Four readers at once, who write until nobody answers."""
        return start(self.write_until_nobody_answers)

    def wait_for(self, letters: int) -> None:
        """Returns when so many have been acknowledged since the beginning."""
        with self.changed:
            came = self.changed.wait_for(lambda: len(self.receipts) >= letters, SECONDS)
        assert came, "no acknowledgement came"

    def send_again(self, numbers: Iterable[int]) -> None:
        """As readers do who got no answer."""
        for number in sorted(numbers):
            self.store(number)

    def state_of(self, number: int) -> str:
        """What its receipt says became of a letter."""
        return str(what_became_of(self.url, self.receipts[number])["state"])

    def check(self, queue: list[dict[str, Any]]) -> None:
        """Each acknowledged letter is in the desk's queue once, and there is no other."""
        found = Counter(row["text"] for row in queue)
        lost = [number for number in self.receipts if found[text(number)] == 0]
        twice = [number for number in self.receipts if found[text(number)] > 1]
        assert (lost, twice, len(found)) == ([], [], len(self.receipts))


def start(write: Callable[..., object], *words: object) -> list[threading.Thread]:
    """Four readers at once."""
    readers = [threading.Thread(target=write, args=words, daemon=True) for _ in range(CLIENTS)]
    for reader in readers:
        reader.start()
    return readers


def join(readers: list[threading.Thread]) -> None:
    for reader in readers:
        reader.join(SECONDS)
        assert not reader.is_alive(), "a reader still waits"


def text(number: int) -> str:
    return f"Letter {number:06d} about the ferry at seven."
