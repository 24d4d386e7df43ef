"""Sets plain text as HTML: paragraphs, links where the publication prints them, marked passages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from letterslot.pages.views import Warning
from letterslot.text import links as addresses
from letterslot.text import plain

QUESTIONS = 24  # that a preview lists; further passages are only marked
_CONTEXT = 12  # characters shown before one that cannot be seen
_CODES = 3  # of characters that a mark of such a run names


@dataclass(frozen=True)
class Question:
    """One passage that the preview asks about, wherever it stands."""

    number: int  # from 1; its element is w1
    warning: Warning  # the first of them
    count: int
    before: str  # of a passage that cannot be seen: what stands before it on its line


@dataclass(frozen=True)
class Mark:
    """text[start:end] is marked. `question` is 0 where none is listed for it."""

    start: int
    end: int
    question: int
    unseen: str = ""  # codes of a passage that cannot be seen: "U+200B"


def paragraphs(text: str, links: bool = False) -> Markup:
    """Plain text as <p>, with <br> between the lines of a paragraph, and links if wanted."""
    return _composed(text, (), links)


def marked(text: str, marks: Sequence[Mark], links: bool = False) -> Markup:
    """The same with each mark in a <mark> that names its question.

    `marks` are in order and do not overlap. One over several lines is marked in each of them.
    """
    return _composed(text, marks, links)


def marked_line(text: str, marks: Sequence[Mark]) -> Markup:
    """A single line, such as a name, with its marks."""
    return _as_markup(_Line(text, 0, marks, 0).between(0, len(text)))


def questions(warnings: Sequence[Warning], texts: dict[str, str]) -> list[Question]:
    """One question for each passage that `warnings` are about, in their order.

    `texts` are the fields that their offsets count in. Runs that cannot be seen belong together
    where they are made of the same characters.
    """
    first: dict[tuple[str, str, str], Warning] = {}
    counts: dict[tuple[str, str, str], int] = {}
    for warning in warnings:
        key = _key(warning)
        first.setdefault(key, warning)
        counts[key] = counts.get(key, 0) + 1
    return [
        Question(number, warning, counts[key], _before(warning, texts[warning.field]))
        for number, (key, warning) in enumerate(first.items(), 1)
    ]


def marks(field: str, warnings: Sequence[Warning], asked: Sequence[Question]) -> list[Mark]:
    """The marks of one field of the draft, of which the questions in `asked` are listed."""
    numbers = {_key(question.warning): question.number for question in asked}
    return [
        Mark(warning.start, warning.end, numbers.get(_key(warning), 0), _codes(warning))
        for warning in warnings
        if warning.field == field and warning.kind != "zawgyi"  # that is about the whole text
    ]


def _key(warning: Warning) -> tuple[str, str, str]:
    return warning.field, warning.kind, warning.characters or warning.passage


def _before(warning: Warning, text: str) -> str:
    if not warning.characters:
        return ""
    return text[max(0, warning.start - _CONTEXT) : warning.start].rpartition("\n")[2].strip()


def _codes(warning: Warning) -> str:
    if not warning.characters:
        return ""
    codes = [f"U+{ord(character):04X}" for character in dict.fromkeys(warning.passage)]
    return " ".join(codes[:_CODES]) + (" …" if len(codes) > _CODES else "")


def _composed(text: str, marks: Sequence[Mark], links: bool) -> Markup:
    found = tuple(addresses.find(text)) if links else ()
    if not marks and not found:
        return _plain(text)
    position = mark = link = 0
    page = []
    for lines in plain.paragraphs(text):
        paragraph = []
        for line in lines:
            start = text.find(line, position)
            position = start + len(line)
            # Only what ends behind the line's start: each mark and link is stepped over once.
            while mark < len(marks) and marks[mark].end <= start:
                mark += 1
            while link < len(found) and found[link].end <= start:
                link += 1
            rest = _Line(text, position, marks, mark)
            paragraph.append("".join(_with_links(rest, start, found, link)))
        page.append(paragraph)
    return _in_paragraphs(page)


def _plain(text: str) -> Markup:
    """What most comments are, and every page of a thread is made of."""
    return _in_paragraphs([[escape(line) for line in lines] for lines in plain.paragraphs(text)])


def _in_paragraphs(page: Sequence[Sequence[str]]) -> Markup:
    return _as_markup(f"<p>{'<br>'.join(lines)}</p>" for lines in page)


def _as_markup(pieces: Iterable[str]) -> Markup:
    """Pieces that are escaped already. `Markup.format` would take a fifth of a second over 2,500
    marks, which one hostile comment can hold."""
    return Markup("".join(pieces))  # noqa: S704  # every text among them went through `escape`


def _with_links(line: _Line, done: int, found: Sequence[addresses.Link], at: int) -> Iterator[str]:
    """The line from `done` to its end; a link never runs over its end."""
    while at < len(found) and found[at].start < line.end:
        link = found[at]
        yield from line.between(done, link.start)
        # `dir` sets it apart: nothing in an address may turn the text around it.
        yield f'<a href="{escape(link.href)}" rel="nofollow noreferrer ugc" dir="ltr">'
        yield from line.between(link.start, link.end)
        yield "</a>"
        if link.host:
            yield f" <bdi>[{escape(link.host)}]</bdi>"
        done, at = link.end, at + 1
    yield from line.between(done, line.end)


class _Line:
    """A line of a text up to `end`, whose marks are asked for from left to right."""

    def __init__(self, text: str, end: int, marks: Sequence[Mark], at: int) -> None:
        self.end = end
        self._text, self._marks, self._at = text, marks, at

    def between(self, start: int, end: int) -> Iterator[str]:
        """A part of the line as escaped HTML; a mark that runs over its edge is cut there."""
        marks = self._marks
        while self._at < len(marks) and marks[self._at].start < end:
            mark = marks[self._at]
            yield escape(self._text[start : mark.start])
            start = max(start, mark.start)
            yield _marked(mark, self._text[start : min(mark.end, end)])
            start = min(mark.end, end)
            if mark.end > end:
                return
            self._at += 1
        yield escape(self._text[start:end])


def _marked(mark: Mark, passage: str) -> str:
    unseen = f' data-unseen="{escape(mark.unseen)}"' if mark.unseen else ""
    about = f' aria-describedby="w{mark.question}"' if mark.question else ""
    return f"<mark{unseen}{about}>{escape(passage)}</mark>"
