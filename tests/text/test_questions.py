"""Answers to the newsroom's question: which ones are taken for the same."""

from __future__ import annotations

import pytest

from letterslot.text.questions import digest, folded


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("  Seven! ", "seven"),
        ("SEVEN", "seven"),
        ("７", "7"),
        ("٧", "7"),
        ("the east quay", "The East-Quay"),
        ("café", "cafe\u0301"),
        ("Cafe", "café"),
        ("동쪽 부두", "동쪽부두"),
        ("Straße", "STRASSE"),
    ],
)
def test_the_same_answer_may_be_typed_in_many_ways(typed, meant) -> None:
    assert folded(typed) == folded(meant) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("7", "8"), ("seven", "eleven"), ("부두", "부도"), ("ကို", "ကု"), ("", "7")]
)
def test_another_answer_stays_another(one, other) -> None:
    assert folded(one) != folded(other)


def test_a_digest_is_that_of_one_story_and_does_not_tell_the_answer() -> None:
    assert digest("Seven", "harvest") == digest("seven.", "harvest")
    assert digest("seven", "harvest") != digest("seven", "ferry")
    assert "seven" not in digest("seven", "harvest")


def test_an_answer_of_any_length_costs_little_and_a_broken_one_is_no_fault() -> None:
    assert digest("a" * 200, "s") == digest("a" * 100_000, "s")
    assert digest("\ud800", "s") != digest("7", "s")
