"""Printed pages as the onion service hands them out: their forms stay in the onion service."""

from __future__ import annotations

import gzip
from typing import Final

from letterslot.shelf.serve import Served

_LEVEL: Final = 6


def coding(accept_encoding: str) -> str:
    """What may be asked of the shelf for a client: a page in brotli could not be set anew."""
    return "gzip" if "gzip" in accept_encoding else ""


def printed(served: Served, url: str) -> Served:
    """The same answer, its forms no longer sent to the site at `url` but to where it came from.

    Who reads over Tor would otherwise send a comment over the open net, without noticing.
    """
    headers = dict(served.headers)
    is_page = headers.get("content-type", "").startswith("text/html")
    if served.status != 200 or not is_page or not served.body:
        return served
    packed = headers.get("content-encoding") == "gzip"
    page = gzip.decompress(served.body) if packed else served.body
    page = page.replace(f'action="{url}/'.encode(), b'action="/')
    body = gzip.compress(page, _LEVEL, mtime=0) if packed else page
    headers["content-length"] = str(len(body))
    return Served(served.status, [*headers.items()], body)
