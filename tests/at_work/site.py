"""Reads the printed site back: what stands on its pages, and what stands anywhere in its files."""

from __future__ import annotations

import gzip
import html
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import brotli


@dataclass(frozen=True)
class Printed:
    """A comment as a page shows it."""

    id: str
    name: str = field(repr=False)
    text: str = field(repr=False)
    edited: str | None  # what the mark of an edit says; None without a mark


def comments_on(page: Element) -> list[Printed]:
    """Every comment of a page's thread, in the order shown."""
    return [_printed(article) for article in page.iter("article") if "comment" in _classes(article)]


def _printed(article: Element) -> Printed:
    mark = _part(article, "comment-edited")
    name = _part(article, "comment-name")
    text = _part(article, "comment-text")
    return Printed(
        id=article.get("id", "").removeprefix("c-"),
        name="" if name is None else "".join(name.itertext()).strip(),
        text="" if text is None else text_of(text),
        edited=None if mark is None else " ".join("".join(mark.itertext()).split()),
    )


def _part(article: Element, name: str) -> Element | None:
    """The part of this class that belongs to the comment itself and not to a reply inside it."""
    for child in article:
        if "replies" in _classes(child) or child.tag == "article":
            continue
        if name in _classes(child):
            return child
        inner = _part(child, name)
        if inner is not None:
            return inner
    return None


def text_of(element: Element) -> str:
    """Plain text of a `.comment-text`: paragraphs divided by a blank line, lines by `<br>`."""
    paragraphs = list(element.iter("p")) or [element]
    return "\n\n".join(_lines(paragraph) for paragraph in paragraphs)


def _lines(element: Element) -> str:
    pieces = [element.text or ""]
    for child in element:
        pieces.append("\n" if child.tag == "br" else _lines(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _classes(element: Element) -> list[str]:
    return element.get("class", "").split()


def files_with(shelf: Path, needles: Iterable[str]) -> dict[int, list[str]]:
    """Which needles stand in which files: the number of the needle, and paths on the shelf."""
    wanted = list(needles)
    found: dict[int, list[str]] = {}
    for path, content in contents(shelf):
        for number, needle in enumerate(wanted):
            if needle in content:
                found.setdefault(number, []).append(path)
    return found


def contents(shelf: Path) -> Iterator[tuple[str, str]]:
    """Every file of the shelf as text, hidden folders too: as it is, unpacked and unescaped."""
    for file in sorted(shelf.rglob("*")):
        if file.is_file():
            raw = _unpacked(file)
            text = raw.decode(errors="replace")
            plain = html.unescape(text)
            yield str(file.relative_to(shelf)), "\n".join([text, plain, *_json_strings(file, text)])


def _unpacked(file: Path) -> bytes:
    content = file.read_bytes()
    if file.suffix == ".gz":
        return gzip.decompress(content)
    if file.suffix == ".br":
        return bytes(brotli.decompress(content))
    return content


def _json_strings(file: Path, text: str) -> Iterator[str]:
    """Every string of a JSON file with its escapes undone."""
    if file.name.endswith((".json", ".json.gz", ".json.br")):
        yield from _strings_in(json.loads(text))


def _strings_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for one in value.values():
            yield from _strings_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings_in(one)
