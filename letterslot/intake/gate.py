"""How much is in hand at once, and whose body is still on its way: slow ones keep nobody out."""

from __future__ import annotations

import asyncio
import enum
from typing import Any, Final, NamedTuple

PATIENCE: Final = 50.0  # seconds for a whole body; 28 KiB over the slowest of lines
RETURN_PATIENCE: Final = 10.0  # the same for a body that is only read to give its text back
SLOW_AFTER: Final = 0.5  # seconds after which a body that is still coming counts as slow
SLOW_BYTES: Final = 16 * 1024 * 1024  # announced by all slow bodies of one address together
SMALL_BYTES: Final = 16 * 1024  # a body up to here is small: a receipt's form, a short comment

# Refused bodies that are read to give their text back: at once, and a second. Laying out such a
# page costs more than storing a letter would, so a flood must not be able to ask for many.
MOST_GIVEN_BACK: Final = 64
GIVEN_BACK_A_SECOND: Final = 50.0


class Verdict(enum.Enum):
    """What is to be done with a request."""

    ADMIT = "admit"
    GIVE_BACK = "give back"  # refused; its body is read only to give the text back
    TURN_AWAY = "turn away"  # refused, unread


class _Body(NamedTuple):
    """A body that is still coming: since when, in seconds of the loop's clock, and how large."""

    began: float
    size: int


_Task = asyncio.Task[Any]


class Gate:
    """The places of one address of the door. Not for several threads: the event loop's alone.

    A request holds a place from its head to its answer. One whose body takes its time is set
    apart: it goes on, and its place is free for others. Where too many are slow, those that have
    been at it longest are given up. So clients that say nothing, or one byte a second, cost
    memory that is bounded and keep nobody from sending.
    """

    def __init__(
        self, at_once: int, slow: int = 128, given_back: int = MOST_GIVEN_BACK, *,
        large: int | None = None,
    ) -> None:  # fmt: skip
        """`large`: how many places large bodies take, so that many places cost little memory."""
        self._at_once = at_once
        self._at_once_large = at_once if large is None else large
        self._most_slow = slow
        self._most_given_back = given_back
        self.in_hand = 0  # begun and not answered, slow ones apart
        self.giving_back = 0
        self._coming: dict[_Task, _Body] = {}  # the longest at it first, as in the next two
        self._slow: dict[_Task, _Body] = {}
        self._returning: dict[_Task, float] = {}
        self._slow_bytes = 0
        self._late: set[_Task] = set()
        self._returns_left, self._returns_at = float(given_back), 0.0

    @property
    def slow(self) -> int:
        """How many bodies are set apart as slow."""
        return len(self._slow)

    # Places

    def enter(self, now: float, size: int = 0, *, refused: bool = False) -> Verdict:
        """Take a place for a body of `size` bytes; `leave` with the same verdict must follow."""
        if not refused:
            if self.in_hand >= self._at_once:
                self._set_slow_apart(now)
            most = self._at_once if size <= SMALL_BYTES else self._at_once_large
            if self.in_hand < most:
                self.in_hand += 1
                return Verdict.ADMIT
        if self.giving_back < self._most_given_back and self._may_give_back(now):
            self.giving_back += 1
            return Verdict.GIVE_BACK
        return Verdict.TURN_AWAY

    def leave(self, verdict: Verdict) -> None:
        if verdict is Verdict.ADMIT:
            self.in_hand -= 1
        elif verdict is Verdict.GIVE_BACK:
            self.giving_back -= 1

    def _may_give_back(self, now: float) -> bool:
        since, self._returns_at = now - self._returns_at, now
        most = float(self._most_given_back)
        self._returns_left = min(most, self._returns_left + since * GIVEN_BACK_A_SECOND)
        if self._returns_left < 1:
            return False
        self._returns_left -= 1
        return True

    # Bodies on their way

    def begin(self, task: _Task, verdict: Verdict, now: float, size: int) -> None:
        """`task` waits for a body of `size` bytes; `end` must follow."""
        if verdict is Verdict.ADMIT:
            self._coming[task] = _Body(now, size)
        else:
            self._returning[task] = now

    def end(self, task: _Task) -> None:
        """The body is there, or will not be read."""
        if self._coming.pop(task, None) is None and self._returning.pop(task, None) is None:
            # It was set apart: now it takes its place again, which it leaves with its answer.
            body = self._slow.pop(task, None)
            self._slow_bytes -= body.size if body else 0
            self.in_hand += 1
        self._late.discard(task)

    def is_late(self, task: _Task) -> bool:
        """Whether a task's cancellation came from here, for taking too long."""
        return task in self._late

    def look(self, now: float) -> None:
        """To be called now and then: set slow bodies apart, and give up those beyond patience."""
        self._set_slow_apart(now)
        for task, body in [*self._slow.items()]:
            if now - body.began > PATIENCE:
                self._give_up(task)
        for task in [t for t, began in self._returning.items() if now - began > RETURN_PATIENCE]:
            self._late.add(task)
            task.cancel()

    def cancel_all(self) -> None:
        """Wait for no body any longer: the door is about to close."""
        for task in [*self._coming, *self._slow, *self._returning]:
            task.cancel()

    def _set_slow_apart(self, now: float) -> None:
        while self._coming:
            task, body = next(iter(self._coming.items()))
            if now - body.began < SLOW_AFTER:
                break
            del self._coming[task]
            self._slow[task] = body
            self._slow_bytes += body.size
            self.in_hand -= 1
        while len(self._slow) > self._most_slow or self._slow_bytes > SLOW_BYTES:
            self._give_up(next(iter(self._slow)))

    def _give_up(self, task: _Task) -> None:
        self._slow_bytes -= self._slow.pop(task).size
        self._late.add(task)
        task.cancel()
