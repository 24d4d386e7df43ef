"""Which language a letter is in, as far as that can be said: certain, or not said at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pycld2
import regex
from babel.core import parse_locale

from letterslot.text import scripts

_LETTERS: Final = regex.compile(r"\p{L}")
# Letters below which the detector is not asked: names and shouts mislead it. Of 665 beginnings of
# UDHR paragraphs, 40 characters in 14 languages, it was sure of 650 and wrong in 1; of 977 whole
# ones in 18, sure of 962 and wrong in none. A related language (below) is not held against it.
_FEWEST: Final = 30
# A word or two in another script is no other language: "APT 가격", "OK".
_FEWEST_OF_SCRIPT: Final = 4
_MOST_OF_IT: Final = 0.75
_SURE: Final = 90  # percent of the text that is in the language
# What the detector takes for one another, and neighbours of the same script that it does not know.
_RELATED: Final = (
    {"id", "ms", "jv", "su"},
    {"hr", "bs", "sr", "sh", "cnr", "sl", "mk"},
    {"no", "nb", "nn", "da", "sv"},
    {"zh", "yue", "wuu", "nan"},
    {"cs", "sk"},
    {"fa", "tg", "ps", "prs"},
    {"hi", "mr", "ne", "sa", "mai", "bh"},
    {"uk", "be", "ru", "bg", "rue", "sr", "mk"},
    {"uz", "ug", "kk", "ky", "tt", "tk", "az", "tr"},
    {"gl", "pt", "es", "ca", "oc"},
    {"ar", "ug", "fa", "ur", "ckb", "ku"},
    {"my", "mnw", "shn", "ksw", "kar"},
    {"bo", "dz"},
    {"xx", "un"},
)


@dataclass(frozen=True)
class Foreign:
    """A letter in another language than its story's. `language` is a tag, `und-SCRIPT` where only
    the script is known; `spans` are the passages that say so, in code points."""

    language: str
    spans: tuple[tuple[int, int], ...]


def foreign(text: str, story_language: str) -> Foreign | None:
    """The letter's language where it is surely not the story's; None where it is, or who knows."""
    lang = scripts.comment_lang(text, story_language)
    if lang != story_language:
        runs = _runs(text, lang.removeprefix("und-"))
        letters = sum(len(_LETTERS.findall(text, start, end)) for start, end in runs)
        if letters < _FEWEST_OF_SCRIPT or letters < _MOST_OF_IT * len(_LETTERS.findall(text)):
            return None
        return Foreign(_detected(text) or lang, runs)
    told = _detected(text)
    if told is None or _is_near(told, story_language):
        return None
    return Foreign(told, ((0, len(text)),))


def _detected(text: str) -> str | None:
    """The language CLD2 is sure of; None for short, mixed and unknown texts."""
    if len(_LETTERS.findall(text[:2000])) < _FEWEST:
        return None
    try:
        sure, _, found = pycld2.detect(text.encode(), isPlainText=True)
    except (pycld2.error, ValueError):  # it refuses characters that are not for interchange
        return None
    _, tag, percent, _ = found[0]
    return str(tag) if sure and percent >= _SURE and tag != "un" else None


def _is_near(tag: str, story_language: str) -> bool:
    """The same language, or one that the detector mixes up with it."""
    spoken, told = _language(story_language), _language(tag)
    return spoken == told or any({spoken, told} <= related for related in _RELATED)


def _language(tag: str) -> str:
    try:
        return str(parse_locale(tag, sep="-")[0]).lower()
    except ValueError:
        return tag.lower()


def _runs(text: str, script: str) -> tuple[tuple[int, int], ...]:
    """The passages in a script; what stands between two letters of it belongs to them."""
    letter = rf"\p{{Script={script}}}"
    runs = regex.finditer(
        rf"{letter}(?:[\p{{Common}}\p{{Inherited}}{letter}]*{letter})?\p{{M}}*", text
    )
    return tuple(match.span() for match in runs)
