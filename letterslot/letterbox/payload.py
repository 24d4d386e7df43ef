"""What is inside a seal: one map in canonical CBOR, its length before it, zeros behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NoReturn

import cbor2

LENGTH_BYTES: Final = 4  # big-endian
MAX_DEPTH: Final = 4  # maps within maps; letters use two


class SealingError(ValueError):
    """An envelope, a letter or an answer that cannot be made or cannot be read."""


class _NoTags(dict[int, Any]):
    """Every CBOR tag, refused before its content is built: tags can ask for huge numbers."""

    def __missing__(self, tag: int) -> NoReturn:
        raise SealingError("tags have no place in a letter")


def encode(payload: Mapping[str, object]) -> bytes:
    """Canonical CBOR (RFC 8949, 4.2.1) of plain values. Raises SealingError."""
    try:
        return cbor2.dumps(payload, canonical=True)
    except (cbor2.CBORError, ValueError, TypeError, OverflowError):
        # No "from": the encoder's message may quote what it could not encode.
        raise SealingError(
            "This cannot be written down: it holds more than plain values."
        ) from None


def encode_in_order(payload: Mapping[str, object]) -> bytes:
    """The same for a map without maps and fractions whose keys stand in `canonical_order` already:
    a third of the time."""
    return cbor2.dumps(payload)


def canonical_order(key: str) -> tuple[int, bytes]:
    """How the keys of a canonical map are sorted: by their encoded bytes, length first."""
    encoded = key.encode()
    return len(encoded), encoded


def decode(raw: bytes) -> dict[str, object]:
    """The map in `raw`, which must be canonical and of plain values. Raises SealingError only."""
    try:
        value = cbor2.loads(
            raw,
            semantic_decoders=_NoTags(),
            max_depth=MAX_DEPTH,
            allow_indefinite=False,
            allow_duplicate_keys=False,
            strict_hashable_types=True,
        )
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, MemoryError):
        raise SealingError("What is inside is not the CBOR that a letter is made of.") from None
    if not isinstance(value, dict) or not _is_plain(value):
        raise SealingError("What is inside is not a map of plain values.")
    # Catches trailing bytes, long forms and unsorted keys at once.
    if encode(value) != raw:
        raise SealingError("What is inside is not in its one canonical form.")
    return value


def pack(raw: bytes, size: int) -> bytes:
    """`raw` behind its length, filled up with zeros to `size` bytes. Raises SealingError."""
    room = size - LENGTH_BYTES
    if len(raw) > room:
        raise SealingError(f"This is {len(raw) - room} bytes too long to be sealed.")
    return len(raw).to_bytes(LENGTH_BYTES, "big") + raw.ljust(room, b"\0")


def unpack(packed: bytes) -> bytes:
    """The inverse of `pack`; the zeros must be zeros. Raises SealingError."""
    length = int.from_bytes(packed[:LENGTH_BYTES], "big")
    end = LENGTH_BYTES + length
    if len(packed) < LENGTH_BYTES or end > len(packed):
        raise SealingError("The length inside does not fit the size.")
    if packed.count(0, end) != len(packed) - end:
        raise SealingError("The filling behind the letter is not zeros.")
    return packed[LENGTH_BYTES:end]


def _is_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(item) for key, item in value.items())
    if isinstance(value, list):
        return all(_is_plain(item) for item in value)
    return value is None or type(value) in (str, bytes, bool, int)
