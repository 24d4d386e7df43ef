"""Editors' picks as facts: who may be picked, and what the ledger says of it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from letterslot.discussion import ledger, picks, states
from letterslot.discussion.ledger import Hand
from letterslot.discussion.models import Comment

INES = Hand(by="ines", role="moderator", via="desk")
PRESS = Hand(via="press")

Receive = Callable[[], Comment]


@pytest.fixture
def printed(receive: Receive) -> Comment:
    comment = receive()
    ledger.act(comment.id, "approve", hand=INES, slot=1)
    ledger.act(comment.id, "publish", hand=PRESS, slot=1)
    return comment


def change(comment: Comment, picked: bool) -> Comment:
    picks.change(comment.id, picked=picked, hand=INES, slot=2)
    comment.refresh_from_db()
    return comment


def test_a_pick_is_a_line_that_names_the_moderator(printed: Comment) -> None:
    assert change(printed, True).picked
    line = json.loads(list(ledger.export())[-1])
    told = {key: line[key] for key in ("act", "by", "comment", "role", "slot")}
    assert told == {
        "act": "pick", "by": "ines", "comment": printed.id, "role": "moderator", "slot": 2,
    }  # fmt: skip
    assert ledger.verify() is None


def test_a_pick_is_taken_back_by_another_line(printed: Comment) -> None:
    change(printed, True)
    assert not change(printed, False).picked
    acts = [json.loads(line)["act"] for line in ledger.export()][-2:]
    assert acts == ["pick", "unpick"]
    assert ledger.verify() is None


@pytest.mark.parametrize("picked", [True, False])
def test_the_same_twice_is_refused_and_leaves_no_line(printed: Comment, picked: bool) -> None:
    if picked:
        change(printed, True)
    lines = list(ledger.export())
    with pytest.raises(ledger.LostRace):
        change(printed, picked)
    assert list(ledger.export()) == lines


def test_only_what_is_printed_can_be_picked(receive: Receive) -> None:
    comment = receive()
    with pytest.raises(states.NotPossible):
        change(comment, True)


@pytest.mark.parametrize("act", ["remove", "withdraw", "refuse-edit"])
def test_what_leaves_is_no_pick_and_does_not_become_one_again_by_itself(
    printed: Comment, act: str
) -> None:
    change(printed, True)
    ledger.act(printed.id, act, hand=INES, slot=3)
    printed.refresh_from_db()
    assert not printed.picked
    assert ledger.verify() is None


def test_a_pick_behind_the_ledgers_back_shows(printed: Comment) -> None:
    Comment.objects.filter(pk=printed.pk).update(picked=True)
    assert printed.id in (ledger.verify() or "")
