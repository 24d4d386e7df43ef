"""Where things stand on the public site, and what languages are called, for those at the desk."""

from __future__ import annotations

from functools import cache

from babel.core import Locale, UnknownLocaleError
from django.utils.translation import get_language

from letterslot.discussion.models import Printed, Story
from letterslot.newsroom.publication import Publication
from letterslot.shelf import layout


def of_story(publication: Publication, story: Story) -> str:
    """The story's printed page."""
    return _of(publication, layout.story_page(story.slug))


def of_printed(publication: Publication, printed: Printed, place: int) -> str:
    """The address of a printed comment; `place` is that of its conversation."""
    page = layout.comments_page(printed.story_id, layout.page_of(place))
    return f"{_of(publication, page)}#c-{printed.pk}"


def language_name(tag: str) -> str:
    """“Korean”, “Hangul” for und-Hang, in the desk's language; the tag itself where nobody knows
    it."""
    return _language_name(tag, get_language() or "en")


@cache
def _language_name(tag: str, tongue: str) -> str:
    language, _, rest = tag.partition("-")
    desk = Locale.parse(tongue, sep="-")
    if language == "und":
        return str(desk.scripts.get(rest, tag))
    try:
        return str(Locale.parse(tag, sep="-").get_display_name(desk) or tag)
    except (UnknownLocaleError, ValueError):
        return tag


def _of(publication: Publication, path: str) -> str:
    return f"{publication.url}/{path.removesuffix('index.html')}"
