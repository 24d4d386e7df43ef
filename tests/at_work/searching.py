"""Looks for traces: a word or an address in any form in which a program may have written it."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import ipaddress
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

import brotli

LARGEST = 64 * 1024 * 1024


def forms_of_word(word: str) -> dict[str, bytes]:
    """How a text may stand in a file; `word` should have letters beyond ASCII."""
    raw = word.encode()
    return {
        "UTF-8": raw,
        "UTF-16LE": word.encode("utf-16-le"),
        "UTF-16BE": word.encode("utf-16-be"),
        "Latin-1": word.encode("latin-1", "replace"),
        "escaped": json.dumps(word)[1:-1].encode(),
        "in an address": quote(word).encode(),
        "in a form": quote_plus(word).lower().encode(),
        "in a page": "".join(c if c.isascii() else f"&#{ord(c)};" for c in word).encode(),
        **_forms_of_bytes(raw),
    }


def forms_of_address(address: str) -> dict[str, bytes]:
    """How an IP address may stand in a file, digests of it included."""
    parsed = ipaddress.ip_address(address)
    forms = {f"written {n}": text.encode() for n, text in enumerate({address, parsed.exploded})}
    forms |= {"packed": parsed.packed, "packed backwards": parsed.packed[::-1]}
    forms |= {"a number": str(int(parsed)).encode(), **_forms_of_bytes(address.encode())}
    forms |= {f"packed, {name}": form for name, form in _hexadecimal(parsed.packed).items()}
    for kind in ("md5", "sha1", "sha256", "blake2b"):
        for what, said in (("written", address.encode()), ("packed", parsed.packed)):
            digest = hashlib.new(kind, said).digest()
            forms[f"{kind} of it {what}"] = digest
            forms |= {
                f"{kind} of it {what}, {name}": form
                for name, form in _forms_of_bytes(digest[:18]).items()
            }
    return forms


def _hexadecimal(raw: bytes) -> dict[str, bytes]:
    return {"hex": raw.hex().encode(), "HEX": raw.hex().upper().encode()}


def _forms_of_bytes(raw: bytes) -> dict[str, bytes]:
    """Hexadecimal, and base64 from each of the three places at which it may begin."""
    forms = _hexadecimal(raw)
    for before in range(3):
        # Without the symbols that share their bits with what stands before and behind.
        piece = raw[(3 - before) % 3 :]
        piece = piece[: len(piece) - len(piece) % 3]
        forms[f"base64 {before}"] = base64.b64encode(piece)
        forms[f"base64url {before}"] = base64.urlsafe_b64encode(piece)
    return forms


def traces(
    files: Iterable[Path], needles: Mapping[str, Mapping[str, bytes]]
) -> list[tuple[str, str, str]]:
    """What was found: the name of the needle, its form, and the file. Never the words around it."""
    found = []
    for file in files:
        for content in _contents(file):
            lowered = content.lower()
            for name, forms in needles.items():
                for form, raw in forms.items():
                    if raw in content or (form == "in a form" and raw in lowered):
                        found.append((name, form, str(file)))
    return sorted(set(found))


def _contents(file: Path) -> Iterator[bytes]:
    """A file's bytes as they are, and whatever is packed in them."""
    try:
        raw = file.read_bytes()
    except OSError:  # gone meanwhile
        return
    yield raw
    if file.suffix == ".br":
        yield brotli.decompress(raw)
    start = raw.find(b"\x1f\x8b\x08")
    while start >= 0:
        unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
        with contextlib.suppress(zlib.error):
            yield unpacking.decompress(raw[start:], LARGEST)
        start = raw.find(b"\x1f\x8b\x08", start + 3)


def files_in(*folders: Path, since: float = 0.0) -> list[Path]:
    """Every file in folders that may be read and was changed since; links are not followed."""
    found = []
    for folder in folders:
        for path in folder.rglob("*"):
            try:
                told = path.lstat()
            except OSError:
                continue
            is_file = path.is_file() and not path.is_symlink()
            if is_file and told.st_ctime >= since and told.st_size <= LARGEST:
                found.append(path)
    return found
