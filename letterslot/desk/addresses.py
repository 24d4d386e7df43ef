"""Where things stand on the public site, and what languages are called, for those at the desk."""

from __future__ import annotations

from functools import cache

from babel.core import Locale, UnknownLocaleError

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


@cache
def language_name(tag: str) -> str:
    """“Korean”, “Hangul” for und-Hang; the tag itself where nobody knows it."""
    language, _, rest = tag.partition("-")
    english = Locale("en")
    if language == "und":
        return str(english.scripts.get(rest, tag))
    try:
        return str(Locale.parse(tag, sep="-").get_display_name("en") or tag)
    except (UnknownLocaleError, ValueError):
        return tag


def _of(publication: Publication, path: str) -> str:
    return f"{publication.url}/{path.removesuffix('index.html')}"
