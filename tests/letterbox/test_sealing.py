"""Envelopes: what goes in comes out, and nothing else ever does."""

from __future__ import annotations

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey, PublicKey, SealedBox

from letterslot.letterbox import payload
from letterslot.letterbox.sealing import ROOM, SIZES, SealingError, seal, unseal

KEY = PrivateKey(bytes(range(32)))
PUBLIC = bytes(KEY.public_key)
PRIVATE = bytes(KEY)

texts = st.text(st.characters(exclude_categories=["Cs"]))
plain_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | texts | st.binary(),
    lambda inner: st.dictionaries(texts, inner, max_size=3) | st.lists(inner, max_size=3),
    max_leaves=4,
)


def sealed_by_hand(packed: bytes, version: int = 1) -> bytes:
    """What a hostile hand may seal: anything, to the public key that anyone can read."""
    return bytes([version]) + SealedBox(PublicKey(PUBLIC)).encrypt(packed)


def filled(raw: bytes, length: int | None = None, size: int = 1024) -> bytes:
    given = len(raw) if length is None else length
    return (given.to_bytes(4, "big") + raw).ljust(size - 49, b"\0")


@given(st.dictionaries(texts, st.booleans() | texts | st.binary() | st.none(), max_size=5))
def test_what_is_sealed_comes_out_again(values):
    envelope = seal(values, PUBLIC)
    assert len(envelope) in SIZES
    assert unseal(envelope, PRIVATE) == values


@given(st.dictionaries(texts, plain_values, max_size=3))
def test_maps_and_lists_come_out_or_are_refused_as_too_deep(values):
    envelope = seal(values, PUBLIC)
    try:
        assert unseal(envelope, PRIVATE) == values
    except SealingError:
        assert depth(values) > payload.MAX_DEPTH


def depth(value) -> int:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    nests = isinstance(value, dict | list)
    return nests + max((depth(item) for item in inside), default=0)


@pytest.mark.parametrize("size", SIZES)
def test_an_envelope_has_the_smallest_size_that_fits(size):
    room = size - 49 - 4 - len(cbor2.dumps({"t": "x" * 300})) + 300
    room -= 2 if room >= 65536 else 0
    assert len(seal({"t": "x" * room}, PUBLIC)) == size
    assert size == SIZES[-1] or len(seal({"t": "x" * (room + 1)}, PUBLIC)) == 2 * size


def test_letters_of_very_different_length_have_one_size():
    assert len(seal({"t": ""}, PUBLIC)) == len(seal({"t": "x" * 900}, PUBLIC)) == 1024


def test_what_does_not_fit_the_largest_envelope_is_refused():
    with pytest.raises(SealingError, match="bytes too long"):
        seal({"t": "x" * ROOM}, PUBLIC)


def test_sealing_the_same_twice_gives_different_envelopes():
    assert seal({"t": "same"}, PUBLIC) != seal({"t": "same"}, PUBLIC)


@pytest.mark.parametrize("key", [b"", b"short", bytes(32), bytes([1, *bytes(31)]), "text"])
def test_nothing_is_sealed_to_what_is_no_key(key):
    with pytest.raises(SealingError):
        seal({"t": "x"}, key)


@pytest.mark.parametrize("value", ["\ud800", object(), {1, 2}, 1j])
def test_nothing_but_plain_values_is_sealed(value):
    with pytest.raises(SealingError):
        payload.decode(payload.encode({"t": value}))


def test_a_fault_never_quotes_the_text():
    with pytest.raises(SealingError) as fault:
        seal({"t": "canary\ud800"}, PUBLIC)
    assert "canary" not in str(fault.value)
    assert fault.value.__cause__ is None


@given(st.binary(max_size=2000))
def test_any_bytes_are_opened_or_refused(envelope):
    with pytest.raises(SealingError):
        unseal(envelope, PRIVATE)


@given(st.binary(min_size=1023, max_size=1023))
def test_any_bytes_of_the_right_size_are_refused(rest):
    with pytest.raises(SealingError):
        unseal(b"\x01" + rest, PRIVATE)


@given(st.binary(max_size=900))
def test_any_bytes_inside_a_good_seal_are_read_or_refused(raw):
    try:
        values = unseal(sealed_by_hand(filled(raw)), PRIVATE)
    except SealingError:
        return
    assert cbor2.dumps(values, canonical=True) == raw


@given(st.recursive(st.integers() | st.floats() | texts | st.binary() | st.none(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.integers() | texts, inner)
                    | inner.map(lambda value: cbor2.CBORTag(9999, value)), max_leaves=20),
       st.booleans())  # fmt: skip
def test_any_cbor_inside_a_good_seal_is_plain_or_refused(value, canonical):
    raw = cbor2.dumps(value, canonical=canonical)[:900]
    try:
        values = unseal(sealed_by_hand(filled(raw)), PRIVATE)
    except SealingError:
        return
    assert isinstance(values, dict)
    assert cbor2.dumps(values, canonical=True) == raw


@given(st.integers(0, 1023), st.integers(0, 7))
def test_one_bit_changed_is_found(position, bit):
    envelope = bytearray(seal({"t": "x"}, PUBLIC))
    envelope[position] ^= 1 << bit
    with pytest.raises(SealingError):
        unseal(bytes(envelope), PRIVATE)


def test_another_days_key_does_not_open_it():
    with pytest.raises(SealingError, match="does not open"):
        unseal(seal({"t": "x"}, PUBLIC), bytes(32))


@pytest.mark.parametrize(
    ("packed", "fault"),
    [
        (filled(b"\xa0", length=971), "canonical"),
        (filled(b"\xa0", length=2**32 - 1), "length"),
        (filled(b"\xa0", length=972), "length"),
        (filled(b"\xa0")[:-1] + b"\x01", "zeros"),
        (filled(b"\xa0", size=2048), "larger"),
        (filled(b"\x80"), "map"),
        (filled(b""), "CBOR"),
        (filled(b"\xa0\xa0"), "canonical"),
        (filled(bytes.fromhex("a161741801")), "canonical"),  # one, written long
        (filled(bytes.fromhex("a2616200616100")), "canonical"),  # keys out of order
        (filled(bytes.fromhex("a2616100616100")), "CBOR"),  # a key twice
        (filled(bytes.fromhex("bf616100ff")), "CBOR"),  # without a length
        (filled(bytes.fromhex("a10000")), "CBOR|plain"),  # a key that is no text
        (filled(bytes.fromhex("a16161f7")), "plain"),  # undefined
        (filled(bytes.fromhex("a16161fb3ff0000000000000")), "plain"),  # a fraction
        (filled(bytes.fromhex("a16161c11a514b67b0")), "CBOR"),  # a tagged time
        (filled(bytes.fromhex("a16161c5821b00ffffffffffffff01")), "CBOR"),  # a huge number
        (filled(bytes.fromhex("a16161d81c81d81d00")), "CBOR"),  # a list that holds itself
        (filled(bytes.fromhex("a16161" + "81" * 5 + "00")), "CBOR"),  # too deep
        (filled(bytes.fromhex("a161619b7fffffffffffffff")), "CBOR"),  # a list of 2^63
        (filled(bytes.fromhex("a161617b7fffffffffffffff")), "CBOR"),
        (filled(bytes.fromhex("a1616162ffff")), "CBOR"),  # not UTF-8
    ],
)  # fmt: skip
def test_each_way_to_be_wrong_inside_is_refused(packed, fault):
    envelope = sealed_by_hand(packed)
    with pytest.raises(SealingError, match=fault):
        unseal(envelope, PRIVATE)


@pytest.mark.parametrize("version", [0, 2, 255])
def test_an_unknown_version_is_named(version):
    with pytest.raises(SealingError, match=f"version {version}"):
        unseal(sealed_by_hand(filled(b"\xa0"), version), PRIVATE)


@pytest.mark.parametrize("size", [0, 1, 48, 1023, 1025, 65536])
def test_other_sizes_are_refused(size):
    with pytest.raises(SealingError, match="six sizes"):
        unseal(bytes(size), PRIVATE)
