"""The desk's words: takes every marked one into the catalogues, and compiles them for Django.

    .venv/bin/python scripts/desk_words.py

What is new stands in the catalogue untranslated, what is gone leaves it. A test holds the
catalogues against the code.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "letterslot"
ROOMS = ("newsroom", "discussion", "desk")
LOCALES = PACKAGE / "desk" / "locale"
KEYWORDS = {
    **dict.fromkeys(("_", "_lazy", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
}


def marked() -> dict[str | tuple[str, str], list[str]]:
    """Every marked message, a pair where it has a plural, with the files that say it."""
    found: dict[str | tuple[str, str], list[str]] = {}
    for path in _files():
        for message in _messages(path):
            places = found.setdefault(message, [])
            name = path.relative_to(ROOT).as_posix()
            if name not in places:
                places.append(name)
    return found


def _files() -> Iterator[Path]:
    for room in ROOMS:
        for ending in ("*.py", "*.html"):
            paths = sorted((PACKAGE / room).rglob(ending))
            yield from (path for path in paths if "migrations" not in path.parts)


def _messages(path: Path) -> Iterator[str | tuple[str, str]]:
    from django.utils.translation.template import templatize

    source = path.read_text("utf-8")
    if path.suffix == ".html":
        source = templatize(source)
    for _line, _name, said, _comments in extract_python(
        BytesIO(source.encode()), list(KEYWORDS), [], {"encoding": "utf-8"}
    ):
        if isinstance(said, str) and said:
            yield said
        elif isinstance(said, tuple) and said[0]:
            yield (str(said[0]), str(said[1])) if said[1] else str(said[0])


def catalogues() -> Iterator[Path]:
    """The catalogues there are, one a language."""
    yield from sorted(LOCALES.glob("*/LC_MESSAGES/django.po"))


def read(path: Path) -> Catalog:
    """A catalogue from its file. Raises PoFileError."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], abort_invalid=True)


def compiled(catalogue: Catalog) -> bytes:
    """What Django reads of it."""
    into = BytesIO()
    write_mo(into, catalogue)
    return into.getvalue()


def _renewed(path: Path, messages: dict[str | tuple[str, str], list[str]]) -> Catalog:
    """The catalogue with every marked message, and no other."""
    old, language = read(path), path.parts[-3]
    new = Catalog(locale=language, project="Letterslot", charset="utf-8", fuzzy=False)
    new.header_comment = old.header_comment
    new.creation_date = new.revision_date = old.creation_date
    for message, places in messages.items():
        first = message if isinstance(message, str) else message[0]
        known = old.get(first)
        string = known.string if known and known.id == message else ""
        new.add(message, string, locations=[(place, 0) for place in places])
    return new


def main() -> int:
    """Renew and compile every catalogue; how many messages still lack their words."""
    from django.conf import settings

    settings.configure()
    messages, missing = marked(), 0
    for path in catalogues():
        catalogue = _renewed(path, messages)
        with path.open("wb") as file:
            write_po(file, catalogue, width=100, include_lineno=False, omit_header=False)
        path.with_suffix(".mo").write_bytes(compiled(catalogue))
        untold = [one.id for one in catalogue if one.id and not _is_told(one.string)]
        missing += len(untold)
        sys.stdout.writelines(f"{path.parts[-3]}: {one}\n" for one in untold)
    return 1 if missing else 0


def _is_told(string: str | tuple[str, ...] | list[str]) -> bool:
    return bool(string) and (isinstance(string, str) or all(string))


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
