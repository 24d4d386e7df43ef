"""Marks in a letter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterslot.desk.marking import MARKS_SHOWN, Passage, passages, redactable, redacted
from letterslot.desk.signals import Signal

TEXT = "Call 0958 or write to mina@example.org."


def signal(kind: str, *spans: tuple[int, int], place: str = "text") -> Signal:
    return Signal(kind, "Look.", spans, place=place)


spans = st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))).map(sorted).map(tuple)


@given(st.lists(spans, max_size=8))
def test_the_passages_joined_are_the_letter(found):
    cut = passages(TEXT, [signal("link", span) for span in found])
    assert "".join(passage.text for passage in cut) == TEXT


def test_each_mark_ends_with_the_number_of_its_signal():
    marked = passages(TEXT, [signal("telephone", (5, 9)), signal("email", (22, 38))])
    assert [(one.text, one.signals) for one in marked if one.marked] == [
        ("0958", (1,)), ("mina@example.org", (2,)),
    ]  # fmt: skip


def test_marks_may_overlap():
    marked = passages("abcdef", [signal("link", (0, 4)), signal("word", (2, 6))])
    assert marked == [
        Passage("ab", True), Passage("cd", True, (1,), True), Passage("ef", True, (2,), True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "silent",
    [signal("language", (0, 6)), signal("length", (3, 6)), signal("word", (0, 3), place="name")],
)
def test_what_is_said_of_the_whole_or_of_the_name_marks_nothing(silent):
    assert passages("abcdef", [silent]) == [Passage("abcdef")]


def test_a_letter_that_is_one_listed_word_is_covered():
    assert passages("abcdef", [signal("word", (0, 6))]) == [Passage("abcdef", True, (1,), True)]


def test_a_hostile_letter_has_a_bounded_number_of_marks():
    text = "a " * 1000
    found = signal("word", *((at, at + 1) for at in range(0, 2000, 2)))
    assert sum(one.marked for one in passages(text, [found])) == MARKS_SHOWN


def test_what_tells_who_somebody_is_can_be_cut():
    found = [signal("email", (22, 38)), signal("telephone", (5, 9)), signal("link", (0, 4))]
    assert redactable(found) == [(5, 9), (22, 38)]
    assert redacted(TEXT, redactable(found)) == "Call […] or write to […]."


def test_passages_that_overlap_are_cut_once():
    found = [signal("word", (0, 4), (2, 6)), signal("email", (8, 9))]
    assert redactable(found) == [(0, 6), (8, 9)]
