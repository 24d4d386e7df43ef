"""Signatures: made again byte for byte, checked by others' tools, and with one spelling."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import minisign
import pytest

from letterslot.shelf.signing import BadSignature, check, sign

ROOT = b'{\n"version":1\n}\n'
FACTS = {"edition": 7, "slot": 1234, "date": date(2026, 11, 23)}

needs_minisign = pytest.mark.skipif(
    shutil.which("minisign") is None, reason="the command minisign is not installed"
)


@pytest.fixture
def signature(key: minisign.SecretKey) -> bytes:
    return sign(ROOT, key, edition=7, slot=1234, date=date(2026, 11, 23))


def test_the_same_root_is_signed_with_the_same_bytes(
    key: minisign.SecretKey, signature: bytes
) -> None:
    assert sign(ROOT, key, edition=7, slot=1234, date=date(2026, 11, 23)) == signature


def test_the_trusted_comment_names_edition_slot_and_date(
    signature: bytes, public_key: bytes
) -> None:
    assert check(ROOT, signature, public_key) == "edition 7, slot 1234, 2026-11-23"


def test_a_changed_root_is_refused(signature: bytes, public_key: bytes) -> None:
    with pytest.raises(BadSignature, match="not over this root; it says “edition 7, slot 1234"):
        check(ROOT + b" ", signature, public_key)


def test_another_newsrooms_key_is_refused(signature: bytes) -> None:
    stranger = bytes(minisign.KeyPair.generate().public_key)
    with pytest.raises(BadSignature, match="another key"):
        check(ROOT, signature, stranger)


def test_a_key_with_the_same_number_but_another_secret_is_refused(
    key: minisign.SecretKey, signature: bytes
) -> None:
    stranger = minisign.KeyPair.generate().public_key
    own = base64.b64decode(key.get_public_key().to_base64())
    other = base64.b64decode(stranger.to_base64())
    forged = b"untrusted comment: x\n" + base64.b64encode(own[:10] + other[10:]) + b"\n"
    with pytest.raises(BadSignature, match="not over this root"):
        check(ROOT, signature, forged)


def test_what_is_no_public_key_is_refused(signature: bytes) -> None:
    with pytest.raises(BadSignature, match="not a minisign public key"):
        check(ROOT, signature, b"no key")


def _stray_bits(signature: bytes) -> bytes:
    """The last sign of a base64 line carries bits that decoding drops."""
    lines = signature.split(b"\n")
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = lines[3].rstrip(b"=")
    swapped = alphabet[alphabet.index(last[-1]) ^ 1]
    lines[3] = last[:-1] + bytes([swapped]) + lines[3][len(last) :]
    return b"\n".join(lines)


@pytest.mark.parametrize(
    "respell",
    [
        lambda s: s + b"\n",
        lambda s: s[:-1],
        lambda s: s.replace(b"\n", b"\r\n"),
        lambda s: s.replace(b"letterslot edition", b"call +1 555 0100"),
        lambda s: s.replace(b"\n", b" \n", 1),
        lambda s: s.replace(b"trusted comment: e", b"trusted comment:  e"),
        lambda s: b"\xef\xbb\xbf" + s,
        _stray_bits,
    ],
    ids=[
        "a line more", "no last line end", "other line ends", "another untrusted comment",
        "a space", "a space inside", "a byte order mark", "stray bits in base64",
    ],
)  # fmt: skip
def test_a_signature_spelled_otherwise_is_refused(
    respell: Callable[[bytes], bytes], signature: bytes, public_key: bytes
) -> None:
    respelled = respell(signature)
    assert respelled != signature
    with pytest.raises(BadSignature):
        check(ROOT, respelled, public_key)


def test_a_signature_of_the_older_kind_is_refused(
    key: minisign.SecretKey, public_key: bytes
) -> None:
    """One not prehashed passes minisign, too: there would be two signatures for one root."""
    older = key.sign(
        ROOT,
        prehash=False,
        untrusted_comment="letterslot edition",
        trusted_comment="edition 7, slot 1234, 2026-11-23",
    )
    with pytest.raises(BadSignature, match="byte for byte"):
        check(ROOT, bytes(older) + b"\n", public_key)


@pytest.mark.parametrize("junk", [b"", b"\n\n\n\n", b"x" * 4096, b"\xff" * 200])
def test_junk_is_refused_with_a_sentence(junk: bytes, public_key: bytes) -> None:
    with pytest.raises(BadSignature):
        check(ROOT, junk, public_key)


@needs_minisign
def test_the_command_minisign_accepts_the_root_and_refuses_a_changed_one(
    tmp_path: Path, signature: bytes, public_key: bytes
) -> None:
    (tmp_path / "publication.pub").write_bytes(public_key)
    (tmp_path / "manifest.json").write_bytes(ROOT)
    (tmp_path / "manifest.json.minisig").write_bytes(signature)
    command = ["minisign", "-Vm", "manifest.json", "-p", "publication.pub"]

    accepted = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert accepted.returncode == 0, accepted.stderr
    assert "Trusted comment: edition 7, slot 1234, 2026-11-23" in accepted.stdout

    (tmp_path / "manifest.json").write_bytes(ROOT + b" ")
    refused = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert refused.returncode != 0
