"""What runs the other way keeps to itself where there is no markup."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterslot.text.directions import isolated


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("", ""),
        ("Mina 7 (Harbour)", "Mina 7 (Harbour)"),
        ("독자", "독자"),
        ("تاش", "\u2068تاش\u2069"),
        ("\u202egnp.exe", "\u2068\u202egnp.exe\u2069"),
        ("a\u2069b", "\u2068ab\u2069"),
        ("a\u2067b", "\u2068a\u2067b\u2069\u2069"),
        ("a\u2067b\u2069c", "\u2068a\u2067b\u2069c\u2069"),
    ],
)
def test_a_text_orders_only_itself(text, apart):
    assert isolated(text) == apart


@given(st.text("ab ת\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", max_size=30))
def test_what_is_set_apart_ends_with_its_last_character_and_not_before(text):
    apart = isolated("ת" + text)
    steps = [(sign in "\u2066\u2067\u2068") - (sign == "\u2069") for sign in apart]
    depths = list(accumulate(steps))
    assert min(depths[:-1]) > 0
    assert depths[-1] == 0
