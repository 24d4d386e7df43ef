"""Who may send, and how much is in hand at once."""

from __future__ import annotations

import pytest

from letterslot.intake.admission import Budget, Gate, Verdict, network


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1:5000", "192.0.2.200:6000", True),
        ("192.0.2.1:5000", "192.0.3.1:5000", False),
        ("[2001:db8:0:12::1]:5000", "[2001:db8:0:ff:9::7]:80", True),
        ("[2001:db8:0:12::1]:5000", "[2001:db8:1:12::1]:5000", False),
        ("[::ffff:192.0.2.1]:5000", "192.0.2.9:1", True),
        ("[fe80::1%eth0]:5000", "[fe80::2%eth1]:5000", True),
        ("unix:/run/door", "", True),
    ],
)
def test_a_network_is_a_24_or_a_56(one: str, other: str, same: bool) -> None:
    assert (network(one) == network(other)) is same


def test_a_network_may_send_its_budget_and_is_then_told_how_long_to_wait() -> None:
    clock = Clock()
    budget = Budget(3, clock)

    assert [budget.take("192.0.2.1:1") for _ in range(3)] == [0, 0, 0]
    clock.now += 20
    assert budget.take("192.0.2.77:9") == 41
    assert budget.take("198.51.100.1:9") == 0


def test_the_next_minute_begins_with_a_fresh_budget() -> None:
    clock = Clock()
    budget = Budget(1, clock)
    assert budget.take("192.0.2.1:1") == 0
    assert budget.take("192.0.2.1:1") > 0

    clock.now += 60

    assert budget.take("192.0.2.1:1") == 0


def test_the_key_changes_within_the_hour() -> None:
    clock = Clock()
    budget = Budget(1, clock)
    budget.take("192.0.2.1:1")
    first = budget._key

    clock.now += 3601
    budget.take("192.0.2.1:1")

    assert first != budget._key


def test_no_budget_lets_everybody_send() -> None:
    budget = Budget(0)

    assert {budget.take("192.0.2.1:1") for _ in range(1000)} == {0}


def test_nothing_of_an_address_is_kept() -> None:
    budget = Budget(30)
    budget.take("203.0.113.77:4711")

    kept = repr(vars(budget)) + budget._counts.tobytes().hex()
    assert "203" not in kept.replace(repr(budget._key), "")
    assert bytes([203, 0, 113]).hex() not in kept


def test_the_gate_first_gives_texts_back_and_then_turns_away() -> None:
    gate = Gate(most=2, most_given_back=1)

    verdicts = [gate.enter() for _ in range(4)]

    assert verdicts == [Verdict.ADMIT, Verdict.ADMIT, Verdict.GIVE_BACK, Verdict.TURN_AWAY]


def test_a_place_is_free_again_after_leaving() -> None:
    gate = Gate(most=1, most_given_back=1)
    first, second, third = gate.enter(), gate.enter(), gate.enter()
    for verdict in (first, second, third):
        gate.leave(verdict)

    assert (gate.in_flight, gate.giving_back) == (0, 0)
    assert gate.enter() is Verdict.ADMIT


def test_a_refused_submission_takes_no_place_of_an_admitted_one() -> None:
    gate = Gate(most=1, most_given_back=1)

    assert gate.enter(refused=True) is Verdict.GIVE_BACK
    assert gate.enter() is Verdict.ADMIT
