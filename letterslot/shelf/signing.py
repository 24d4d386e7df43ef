"""The signature of a root, in minisign's format: made so that it can be made again, byte for byte,
and checked so that only the one true spelling passes."""

from __future__ import annotations

from datetime import date as Date  # noqa: N812 - `date` is an argument's name here

import minisign

LARGEST_SIGNATURE = 1024  # bytes; a canonical one has about 300

_UNTRUSTED = "letterslot edition"


class BadSignature(ValueError):
    """The signature does not stand for this root. The message says how, in one sentence."""


def sign(root: bytes, key: minisign.SecretKey, *, edition: int, slot: int, date: Date) -> bytes:
    """The signature file of a root. The same inputs give the same bytes.

    The trusted comment is given: left out, the library would write the clock's time into it.
    """
    signature = key.sign(
        root,
        prehash=True,
        untrusted_comment=_UNTRUSTED,
        trusted_comment=trusted_comment(edition=edition, slot=slot, date=date),
    )
    return bytes(signature) + b"\n"


def trusted_comment(*, edition: int, slot: int, date: Date) -> str:
    return f"edition {edition:d}, slot {slot:d}, {date.isoformat()}"


def check(root: bytes, signature: bytes, public_key: bytes) -> str:
    """The trusted comment, if `signature` is the newsroom's over `root`; else BadSignature.

    `public_key` is the text of a minisign public key. The file must be as `sign` spells it: an
    untrusted comment of somebody else's, another line end or base64 with stray bits would pass
    other tools, and would let two mirrors differ while both hold.
    """
    key = read_public_key(public_key)
    parsed = _parse(signature)
    try:
        key.verify(root, parsed)
    except minisign.Error as error:
        raise BadSignature(_why(parsed, str(error))) from None
    return str(parsed.trusted_comment)


def read_public_key(public_key: bytes) -> minisign.PublicKey:
    """Raises BadSignature where the text is no minisign public key."""
    try:
        return minisign.PublicKey.from_bytes(public_key)
    except minisign.Error:
        raise BadSignature("The public key given is not a minisign public key.") from None


def _parse(signature: bytes) -> minisign.Signature:
    if len(signature) > LARGEST_SIGNATURE:
        raise BadSignature("The signature file is too large to be one.")
    try:
        parsed = minisign.Signature.from_bytes(signature)
        parsed.untrusted_comment = _UNTRUSTED
        canonical = parsed.is_prehashed() and bytes(parsed) + b"\n" == signature
    except minisign.Error:
        raise BadSignature("The signature file is not a minisign signature.") from None
    if not canonical:
        raise BadSignature("The signature file is not byte for byte as it was written.")
    return parsed


def _why(signature: minisign.Signature, error: str) -> str:
    if "identifiers" in error:
        return "The signature was made with another key than the newsroom's."
    return f"The signature is not over this root; it says “{signature.trusted_comment}”."
