"""What forms carry, and that nothing made up in one breaks a page."""

from __future__ import annotations

import pytest

from letterslot.desk.forms import whole_number
from letterslot.discussion.models import Comment

NINES = "9" * 5000  # more figures than Python reads as a number


@pytest.mark.parametrize(
    ("words", "number"),
    [("0", 0), ("17", 17), ("999999999", 999_999_999), ("", None), ("-1", None), ("1.0", None),
     ("٣", None), ("²", None), ("1000000000", None), (NINES, None)],
)  # fmt: skip
def test_a_whole_number_is_figures_alone_and_nine_at_most(words, number):
    assert whole_number(words) == number


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/queue/list/decide/", {"decision": "approve", "chosen": f"10000001:{NINES}"}),
        ("/queue/list/decide/", {"decision": "approve", "chosen": "10000001:x"}),
        ("/comments/10000001/decide/", {"decision": "approve", "revision": NINES}),
        ("/comments/10000001/edit/", {"do": "cut-x", "revision": 1, "text": "x"}),
        ("/comments/10000001/edit/", {"do": f"cut-{NINES}", "revision": 1, "text": "x"}),
    ],
)
def test_a_made_up_number_is_refused_and_changes_nothing(desk, ines, address, fields):
    desk.letter(comment_id="10000001")
    assert ines.post(address, fields).status_code == 400
    assert Comment.objects.get().state == "held"
