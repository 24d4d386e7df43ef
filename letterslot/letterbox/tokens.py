"""Tokens: what the preview hands out so that a comment is sent exactly once, with nothing stored.

A token is 69 bytes: version, day, a random r, a keyed digest of the fields, and a MAC. The row's
number and the receipt follow from r under the day's key, so that sending again finds the same row
and shows the same receipt. See docs/formats.md.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from letterslot.letterbox import private_files
from letterslot.letterbox.receipts import CODE_BYTES, Receipt

VERSION: Final = 1
KEY_BYTES: Final = 32
NUMBER_BYTES: Final = 16  # of the row that a token admits
DAYS: Final = 2  # a token is good for its day and the next
# And on the day before, which only a clock that was set back can show: whoever sends again what
# was acknowledged before that must find the same row.
_DAYS_BACK: Final = 1

_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_R_BYTES: Final = 32
_DIGEST_BYTES: Final = 16
_MAC_BYTES: Final = 16
_DIGEST_AT: Final = 1 + 4 + _R_BYTES
_MAC_AT: Final = _DIGEST_AT + _DIGEST_BYTES
_TOKEN_BYTES: Final = _MAC_AT + _MAC_BYTES
_TOKEN_CHARS: Final = _TOKEN_BYTES * 4 // 3  # 69 is a multiple of three: no padding


class BadToken(ValueError):
    """Not a token of ours, or not one of today or yesterday."""


class OtherFields(ValueError):
    """A token of ours, made for other fields than came with it."""


@dataclass(frozen=True, repr=False)
class Admitted:
    """What follows from a good token; the same for the same token, always."""

    number: bytes  # 16 bytes, the row's key
    receipt: Receipt


@dataclass(frozen=True, repr=False)
class _DayKeys:
    mac: bytes
    digest: bytes
    derive: bytes


class TokenKey:
    """The key of the tokens, which a publication's doors share. Its loss opens no comment."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError("The token key has 32 bytes; token.key is damaged.")
        self._key = key
        self._days: dict[int, _DayKeys] = {}

    @classmethod
    def load(cls, path: Path) -> TokenKey:
        """Raises OSError, or ValueError where the file does not hold 32 bytes."""
        return cls(path.read_bytes())

    @classmethod
    def create(cls, path: Path) -> TokenKey:
        """A new random key in a file that only its owner reads. Raises FileExistsError."""
        key = secrets.token_bytes(KEY_BYTES)
        private_files.create(path, key)
        return cls(key)

    def issue(self, fields: tuple[str, ...], today: date) -> str:
        """A token for these fields, in order, on this UTC day: 92 characters of base64url."""
        day = today.toordinal() - _EPOCH_DAY
        keys = self._keys_of(day)
        head = bytes([VERSION]) + day.to_bytes(4, "big") + secrets.token_bytes(_R_BYTES)
        signed = head + _digest(fields, keys.digest)
        return base64.urlsafe_b64encode(signed + _mac(signed, keys.mac)).decode("ascii")

    def check(self, token: str, fields: tuple[str, ...], today: date) -> Admitted:
        """What the token admits. Raises BadToken or OtherFields."""
        raw = _decoded(token)
        day = int.from_bytes(raw[1:5], "big")
        # The day is looked at before any key is made: nobody can ask for keys of other days.
        if raw[0] != VERSION or not -_DAYS_BACK <= today.toordinal() - _EPOCH_DAY - day < DAYS:
            raise BadToken("This preview is out of date; please look at your comment once more.")
        keys = self._keys_of(day)
        signed = raw[:_MAC_AT]
        if not hmac.compare_digest(_mac(signed, keys.mac), raw[_MAC_AT:]):
            raise BadToken(
                "This preview is not one of ours; please look at your comment once more."
            )
        if not hmac.compare_digest(_digest(fields, keys.digest), raw[_DIGEST_AT:_MAC_AT]):
            raise OtherFields("The comment was changed after its preview; please look at it again.")
        return _admitted(raw[5:_DIGEST_AT], keys.derive)

    def _keys_of(self, day: int) -> _DayKeys:
        keys = self._days.get(day)
        if keys is None:
            labels = [_day_label(name, day) for name in _KEY_NAMES]
            named = [HKDF(_SHA256, KEY_BYTES, None, label).derive(self._key) for label in labels]
            keys = _DayKeys(*named)
            # Two days are in use; a third may be kept while midnight passes.
            self._days = {d: k for d, k in self._days.items() if abs(d - day) < DAYS} | {day: keys}
        return keys


_SHA256: Final = SHA256()
_KEY_NAMES: Final = (b"mac", b"digest", b"derive")
_NUMBER_LABEL: Final = b"letterslot/1/row number"
_RECEIPT_LABEL: Final = b"letterslot/1/receipt code"


def _day_label(name: bytes, day: int) -> bytes:
    return b"letterslot/1/token " + name + b" " + day.to_bytes(4, "big")


def _admitted(r: bytes, derive: bytes) -> Admitted:
    """HKDF (RFC 5869) under two labels; the extraction, the same for both, is done once."""
    secret = HKDF.extract(_SHA256, derive, r)
    number = HKDFExpand(_SHA256, NUMBER_BYTES, _NUMBER_LABEL).derive(secret)
    return Admitted(number, Receipt(HKDFExpand(_SHA256, CODE_BYTES, _RECEIPT_LABEL).derive(secret)))


def _digest(fields: tuple[str, ...], key: bytes) -> bytes:
    """Each field behind its length, so that no two lists of fields read alike."""
    raws = [field.encode("utf-8", "surrogatepass") for field in fields]
    framed = b"".join([len(raw).to_bytes(4, "big") + raw for raw in raws])
    return hashlib.blake2b(framed, key=key, digest_size=_DIGEST_BYTES).digest()


def _mac(signed: bytes, key: bytes) -> bytes:
    return hashlib.blake2b(signed, key=key, digest_size=_MAC_BYTES).digest()


def _decoded(token: str) -> bytes:
    """The 69 bytes, from their one spelling. Raises BadToken."""
    if len(token) == _TOKEN_CHARS and token.isascii():
        try:
            raw = base64.b64decode(token, altchars=b"-_", validate=True)
        except ValueError:
            raw = b""
        if len(raw) == _TOKEN_BYTES and "+" not in token and "/" not in token:
            return raw
    raise BadToken("This preview is not one of ours; please look at your comment once more.")
