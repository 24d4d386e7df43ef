"""Claims: nobody reads what a colleague has open, and nothing stays locked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from letterslot.desk.claims import MINUTES, Claims, minute
from letterslot.letterbox.keyholder import Keyholder

NOW = minute(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
LETTER, OTHER = "k3v9qd7x", "p2m4bn8c"


@pytest.fixture
def claims() -> Claims:
    return Claims()


def test_a_claim_is_one_persons(claims):
    assert claims.take(LETTER, by="ines", now=NOW) is True
    assert claims.take(LETTER, by="tomas", now=NOW) is False
    assert claims.of_others("tomas", NOW) == {LETTER: "ines"}
    assert claims.of_others("ines", NOW) == {}


def test_a_claim_ends_after_its_minutes(claims):
    claims.take(LETTER, by="ines", now=NOW)
    assert claims.take(LETTER, by="tomas", now=NOW + MINUTES - 1) is False
    assert claims.of_others("tomas", NOW + MINUTES) == {}
    assert claims.take(LETTER, by="tomas", now=NOW + MINUTES) is True
    assert claims.of_others("ines", NOW + MINUTES) == {LETTER: "tomas"}


def test_taking_again_renews(claims):
    claims.take(LETTER, by="ines", now=NOW)
    assert claims.take(LETTER, by="ines", now=NOW + 9) is True
    assert claims.take(LETTER, by="tomas", now=NOW + 11) is False


def test_a_clock_that_jumps_back_locks_nothing_up(claims):
    claims.take(LETTER, by="ines", now=NOW + 60 * 24)
    assert claims.of_others("tomas", NOW) == {}
    assert claims.take(LETTER, by="tomas", now=NOW) is True


def test_letting_go_gives_up_only_ones_own(claims):
    for letter in (LETTER, OTHER):
        claims.take(letter, by="ines", now=NOW)
    claims.let_go(by="tomas")
    assert claims.of("ines", NOW) == {LETTER, OTHER}
    claims.let_go(by="ines", but=[LETTER])
    assert claims.of("ines", NOW) == {LETTER}
    claims.let_go(by="ines")
    assert claims.of("ines", NOW) == frozenset()


def test_locking_the_desk_gives_up_everybodys(claims):
    keyholder = Keyholder()
    keyholder.when_locked(claims.forget)
    claims.take(LETTER, by="ines", now=NOW)
    keyholder.lock()
    assert claims.of("ines", NOW) == frozenset()


def test_of_many_who_ask_at_once_one_is_given_it(claims):
    names = [f"colleague-{number}" for number in range(20)]
    with ThreadPoolExecutor(len(names)) as pool:
        got = list(pool.map(lambda name: claims.take(LETTER, by=name, now=NOW), names))
    assert got.count(True) == 1
    assert claims.of(names[got.index(True)], NOW) == {LETTER}
