"""Sealing: from a map of plain values to an envelope of one of six sizes, and back.

envelope = version byte 1, then crypto_box_seal(length, canonical CBOR, zeros). See docs/formats.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from nacl.bindings import crypto_box_seal
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from letterslot.letterbox import payload as payload_
from letterslot.letterbox.payload import SealingError

__all__ = ["ROOM", "SIZES", "VERSION", "SealingError", "seal", "seal_encoded", "unseal"]

VERSION: Final = 1
SIZES: Final = (1024, 2048, 4096, 8192, 16384, 32768)

_VERSION_BYTE: Final = bytes([VERSION])
_SEAL_BYTES: Final = 48  # the ephemeral public key and the authenticator
_OVERHEAD: Final = len(_VERSION_BYTE) + _SEAL_BYTES
ROOM: Final = SIZES[-1] - _OVERHEAD - payload_.LENGTH_BYTES  # bytes of CBOR that fit the largest


def seal(payload: Mapping[str, object], public_key: bytes) -> bytes:
    """Seal plain values to an epoch's public key (32 bytes).

    The envelope has the smallest of SIZES that fits. Raises SealingError.
    """
    return seal_encoded(payload_.encode(payload), public_key)


def seal_encoded(raw: bytes, public_key: bytes) -> bytes:
    """`seal` for what is canonical CBOR already. Raises SealingError."""
    packed = payload_.pack(raw, _size_for(len(raw)) - _OVERHEAD)
    try:
        return _VERSION_BYTE + crypto_box_seal(packed, public_key)
    except (CryptoError, ValueError, TypeError):
        raise SealingError("This is not a public key that anything can be sealed to.") from None


def unseal(envelope: bytes, private_key: bytes) -> dict[str, object]:
    """Open an envelope with its epoch's private key (32 bytes), whatever it may hold.

    Raises SealingError, and nothing else, for every envelope that `seal` would not have made.
    """
    if len(envelope) not in SIZES:
        raise SealingError("An envelope has one of six sizes, and this one has none of them.")
    if envelope[0] != VERSION:
        raise SealingError(f"This envelope is of version {envelope[0]}, which is not known here.")
    try:
        packed = SealedBox(PrivateKey(private_key)).decrypt(envelope[1:])
    except (CryptoError, ValueError, TypeError):
        raise SealingError("This key does not open the envelope.") from None
    raw = payload_.unpack(packed)
    if _size_for(len(raw)) != len(envelope):
        raise SealingError("The envelope is larger than its letter needs.")
    return payload_.decode(raw)


def _size_for(length: int) -> int:
    """The smallest size that takes `length` bytes of CBOR. Raises SealingError."""
    needed = length + _OVERHEAD + payload_.LENGTH_BYTES
    for size in SIZES:
        if needed <= size:
            return size
    raise SealingError(f"This is {needed - SIZES[-1]} bytes too long for the largest envelope.")
