"""Accounts of the desk: every change of one is a line in the ledger."""

from __future__ import annotations

import json
from datetime import date

import pytest

from letterslot.discussion import accounts, ledger
from letterslot.discussion.accounts import AccountFault
from letterslot.discussion.models import Story
from letterslot.newsroom import factors, scope
from letterslot.newsroom.models import Moderator

BY_COMMAND = {"hand": ledger.Hand(via="command"), "slot": 7}


@pytest.fixture
def ines(db: None) -> Moderator:
    Story.objects.create(slug="old-bridge", language="en", headline="A", date=date(2026, 11, 20))
    return accounts.let_in(
        name="ines", role="moderator", password="stones on the quay", **BY_COMMAND
    )


def lines() -> list[dict[str, object]]:
    """What the ledger tells of each act besides its place in the chain."""
    told = [json.loads(line) for line in ledger.export()]
    return [{k: v for k, v in one.items() if k not in ("n", "previous", "role")} for one in told]


def test_each_change_leaves_a_line_and_the_chain_holds(ines: Moderator) -> None:
    accounts.let_in(name="ines", role="reader", password="another one entirely", **BY_COMMAND)
    accounts.limit("ines", ["old-bridge"], **BY_COMMAND)
    accounts.limit("ines", None, **BY_COMMAND)
    accounts.reset_factors("ines", **BY_COMMAND)
    accounts.take_off("ines", **BY_COMMAND)
    accounts.let_in(name="ines", role="chief", password="stones on the quay", **BY_COMMAND)
    everywhere = {"by": "", "via": "command", "slot": 7, "moderator": "ines"}
    assert lines() == [
        everywhere | {"act": "add-moderator", "to": "moderator"},
        everywhere | {"act": "change-moderator", "to": "reader"},
        everywhere | {"act": "limit-moderator", "stories": "old-bridge"},
        everywhere | {"act": "limit-moderator", "stories": "every story"},
        everywhere | {"act": "reset-factors"},
        everywhere | {"act": "remove-moderator"},
        everywhere | {"act": "add-moderator", "to": "chief"},
    ]
    assert ledger.verify() is None


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\nb"])
def test_a_name_is_one_line(db: None, name: str) -> None:
    with pytest.raises(AccountFault, match="one line of up to 80 characters"):
        accounts.let_in(name=name, role="reader", password="stones", **BY_COMMAND)
    assert not ledger.head().entries


def test_nobody_is_limited_to_a_story_that_is_not_there(ines: Moderator) -> None:
    with pytest.raises(AccountFault, match="no story nowhere"):
        accounts.limit("ines", ["old-bridge", "nowhere"], **BY_COMMAND)
    ines.refresh_from_db()
    assert scope.of(ines) is None


def test_a_chief_is_never_limited(ines: Moderator) -> None:
    accounts.limit("ines", ["old-bridge"], **BY_COMMAND)
    chief = accounts.let_in(name="ines", role="chief", password="stones on the quay", **BY_COMMAND)
    assert (chief.stories, scope.of(chief)) == (None, None)
    with pytest.raises(AccountFault, match="a chief works on every story"):
        accounts.limit("ines", ["old-bridge"], **BY_COMMAND)


@pytest.mark.parametrize("change", [accounts.reset_factors, accounts.take_off])
def test_a_reset_and_a_removal_drop_the_factors_and_end_the_sessions(ines, change) -> None:
    factors.new_codes(ines)
    before = ines.get_session_auth_hash()
    change("ines", **BY_COMMAND)
    ines.refresh_from_db()
    assert factors.codes_left(ines) == 0
    assert ines.get_session_auth_hash() != before


def test_who_is_not_there_cannot_be_changed(db: None) -> None:
    for change in (accounts.reset_factors, accounts.take_off):
        with pytest.raises(AccountFault, match="There is no moderator “nobody”"):
            change("nobody", **BY_COMMAND)
