"""How long comments have waited, in slots and missed editions."""

from __future__ import annotations

import pytest

from letterslot.desk.ages import calendar
from letterslot.discussion.models import Clockwork


def test_age_counts_scheduled_editions_after_the_slot(desk):
    for number, slot in ((1, 2), (2, 5), (3, 6)):
        desk.edition(number, slot=slot)
    desk.edition(4, slot=6, scheduled=False)
    days = calendar([5, 1, 9])
    assert {slot: days.missed(slot) for slot in (1, 2, 5, 9)} == {1: 3, 2: 2, 5: 1, 9: 0}
    assert days.next_edition == 5


def test_where_nothing_waits_the_next_edition_is_still_known(desk):
    assert calendar([]).next_edition == 1
    desk.edition(7, slot=2)
    assert calendar([]).next_edition == 8


@pytest.mark.parametrize(
    ("slot", "late", "boxes"),
    [(8, False, 0), (7, False, 0), (6, False, 1), (4, False, 2), (3, True, 3), (1, True, 3)],
)
def test_a_comment_is_late_when_it_waits_longer_than_the_newsroom_wants(db, slot, late, boxes):
    Clockwork.objects.create(slot=8)
    age = calendar([slot]).age(slot, 4)
    assert (age.slots, age.is_late, sum(age.boxes)) == (8 - slot, late, boxes)
