"""What an answer is made of: type, headers, and the forms it takes for GET, HEAD and the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from letterslot.shelf.headers import Header, security_headers
from letterslot.shelf.manifest import Entry

_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "json": "application/json",
    "xml": "application/xml",
    "atom": "application/atom+xml; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "avif": "image/avif",
    "gif": "image/gif",
    "ico": "image/x-icon",
    "pub": "text/plain; charset=utf-8",
    "minisig": "text/plain; charset=utf-8",
}
_ANY_TYPE = "application/octet-stream"

# Asked for again each time, answered 304 where nothing changed.
FRESH = ("cache-control", "no-cache")
# For names that change with their content.
FOR_EVER = ("cache-control", "public, max-age=31536000, immutable")
NEVER = ("cache-control", "no-store")

_ACROSS_ORIGINS = re.compile(
    r"stories/[^/]+/(?:thread\.html|form\.html|thread\.json|comments\.atom)"
    r"|thread\.schema\.json|thread\.js"
)
_EMBED = re.compile(r"stories/[^/]+/embed/index\.html")
_STYLESHEET = re.compile(r"site-[0-9a-f]{8,64}\.css")
_FINGERPRINT = re.compile(r"-([0-9a-f]{8,64})(?=[-.])")


@dataclass(slots=True)
class Served:
    """An HTTP answer. Header names are lower-case; the list is shared: never change it."""

    status: int
    headers: list[Header]
    body: bytes
    wire: bytes = field(default=b"", compare=False)  # the head as the server writes it, once it has


class Guards:
    """The guarding headers of one publication, made once for each kind of file."""

    def __init__(self, url: str, embed_hosts: tuple[str, ...]) -> None:
        self._own = security_headers(url)
        self._across = security_headers(url, across_origins=True)
        self._embedded = security_headers(url, framed_by=embed_hosts)

    def of(self, file: str) -> list[Header]:
        if _ACROSS_ORIGINS.fullmatch(file):
            return self._across
        if _EMBED.fullmatch(file):
            return self._embedded
        return self._own


class Ready(NamedTuple):
    """All answers of one address, made once: whole, its head alone, unchanged, wrong method."""

    etag: str
    whole: Served
    head: Served
    unchanged: Served
    refused: Served

    def other(self, method: str, is_unchanged: bool) -> Served:
        """The answer to a method that is not GET."""
        if method != "HEAD":
            return self.refused
        return self.unchanged if is_unchanged else self.head


def page(
    guards: Guards,
    file: str,
    body: bytes,
    entry: Entry,
    plain: Entry,
    *,
    coding: str = "",
    varies: bool = True,
) -> Ready:
    """A file of the shelf. `entry` describes `body`, `plain` the file before it was compressed.

    The ETag is made of the hash of what is sent: strong, and no clock.
    """
    fixed = [
        ("etag", f'"{entry.sha256[:32]}"'),
        FOR_EVER if is_for_ever(file, plain) else FRESH,
        *guards.of(file),
    ]
    if varies:
        fixed.append(("vary", "accept-encoding"))
    described = [("content-type", media_type(file)), ("content-length", str(len(body)))]
    if coding:
        described.append(("content-encoding", coding))
    return _ready(200, described, fixed, body)


def empty(guards: Guards) -> Ready:
    """A thread or form of a story that is not known: nothing, so that an include stays silent."""
    described = [("content-type", _TYPES["html"]), ("content-length", "0")]
    fixed = [FRESH, *guards.of("stories/x/thread.html")]
    return _ready(200, described, fixed, b"")


def redirect(guards: Guards, to: str) -> Ready:
    described = [("location", to), ("content-length", "0")]
    return _ready(301, described, [FRESH, *guards.of("")], b"")


def damaged(guards: Guards) -> Ready:
    """A file that is listed and cannot be handed out: never the wrong bytes instead."""
    body = b"This file is not on this server as it was signed. Try a mirror, or later.\n"
    described = [("content-type", _TYPES["txt"]), ("content-length", str(len(body)))]
    return _ready(503, described, [NEVER, *guards.of(""), ("retry-after", "60")], body)


def _ready(status: int, described: list[Header], fixed: list[Header], body: bytes) -> Ready:
    """`fixed` headers also stand on a 304 (RFC 9110, 15.4.5); `described` ones tell of the body."""
    etag = next((value for name, value in fixed if name == "etag"), "")
    guards = [header for header in fixed if header[0] not in ("etag", "cache-control", "vary")]
    return Ready(
        etag=etag,
        whole=Served(status, described + fixed, body),
        head=Served(status, described + fixed, b""),
        unchanged=Served(304, fixed, b""),
        refused=Served(405, [("allow", "GET, HEAD"), ("content-length", "0"), NEVER, *guards], b""),
    )


def media_type(file: str) -> str:
    """The Content-Type of a file of the shelf, by its name."""
    return _TYPES.get(file.rpartition(".")[2], _ANY_TYPE)


def is_for_ever(file: str, plain: Entry) -> bool:
    """Whether the name tells the content: then the content behind it never changes.

    The hash must really be in the name: "rally-20261120.jpg" only looks as if it were.
    """
    if _STYLESHEET.fullmatch(file):
        return True
    return any(plain.sha256.startswith(digits) for digits in _FINGERPRINT.findall(file))
