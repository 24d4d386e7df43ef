"""The template engine, one for each language of the furniture, and the filters of our own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from letterslot.pages import addresses, languages, translations
from letterslot.pages.views import Warning
from letterslot.text import plain

TEMPLATES = Path(__file__).parent / "templates"


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
        paragraphs=paragraphs,
        marked=marked,
        autonym=languages.autonym,
        long_date=lambda day: languages.long_date(day, tongue),
        full_date=lambda day: languages.full_date(day, tongue),
        story_date=lambda day, language: _story_date(day, language, tongue),
    )
    engine.globals.update(addresses=addresses, faults=())
    return engine


def fill(template: str, tongue: str, **values: object) -> str:
    """The page that `template` makes of `values`, without blank lines and indentation."""
    return environment(tongue).get_template(template).render(**values)


def _story_date(day: date, language: str, tongue: str) -> str:
    return languages.long_date(day, language if languages.knows_dates(language) else tongue)


def paragraphs(text: str) -> Markup:
    """Plain text as <p>, with <br> between the lines of a paragraph."""
    return _in_paragraphs([[escape(line) for line in lines] for lines in plain.paragraphs(text)])


def marked(text: str, warnings: Sequence[Warning]) -> Markup:
    """The same with each warned-of passage in a <mark> that names its warning, w1 being first.

    A passage that runs over several lines is marked in each of them.
    """
    position, page = 0, []
    for lines in plain.paragraphs(text):
        paragraph = []
        for line in lines:
            start = text.find(line, position)
            position = start + len(line)
            paragraph.append(_marked_line(line, start, warnings))
        page.append(paragraph)
    return _in_paragraphs(page)


def _marked_line(line: str, offset: int, warnings: Sequence[Warning]) -> Markup:
    """`line` stands at `offset` of the text that the offsets of `warnings` count in."""
    done, out = 0, Markup()
    for number, warning in enumerate(warnings, 1):
        start = max(warning.start - offset, done)
        end = min(warning.end - offset, len(line))
        if start >= end:
            continue
        out += escape(line[done:start])
        out += Markup('<mark aria-describedby="w{}">{}</mark>').format(number, line[start:end])
        done = end
    return out + escape(line[done:])


def _in_paragraphs(page: Sequence[Sequence[Markup]]) -> Markup:
    return Markup("").join(Markup("<p>{}</p>").format(Markup("<br>").join(lines)) for lines in page)
