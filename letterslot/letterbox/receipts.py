"""Receipts: the one code a writer gets, the keys that follow from it, the answers sealed to it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl.bindings import crypto_box_seal_open, crypto_scalarmult_base
from nacl.exceptions import CryptoError
from nacl.public import PublicKey, SealedBox

from letterslot.letterbox import codes, payload
from letterslot.letterbox.payload import SealingError

CODE_BYTES: Final = 16
ANSWER_ID_BYTES: Final = 16
ANSWER_BYTES: Final = 1024  # sealed
REASON_BYTES: Final = 600  # a decision's reason in UTF-8, at most
APPEALS: Final = ("", "upheld", "overturned")  # upheld: the decision stands
STATES: Final = ("published", "declined", "removed", "withdrawn", "waiting")

_INNER_BYTES: Final = ANSWER_BYTES - 48  # 976: what is left inside a sealed box
_SHA256: Final = SHA256()
_KEY_LABEL: Final = b"letterslot/1/receipt key"
_ANSWER_ID: Final = b"ls/1/answer id"
_DUMMY_LABEL: Final = b"letterslot/1/dummy answer"


class MistypedReceipt(ValueError):
    """Not a receipt as it was printed; the sentence is meant for the reader."""


@dataclass(frozen=True, repr=False)
class Receipt:
    """A receipt. Its code is a secret: it is in no `repr`, no log and no address."""

    code: bytes

    @classmethod
    def from_code_bytes(cls, code: bytes) -> Receipt:
        """Raises ValueError unless `code` is 16 bytes."""
        if len(code) != CODE_BYTES:
            raise ValueError("A receipt's code has 16 bytes.")
        return cls(code)

    @classmethod
    def parse(cls, typed: str) -> Receipt:
        """The receipt that somebody typed. Raises MistypedReceipt.

        Blanks, hyphens and case make no difference; O is read as 0, I and L as 1.
        """
        try:
            return cls(codes.parsed(typed, CODE_BYTES))
        except codes.MistypedCode:
            raise MistypedReceipt(
                "This is not a receipt as we print it: please look for a mistyped letter or digit."
            ) from None

    @property
    def printed(self) -> str:
        """Five groups of five symbols and one of two, the last of which is the check symbol."""
        return codes.printed(self.code)

    @cached_property
    def private_key(self) -> bytes:
        """X25519, 32 bytes, by HKDF-SHA256 (RFC 5869) from the code."""
        return HKDF(_SHA256, 32, None, _KEY_LABEL).derive(self.code)

    @cached_property
    def public_key(self) -> bytes:
        """X25519, 32 bytes: what goes into the letter, and all the newsroom ever has of it."""
        return crypto_scalarmult_base(self.private_key)

    @property
    def answer_id(self) -> bytes:
        return answer_id(self.public_key)


def answer_id(public_key: bytes) -> bytes:
    """Under which 16 bytes the answer to this receipt is printed."""
    return hashlib.blake2b(public_key, digest_size=ANSWER_ID_BYTES, person=_ANSWER_ID).digest()


# As printed, or without its blanks, or with hyphens or line breaks in their place. Other
# groupings are left alone: sought in any running text, they would be found by chance.
_AS_PRINTED: Final = re.compile(
    r"(?<![^\W_])(?:[0-9A-TV-Z]{5}[\s\-‐-―_.·]{0,3}){5}[0-9A-TV-Z]{2}(?![^\W_])", re.IGNORECASE
)


def contains_receipt(text: str) -> bool:
    """Whether a receipt with a right check symbol stands in the text, so that nobody prints one."""
    return any(_is_receipt(found.group()) for found in _AS_PRINTED.finditer(text))


def _is_receipt(passage: str) -> bool:
    # Without a digit it is six words of ordinary text; one receipt in 25,000 looks so.
    if not any("0" <= symbol <= "9" for symbol in passage):
        return False
    try:
        Receipt.parse(passage)
    except MistypedReceipt:
        return False
    return True


@dataclass(frozen=True, repr=False)
class Answer:
    """What became of a comment, as its writer is told; without the text, should others read it."""

    state: str  # one of STATES
    clause: int | None = None
    reason: str = ""  # at most 600 bytes
    address: str = ""  # "stories/SLUG/comments/N/#c-ID"
    edition: int = 0
    edited: bool = False
    language: str = ""  # BCP 47, of the reason
    appeal: str = ""  # what was decided on an appeal, one of APPEALS
    appeal_until: str = ""  # the last day, in UTC, on which one may appeal: "2026-12-07"


_ANSWER_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "state": (str,),
    "clause": (int, type(None)),
    "reason": (str,),
    "address": (str,),
    "edition": (int,),
    "edited": (bool,),
    "language": (str,),
}


# Left out where they are empty, as in every answer of the first version.
_OPTIONAL: Final[dict[str, tuple[type, ...]]] = {"appeal": (str,), "appeal_until": (str,)}


def seal_answer(answer: Answer, public_key: bytes) -> bytes:
    """Exactly 1,024 bytes that only the receipt opens. Raises SealingError."""
    told = {name: value for name, value in vars(answer).items() if value or name not in _OPTIONAL}
    _check_answer(told)
    packed = payload.pack(payload.encode(told), _INNER_BYTES)
    try:
        return bytes(SealedBox(PublicKey(public_key)).encrypt(packed))
    except (CryptoError, ValueError, TypeError):
        raise SealingError("This is not a receipt's key that an answer can be sealed to.") from None


def open_answer(sealed: bytes, receipt: Receipt) -> Answer:
    """The answer in 1,024 bytes from the shelf. Raises SealingError, and nothing else."""
    if len(sealed) != ANSWER_BYTES:
        raise SealingError("A sealed answer has 1,024 bytes.")
    try:
        # Not by SealedBox, which would work out the public key once more.
        packed = crypto_box_seal_open(sealed, receipt.public_key, receipt.private_key)
    except (CryptoError, ValueError, TypeError):
        raise SealingError("This receipt does not open the answer.") from None
    fields = payload.decode(payload.unpack(packed))
    _check_answer(fields)
    return Answer(**fields)  # type: ignore[arg-type]  # checked above, field by field


def _check_answer(fields: dict[str, object]) -> None:
    if fields.keys() - _OPTIONAL.keys() != _ANSWER_TYPES.keys():
        raise SealingError("An answer has other fields than this.")
    for name, value in fields.items():
        if type(value) not in (_ANSWER_TYPES | _OPTIONAL)[name]:
            raise SealingError(f"The field “{name}” of this answer has the wrong type.")
    if fields["state"] not in STATES or fields.get("appeal", "") not in APPEALS:
        raise SealingError("This answer names a state that does not exist.")
    if not _is_day(fields.get("appeal_until", "")):
        raise SealingError("This answer names a day that does not exist.")
    if len(str(fields["reason"]).encode("utf-8", "replace")) > REASON_BYTES:
        raise SealingError("The reason is longer than 600 bytes.")


def _is_day(value: object) -> bool:
    """A day as "2026-12-07", or nothing."""
    if value == "":
        return True
    try:
        return date.fromisoformat(str(value)).isoformat() == value
    except ValueError:
        return False


def dummy(seed: bytes, n: int) -> tuple[bytes, bytes]:
    """The nth filler among the answers of an edition: an id, and 1,024 bytes that nobody opens.

    The same seed and n give the same bytes. It begins with a real public key, as a sealed box
    does: random bytes in its place could be told from one.
    """
    stream = hashlib.shake_256(_DUMMY_LABEL + n.to_bytes(8, "big") + seed)
    drawn = stream.digest(ANSWER_ID_BYTES + ANSWER_BYTES)
    identity, scalar, rest = drawn[:16], drawn[16:48], drawn[48:]
    return identity, crypto_scalarmult_base(scalar) + rest
