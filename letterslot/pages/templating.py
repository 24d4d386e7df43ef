"""The template engine, one for each language of the furniture, and the filters of our own."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from letterslot.pages import addresses, composing, languages, translations
from letterslot.text import plain, scripts

TEMPLATES = Path(__file__).parent / "templates"
PICK = 110  # characters of an editors' pick that are read above the thread
WIDE = frozenset({"Hang", "Hani", "Hira", "Kana"})  # scripts of which half as many say as much


@cache
def environment(tongue: str) -> Environment:
    """The engine whose templates speak `tongue`. Everything is escaped unless made by us."""
    engine = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    engine.policies["ext.i18n.trimmed"] = True
    words = translations.catalogue(tongue)
    engine.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension adds it
        words.gettext, words.ngettext, newstyle=True
    )
    engine.filters.update(
        paragraphs=composing.paragraphs,
        beginning=_beginning,
        autonym=languages.autonym,
        long_date=lambda day: languages.long_date(day, tongue),
        month=lambda day: languages.month(day, tongue),
        full_date=lambda day: languages.full_date(day, tongue),
        story_date=lambda day, language: _story_date(day, language, tongue),
    )
    engine.globals.update(addresses=addresses, faults=())
    return engine


def fill(template: str, tongue: str, **values: object) -> str:
    """The page that `template` makes of `values`, without blank lines and indentation."""
    return environment(tongue).get_template(template).render(**values)


def _beginning(text: str) -> str:
    return plain.beginning(text, PICK // 2 if scripts.main_script(text) in WIDE else PICK)


def _story_date(day: date, language: str, tongue: str) -> str:
    return languages.long_date(day, language if languages.knows_dates(language) else tongue)
