"""The letters inside the envelopes: a comment, what a receipt's holder asks for later, a report."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import ClassVar, Final

from nacl.bindings import crypto_box_beforenm
from nacl.exceptions import CryptoError
from nacl.public import Box, PrivateKey, PublicKey
from nacl.utils import random as random_bytes

from letterslot.letterbox import payload, sealing
from letterslot.letterbox.payload import SealingError
from letterslot.letterbox.receipts import Receipt
from letterslot.text.plain import normalise

# Limits of a comment, in grapheme clusters and in bytes of UTF-8; whichever is reached first.
TEXT_CLUSTERS: Final = 5_000
NAME_CLUSTERS: Final = 80
TEXT_BYTES: Final = 28 * 1024
NAME_BYTES: Final = 1024
# The same of an appeal's words, and of a report's reason.
WORDS_CLUSTERS: Final = 1_000
WORDS_BYTES: Final = 8 * 1024
GROUPS: Final = ("yes", "within-3-days")
VERBS: Final = ("withdraw", "refuse-edit", "appeal", "group")
NUMBER_BYTES: Final = 16
NONCE_BYTES: Final = 24

_BOX_BYTES: Final = 16 * 1024  # most of a wish; its details have their own, smaller limit


class UnknownKind(SealingError):
    """A letter of a kind that a later version writes; it is whole, and is to be kept."""


@dataclass(frozen=True, repr=False)
class CommentLetter:
    """A comment as its writer sent it, normalised at the door."""

    kind: ClassVar[str] = "comment"

    number: bytes  # 16 random bytes, the row's key in the spool
    epoch: str  # "2026-11-23", the UTC day whose key seals it
    story: str
    language: str  # of the story's page, BCP 47
    name: str  # may be empty; one line
    text: str
    reply_to: str  # public id of a comment, or empty
    group: str  # one of GROUPS
    edits: bool  # may a moderator edit it
    receipt: bytes  # the receipt's public key, 32 bytes

    def seal(self, epoch_public_key: bytes) -> bytes:
        """The envelope. Raises SealingError, also where `read` would refuse the letter."""
        return _seal(self, epoch_public_key)


@dataclass(frozen=True, repr=False)
class ReceiptLetter:
    """A wish of whoever holds a receipt, boxed from the receipt's key to the epoch's."""

    kind: ClassVar[str] = "receipt"

    number: bytes
    epoch: str
    receipt: bytes  # public key, 32 bytes
    nonce: bytes  # 24 bytes
    box: bytes

    def seal(self, epoch_public_key: bytes) -> bytes:
        """The envelope. Raises SealingError."""
        return _seal(self, epoch_public_key)


@dataclass(frozen=True, repr=False)
class ReportLetter:
    """What a reader says is wrong with a printed comment. Nobody answers it."""

    kind: ClassVar[str] = "report"

    number: bytes
    epoch: str
    comment: str  # public id of a printed comment
    reason: str

    def seal(self, epoch_public_key: bytes) -> bytes:
        """The envelope. Raises SealingError."""
        return _seal(self, epoch_public_key)


Letter = CommentLetter | ReceiptLetter | ReportLetter


@dataclass(frozen=True, repr=False)
class Wish:
    """What the holder of a receipt asks for."""

    verb: str  # one of VERBS
    receipt: bytes  # public key, proven by the box
    details: Mapping[str, str]  # "words" of an appeal, "group" of a changed choice


def read(envelope: bytes, *, number: bytes, epoch: str, private_key: bytes) -> Letter:
    """Open an envelope from the spool and check all of its letter.

    `number` and `epoch` are those of the row and must be repeated inside, so that nobody can
    store a copied envelope a second time under another number. Raises SealingError, and
    UnknownKind (one of them) for a kind that a later version added.
    """
    fields = sealing.unseal(envelope, private_key)
    kind = fields.pop("kind", None)
    if kind == CommentLetter.kind:
        letter: Letter = _comment(fields)
    elif kind == ReceiptLetter.kind:
        letter = _receipt_letter(fields)
    elif kind == ReportLetter.kind:
        letter = _report(fields)
    else:
        raise UnknownKind("This letter is of a kind that this version does not know.")
    if letter.number != number or letter.epoch != epoch:
        raise SealingError("This letter was sealed for another row of the spool.")
    return letter


def write_wish(
    receipt: Receipt,
    verb: str,
    *,
    number: bytes,
    epoch: str,
    epoch_public_key: bytes,
    details: Mapping[str, str] = MappingProxyType({}),
) -> ReceiptLetter:
    """A wish, ready to be sealed. Raises SealingError."""
    wish = {"verb": verb, "number": number, "epoch": epoch, "details": dict(details)}
    _check(wish, _WISH)
    nonce = random_bytes(NONCE_BYTES)
    try:
        box = Box(PrivateKey(receipt.private_key), PublicKey(epoch_public_key))
        boxed = box.encrypt(payload.encode(wish), nonce).ciphertext
    except (CryptoError, ValueError, TypeError):
        raise SealingError("This is not a public key that anything can be sealed to.") from None
    return ReceiptLetter(number, epoch, receipt.public_key, nonce, boxed)


def open_wish(letter: ReceiptLetter, private_key: bytes) -> Wish:
    """The wish in a letter that `read` gave, with its epoch's private key. Raises SealingError."""
    try:
        box = Box(PrivateKey(private_key), PublicKey(letter.receipt))
        raw = box.decrypt(letter.box, letter.nonce)
    except (CryptoError, ValueError, TypeError):
        raise SealingError("Whoever wrote this wish does not hold the receipt.") from None
    wish = payload.decode(raw)
    _check(wish, _WISH)
    if wish["number"] != letter.number or wish["epoch"] != letter.epoch:
        raise SealingError("This wish was boxed for another letter.")
    details: dict[str, str] = wish["details"]  # type: ignore[assignment]  # checked above
    cleaned = {name: normalise(value) for name, value in details.items()}
    return Wish(str(wish["verb"]), letter.receipt, cleaned)


# One rule a field. A rule takes what came out of CBOR, of whatever type, and says yes or no.
_Rule = Callable[[object], bool]
_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9_-]+")
_LANGUAGE: Final = re.compile(r"[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8})*")
_SLUG: Final = re.compile(r"[^\s/\\\x00-\x1f]+")


def _bytes_of(size: int) -> _Rule:
    return lambda value: type(value) is bytes and len(value) == size


def _string(most: int, *, least: int = 0, like: re.Pattern[str] | None = None) -> _Rule:
    """A string of `least` to `most` bytes of UTF-8 that is `like` a pattern or empty."""

    def rule(value: object) -> bool:
        if type(value) is not str or not least <= len(value) <= most:
            return False
        if not value.isascii() and len(value.encode("utf-8", "replace")) > most:
            return False
        return not value or like is None or like.fullmatch(value) is not None

    return rule


def is_public_id(value: str) -> bool:
    """Whether this could be a comment's public id."""
    return 0 < len(value) <= 16 and _IDENTIFIER.fullmatch(value) is not None


def is_epoch(value: object) -> bool:
    """Whether this is the name of an epoch: a day as "2026-11-23"."""
    return type(value) is str and len(value) == 10 and _is_day(value)


@lru_cache(maxsize=8)  # all letters of a day name the same
def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_details(value: object) -> bool:
    if type(value) is not dict or len(value) > 4:
        return False
    name_rule, word_rule = _string(32, least=1, like=_IDENTIFIER), _string(WORDS_BYTES)
    if not all(name_rule(name) and word_rule(word) for name, word in value.items()):
        return False
    return value.get("group", GROUPS[0]) in GROUPS


_name_in_bytes: Final = _string(NAME_BYTES)

_COMMENT: Final[dict[str, _Rule]] = {
    "number": _bytes_of(NUMBER_BYTES),
    "epoch": is_epoch,
    "story": _string(100, least=1, like=_SLUG),
    "language": _string(35, least=1, like=_LANGUAGE),
    "name": lambda value: _name_in_bytes(value) and "\n" not in str(value),
    "text": _string(TEXT_BYTES, least=1),
    "reply_to": _string(16, like=_IDENTIFIER),
    "group": lambda value: value in GROUPS,
    "edits": lambda value: type(value) is bool,
    "receipt": _bytes_of(32),
}
_RECEIPT: Final[dict[str, _Rule]] = {
    "number": _bytes_of(NUMBER_BYTES),
    "epoch": is_epoch,
    "receipt": _bytes_of(32),
    "nonce": _bytes_of(NONCE_BYTES),
    "box": lambda value: type(value) is bytes and 16 < len(value) <= _BOX_BYTES,
}
_REPORT: Final[dict[str, _Rule]] = {
    "number": _bytes_of(NUMBER_BYTES),
    "epoch": is_epoch,
    "comment": _string(16, least=1, like=_IDENTIFIER),
    "reason": _string(WORDS_BYTES, least=1),
}
_OF_KIND: Final = {
    CommentLetter.kind: _COMMENT,
    ReceiptLetter.kind: _RECEIPT,
    ReportLetter.kind: _REPORT,
}
# The names in an envelope, as canonical CBOR sorts them: the door need not sort for each letter.
_IN_ORDER: Final = {
    kind: sorted(["kind", *rules], key=payload.canonical_order) for kind, rules in _OF_KIND.items()
}
_WISH: Final[dict[str, _Rule]] = {
    "verb": lambda value: value in VERBS,
    "number": _bytes_of(NUMBER_BYTES),
    "epoch": is_epoch,
    "details": _is_details,
}


def _check(fields: Mapping[str, object], rules: Mapping[str, _Rule]) -> None:
    """Exactly these fields, each by its rule. Raises SealingError; it names the field alone."""
    if fields.keys() != rules.keys():
        raise SealingError("The letter has other fields than its kind has.")
    for name, rule in rules.items():
        if not rule(fields[name]):
            raise SealingError(f"The field “{name}” of the letter is not within its limits.")


def _seal(letter: Letter, epoch_public_key: bytes) -> bytes:
    _check(vars(letter), _OF_KIND[letter.kind])
    fields = {name: getattr(letter, name) for name in _IN_ORDER[letter.kind]}
    return sealing.seal_encoded(payload.encode_in_order(fields), epoch_public_key)


def _comment(fields: dict[str, object]) -> CommentLetter:
    _check(fields, _COMMENT)
    letter = CommentLetter(**fields)  # type: ignore[arg-type]  # checked, field by field
    _check_receipt_key(letter.receipt)
    # The door has normalised already; whoever sealed past the door may not have.
    text, name = normalise(letter.text), normalise(letter.name)
    if text == letter.text and name == letter.name:
        return letter
    # Normal form may be empty, or three times as long, or two lines.
    settled = replace(letter, text=text, name=name)
    _check(vars(settled), _COMMENT)
    return settled


def _receipt_letter(fields: dict[str, object]) -> ReceiptLetter:
    _check(fields, _RECEIPT)
    letter = ReceiptLetter(**fields)  # type: ignore[arg-type]  # checked, field by field
    _check_receipt_key(letter.receipt)
    return letter


def _report(fields: dict[str, object]) -> ReportLetter:
    _check(fields, _REPORT)
    letter = ReportLetter(**fields)  # type: ignore[arg-type]  # checked, field by field
    settled = replace(letter, reason=normalise(letter.reason))
    _check(vars(settled), _REPORT)
    return settled


_ANY_SCALAR: Final = bytes(range(32))


def _check_receipt_key(key: bytes) -> None:
    """Refuse points of small order: an answer sealed to one would fail on the day of printing."""
    try:
        crypto_box_beforenm(key, _ANY_SCALAR)
    except (CryptoError, ValueError, TypeError):
        raise SealingError("The receipt's key in this letter is not a key.") from None
