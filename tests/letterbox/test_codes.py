"""Codes that are copied by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterslot.letterbox.codes import ALPHABET, MistypedCode, parsed, printed, symbols_of

receipt_codes = st.binary(min_size=16, max_size=16)


@given(st.sampled_from([16, 20]).flatmap(lambda size: st.binary(min_size=size, max_size=size)))
def test_a_code_is_read_as_it_was_printed(code):
    assert parsed(printed(code), len(code)) == code


def test_a_receipt_is_five_groups_of_five_and_one_of_two():
    assert [len(group) for group in printed(bytes(16)).split()] == [5, 5, 5, 5, 5, 2]
    assert symbols_of(16) == 27


@given(receipt_codes)
def test_how_it_is_typed_makes_no_difference(code):
    shown = printed(code)
    for typed in (
        shown.lower(),
        shown.replace(" ", ""),
        shown.replace(" ", "-"),
        f"  {shown}\r\n",
        shown.replace("0", "O").replace("1", "l"),
        shown.replace("0", "o").replace("1", "I"),
        shown.replace(" ", "\n"),
        "".join(chr(ord(c) + 0xFEE0) if c != " " else "\u3000" for c in shown),
    ):
        assert parsed(typed, 16) == code


@given(receipt_codes, st.integers(0, 26), st.sampled_from(ALPHABET))
def test_every_single_mistaken_symbol_is_found(code, place, symbol):
    right = printed(code).replace(" ", "")
    wrong = right[:place] + symbol + right[place + 1 :]
    if wrong != right:
        with pytest.raises(MistypedCode):
            parsed(wrong, 16)


@given(receipt_codes, st.integers(0, 26))
def test_a_symbol_too_few_or_too_many_is_found(code, place):
    right = printed(code).replace(" ", "")
    with pytest.raises(MistypedCode):
        parsed(right[:place] + right[place + 1 :], 16)
    with pytest.raises(MistypedCode):
        parsed(right[:place] + "7" + right[place:], 16)


def test_nearly_every_pair_that_changed_places_is_found():
    missed = tried = 0
    for n in range(300):
        right = printed(bytes([n % 256, *range(n % 200, n % 200 + 15)])).replace(" ", "")
        for at in range(26):
            if right[at] != right[at + 1]:
                tried += 1
                swapped = right[:at] + right[at + 1] + right[at] + right[at + 2 :]
                missed += is_read(swapped)
    assert tried > 5000
    assert missed < tried / 100


def is_read(typed):
    try:
        parsed(typed, 16)
    except MistypedCode:
        return False
    return True


@given(st.text())
def test_any_text_is_read_or_refused(typed):
    assert is_read(typed) in {True, False}


@pytest.mark.parametrize("typed", ["", "U" * 27, "8" * 27, "Z" * 27, "0" * 1_000_000, "٣" * 27])
def test_what_was_never_printed_is_refused(typed):
    assert not is_read(typed)
