"""The newsroom's words: terms with numbered clauses, guidelines, disclaimer, how comments work.

They are Markdown files in DIR/words/LANGUAGE/, the newsroom's to change. `Version: N` on the first
line of terms.md names the version that decisions record. A block between `<!-- if guarded -->` and
`<!-- end -->` stands only where it is true of this installation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from letterslot.newsroom.publication import Publication

NAMES: Final = ("terms", "guidelines", "disclaimer", "how-comments-work")
DEFAULT_LANGUAGES: Final = ("en", "ko")

_VERSION = re.compile(r"\AVersion: *(\S{1,20})\s*\n")
_CLAUSE = re.compile(r"^## +(\d{1,3})\. +(.+?) *$", re.MULTILINE)
_NUMBERED = re.compile(r"(\d{1,3})\. ")
_PLACE = re.compile(r"\{([a-z_]+)\}")
_BLOCK = re.compile(r"<!-- if ([a-z ]+) -->\n?(.*?)<!-- end -->\n?", re.DOTALL)


class WordsFault(ValueError):
    """Something in the newsroom's words does not hold; the message says what to do."""


@dataclass(frozen=True)
class Terms:
    """The words in one language: version of the terms, titles of the clauses, all of it as HTML."""

    language: str
    version: str
    clauses: dict[int, str]
    clause_html: dict[int, str]
    html: dict[str, str]  # by name, see NAMES

    def require_clause(self, number: int) -> str:
        """The title of clause `number`. Raises WordsFault with the clauses there are."""
        try:
            return self.clauses[number]
        except KeyError:
            known = ", ".join(f"{n} ({title})" for n, title in self.clauses.items())
            fault = _("There is no clause %(number)s in the terms. There are: %(known)s.")
            raise WordsFault(fault % {"number": number, "known": known}) from None


def default_words(language: str, name: str) -> str:
    """The words that Letterslot brings along, English where it has none in `language`."""
    folder = language if language in DEFAULT_LANGUAGES else "en"
    return brought_along(folder, f"{name}.md")


def brought_along(language: str, file: str) -> str:
    """A file that comes along with Letterslot in `language`, one of DEFAULT_LANGUAGES."""
    return resources.files(__package__).joinpath("words", language, file).read_text("utf-8")


def write_defaults(data: Path, languages: tuple[str, ...]) -> None:
    """Put the words of each language into DIR/words/, leaving what is there."""
    for language in languages:
        folder = data / "words" / language
        folder.mkdir(parents=True, exist_ok=True)
        for name in NAMES:
            path = folder / f"{name}.md"
            if not path.exists():
                path.write_text(default_words(language, name), encoding="utf-8")


def load(data: Path, publication: Publication, language: str = "") -> Terms:
    """The words in `language` (the publication's first where empty). Raises WordsFault."""
    language = language or publication.first_language
    sources = {name: _read(data, language, name) for name in NAMES}
    version = _VERSION.match(sources["terms"])
    if version is None:
        raise WordsFault(f"words/{language}/terms.md begins with a line like `Version: 1`.")
    sources["terms"] = sources["terms"][version.end() :]
    clauses = _clauses(sources["terms"], language)
    return Terms(
        language=language,
        version=version[1],
        clauses={number: title for number, (title, _) in clauses.items()},
        clause_html={n: _render(body, publication) for n, (_, body) in clauses.items()},
        html={name: _render(source, publication) for name, source in sources.items()},
    )


def _read(data: Path, language: str, name: str) -> str:
    path = data / "words" / language / f"{name}.md"
    try:
        return path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except FileNotFoundError:
        raise WordsFault(
            f"There is no words/{language}/{name}.md in the data folder: write it, or take "
            f"“{language}” out of `languages` in publication.toml."
        ) from None
    except UnicodeDecodeError:
        raise WordsFault(f"words/{language}/{name}.md is not UTF-8.") from None


def _clauses(source: str, language: str) -> dict[int, tuple[str, str]]:
    heads = list(_CLAUSE.finditer(source))
    if not heads:
        raise WordsFault(f"words/{language}/terms.md has no clause like `## 1. Respect`.")
    ends = [head.start() for head in heads[1:]] + [len(source)]
    clauses: dict[int, tuple[str, str]] = {}
    for head, end in zip(heads, ends, strict=True):
        number = int(head[1])
        if number in clauses:
            raise WordsFault(f"words/{language}/terms.md has clause {number} twice.")
        clauses[number] = (head[2], source[head.end() : end].strip())
    return clauses


def _render(source: str, publication: Publication) -> str:
    """Markdown to safe HTML: raw HTML stays text; clause 4 can be linked to as #c4."""
    markdown = MarkdownIt("commonmark", {"html": False})
    tokens = markdown.parse(_filled(_true_here(source, publication), publication))
    for heading, inline in pairwise(tokens):
        number = _NUMBERED.match(inline.content) if heading.type == "heading_open" else None
        if number is not None:
            heading.attrSet("id", f"c{number[1]}")
    return str(markdown.renderer.render(tokens, markdown.options, {}))


def _true_here(source: str, publication: Publication) -> str:
    """Only the blocks whose condition holds for this installation."""
    holds = {
        "guarded": publication.policy == "guarded",
        "prompt": publication.policy == "prompt",
        "two hosts": publication.two_hosts,
        "one host": not publication.two_hosts,
    }
    return _BLOCK.sub(lambda block: block[2] if holds.get(block[1], False) else "", source)


def _filled(source: str, publication: Publication) -> str:
    """The words with {name} and the like replaced; a brace that means nothing stays."""
    values = {
        "name": publication.name,
        "k_min": str(publication.k_min),
        "appeal_days": str(publication.appeal_days),
        "comment_days": str(publication.comment_days),
    }
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), source)
