"""Who may send, told without knowing who it is."""

from __future__ import annotations

import pytest

from letterslot.intake.admission import (
    COMMENTS,
    CONNECTIONS,
    LOOK_UPS,
    WISHES,
    Allowance,
    Budget,
    Lane,
    network,
)
from letterslot.intake.gate import Verdict


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
    budget = Budget(30, Clock())
    budget.take("203.0.113.77:4711")

    chance = ("_key", "_clock")  # random bytes, and where in memory the clock is
    kept = repr({name: value for name, value in vars(budget).items() if name not in chance})
    kept += budget._counts.tobytes().hex()
    assert "203" not in kept
    assert bytes([203, 0, 113]).hex() not in kept


@pytest.mark.parametrize("client", ["127.0.0.1:5000", "127.66.77.88:1", "[::1]:5000"])
def test_behind_loopback_stands_everybody_and_only_the_newsrooms_own_budget_counts(client) -> None:
    counted, spared = Budget(1), Budget(1, spares_loopback=True)

    assert [counted.take(client) > 0 for _ in range(3)] == [False, True, True]
    assert [spared.take(client) > 0 for _ in range(3)] == [False] * 3
    assert [spared.take("192.0.2.1:9") > 0 for _ in range(3)] == [False, True, True]


PATHS = {"/comment": COMMENTS, "/receipt": Allowance(2), "/report": WISHES}


def test_each_address_has_a_budget_of_its_own() -> None:
    lane = Lane(PATHS, budget=1, by_network=True)

    assert [lane.wait("/comment", "192.0.2.1:1") > 0 for _ in range(2)] == [False, True]
    assert [lane.wait("/receipt", "192.0.2.1:1") > 0 for _ in range(3)] == [False, False, True]
    assert lane.wait("/report", "192.0.2.1:1") == 0


def test_a_budget_of_0_switches_only_that_of_comments_off() -> None:
    lane = Lane(PATHS, budget=0, by_network=True)

    assert not any(lane.wait("/comment", "192.0.2.1:1") for _ in range(1000))
    assert any(lane.wait("/receipt", "192.0.2.1:1") for _ in range(3))


def test_a_budget_of_look_ups_binds_only_while_many_are_in_hand() -> None:
    lane = Lane({"/receipt": LOOK_UPS}, by_network=True)
    gate = lane.gates["/receipt"]
    assert not any(lane.wait("/receipt", "192.0.2.1:1") for _ in range(2 * LOOK_UPS.a_minute))

    verdicts = [gate.enter(0) for _ in range(LOOK_UPS.at_once // 4)]

    assert lane.wait("/receipt", "192.0.2.1:1") > 0
    assert lane.wait("/receipt", "198.51.100.1:1") == 0
    for verdict in verdicts:
        gate.leave(verdict)
    assert lane.wait("/receipt", "192.0.2.1:1") == 0


@pytest.mark.parametrize("by_network", [True, False])
def test_a_look_up_finds_a_place_on_every_connection(by_network) -> None:
    """Else its place is taken by chance, and whoever guesses faster has the better ones."""
    gate = Lane({"/receipt": LOOK_UPS}, by_network=by_network).gates["/receipt"]

    assert {gate.enter(0, 300) for _ in range(CONNECTIONS)} == {Verdict.ADMIT}


def test_a_refused_look_up_is_never_read() -> None:
    gate = Lane({"/receipt": LOOK_UPS}, by_network=False).gates["/receipt"]

    assert {gate.enter(0, refused=True) for _ in range(10)} == {Verdict.TURN_AWAY}


def test_over_tor_nobody_is_counted_by_a_network() -> None:
    lane = Lane(PATHS, budget=1, by_network=False)

    assert not any(lane.wait(path, "") for path in PATHS for _ in range(1000))


def test_a_full_lane_leaves_the_other_its_places() -> None:
    clearnet, onion = Lane(PATHS, by_network=True), Lane(PATHS, by_network=False)
    verdicts = {clearnet.gates["/comment"].enter(0) for _ in range(1000)}

    assert verdicts == set(Verdict)
    assert onion.gates["/comment"].enter(0) is Verdict.ADMIT
