"""Folding: what is the same to a reader is the same here, and the way back is exact."""

from __future__ import annotations

import sys

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from letterslot.text import folding


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＨＡＲＢＯＵＲ", "harbour"),
        ("바\u200b다", "바다"),
        ("ﾊﾟﾝ", "パン"),
        ("ﾡￂ", "가"),
        ("Straße", "STRASSE"),
        ("مـــاي", "ماي"),
        ("so\u00adft", "soft"),
    ],
)
def test_what_reads_the_same_folds_the_same(one, other):
    assert folding.fold(one) == folding.fold(other)


@pytest.mark.parametrize(("one", "other"), [("bậy", "bay"), ("ကား", "က"), ("가", "까")])
def test_what_reads_differently_stays_different(one, other):
    assert folding.fold(one) != folding.fold(other)


def test_vietnamese_can_be_compared_without_its_tones():
    assert folding.without_marks(folding.fold("Đường về BẾN cảng")) == "duong ve ben cang"


@pytest.mark.parametrize("text", ["ကျေးဇူးတင်ပါတယ်", "바다로 간다", "海上的船", "ئۇيغۇرچە"])
def test_marks_that_are_letters_to_a_reader_stay(text):
    assert folding.without_marks(folding.fold(text)) == folding.fold(text)


def test_a_span_in_the_folded_text_leads_back_to_the_original():
    text = "Die STRA\u200bßE am Hafen"
    folded = folding.folded(text)
    start = folded.text.index("strasse")
    begin, end = folded.span(start, start + len("strasse"))
    assert text[begin:end] == "STRA\u200bßE"


@given(st.text(max_size=60))
def test_folding_knows_a_place_for_every_character_and_agrees_with_itself(text):
    folded = folding.folded(text)
    assert folded.text == folding.fold(text)
    assert len(folded.places) == len(folded.text)
    assert all(0 <= start < end <= len(text) for start, end in folded.places)
    assert folded.places == sorted(folded.places)


def test_every_character_that_unicode_calls_ignorable_is_left_out():
    ignorable = regex.compile(r"\p{Default_Ignorable_Code_Point}")
    characters = filter(ignorable.match, map(chr, range(sys.maxunicode + 1)))
    assert folding.fold("".join(characters)) == ""
