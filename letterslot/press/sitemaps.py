"""Which pages a search engine should know: a sitemap for each month, and the index over them.

They name no day of change: an edition would have to print a month anew for each of its stories.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final
from xml.etree import ElementTree  # writes only; nothing is ever parsed here

from letterslot.pages import addresses, views
from letterslot.shelf import layout

_SITEMAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_DYNAMIC: Final = ("/comment", "/receipt/", "/report")


def of_months(look: views.Look, months: Iterable[date]) -> str:
    """The index, newest month first; any day of each month will do."""
    paths = [layout.sitemap_month(month) for month in months]
    return _listed("sitemapindex", "sitemap", [f"{look.url}/{path}" for path in paths])


def of_stories(look: views.Look, stories: Sequence[views.Story]) -> str:
    """The stories that stand here and not elsewhere, at their canonical addresses."""
    abroad = addresses.Place(look.url, abroad=True)
    own = [abroad.link(addresses.story(story.slug)) for story in stories if not story.canonical]
    return _listed("urlset", "url", own)


def robots(look: views.Look) -> str:
    """For crawlers: where the sitemap is, and that the door's forms are nothing to index."""
    closed = "".join(f"Disallow: {path}\n" for path in _DYNAMIC)
    return f"User-agent: *\n{closed}\nSitemap: {look.url}/{layout.sitemap()}\n"


def _listed(root: str, entry: str, found: Iterable[str]) -> str:
    listing = ElementTree.Element(root, xmlns=_SITEMAP)
    for address in found:
        ElementTree.SubElement(ElementTree.SubElement(listing, entry), "loc").text = address
    text = ElementTree.tostring(listing, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'
