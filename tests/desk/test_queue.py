"""The queue without its page: rows for the command line, and what comes next."""

from __future__ import annotations

from types import SimpleNamespace

from django.db import connection
from django.test.utils import CaptureQueriesContext

from letterslot.desk import queue
from letterslot.discussion import ledger


def rows(desk, **wanted):
    given = {"state": "held", "story": "", "limit": None, "ring": desk.ring, "data": desk.data}
    return [SimpleNamespace(**row) for row in queue.documents(**(given | wanted))]


def test_a_row_has_what_the_contract_names(desk):
    comment = desk.letter("Write to mina@example.org.", name="Mina")
    (row,) = rows(desk)
    assert vars(row) == {
        "id": comment.id, "state": "held", "story": "east-quay", "name": "Mina",
        "text": "Write to mina@example.org.", "language": "en", "revision": 1, "reply_to": "",
        "signals": [{
            "kind": "email", "label": "An e-mail address.", "spans": ((9, 25),),
            "note": "It names a person.", "place": "text",
        }],
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
    desk.letter()
    rows(desk)
    counts = []
    for new in (1, 3):
        for _ in range(new):
            desk.letter()
        with CaptureQueriesContext(connection) as queries:
            rows(desk)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 7


def test_words_that_a_writer_took_back_are_not_told(desk):
    comment = desk.letter("Please forget mina@example.org.", name="Mina")
    ledger.act(comment.id, "withdraw", hand=ledger.Hand(role="writer", via="receipt"), slot=1)
    printed = desk.printed("This one was printed.")
    ledger.act(printed.id, "withdraw", hand=ledger.Hand(role="writer", via="receipt"), slot=1)
    told = [(row.name, row.text, row.signals) for row in rows(desk, state="withdrawn")]
    assert told == [("", "", []), ("", "", [])]


def test_letters_that_say_the_same_tell_so_to_a_program_too(desk):
    text = "The harbour office must close the east quay at once, the scales have been wrong."
    for story in ("east-quay", "bada"):
        desk.letter(text, story=story)
    kinds = [[signal["kind"] for signal in row.signals] for row in rows(desk, story="east-quay")]
    assert kinds == [["duplicate"]]
