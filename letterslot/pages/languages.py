"""Names of languages and dates as a newspaper in each language writes them."""

from __future__ import annotations

from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton

# A newsroom that says only "en" gets the day before the month, as look.md shows it.
_PREFERRED = {"en": "en-GB"}


@cache
def _locale(tag: str) -> Locale | None:
    """Babel's locale for a BCP 47 tag, or None where it knows none."""
    try:
        return Locale.parse(_PREFERRED.get(tag, tag), sep="-")
    except (UnknownLocaleError, ValueError):
        return None


@cache
def autonym(tag: str) -> str:
    """A language's name in itself: "한국어"; the tag where Babel does not know it."""
    locale = _locale(tag)
    if locale is None:
        return tag
    plain = locale.get_language_name() if "-" not in tag else locale.get_display_name()
    return plain[:1].upper() + plain[1:] if plain else tag


def long_date(day: date, language: str) -> str:
    """“20 November 2026”, “2026년 11월 20일”; ISO where the language's dates are not known."""
    locale = _locale(language)
    return format_date(day, "long", locale=locale) if locale else day.isoformat()


def full_date(day: date, language: str) -> str:
    """The same with the day of the week, for the head of the front page."""
    locale = _locale(language)
    return format_date(day, "full", locale=locale) if locale else day.isoformat()


def month(day: date, language: str) -> str:
    """“November 2026”, “2026년 11월”; ISO where the language's dates are not known."""
    locale = _locale(language)
    return format_skeleton("yMMMM", day, locale=locale) if locale else f"{day:%Y-%m}"


def knows_dates(language: str) -> bool:
    return _locale(language) is not None


def same_language(one: str, other: str) -> bool:
    """Whether two tags name one language as far as words on a page go."""
    return one.split("-")[0] == other.split("-")[0]
