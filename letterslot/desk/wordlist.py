"""The newsroom's own words: what it wants marked in a letter, by language.

A list is DIR/words/LANGUAGE/marked-words.txt, one word or phrase a line, the newsroom's to change;
it is read again when it changed. A mark is for the eye: it decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import ahocorasick

from letterslot.text import boundaries
from letterslot.text.folding import Folded, fold

NAME: Final = "marked-words.txt"
EXPLAINED: Final = {
    "en": """\
# Words that the desk marks in a letter, one word or phrase a line. A mark decides nothing.
# Case and width do not matter. A word is found where it stands as a word of its own; in Korean also
# with its particles. A star says that it may go on: harbour* finds harbours, *harbour* finds it
# inside other words too. In Chinese, Japanese, Burmese, Thai, Lao and Khmer it is found anywhere.
# A line like this one, after a number sign, is not looked for.
""",
    "ko": """\
# 편집실에서 표시해 볼 낱말을 한 줄에 하나씩 적습니다. 표시는 아무것도 결정하지 않습니다.
# 대소문자와 전각·반각은 가리지 않습니다. 낱말은 따로 쓰였을 때 찾으며, 조사가 붙어도 찾습니다.
# 별표는 말이 이어져도 된다는 뜻입니다. 항구*는 항구도시를, *항구*는 큰항구도시도 찾습니다.
# 이 줄처럼 우물 정 자로 시작하는 줄은 찾지 않습니다.
""",
}


@dataclass(frozen=True)
class Entry:
    """A line of a list: the word as it was written, its language, and where a star stood."""

    word: str
    language: str
    starts_anywhere: bool
    ends_anywhere: bool


@dataclass(frozen=True)
class Hit:
    """A passage of a text, in code points of the original, that a line of a list asks to mark."""

    entry: Entry
    start: int
    end: int


class WordList:
    """All lists of a newsroom together. A letter may be in another language than its story."""

    def __init__(self, entries: list[Entry]) -> None:
        self._automaton = ahocorasick.Automaton()
        for entry in entries:
            folded = fold(entry.word)
            if folded:
                others = self._automaton.get(folded, ())
                self._automaton.add_word(folded, (*others, entry))
        self._automaton.make_automaton()

    def hits(self, folded: Folded) -> list[Hit]:
        """What stands in the text as a word of its own, in order; overlapping hits all count."""
        if not len(self._automaton):
            return []
        return [
            hit
            for end, entries in self._automaton.iter(folded.text)
            for hit in self._real(folded, end + 1, entries)
        ]

    def _real(self, folded: Folded, end: int, entries: tuple[Entry, ...]) -> Iterator[Hit]:
        for entry in entries:
            start = end - len(fold(entry.word))
            begins = entry.starts_anywhere or boundaries.begins_word(folded.text, start)
            if begins and (entry.ends_anywhere or boundaries.ends_word(folded.text, end)):
                yield Hit(entry, *folded.span(start, end))


def write_defaults(data: Path, languages: tuple[str, ...]) -> None:
    """Put an empty list that explains itself into DIR/words/LANGUAGE/, leaving what is there."""
    for language in languages:
        path = data / "words" / language / NAME
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            explained = EXPLAINED.get(language.partition("-")[0], EXPLAINED["en"])
            path.write_text(explained, encoding="utf-8")


def load(data: Path) -> WordList:
    """The lists in the data folder as they are now. A line that is not UTF-8 is passed over."""
    files = sorted((data / "words").glob(f"*/{NAME}"))
    return _load(tuple((path, path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=2)
def _load(files: tuple[tuple[Path, int], ...]) -> WordList:
    """The second of each pair is only there so that a changed list is read again."""
    entries = [entry for path, _ in files for entry in _entries(path)]
    return WordList(entries)


def _entries(path: Path) -> Iterator[Entry]:
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        line = line.strip().removeprefix("\ufeff")
        word = line.strip("*").strip()
        if word and not line.startswith("#") and "\ufffd" not in word:
            yield Entry(word, path.parent.name, line.startswith("*"), line.endswith("*"))
