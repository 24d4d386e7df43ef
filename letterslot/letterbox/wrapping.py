"""Wrapping: secrets under other secrets, and a passphrase stretched into a key by Argon2id."""

from __future__ import annotations

import base64
import unicodedata
from dataclasses import dataclass
from typing import Final

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox

KEY_BYTES: Final = SecretBox.KEY_SIZE  # 32
SALT_BYTES: Final = argon2id.SALTBYTES  # 16


class DamagedKeyFile(ValueError):
    """The key file cannot be read, or its parts do not belong together."""


@dataclass(frozen=True)
class Cost:
    """What Argon2id costs: passes, and bytes of memory."""

    passes: int
    memory: int


MODERATE: Final = Cost(argon2id.OPSLIMIT_MODERATE, argon2id.MEMLIMIT_MODERATE)  # 256 MiB, 0.8 s


def wrap(key: bytes, label: str, secret: bytes) -> str:
    """`secret` sealed under `key` (crypto_secretbox), in base 64.

    The label goes inside, so that no entry can be put in another's place.
    """
    return to_base64(SecretBox(key).encrypt(label.encode("ascii") + b"\0" + secret))


def unwrap(key: bytes, label: str, wrapped: str) -> bytes:
    """The inverse of `wrap`. Raises DamagedKeyFile, also where the key is another."""
    try:
        plain = SecretBox(key).decrypt(from_base64(wrapped))
    except (CryptoError, ValueError, TypeError):
        raise DamagedKeyFile(f"The entry “{label}” of the key file cannot be opened.") from None
    found, _, secret = plain.partition(b"\0")
    if found != label.encode("ascii"):
        raise DamagedKeyFile(f"The entry “{label}” of the key file stands in another's place.")
    return secret


def stretch(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """A key of 32 bytes from what somebody typed. Slow on purpose. Raises DamagedKeyFile."""
    try:
        return argon2id.kdf(KEY_BYTES, _spelled(passphrase), salt, cost.passes, cost.memory)
    except (ValueError, TypeError, CryptoError):
        raise DamagedKeyFile(
            f"Argon2id cannot be run with the {cost.memory} bytes of memory that the key file asks "
            "for; free some memory, or bring back a copy of the file."
        ) from None


def _spelled(typed: str) -> bytes:
    """One spelling whatever the keyboard: NFKC, single blanks, none at the ends."""
    return " ".join(unicodedata.normalize("NFKC", typed).split()).encode("utf-8", "surrogatepass")


def to_base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def from_base64(text: str) -> bytes:
    """Raises DamagedKeyFile."""
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, TypeError):
        raise DamagedKeyFile("The key file holds something that is not base 64.") from None
