"""Claims: nobody reads what a colleague has open, and nothing stays locked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from letterslot.discussion import claims
from letterslot.discussion.models import Claim, Comment

NOW = claims.minute(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))


@pytest.fixture
def letter(receive) -> Comment:
    return receive()


def test_a_claim_is_one_persons(letter):
    assert claims.take(letter.id, by="ines", now=NOW) is True
    assert claims.take(letter.id, by="tomas", now=NOW) is False
    assert claims.of_others("tomas", NOW) == {letter.id: "ines"}
    assert claims.of_others("ines", NOW) == {}


def test_a_claim_ends_after_its_minutes(letter):
    claims.take(letter.id, by="ines", now=NOW)
    assert claims.take(letter.id, by="tomas", now=NOW + claims.MINUTES - 1) is False
    assert claims.of_others("tomas", NOW + claims.MINUTES) == {}
    assert claims.take(letter.id, by="tomas", now=NOW + claims.MINUTES) is True
    assert claims.of_others("ines", NOW + claims.MINUTES) == {letter.id: "tomas"}


def test_taking_again_renews(letter):
    claims.take(letter.id, by="ines", now=NOW)
    assert claims.take(letter.id, by="ines", now=NOW + 9) is True
    assert claims.take(letter.id, by="tomas", now=NOW + 11) is False


def test_a_clock_that_jumps_back_locks_nothing_up(letter):
    claims.take(letter.id, by="ines", now=NOW + 60 * 24)
    assert claims.of_others("tomas", NOW) == {}
    assert claims.take(letter.id, by="tomas", now=NOW) is True


def test_letting_go_gives_up_only_ones_own(letter):
    claims.take(letter.id, by="ines", now=NOW)
    claims.let_go(by="tomas")
    claims.let_go(by="ines", but=[letter.id])
    assert Claim.objects.count() == 1
    claims.let_go(by="ines")
    assert Claim.objects.count() == 0
