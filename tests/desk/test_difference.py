"""The difference between two wordings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterslot.desk.difference import CUT, PUT_IN, SAME, Piece, difference, extent

TEXTS = st.text(st.sampled_from("ab ,.\n가나다한국é်မ"), max_size=40)


@given(TEXTS, TEXTS)
def test_the_pieces_joined_are_both_wordings(before, after):
    pieces = difference(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != PUT_IN) == before
    assert "".join(piece.text for piece in pieces if piece.kind != CUT) == after


def test_english_differs_by_words():
    assert difference("the small boat sank", "the large boat sank") == [
        Piece(SAME, "the "), Piece(CUT, "small"), Piece(PUT_IN, "large"), Piece(SAME, " boat sank"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "cut", "put_in"),
    [
        ("저울이 틀렸습니다", "저울은 틀렸습니다", "이", "은"),
        ("秤是错的", "秤是对的", "错", "对"),
        ("ချိန်ခွင်က မှားတယ်", "ချိန်ခွင်က မှန်တယ်", "ား", "န်"),
    ],
)
def test_korean_chinese_and_burmese_differ_by_characters(before, after, cut, put_in):
    pieces = difference(before, after)
    assert [(piece.kind, piece.text) for piece in pieces if piece.kind != SAME] == [
        (CUT, cut), (PUT_IN, put_in),
    ]  # fmt: skip


def test_a_cluster_is_never_cut_in_two():
    pieces = difference("가족 👨‍👩‍👧 사진", "가족 👨‍👩‍👦 사진")
    assert [piece.text for piece in pieces if piece.kind != SAME] == ["👨‍👩‍👧", "👨‍👩‍👦"]


def test_neighbouring_changes_read_as_one():
    pieces = difference("ask Dorin Petrescu there", "ask […] there")
    assert [piece for piece in pieces if piece.kind != SAME] == [
        Piece(CUT, "Dorin Petrescu"), Piece(PUT_IN, "[…]"),
    ]  # fmt: skip


def test_the_same_wording_has_no_difference():
    assert difference("The same.", "The same.") == [Piece(SAME, "The same.")]
    assert extent(difference("The same.", "The same.")).places == 0


def test_the_extent_counts_places_and_characters_as_people_do():
    found = extent(difference("한국 👨‍👩‍👧 사진", "한국 사진"))
    assert (found.places, found.cut, found.put_in) == (1, 2, 0)
