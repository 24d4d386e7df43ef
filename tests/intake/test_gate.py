"""Places: whose body is slow, who is given up, and that all of them come back."""

from __future__ import annotations

import asyncio

import pytest

from letterslot.intake import gate as gates
from letterslot.intake.gate import Gate, Verdict


class Body:
    """A request whose body is on its way, as the door sees it."""

    def __init__(self, gate: Gate, now: float, *, size: int = 1000, refused: bool = False) -> None:
        self.gate = gate
        self.verdict = gate.enter(now, refused=refused)
        self.task = asyncio.get_running_loop().create_task(asyncio.Event().wait())
        if self.verdict is not Verdict.TURN_AWAY:
            gate.begin(self.task, self.verdict, now, size)

    def leave(self) -> None:
        self.gate.end(self.task)
        self.gate.leave(self.verdict)

    @property
    def given_up(self) -> bool:
        return self.gate.is_late(self.task)


@pytest.fixture
def within():
    """Runs a function of a loop's own."""

    def run(steps):
        async def whole():
            try:
                steps()
            finally:
                for task in asyncio.all_tasks() - {asyncio.current_task()}:
                    task.cancel()

        asyncio.run(whole())

    return run


def test_texts_are_given_back_first_and_then_it_turns_away() -> None:
    gate = Gate(2, given_back=1)

    verdicts = [gate.enter(0) for _ in range(4)]

    assert verdicts == [Verdict.ADMIT, Verdict.ADMIT, Verdict.GIVE_BACK, Verdict.TURN_AWAY]


def test_large_bodies_take_few_of_many_places() -> None:
    gate, small = Gate(4, given_back=0, large=2), gates.SMALL_BYTES

    verdicts = [gate.enter(0, size) for size in (small, small + 1, small + 1, small)]

    assert verdicts == [Verdict.ADMIT, Verdict.ADMIT, Verdict.TURN_AWAY, Verdict.ADMIT]


def test_a_place_is_free_again_after_leaving() -> None:
    gate = Gate(1, given_back=1)
    for verdict in (gate.enter(0), gate.enter(0), gate.enter(0)):
        gate.leave(verdict)

    assert (gate.in_hand, gate.giving_back) == (0, 0)
    assert gate.enter(0) is Verdict.ADMIT


def test_a_refused_request_takes_no_place_of_an_admitted_one() -> None:
    gate = Gate(1, given_back=1)

    assert gate.enter(0, refused=True) is Verdict.GIVE_BACK
    assert gate.enter(0) is Verdict.ADMIT


def test_only_so_many_texts_a_second_are_given_back() -> None:
    """One such page costs more than storing a letter: a flood must not ask for thousands."""
    gate = Gate(0)

    def asked(now):
        verdicts = []
        for _ in range(500):
            verdicts.append(gate.enter(now))
            gate.leave(verdicts[-1])
        return verdicts.count(Verdict.GIVE_BACK)

    assert asked(100.0) == gates.MOST_GIVEN_BACK
    assert asked(101.0) == gates.GIVEN_BACK_A_SECOND
    assert asked(1000.0) == gates.MOST_GIVEN_BACK


def test_slow_bodies_leave_their_places_to_others(within) -> None:
    def steps():
        gate = Gate(3, slow=10)
        slow = [Body(gate, 0) for _ in range(3)]
        assert Body(gate, gates.SLOW_AFTER / 2).verdict is Verdict.GIVE_BACK

        assert Body(gate, gates.SLOW_AFTER).verdict is Verdict.ADMIT
        assert (gate.slow, gate.in_hand) == (3, 1)
        assert not any(one.given_up for one in slow)

    within(steps)


def test_of_too_many_slow_bodies_the_oldest_are_given_up(within) -> None:
    def steps():
        gate = Gate(5, slow=2)
        slow = [Body(gate, n / 100) for n in range(5)]

        Body(gate, 10)

        assert [one.given_up for one in slow] == [True, True, True, False, False]
        assert gate.slow == 2

    within(steps)


def test_slow_bodies_may_hold_only_so_much_memory(within) -> None:
    def steps():
        gate = Gate(50, slow=50)
        slow = [Body(gate, 0, size=gates.SLOW_BYTES // 4) for _ in range(6)]

        gate.look(5)

        assert [one.given_up for one in slow] == [True, True, False, False, False, False]

    within(steps)


def test_what_is_beyond_patience_is_given_up(within) -> None:
    def steps():
        gate = Gate(5)
        admitted, refused = Body(gate, 0), Body(gate, 0, refused=True)

        gate.look(gates.RETURN_PATIENCE + 1)
        assert (admitted.given_up, refused.given_up) == (False, True)
        gate.look(gates.PATIENCE + 1)
        assert admitted.given_up

    within(steps)


@pytest.mark.parametrize("after", [0.0, gates.SLOW_AFTER, gates.PATIENCE + 1])
def test_every_place_comes_back_however_slow_its_body_was(within, after) -> None:
    def steps():
        gate = Gate(3, slow=1, given_back=2)
        bodies = [Body(gate, 0) for _ in range(4)]
        gate.look(after)

        for one in bodies:
            one.leave()

        assert (gate.in_hand, gate.giving_back, gate.slow) == (0, 0, 0)
        gate.look(after)
        assert not any(one.given_up for one in bodies)

    within(steps)
