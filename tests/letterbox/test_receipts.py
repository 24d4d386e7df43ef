"""Receipts and the answers sealed to them."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PublicKey, SealedBox

from letterslot.letterbox import payload, receipts
from letterslot.letterbox.receipts import (
    Answer,
    MistypedReceipt,
    Receipt,
    answer_id,
    contains_receipt,
    dummy,
    open_answer,
    seal_answer,
)
from letterslot.letterbox.sealing import SealingError

MINE = Receipt.from_code_bytes(b"\x5a" * 16)


@given(st.binary(min_size=16, max_size=16))
def test_a_receipt_is_known_by_what_was_printed(code):
    receipt = Receipt.from_code_bytes(code)
    again = Receipt.parse(receipt.printed)
    assert again == receipt
    assert again.public_key == receipt.public_key


def test_a_mistyped_receipt_is_told_in_one_sentence():
    with pytest.raises(MistypedReceipt, match=r"^This is not a receipt[^.]*\.$"):
        Receipt.parse("7QK4M 2XH9T")


@pytest.mark.parametrize("code", [b"", bytes(15), bytes(17)])
def test_a_receipt_has_sixteen_bytes(code):
    with pytest.raises(ValueError, match="16 bytes"):
        Receipt.from_code_bytes(code)


def test_a_receipt_does_not_show_its_code():
    assert MINE.printed not in repr(MINE)
    assert repr(MINE.code) not in repr(MINE)


def test_keys_and_answer_id_follow_from_the_code_and_differ():
    other = Receipt.from_code_bytes(b"\x5b" * 16)
    assert len({MINE.private_key, MINE.public_key, other.private_key, other.public_key}) == 4
    assert MINE.answer_id == answer_id(MINE.public_key) != other.answer_id
    assert len(MINE.answer_id) == 16


@pytest.mark.parametrize(
    "change",
    [str, str.lower, lambda code: code.replace(" ", ""), lambda code: code.replace(" ", "-"),
     lambda code: code.replace(" ", "\n"), lambda code: code.replace(" ", " - ")],
)  # fmt: skip
@pytest.mark.parametrize(
    "around", ["{}", "my receipt is {}.", "영수증은 {} 입니다", "({})", "{}\n"]
)
def test_a_receipt_in_a_text_is_seen(change, around):
    assert contains_receipt(around.format(change(MINE.printed)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        MINE.printed[:-1],
        MINE.printed[:-1] + ("0" if MINE.printed[-1] != "0" else "1"),
        "x" + MINE.printed,
        "these those there where whose of",  # six words of ordinary text
        "0" * 5000,
        "ABCDE " * 800,
        "01234 56789 01234 56789 01234 56",
    ],
)
def test_other_texts_hold_no_receipt(text):
    assert not contains_receipt(text)


def test_naughty_strings_and_samples_hold_no_receipt(repository, shared_data):
    folders = [repository / "tests" / "data"] + ([shared_data / "blns"] if shared_data else [])
    for folder in folders:
        for path in folder.rglob("*.json*"):
            assert not contains_receipt(path.read_text("utf-8"))


answers = st.builds(
    Answer,
    state=st.sampled_from(receipts.STATES),
    clause=st.none() | st.integers(0, 99),
    reason=st.text(st.characters(exclude_categories=["Cs"]), max_size=150),
    address=st.from_regex(r"stories/[a-z-]{1,80}/comments/[0-9]/#c-[a-z0-9]{9}", fullmatch=True),
    edition=st.integers(0, 10**6),
    edited=st.booleans(),
    language=st.sampled_from(["", "ko", "zh-Hans"]),
    appeal=st.sampled_from(receipts.APPEALS),
    appeal_until=st.just("") | st.dates().map(str),
)  # fmt: skip


@given(answers)
def test_an_answer_is_opened_by_its_receipt(answer):
    sealed = seal_answer(answer, MINE.public_key)
    assert len(sealed) == 1024
    assert open_answer(sealed, MINE) == answer


def test_the_longest_answer_fits():
    longest = Answer(
        "published",
        999,
        "x" * 600,
        f"stories/{'s' * 100}/comments/99999/index.html#c-{'i' * 16}",
        10**6,
        True,
        "zh-Hant-HK",
        "overturned",
        "2026-12-07",
    )
    assert open_answer(seal_answer(longest, MINE.public_key), MINE) == longest


@pytest.mark.parametrize(
    "answer",
    [
        Answer("published", reason="x" * 601),
        Answer("published", reason="가" * 201),
        Answer("published", address="a" * 960),
        Answer("held"),
        Answer("published", edition="7"),
        Answer("published", clause=True),
        Answer("declined", appeal="heard"),
        Answer("declined", appeal=True),
        Answer("declined", appeal_until="soon"),
        Answer("declined", appeal_until="2026-11-31"),
        Answer("declined", appeal_until=20261207),
    ],
)
def test_an_answer_beyond_its_limits_is_not_sealed(answer):
    with pytest.raises(SealingError):
        seal_answer(answer, MINE.public_key)


def test_an_answer_of_the_first_version_is_read():
    told = {name: value for name, value in vars(Answer("declined", 2)).items() if "app" not in name}
    packed = payload.pack(payload.encode(told), 976)
    sealed = SealedBox(PublicKey(MINE.public_key)).encrypt(packed)
    assert open_answer(sealed, MINE) == Answer("declined", 2)


def test_another_receipt_opens_no_answer(strangers_receipt):
    with pytest.raises(SealingError, match="does not open"):
        open_answer(seal_answer(Answer("declined"), MINE.public_key), strangers_receipt)


@given(st.binary(max_size=1100))
def test_any_bytes_are_no_answer(sealed):
    with pytest.raises(SealingError):
        open_answer(sealed, MINE)


@given(
    st.binary(max_size=900)
    | st.dictionaries(
        st.sampled_from(["state", "clause", "reason", "address", "edition", "edited", "language"]),
        st.none() | st.text(max_size=20) | st.integers(0, 9) | st.booleans(),
    ).map(payload.encode)
)
def test_anything_sealed_to_the_receipt_is_an_answer_or_refused(raw):
    packed = payload.pack(raw, 976)
    sealed = bytes(SealedBox(PublicKey(MINE.public_key)).encrypt(packed))
    try:
        assert isinstance(open_answer(sealed, MINE), Answer)
    except SealingError:
        return


@pytest.mark.parametrize("key", [bytes(32), b"short"])
def test_no_answer_is_sealed_to_what_is_no_key(key):
    with pytest.raises(SealingError):
        seal_answer(Answer("declined"), key)


def test_dummies_are_the_same_from_the_same_seed_and_differ_otherwise():
    assert dummy(b"seed", 1) == dummy(b"seed", 1)
    made = [dummy(seed, n) for seed in (b"seed", b"other") for n in range(50)]
    assert {(len(identity), len(sealed)) for identity, sealed in made} == {(16, 1024)}
    assert len({identity for identity, _ in made}) == 100
    assert len({sealed for _, sealed in made}) == 100


def test_a_dummy_begins_as_a_sealed_answer_does():
    # A public key is below 2^255: random bytes would show their top bit half of the time.
    sealed = [seal_answer(Answer("declined"), MINE.public_key) for _ in range(40)]
    fillers = [dummy(b"seed", n)[1] for n in range(40)]
    assert {answer[31] >> 7 for answer in sealed} == {0} == {filler[31] >> 7 for filler in fillers}


def test_nobody_opens_a_dummy():
    with pytest.raises(SealingError):
        open_answer(dummy(b"seed", 0)[1], MINE)


def test_the_symbols_of_receipts_are_evenly_spread():
    # Every place but the first, which has only three bits, and the check symbol.
    codes = [dummy(b"codes", n)[0] for n in range(2000)]
    shown = [Receipt.from_code_bytes(code).printed.replace(" ", "") for code in codes]
    for place in range(1, 26):
        counts = Counter(code[place] for code in shown)
        chi_square = sum((counts[symbol] - 62.5) ** 2 / 62.5 for symbol in receipts.codes.ALPHABET)
        assert chi_square < 80  # 31 degrees of freedom; the codes are fixed, so this cannot flicker
