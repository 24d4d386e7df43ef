"""Letters: the limits of every field, on both sides of the seal."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import Box, PrivateKey, PublicKey

from letterslot.letterbox import letters, payload, sealing
from letterslot.letterbox.letters import (
    CommentLetter,
    ReceiptLetter,
    ReportLetter,
    UnknownKind,
    Wish,
)
from letterslot.letterbox.receipts import Receipt
from letterslot.letterbox.sealing import SealingError
from letterslot.text.plain import normalise, one_line

KEY = PrivateKey(bytes(range(32)))
EPOCH = "2026-11-23"
NUMBER = b"n" * 16
RECEIPT = Receipt.from_code_bytes(bytes(16))


def opened(envelope, number=NUMBER, epoch=EPOCH):
    return letters.read(envelope, number=number, epoch=epoch, private_key=bytes(KEY))


def test_a_comment_comes_out_as_it_was_sealed(letter, epoch_key):
    assert opened(letter.seal(epoch_key.public)) == letter


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=300).map(normalise)


@given(
    text=words.filter(bool),
    name=words.map(lambda name: name.replace("\n", " ")),
    number=st.binary(min_size=16, max_size=16),
    edits=st.booleans(),
    group=st.sampled_from(letters.GROUPS),
)
def test_any_comment_comes_out_as_it_was_sealed(text, name, number, edits, group):
    letter = CommentLetter(
        number, EPOCH, "story", "ko", name, text, "Ab-_9", group, edits, RECEIPT.public_key
    )
    assert opened(letter.seal(bytes(KEY.public_key)), number=number) == letter


def test_the_largest_comment_fits(changed, epoch_key):
    largest = changed(text="가" * (28 * 1024 // 3), name="a" * 1024, story="s" * 100)
    assert len(largest.seal(epoch_key.public)) == sealing.SIZES[-1]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", b"short"),
        ("number", "n" * 16),
        ("epoch", "2026-11-31"),
        ("epoch", "20261123"),
        ("epoch", "2026-W47-1"),
        ("epoch", 20261123),
        ("story", ""),
        ("story", "../secret"),
        ("story", "two words"),
        ("story", "s" * 101),
        ("language", ""),
        ("language", "ko\n"),
        ("language", "<b>"),
        ("name", "two\nlines"),
        ("name", "x" * 1025),
        ("name", None),
        ("text", ""),
        ("text", "x" * (28 * 1024 + 1)),
        ("text", "가" * (28 * 1024 // 3 + 1)),
        ("text", b"bytes"),
        ("reply_to", "a/b"),
        ("reply_to", "x" * 17),
        ("group", "no"),
        ("group", ["yes"]),
        ("edits", 1),
        ("edits", "yes"),
        ("receipt", b"r" * 31),
    ],
)
def test_a_field_beyond_its_limits_is_neither_sealed_nor_read(changed, epoch_key, field, value):
    letter = changed(**{field: value})
    with pytest.raises(SealingError, match=f"“{field}”"):
        letter.seal(epoch_key.public)
    envelope = sealing.seal({"kind": "comment", **vars(letter)}, epoch_key.public)
    with pytest.raises(SealingError, match=f"“{field}”"):
        opened(envelope)


@pytest.mark.parametrize("name", [field.name for field in fields(CommentLetter)])
def test_a_letter_that_lacks_a_field_is_refused(letter, epoch_key, name):
    lacking = {key: value for key, value in vars(letter).items() if key != name}
    with pytest.raises(SealingError, match="other fields"):
        opened(sealing.seal({"kind": "comment", **lacking}, epoch_key.public))


def test_a_letter_with_a_field_too_many_is_refused(letter, epoch_key):
    envelope = sealing.seal({"kind": "comment", **vars(letter), "time": 1}, epoch_key.public)
    with pytest.raises(SealingError, match="other fields"):
        opened(envelope)


@pytest.mark.parametrize("kind", ["telegram", "", None, 7, b"comment", ["comment"]])
def test_a_kind_of_a_later_version_is_told_from_rubbish(letter, epoch_key, kind):
    with pytest.raises(UnknownKind):
        opened(sealing.seal({**vars(letter), "kind": kind}, epoch_key.public))


def test_a_copied_envelope_is_refused_under_another_number_or_epoch(letter, epoch_key):
    envelope = letter.seal(epoch_key.public)
    with pytest.raises(SealingError, match="another row"):
        opened(envelope, number=b"m" * 16)
    with pytest.raises(SealingError, match="another row"):
        opened(envelope, epoch="2026-11-24")


def test_a_receipts_key_that_no_answer_can_be_sealed_to_is_refused(changed, epoch_key):
    small_order = changed(receipt=bytes([1, *bytes(31)]))
    with pytest.raises(SealingError, match="receipt's key"):
        opened(small_order.seal(epoch_key.public))


def test_what_was_sealed_past_the_door_is_normalised_when_read(changed, epoch_key):
    letter = changed(text="e\u0301\r\n\x00x ", name="\ta")
    assert opened(letter.seal(epoch_key.public)) == changed(text="\u00e9\nx", name="a")


def test_a_text_of_which_nothing_is_left_is_refused(changed, epoch_key):
    with pytest.raises(SealingError, match="“text”"):
        opened(changed(text="\x00\x01").seal(epoch_key.public))


@pytest.mark.parametrize(
    ("field", "value"),
    [("text", "\u0958" * 9_000), ("name", "\u0958" * 300), ("name", "two\rlines")],
    ids=["a text twice as long", "a name twice as long", "a name of two lines"],
)
def test_what_is_beyond_its_limits_in_normal_form_is_refused(changed, epoch_key, field, value):
    """Else one letter from past the door would keep all others from being collected."""
    with pytest.raises(SealingError, match=f"“{field}”"):
        opened(changed(**{field: value}).seal(epoch_key.public))


def test_a_letter_shows_nothing_of_itself(changed):
    assert "canary" not in repr(changed(text="canary", name="canary"))
    assert "canary" not in repr(Wish("appeal", b"", {"words": "canary"}))


def test_every_script_comes_out_as_it_was_sealed(changed, epoch_key, repository, shared_data):
    texts = json_texts(repository / "tests" / "data" / "scripts" / "sample.jsonl")
    if shared_data is not None:
        texts += json_texts(shared_data / "scripts" / "udhr_paragraphs.jsonl")
    for text in texts:
        envelope = changed(text=normalise(text)).seal(epoch_key.public)
        assert opened(envelope).text == unicodedata.normalize("NFC", text)


def json_texts(path):
    return [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()]


def test_naughty_strings_come_out_normalised_or_are_refused(changed, epoch_key, shared_data):
    if shared_data is None:
        pytest.skip("the list of naughty strings is not on this machine")
    refused = 0
    for string in json.loads((shared_data / "blns" / "blns.json").read_text("utf-8")):
        try:
            envelope = changed(text=string, name=one_line(string)).seal(epoch_key.public)
            assert opened(envelope).text == normalise(string)
        except SealingError:
            refused += 1
            assert not normalise(string) or len(string.encode()) > 1024
    assert refused < 10


# Wishes.


@pytest.fixture
def wish(receipt, epoch_key):
    """Writes a wish of the receipt's holder."""

    def write(verb="withdraw", holder=receipt, **details):
        return letters.write_wish(
            holder,
            verb,
            number=NUMBER,
            epoch=EPOCH,
            epoch_public_key=epoch_key.public,
            details=details,
        )

    return write


@pytest.mark.parametrize(
    ("verb", "details"),
    [
        ("withdraw", {}),
        ("refuse-edit", {}),
        ("appeal", {"words": "저는 사실만 적었습니다."}),
        ("group", {"group": "within-3-days"}),
    ],
)
def test_a_wish_comes_out_as_it_was_boxed(wish, receipt, epoch_key, verb, details):
    letter = opened(wish(verb, **details).seal(epoch_key.public))
    assert isinstance(letter, ReceiptLetter)
    assert letters.open_wish(letter, epoch_key.private) == Wish(verb, receipt.public_key, details)


def test_a_wish_looks_like_a_short_comment_from_outside(wish, changed, epoch_key):
    assert len(wish().seal(epoch_key.public)) == len(changed(text="x").seal(epoch_key.public))


def test_the_longest_appeal_fits(wish, epoch_key):
    assert opened(wish("appeal", words="x" * 8192).seal(epoch_key.public))


@pytest.mark.parametrize(
    ("verb", "details"),
    [
        ("publish", {}),
        ("appeal", {"words": "x" * 8193}),
        ("appeal", {"words": 7}),
        ("group", {"group": "no"}),
        ("appeal", dict.fromkeys("abcde", "")),
    ],
)
def test_a_wish_beyond_its_limits_is_not_written(wish, verb, details):
    with pytest.raises(SealingError):
        wish(verb, **details)


def test_nobody_makes_a_wish_for_anothers_receipt(
    wish, receipt, strangers_receipt, epoch_key, changed
):
    forged = wish(holder=strangers_receipt)
    claimed = ReceiptLetter(NUMBER, EPOCH, receipt.public_key, forged.nonce, forged.box)
    with pytest.raises(SealingError, match="does not hold the receipt"):
        letters.open_wish(opened(claimed.seal(epoch_key.public)), epoch_key.private)


def test_a_wish_is_good_in_its_own_letter_alone(wish, epoch_key):
    copied = wish()
    moved = ReceiptLetter(b"m" * 16, EPOCH, copied.receipt, copied.nonce, copied.box)
    with pytest.raises(SealingError, match="another letter"):
        letters.open_wish(moved, epoch_key.private)


@given(st.binary(max_size=200))
def test_any_bytes_boxed_by_the_receipt_are_a_wish_or_refused(raw):
    nonce = bytes(24)
    box = Box(PrivateKey(RECEIPT.private_key), PublicKey(bytes(KEY.public_key)))
    boxed = box.encrypt(raw, nonce).ciphertext
    letter = ReceiptLetter(NUMBER, EPOCH, RECEIPT.public_key, nonce, boxed)
    with pytest.raises(SealingError):
        letters.open_wish(letter, bytes(KEY))


@given(
    st.dictionaries(
        st.sampled_from(["verb", "number", "epoch", "details", "more"]),
        st.none() | st.text() | st.binary() | st.dictionaries(st.text(), st.text()),
    )
)
def test_any_map_boxed_by_the_receipt_is_a_wish_or_refused(fields):
    box = Box(PrivateKey(RECEIPT.private_key), PublicKey(bytes(KEY.public_key)))
    try:
        boxed = box.encrypt(payload.encode(fields), bytes(24)).ciphertext
        letter = ReceiptLetter(NUMBER, EPOCH, RECEIPT.public_key, bytes(24), boxed)
        letters.open_wish(letter, bytes(KEY))
    except SealingError:
        return
    pytest.fail("no such map names a verb")


@given(
    st.dictionaries(
        st.sampled_from([field.name for field in fields(CommentLetter)] + ["kind"]),
        st.none() | st.text() | st.binary() | st.booleans() | st.integers(0, 9),
    )
)
def test_any_map_in_a_good_seal_is_a_letter_or_refused(values):
    try:
        envelope = sealing.seal(values, bytes(KEY.public_key))
        opened(envelope)
    except SealingError:
        return
    pytest.fail("no such map names this row's number and epoch")


def a_report(**changes):
    given = {"number": NUMBER, "epoch": EPOCH, "comment": "k3v9q2m7", "reason": "It names a child."}
    return ReportLetter(**(given | changes))


def test_a_report_comes_out_as_it_was_sealed(epoch_key):
    assert opened(a_report().seal(epoch_key.public)) == a_report()


def test_the_longest_report_fits(epoch_key):
    assert opened(a_report(reason="x" * 8192).seal(epoch_key.public))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("comment", ""),
        ("comment", "../x"),
        ("comment", "x" * 17),
        ("reason", ""),
        ("reason", "x" * 8193),
        ("reason", b"bytes"),
        ("number", b"short"),
        ("epoch", "2026-11-31"),
    ],
)
def test_a_report_outside_its_limits_is_neither_sealed_nor_read(epoch_key, field, value):
    report = a_report(**{field: value})
    with pytest.raises(SealingError):
        report.seal(epoch_key.public)
    number, epoch = (report.number, report.epoch)
    past_the_door = sealing.seal({"kind": "report", **vars(report)}, epoch_key.public)
    with pytest.raises(SealingError):
        opened(past_the_door, number=number, epoch=epoch)


def test_the_reason_of_a_report_is_normalised_whoever_sealed_it(epoch_key):
    sealed = a_report(reason="  e\u0301\r\n\x07 ").seal(epoch_key.public)
    assert opened(sealed).reason == "é"
    with pytest.raises(SealingError):
        opened(a_report(reason=" \x07 ").seal(epoch_key.public))


def test_a_short_report_and_a_short_comment_have_one_size(letter, epoch_key):
    sizes = {len(one.seal(epoch_key.public)) for one in (a_report(), letter)}
    assert sizes == {1024}


@pytest.mark.parametrize("kind", sorted(letters._IN_ORDER))
def test_a_letters_fields_stand_in_the_canonical_order(kind: str) -> None:
    names = letters._IN_ORDER[kind]
    fields: dict[str, object] = dict.fromkeys(names, "x")
    assert payload.encode_in_order(fields) == payload.encode(dict(reversed(fields.items())))
