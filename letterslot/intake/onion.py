"""Printed pages as the onion service hands them out: their ways to the door stay in it."""

from __future__ import annotations

import gzip
from typing import Final

from letterslot.intake.routes import ROUTES
from letterslot.shelf.serve import Served

_LEVEL: Final = 6
_FORMS: Final = tuple(path for path, route in ROUTES.items() if route.get)  # that a link leads to


def coding(accept_encoding: str) -> str:
    """What may be asked of the shelf for a client: a page in brotli could not be set anew."""
    return "gzip" if "gzip" in accept_encoding else ""


def printed(served: Served, url: str) -> Served:
    """The same answer, its forms and the links to more of them no longer leading to the site at
    `url` but to where it came from.

    Who reads over Tor would otherwise send a comment over the open net, without noticing.
    """
    headers = dict(served.headers)
    is_page = headers.get("content-type", "").startswith("text/html")
    if served.status != 200 or not is_page or not served.body:
        return served
    packed = headers.get("content-encoding") == "gzip"
    page = gzip.decompress(served.body) if packed else served.body
    page = page.replace(f'action="{url}/'.encode(), b'action="/')
    for form in _FORMS:
        page = page.replace(f'href="{url}{form}?'.encode(), f'href="{form}?'.encode())
    body = gzip.compress(page, _LEVEL, mtime=0) if packed else page
    headers["content-length"] = str(len(body))
    return Served(served.status, [*headers.items()], body)
