"""What the head of a request says."""

from __future__ import annotations

from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

_NOWHERE: Final = "*"  # a path that no file and no form has


# Of all that a client may say of itself the door hears only this. A name as most clients spell it
# is found at once, another spelling at the second look.
_HEARD: Final = (
    "Host", "Accept", "Accept-Encoding", "If-None-Match", "Content-Length", "Content-Type",
    "Content-Encoding", "Transfer-Encoding", "Expect", "Upgrade",
)  # fmt: skip
HEARD: Final = {spelt.encode(): name.lower() for name in _HEARD for spelt in (name, name.lower())}
# Said twice, these could be understood by two servers in two ways (RFC 9112, 3.2 and 6.3).
ONCE: Final = frozenset({"host", "content-length", "transfer-encoding"})

Headers = dict[str, str]  # the first value of each name that is heard, in Latin-1


class Request(NamedTuple):
    """A request's head. `client` is "192.0.2.7:50123", or empty where it came by a Unix socket."""

    method: str
    path: str  # percent-decoded
    query: str
    authority: str | None  # the host that the target itself names (RFC 9112, 3.2.2 and 3.2.3)
    headers: Headers
    client: str = ""
    stays: bool = True  # the connection is to be kept for another request


def request(method: str, target: str, headers: Headers, client: str, stays: bool) -> Request:
    """A request for a target as it stands in the first line, in ASCII."""
    if target.startswith("/"):
        path, _, query = target.partition("?")
        if "%" in path:
            path = unquote(path, errors="replace")
        return Request(method, path, query, None, headers, client, stays)
    if method == "CONNECT":
        return Request(method, _NOWHERE, "", target, headers, client, stays)
    if target == "*":
        return Request(method, _NOWHERE, "", None, headers, client, stays)
    try:
        parts = urlsplit(target)
    except ValueError:  # a bracket that is not closed
        return Request(method, _NOWHERE, "", "", headers, client, stays)
    path = unquote(parts.path or "/", errors="replace")
    return Request(method, path, parts.query, parts.netloc, headers, client, stays)
