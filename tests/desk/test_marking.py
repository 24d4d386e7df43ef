"""Marks in a letter."""

from __future__ import annotations

from letterslot.desk.marking import Passage, passages
from letterslot.text import identifying

TEXT = "Call +44 20 7946 0958 or write to mina@example.org."


def test_the_passages_joined_are_the_letter():
    found = identifying.find(TEXT, "en")
    assert "".join(passage.text for passage in passages(TEXT, found)) == TEXT


def test_each_finding_has_the_number_of_its_signal():
    found = identifying.find(TEXT, "en")
    marked = [passage for passage in passages(TEXT, found) if passage.signal]
    assert [passage.signal for passage in marked] == [1, 2]
    assert marked[1] == Passage("mina@example.org", 2)


def test_a_letter_without_findings_is_one_passage():
    assert passages("Nothing here.", []) == [Passage("Nothing here.")]
