"""The transition table, row by row."""

from __future__ import annotations

import itertools

import pytest

from letterslot.discussion import states

ALLOWED = {
    ("", "receive"): "held",
    ("", "write"): "approved",
    ("held", "approve"): "approved",
    ("held", "edit"): "approved",
    ("held", "decline"): "declined",
    ("held", "withdraw"): "withdrawn",
    ("approved", "undo"): "held",
    ("approved", "publish"): "published",
    ("approved", "withdraw"): "withdrawn",
    ("approved", "refuse-edit"): "withdrawn",
    ("declined", "undo"): "held",
    ("declined", "withdraw"): "withdrawn",
    ("published", "edit"): "published",
    ("published", "remove"): "removed",
    ("published", "withdraw"): "withdrawn",
    ("published", "refuse-edit"): "withdrawn",
    ("removed", "withdraw"): "withdrawn",
    ("declined", "appeal"): "declined",
    ("published", "appeal"): "published",
    ("removed", "appeal"): "removed",
    ("declined", "uphold"): "declined",
    ("published", "uphold"): "published",
    ("removed", "uphold"): "removed",
    ("declined", "overturn"): "held",
    ("published", "overturn"): "published",
    ("removed", "overturn"): "published",
    ("published", "dismiss"): "published",
    ("published", "pick"): "published",
    ("published", "unpick"): "published",
}


ACTS = sorted({act for _, act in states.TRANSITIONS})


@pytest.mark.parametrize(("state", "act"), list(itertools.product(("", *states.STATES), ACTS)))
def test_a_state_allows_the_acts_of_the_table_and_no_other(state: str, act: str) -> None:
    if (state, act) in ALLOWED:
        assert states.after(state, act) == ALLOWED[state, act]
        assert states.is_possible(state, act)
    else:
        with pytest.raises(states.NotPossible):
            states.after(state, act)
        assert not states.is_possible(state, act)


def test_what_is_declined_removed_or_withdrawn_is_never_printed() -> None:
    to_print = {state for (state, act) in states.TRANSITIONS if act == "publish"}
    assert to_print == {"approved"}


def test_the_diagram_shows_every_transition() -> None:
    lines = states.diagram().splitlines()
    assert lines[0] == "stateDiagram-v2"
    assert len(lines) - 1 == len(states.TRANSITIONS)
    assert "    [*] --> held: receive" in lines
