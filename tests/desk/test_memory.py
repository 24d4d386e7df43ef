"""What the desk keeps in mind while it is unlocked."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from letterslot.desk.memory import Memory
from letterslot.discussion import ledger
from letterslot.letterbox.keyholder import keyholder

CAMPAIGN = "The harbour office must close the east quay at once, the scales there have been wrong."


@pytest.fixture
def memory(desk) -> Memory:
    kept = Memory()
    kept.desk = desk
    return kept


def refresh(memory: Memory) -> set[str]:
    memory.refresh(memory.desk.ring, memory.desk.data)
    return {kept.id for kept in memory.letters()}


def test_what_waits_is_in_mind_and_what_is_printed_is_not(desk, memory):
    held = desk.letter("Waiting.")
    desk.printed("Printed.")
    assert refresh(memory) == {held.id}


def test_a_letter_leaves_when_its_writer_takes_it_back(desk, memory):
    comment = desk.letter()
    assert refresh(memory) == {comment.id}
    ledger.act(comment.id, "withdraw", hand=ledger.Hand(role="writer", via="receipt"), slot=1)
    assert refresh(memory) == set()
    assert memory.signals(comment.id) == []


def test_an_approved_letter_stays_until_it_is_printed_under_its_new_state(desk, memory):
    comment = desk.letter()
    refresh(memory)
    ledger.act(comment.id, "approve", hand=ledger.Hand("tomas", "moderator"), slot=1)
    refresh(memory)
    assert [kept.state for kept in memory.letters()] == ["approved"]


def test_a_letter_whose_key_is_destroyed_is_not_in_mind(desk, memory):
    comment = desk.letter()
    desk.ring.forget([comment.epoch])
    assert refresh(memory) == set()


def test_locking_forgets_everything_and_a_late_page_cannot_fill_it_again(desk, memory):
    comment = desk.letter("Ask mina@example.org.")
    keyholder.when_locked(memory.forget)
    refresh(memory)
    assert memory.with_signal("email") == {comment.id}
    keyholder.lock()
    assert memory.letters() == []
    assert refresh(memory) == set()


def test_letters_that_say_the_same_stand_in_one_group_and_name_each_other(desk, memory):
    first = desk.letter(CAMPAIGN)
    second = desk.letter(CAMPAIGN.upper(), story="bada")
    desk.letter("Something of its own.")
    refresh(memory)
    assert memory.groups() == [{first.id, second.id}]
    assert memory.group(second.id) == {first.id, second.id}
    assert memory.with_signal("duplicate") == {first.id, second.id}
    signal = next(one for one in memory.signals(first.id) if one.kind == "duplicate")
    assert signal.note == "1 word for word, 0 nearly; 1 under other stories."
    assert [CAMPAIGN[start:end] for start, end in signal.spans] == [CAMPAIGN.rstrip(".")]


def test_a_letter_that_repeats_a_printed_one_is_told_so_but_stands_in_no_group(desk, memory):
    desk.printed(CAMPAIGN)
    again = desk.letter(CAMPAIGN)
    refresh(memory)
    assert memory.with_signal("duplicate") == {again.id}
    assert memory.groups() == []


def test_the_number_of_queries_does_not_grow_with_the_letters(desk, memory):
    desk.letter()
    refresh(memory)
    counts = []
    for new in (1, 3):
        for _ in range(new):
            desk.letter()
        with CaptureQueriesContext(connection) as queries:
            refresh(memory)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4


def test_when_nothing_is_new_two_queries_say_so(desk, memory):
    desk.letter()
    refresh(memory)
    with CaptureQueriesContext(connection) as queries:
        refresh(memory)
    assert len(queries) == 2


def test_signals_of_all_are_found_ahead(desk, memory):
    comment = desk.letter("Ask mina@example.org.")
    refresh(memory)
    memory.look_through()
    with CaptureQueriesContext(connection) as queries:
        assert memory.with_signal("email") == {comment.id}
    assert len(queries) == 0


def test_a_changed_list_of_words_is_held_against_what_is_in_mind_already(desk, memory):
    comment = desk.letter("The scales at the quay.")
    refresh(memory)
    assert memory.with_signal("word") == frozenset()
    (desk.data / "words" / "en" / "marked-words.txt").write_text("quay\n")
    refresh(memory)
    assert memory.with_signal("word") == {comment.id}


def test_a_letter_collected_later_in_the_same_slot_comes_to_mind(desk, memory):
    first = desk.letter(slot=4)
    refresh(memory)
    second = desk.letter(slot=4)
    assert refresh(memory) == {first.id, second.id}


def test_one_that_comes_while_another_goes_is_not_missed(desk, memory, monkeypatch):
    """What goes was decided after it was asked what had been decided, and before what had come."""
    goes = desk.letter(slot=4)
    refresh(memory)
    decided = memory._decided

    def and_then_more():
        seen = decided()
        ledger.act(goes.id, "decline", hand=ledger.Hand("tomas", "moderator"), slot=4, clause=1)
        desk.letter("Another.", slot=4)
        return seen

    monkeypatch.setattr(memory, "_decided", and_then_more)
    found = refresh(memory)
    assert len(found - {goes.id}) == 1


def test_one_collected_late_for_the_slot_before_comes_to_mind(desk, memory):
    desk.letter(slot=4)
    desk.letter(slot=5)
    refresh(memory)
    late = desk.letter(slot=4)
    assert late.id in refresh(memory)


def test_a_decision_that_is_taken_back_brings_the_letter_back(desk, memory):
    comment = desk.letter(slot=1)
    desk.letter(slot=4)
    refresh(memory)
    for act, known in (("decline", False), ("undo", True)):
        ledger.act(comment.id, act, hand=ledger.Hand("tomas", "moderator"), slot=4, clause=1)
        refresh(memory)
        assert memory.keeps(comment.id) is known


def test_what_has_been_printed_meanwhile_is_still_compared_with(desk, memory):
    first = desk.letter(CAMPAIGN)
    refresh(memory)
    for act, hand in (("approve", ledger.Hand("tomas")), ("publish", ledger.Hand(via="press"))):
        ledger.act(first.id, act, hand=hand, slot=1)
    again = desk.letter(CAMPAIGN)
    refresh(memory)
    assert memory.with_signal("duplicate") == {again.id}
