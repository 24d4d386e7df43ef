"""Makes the test vectors, from docs/formats.md alone: nothing of Letterslot is imported here.

Run `python tests/vectors/generate.py` to write them again. What is random in the product is
fixed here, so that the files are the same each time; tests/letterbox/test_vectors.py checks that
they are, and that the product reads them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path

import cbor2
from nacl.bindings import crypto_box, crypto_scalarmult_base

FOLDER = Path(__file__).resolve().parent
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

EPOCH = "2026-11-23"
EPOCH_PRIVATE_KEY = hashlib.sha256(b"epoch key of the test vectors").digest()
CODE = bytes.fromhex("7d5f0e1c3a4b59687786958fa4b3c2d1")
TOKEN_KEY = hashlib.sha256(b"token key of the test vectors").digest()
TOKEN_DAY = 20780  # 2026-11-23, in days since 1970-01-01
TOKEN_R = hashlib.sha256(b"r of the test vectors").digest()
FIELDS = ["harvest-festival", "The market opens at eight.", "", "", "yes", "yes", "en"]


def hkdf(secret: bytes, salt: bytes, label: bytes, length: int) -> bytes:
    """RFC 5869 with SHA-256, for up to 32 bytes."""
    extracted = hmac.digest(salt or bytes(32), secret, "sha256")
    return hmac.digest(extracted, label + b"\x01", "sha256")[:length]


def sealed_box(message: bytes, public_key: bytes, ephemeral: bytes) -> bytes:
    """crypto_box_seal with an ephemeral private key that is given and not drawn."""
    own_public = crypto_scalarmult_base(ephemeral)
    nonce = hashlib.blake2b(own_public + public_key, digest_size=24).digest()
    return own_public + crypto_box(message, nonce, public_key, ephemeral)


def packed(payload: dict, size: int) -> bytes:
    raw = cbor2.dumps(payload, canonical=True)
    return (len(raw).to_bytes(4, "big") + raw).ljust(size, b"\0")


def printed(code: bytes) -> str:
    number, body = int.from_bytes(code, "big"), ""
    for _ in range(-(-len(code) * 8 // 5)):
        number, symbol = divmod(number, 32)
        body = ALPHABET[symbol] + body
    check = 32
    for symbol in body:
        check = (check + ALPHABET.index(symbol)) % 32 or 32
        check = check * 2 % 33
    whole = body + ALPHABET[(33 - check) % 32]
    return " ".join(whole[at : at + 5] for at in range(0, len(whole), 5))


def receipt_keys(code: bytes) -> tuple[bytes, bytes, bytes]:
    """Private key, public key, answer id."""
    private = hkdf(code, b"", b"letterslot/1/receipt key", 32)
    public = crypto_scalarmult_base(private)
    identity = hashlib.blake2b(public, digest_size=16, person=b"ls/1/answer id").digest()
    return private, public, identity


def envelope_vector(payload: dict, size: int, drawn: bytes) -> dict:
    ephemeral = hashlib.sha256(drawn).digest()
    public = crypto_scalarmult_base(EPOCH_PRIVATE_KEY)
    envelope = b"\x01" + sealed_box(packed(payload, size - 49), public, ephemeral)
    shown = {k: {"hex": v.hex()} if isinstance(v, bytes) else v for k, v in payload.items()}
    return {
        "epoch": EPOCH,
        "private_key": EPOCH_PRIVATE_KEY.hex(),
        "public_key": public.hex(),
        "ephemeral_private_key": ephemeral.hex(),
        "cbor": cbor2.dumps(payload, canonical=True).hex(),
        "letter": shown,
        "envelope": base64.b64encode(envelope).decode(),
    }


def comment() -> dict:
    _, public, _ = receipt_keys(CODE)
    letter = {
        "kind": "comment",
        "number": bytes(range(16)),
        "epoch": EPOCH,
        "story": "harvest-festival",
        "language": "ko",
        "name": "강가의 독자",
        "text": "시장은 여덟 시에 문을 엽니다.\n\n바구니를 가져오세요.",
        "reply_to": "",
        "group": "yes",
        "edits": True,
        "receipt": public,
    }
    return envelope_vector(letter, 1024, b"envelope of a comment")


def wish() -> dict:
    private, public, _ = receipt_keys(CODE)
    number, nonce = bytes(range(16, 32)), hashlib.sha256(b"nonce of a wish").digest()[:24]
    asked = {
        "verb": "appeal",
        "number": number,
        "epoch": EPOCH,
        "details": {"words": "I kept to the facts."},
    }
    epoch_public = crypto_scalarmult_base(EPOCH_PRIVATE_KEY)
    letter = {
        "kind": "receipt",
        "number": number,
        "epoch": EPOCH,
        "receipt": public,
        "nonce": nonce,
        "box": crypto_box(cbor2.dumps(asked, canonical=True), nonce, epoch_public, private),
    }
    vector = envelope_vector(letter, 1024, b"envelope of a wish")
    return vector | {"verb": "appeal", "details": asked["details"]}


def report() -> dict:
    letter = {
        "kind": "report",
        "number": bytes(range(32, 48)),
        "epoch": EPOCH,
        "comment": "k3v9q2m7",
        "reason": "이 사람의 전화번호가 그대로 남아 있습니다.",
    }
    return envelope_vector(letter, 1024, b"envelope of a report")


def receipt() -> dict:
    private, public, identity = receipt_keys(CODE)
    return {
        "code": CODE.hex(),
        "printed": printed(CODE),
        "private_key": private.hex(),
        "public_key": public.hex(),
        "answer_id": identity.hex(),
    }


def answer() -> dict:
    return answer_vector(
        {
            "state": "published",
            "clause": 4,
            "reason": "A private person was named.",
            "address": "stories/harvest-festival/comments/1/#c-k3v9q2m7x1",
            "edition": 12,
            "edited": True,
            "language": "en",
        },
        b"envelope of an answer",
    )


def answer_that_may_be_appealed() -> dict:
    return answer_vector(DECLINED | {"appeal_until": "2026-12-07"}, b"envelope of a refusal")


def answer_to_an_appeal() -> dict:
    return answer_vector(DECLINED | {"appeal": "upheld"}, b"envelope of an appeal's answer")


DECLINED = {
    "state": "declined",
    "clause": 2,
    "reason": "It is not about the story.",
    "address": "",
    "edition": 12,
    "edited": False,
    "language": "en",
}


def answer_vector(told: dict, drawn: bytes) -> dict:
    private, public, identity = receipt_keys(CODE)
    ephemeral = hashlib.sha256(drawn).digest()
    sealed = sealed_box(packed(told, 976), public, ephemeral)
    return {
        "receipt": printed(CODE),
        "private_key": private.hex(),
        "answer_id": identity.hex(),
        "answer": told,
        "sealed": base64.b64encode(sealed).decode(),
    }


def token() -> dict:
    day = TOKEN_DAY.to_bytes(4, "big")
    labels = {
        name: b"letterslot/1/token " + name + b" " + day for name in (b"mac", b"digest", b"derive")
    }
    keys = {name: hkdf(TOKEN_KEY, b"", label, 32) for name, label in labels.items()}
    encoded = b"".join(len(f.encode()).to_bytes(4, "big") + f.encode() for f in FIELDS)
    digest = hashlib.blake2b(encoded, key=keys[b"digest"], digest_size=16).digest()
    signed = b"\x01" + day + TOKEN_R + digest
    mac = hashlib.blake2b(signed, key=keys[b"mac"], digest_size=16).digest()
    return {
        "key": TOKEN_KEY.hex(),
        "day": EPOCH,
        "fields": FIELDS,
        "token": base64.urlsafe_b64encode(signed + mac).decode(),
        "number": hkdf(TOKEN_R, keys[b"derive"], b"letterslot/1/row number", 16).hex(),
        "receipt": printed(hkdf(TOKEN_R, keys[b"derive"], b"letterslot/1/receipt code", 16)),
    }


VECTORS = {
    "envelope-comment.json": comment,
    "envelope-wish.json": wish,
    "envelope-report.json": report,
    "receipt.json": receipt,
    "answer.json": answer,
    "answer-appealable.json": answer_that_may_be_appealed,
    "answer-appeal.json": answer_to_an_appeal,
    "token.json": token,
}


def written(name: str) -> str:
    """The content of one file of vectors."""
    return json.dumps(VECTORS[name](), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    for name in VECTORS:
        (FOLDER / name).write_text(written(name), "utf-8")
