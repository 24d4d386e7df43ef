"""Tokens: sending exactly once, with nothing stored."""

from __future__ import annotations

import base64
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterslot.letterbox.tokens import BadToken, OtherFields, TokenKey

KEY = TokenKey(bytes(range(32)))
TODAY = date(2026, 11, 23)
FIELDS = ("story", "a text", "", "yes")


def test_the_same_token_admits_to_the_same_row_and_receipt():
    token = KEY.issue(FIELDS, TODAY)
    once, again = KEY.check(token, FIELDS, TODAY), KEY.check(token, FIELDS, TODAY)
    assert (once.number, once.receipt) == (again.number, again.receipt)
    assert len(once.number) == 16


def test_every_token_admits_to_another_row_and_receipt():
    admitted = [KEY.check(KEY.issue(FIELDS, TODAY), FIELDS, TODAY) for _ in range(100)]
    assert len({one.number for one in admitted}) == 100
    assert len({one.receipt.code for one in admitted}) == 100
    assert not {one.number for one in admitted} & {one.receipt.code for one in admitted}


def test_doors_with_one_key_take_each_others_tokens_and_give_the_same_receipt(tmp_path):
    here = TokenKey.create(tmp_path / "token.key")
    there = TokenKey.load(tmp_path / "token.key")
    token = here.issue(FIELDS, TODAY)
    first, second = here.check(token, FIELDS, TODAY), there.check(token, FIELDS, TODAY)
    assert (first.number, first.receipt) == (second.number, second.receipt)


@pytest.mark.parametrize("days", [0, 1])
def test_a_token_is_good_for_its_day_and_the_next(days):
    later = TODAY + timedelta(days=days)
    token = KEY.issue(FIELDS, TODAY)
    assert KEY.check(token, FIELDS, later).number == KEY.check(token, FIELDS, TODAY).number


def test_a_token_outlives_a_clock_that_is_set_back_by_a_day():
    token = KEY.issue(FIELDS, TODAY)
    before = KEY.check(token, FIELDS, TODAY)
    after = KEY.check(token, FIELDS, TODAY - timedelta(days=1))
    assert (after.number, after.receipt) == (before.number, before.receipt)


@pytest.mark.parametrize("days", [-2, 2, 400])
def test_a_token_is_good_on_no_other_day(days):
    with pytest.raises(BadToken, match="out of date"):
        KEY.check(KEY.issue(FIELDS, TODAY), FIELDS, TODAY + timedelta(days=days))


@pytest.mark.parametrize(
    "others",
    [
        ("story", "another text", "", "yes"),
        ("story", "a text", "yes", ""),
        ("storya text", "", "", "yes"),
        ("story", "a text", "", "yes", ""),
        ("story", "a text", ""),
        (),
    ],
)
def test_other_fields_are_told_from_a_bad_token(others):
    with pytest.raises(OtherFields):
        KEY.check(KEY.issue(FIELDS, TODAY), others, TODAY)


def test_another_key_takes_no_token_of_ours():
    with pytest.raises(BadToken):
        TokenKey(bytes(32)).check(KEY.issue(FIELDS, TODAY), FIELDS, TODAY)


@given(st.integers(0, 68), st.integers(0, 7))
def test_one_bit_changed_is_found(position, bit):
    raw = bytearray(base64.urlsafe_b64decode(KEY.issue(FIELDS, TODAY)))
    raw[position] ^= 1 << bit
    with pytest.raises(BadToken):
        KEY.check(base64.urlsafe_b64encode(raw).decode(), FIELDS, TODAY)


def test_a_token_has_one_spelling():
    token = next(t for t in (KEY.issue(FIELDS, TODAY) for _ in range(200)) if "-" in t and "_" in t)
    for other in (token.replace("-", "+"), token.replace("_", "/"), token + "=", token + "\n",
                  " " + token, token[:-1], token[:-1] + "=", token[:-1] + "é"):  # fmt: skip
        with pytest.raises(BadToken):
            KEY.check(other, FIELDS, TODAY)


@given(st.text(max_size=100) | st.text("Aa0-_", min_size=92, max_size=92))
def test_any_text_is_no_token(token):
    with pytest.raises(BadToken):
        KEY.check(token, FIELDS, TODAY)


@given(
    st.lists(st.text(st.characters()), max_size=5), st.lists(st.text(st.characters()), max_size=5)
)
def test_a_token_holds_for_exactly_its_fields(fields, others):
    token = KEY.issue(tuple(fields), TODAY)
    KEY.check(token, tuple(fields), TODAY)
    if fields != others:
        with pytest.raises(OtherFields):
            KEY.check(token, tuple(others), TODAY)


def test_a_token_tells_nothing_but_its_day():
    token = base64.urlsafe_b64decode(KEY.issue(("canary",), TODAY))
    assert len(token) == 69
    assert token[:5] == b"\x01" + (20780).to_bytes(4, "big")
    assert b"canary" not in token


def test_the_key_is_a_file_that_only_its_owner_reads(tmp_path):
    path = tmp_path / "token.key"
    TokenKey.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_bytes()) == 32
    with pytest.raises(FileExistsError):
        TokenKey.create(path)


def test_a_damaged_key_is_refused(tmp_path):
    (tmp_path / "token.key").write_bytes(b"short")
    with pytest.raises(ValueError, match="damaged"):
        TokenKey.load(tmp_path / "token.key")


def test_hostile_days_leave_no_keys_behind():
    key = TokenKey(bytes(32))
    for day in range(100):
        token = key.issue(FIELDS, TODAY + timedelta(days=day))
        with pytest.raises(BadToken):
            key.check(token, FIELDS, TODAY - timedelta(days=5))
    assert len(key._days) <= 3


def test_ten_thousand_receipts_are_uniform_and_share_nothing():
    """128 bits, drawn: no repeats, and every symbol in every place as often as chance has it."""
    day_keys = TokenKey(bytes(32))
    codes = [
        day_keys.check(day_keys.issue(FIELDS, TODAY), FIELDS, TODAY).receipt.code
        for _ in range(10_000)
    ]
    assert len(set(codes)) == 10_000
    assert len({code[:8] for code in codes}) == len({code[-8:] for code in codes}) == 10_000
    for place in range(16):
        counts = Counter(code[place] for code in codes)
        expected = 10_000 / 256
        chi_square = sum((counts[value] - expected) ** 2 / expected for value in range(256))
        # 255 degrees of freedom: beyond 420 once in some billion draws.
        assert chi_square < 420
