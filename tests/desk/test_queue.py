"""The queue without its page: rows for the command line, and what comes next."""

from __future__ import annotations

import dataclasses

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from letterslot.desk import queue
from letterslot.desk.queue import Filters


def rows(desk, **wanted):
    return queue.rows(**({"state": "held", "story": "", "limit": None, "ring": desk.ring} | wanted))


def test_a_row_has_what_the_contract_names(desk):
    comment = desk.letter("Write to mina@example.org.", name="Mina")
    (row,) = rows(desk)
    assert dataclasses.asdict(row) == {
        "id": comment.id, "state": "held", "story": "east-quay", "name": "Mina",
        "text": "Write to mina@example.org.", "language": "en", "revision": 1, "reply_to": "",
        "signals": ["email"],
    }  # fmt: skip


def test_rows_come_oldest_slot_first(desk):
    for slot in (3, 1, 2):
        desk.letter(f"Slot {slot}.", slot=slot)
    assert [row.text for row in rows(desk)] == ["Slot 1.", "Slot 2.", "Slot 3."]


def test_rows_of_a_story_a_state_and_a_limit(desk):
    desk.letter("One.", slot=1)
    desk.letter("Two.", slot=2)
    desk.letter("셋.", slot=3, story="bada")
    desk.printed("Four.")
    assert [row.text for row in rows(desk, story="bada")] == ["셋."]
    assert [row.text for row in rows(desk, limit=1)] == ["One."]
    assert [row.text for row in rows(desk, state="published")] == ["Four."]


def test_a_printed_comment_keeps_its_text_when_its_key_is_gone(desk):
    desk.printed("Printed in clear.")
    desk.letter("Sealed.")
    desk.ring.forget(desk.ring.epochs())
    assert [row.text for row in rows(desk, state="published")] == ["Printed in clear."]
    assert [(row.text, row.name) for row in rows(desk)] == [("", "")]


def test_rows_cost_the_same_queries_however_many(desk):
    counts = []
    for _ in range(2):
        desk.letter()
        with CaptureQueriesContext(connection) as queries:
            rows(desk)
        counts.append(len(queries))
    assert counts == [2, 2]


@pytest.mark.parametrize(("at", "after"), [("a", "b"), ("b", "c"), ("c", "a")])
def test_after_the_last_comes_the_first(desk, at, after):
    letters = {name: desk.letter(comment_id=name, slot=n) for n, name in enumerate("abc")}
    assert queue.following(letters[at], Filters()).id == after


def test_nothing_follows_the_only_one(desk):
    assert queue.following(desk.letter(), Filters()) is None


def test_age_counts_scheduled_editions_after_the_slot(desk):
    for number, slot in ((1, 2), (2, 5), (3, 6)):
        desk.edition(number, slot=slot)
    desk.edition(4, slot=6, scheduled=False)
    assert queue.missed([1, 2, 5, 9]) == {1: 3, 2: 2, 5: 1, 9: 0}
    assert queue.missed([]) == {}
