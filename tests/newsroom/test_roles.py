"""Who may what, as a table."""

from __future__ import annotations

import pytest

from letterslot.newsroom import roles

TABLE = [
    # act, reader, moderator, chief
    ("read", True, True, True),
    ("approve", False, True, True),
    ("decline", False, True, True),
    ("edit", False, True, True),
    ("undo", False, True, True),
    ("remove", False, True, True),
    ("remove-now", False, False, True),
    ("hear", False, True, True),
    ("dismiss", False, True, True),
    ("pick", False, True, True),
    ("answer", False, True, True),
    ("print", False, False, True),
    ("change-reasons", False, False, True),
    ("unlock", False, True, True),
    ("end-sessions", False, False, True),
]


@pytest.mark.parametrize(("act", "reader", "moderator", "chief"), TABLE)
def test_a_role_may_what_the_table_says(
    act: str, reader: bool, moderator: bool, chief: bool
) -> None:
    for role, allowed in (("reader", reader), ("moderator", moderator), ("chief", chief)):
        assert roles.may(role, act) is allowed
        if not allowed:
            with pytest.raises(roles.NotAllowed, match=f"A {role} may not do this"):
                roles.require(role, act)


def test_the_table_covers_every_act() -> None:
    assert {row[0] for row in TABLE} == set(roles.MAY)
