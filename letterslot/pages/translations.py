"""The furniture's words in other languages: gettext catalogues, read from their .po files."""

from __future__ import annotations

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = "en"  # the language of the words in the templates
LOCALES = Path(__file__).parent / "locale"
DOMAIN = "letterslot"


@cache
def languages() -> tuple[str, ...]:
    """The languages that furniture can speak, English first."""
    found = sorted(path.parts[-3] for path in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    return (SOURCE, *found)


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The catalogue of one of `languages()`; English has none and answers with the source."""
    if language == SOURCE:
        return gettext.NullTranslations()
    with (LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        messages = read_po(file, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def tongue(language: str, first_language: str) -> str:
    """The language furniture speaks on a page in `language`.

    Its own where there is a catalogue, else the publication's first, else English.
    """
    known = languages()
    for wanted in (language, first_language):
        for tag in (wanted, wanted.split("-")[0]):
            if tag in known:
                return tag
    return SOURCE


def say(message: str, language: str, **values: object) -> str:
    """`message` in `language` (one of `languages()`), with its %(name)s places filled."""
    said = catalogue(language).gettext(message) if message else ""
    return said % values if values else said
