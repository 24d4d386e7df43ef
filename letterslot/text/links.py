"""Find the addresses of web pages in a text, and say where each truly leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import idna

# An address ends at a blank, a quotation mark, a full-width bracket or stop, or anything that
# cannot be seen: what leads somewhere must be wholly visible. A backslash ends it too, because
# browsers read it as a slash and others do not. At most 2,048 characters: a bound on the work.
ADDRESS: Final = re.compile(
    r"(?<![A-Za-z0-9_@.])(?:https?://|www\.)"
    r"[^\s<>\"\\“”‘„«»「」『』《》〈〉【】（）［］，。、；：！？\u00ad\u034f\u061c\u115f\u1160"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]{3,2048}",
    re.IGNORECASE,
)
_CLOSERS: Final = {")": "(", "]": "[", "}": "{"}
_SENTENCE_ENDS: Final = ".,;:!?'’*_~…।॥။၊؟،؛"
_SCHEME: Final = re.compile(r"https?://", re.IGNORECASE)
_ASCII_HOST: Final = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]+"
)


@dataclass(frozen=True)
class Link:
    """An address that stands at text[start:end]. `href` names its host in ASCII (RFC 5891)."""

    start: int
    end: int
    href: str
    host: str  # as in `href`, where the text spells it otherwise; else empty


def find(text: str) -> Iterator[Link]:
    """The addresses with http or https whose host is certain, in order.

    One that names a user ("https://bank.example@other.example/") is no link: it pretends.
    """
    if "://" not in text:
        return
    for match in ADDRESS.finditer(text):
        link = _link(match.start(), trimmed(match.group()))
        if link is not None:
            yield link


def trimmed(address: str) -> str:
    """The address without the marks that belong to the sentence around it."""
    end = len(address)
    surplus = {closer: address.count(closer) - address.count(opener)
               for closer, opener in _CLOSERS.items()}  # fmt: skip
    while end:
        last = address[end - 1]
        if surplus.get(last, 0) > 0:
            surplus[last] -= 1
        elif last not in _SENTENCE_ENDS:
            break
        end -= 1
    return address[:end]


def _link(start: int, address: str) -> Link | None:
    scheme = _SCHEME.match(address)
    if scheme is None:
        return None
    try:
        parts = urlsplit(address)
        written, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    host = _ascii_host(written)
    if host is None or "@" in parts.netloc:
        return None
    rest = address[scheme.end() + len(parts.netloc) :]
    authority = host if port is None else f"{host}:{port}"
    href = f"{scheme.group().lower()}{authority}{rest}"
    return Link(start, start + len(address), href, "" if host == written else host)


def _ascii_host(written: str) -> str | None:
    """The host as it is looked up; None for one that is no name (RFC 5891, UTS 46)."""
    try:
        host = written if written.isascii() else idna.encode(written, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return None
    return host if _ASCII_HOST.fullmatch(host) else None
