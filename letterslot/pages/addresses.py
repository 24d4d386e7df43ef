"""Where the public pages stand, and how one of them links to another.

The shelf decides these paths (contract.md, "The public door"); rooms do not import their
neighbours, so they are said here once more, and a test compares the two.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from urllib.parse import quote

FRONT = "index.html"
ARCHIVE = "archive/index.html"


def story(slug: str) -> str:
    return f"stories/{slug}/index.html"


def lite(slug: str) -> str:
    return f"stories/{slug}/lite/index.html"


def comments(slug: str, number: int) -> str:
    """A page of conversations; `number` counts from 1, the oldest."""
    return f"stories/{slug}/comments/{number}/index.html"


def replies(slug: str, comment_id: str) -> str:
    return f"stories/{slug}/replies/{comment_id}/index.html"


def archive_month(day: date) -> str:
    return f"archive/{day:%Y-%m}/index.html"


def feed(slug: str) -> str:
    return f"stories/{slug}/comments.atom"


def embed(slug: str) -> str:
    return f"stories/{slug}/embed/index.html"


def of_the_web(address: str) -> str:
    """An address outside the shelf; empty where it is not one of the web."""
    return address if address.startswith(("https://", "http://")) else ""


def words(name: str, language: str, first_language: str) -> str:
    """One of terms, how-comments-work, receipt, editions; other languages stand a folder down."""
    return f"{name}/index.html" if language == first_language else f"{name}/{language}/index.html"


def page_of(address: str) -> int:
    """The number in "stories/SLUG/comments/N/index.html#c-ID"; 0 where there is none."""
    parts = address.split("/")
    return int(parts[3]) if len(parts) > 4 and parts[3].isdecimal() else 0


@lru_cache(maxsize=1024)
def _short(path: str) -> str:
    """A path as a server's address, quoted: folders end in a slash and index.html is not named."""
    is_index = posixpath.basename(path) == "index.html"
    return quote(path.removesuffix("index.html") if is_index else path)


@lru_cache(maxsize=1024)
def _relative(path: str, start: str) -> str:
    """The way from a folder to a path. Remembered: a page names the same few many times."""
    full = f"{path}index.html" if path.endswith("/") else path
    return quote(posixpath.relpath(full, start))


@dataclass(frozen=True)
class Place:
    """Where a page stands, and therefore how it writes its links.

    `path` is the page's own path on the shelf: its links are then relative and name index.html,
    so that a copy on a stick opens. Without a path it is an answer of the live door, and links
    start at the root. `abroad` is a piece for somebody else's page: links are absolute.
    """

    url: str
    path: str | None = None
    abroad: bool = False

    def link(self, address: str) -> str:
        """A link to "path" or "path#fragment", both as on the shelf."""
        path, _, fragment = address.partition("#")
        if fragment and path == self.path:
            return f"#{quote(fragment)}"
        return self._path(path) + (f"#{quote(fragment)}" if fragment else "")

    def _path(self, path: str) -> str:
        if self.abroad:
            return f"{self.url}/{_short(path)}"
        if self.path is None:
            return f"/{_short(path)}"
        return _relative(path, posixpath.dirname(self.path) or ".")

    def door(self, path: str) -> str:
        """The address of the live door for `path`, which starts with a slash."""
        return path if self.path is None and not self.abroad else f"{self.url}{path}"
