"""Find characters that nobody sees and no script needs: they can mark one copy of a text.

A newsroom, a portal or a messenger that shows each reader a slightly different text can tell
from a quotation who copied it. What a script, an emoji or good typography needs is not counted.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import regex

# Everything that draws nothing, and the blanks that look like the ordinary one.
_SUSPECT: Final = regex.compile(
    r"[\p{Default_Ignorable_Code_Point}\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800"
    r"\u3000\ufff9-\ufffb]"
)

# Where such a character has work to do. Sources: the Unicode Standard, chapters 9, 12, 13, 16 and
# 23, on joiners and selectors; UTS 51 for emoji; CLDR's number formats and French typography.
_JOINED: Final = (  # scripts in which joiners choose a letter's form
    r"\p{scx=Arab}\p{scx=Syrc}\p{scx=Mand}\p{scx=Nkoo}\p{scx=Adlm}\p{scx=Rohg}\p{scx=Phag}"
    r"\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}"
    r"\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Mymr}\p{scx=Khmr}\p{scx=Mong}\p{scx=Tibt}"
    r"\p{scx=Java}\p{scx=Bali}\p{scx=Lana}\p{scx=Cakm}"
)
_UNSPACED: Final = (  # scripts that do not part words, where it says where a line may break
    r"\p{Thai}\p{Laoo}\p{Khmr}\p{Mymr}\p{Tibt}\p{Java}\p{Bali}\p{Lana}\p{Tale}\p{Talu}\p{Cham}"
)
_EAST_ASIAN: Final = (
    r"\p{Hani}\p{Hira}\p{Kana}\p{Hang}\p{Bopo}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6"
)
_NEEDED: Final = regex.compile(
    rf"""
      (?<=[{_JOINED}])[\u200c\u200d]
    | (?<=[\p{{Extended_Pictographic}}\p{{Emoji_Modifier}}\ufe0f\U000e007f])\u200d
        (?=\p{{Extended_Pictographic}})
    | (?<=[\p{{Emoji}}--[0-9\#*]])[\ufe0e\ufe0f]
    | (?<=[0-9\#*])\ufe0f(?=\u20e3)
    | (?<=[\p{{Sm}}\p{{Mymr}}\p{{Phag}}])\ufe00
    | (?<=\p{{Hani}})[\ufe00-\ufe02\U000e0100-\U000e01ef]
    | (?<=\p{{Mong}})[\u180b-\u180f\u202f]
    | (?<=\p{{Khmr}})[\u17b4\u17b5]
    | (?<=\p{{Hebr}})\u034f
    | (?<=[\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb])[\u115f\u1160]
    | [\u115f\u1160](?=[\u1100-\u11ff])
    | (?<=[{_UNSPACED}])[\u200b\u2060] | [\u200b\u2060](?=[{_UNSPACED}])
    | [\U000e0020-\U000e007f]
    | (?<=\d)[\u00a0\u2009\u202f](?=[\d%‰°€$£₩₽])
    | (?<=[«‹])[\u00a0\u202f] | [\u00a0\u202f](?=[»›:;!?—–])
    | (?<=[{_EAST_ASIAN}\n]|^)\u3000 | \u3000(?=[{_EAST_ASIAN}])
    | (?<=\p{{Ogam}})\u1680 | (?<=[\u2801-\u28ff])\u2800 | \u2800(?=[\u2801-\u28ff])
    """,
    regex.VERBOSE | regex.VERSION1,
)
# Marks and isolates order a text that runs both ways; an override (U+202D, U+202E) never helps.
_MARKS: Final = frozenset("\u200e\u200f\u061c")  # one is enough
_ORDERING: Final = _MARKS | frozenset("\u202a\u202b\u202c\u2066\u2067\u2068\u2069")
_RIGHT_TO_LEFT: Final = regex.compile(r"[\p{bc=R}\p{bc=AL}]")


def find(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each run of such characters, in order."""
    if text.isascii():
        return
    start = end = -1
    for at in _needless(text):
        if at != end:
            if start >= 0:
                yield start, end
            start = at
        end = at + 1
    if start >= 0:
        yield start, end


def _needless(text: str) -> Iterator[int]:
    """Where the characters stand, in order."""
    both_ways: bool | None = None
    judged: dict[str, bool] = {}  # by the neighbours: a hostile text has the same ones 5,000 times
    for match in _SUSPECT.finditer(text):
        at = match.start()
        before, character = text[at - 1 : at] or "\n", text[at]
        around = text[max(0, at - 1) : at + 2] if at else "\n" + text[:2]
        needed = judged.get(around)
        if needed is None:
            needed = judged[around] = _NEEDED.match(text, at) is not None
        if needed:
            continue
        if character in _ORDERING and not (character in _MARKS and before in _MARKS):
            if both_ways is None:
                both_ways = _RIGHT_TO_LEFT.search(text) is not None
            if both_ways:
                continue
        yield at


def named(run: str) -> str:
    """The characters of a run by Unicode's names, each once: "ZERO WIDTH SPACE (U+200B)"."""
    return ", ".join(map(_name_of, dict.fromkeys(run)))


@lru_cache(maxsize=512)
def _name_of(character: str) -> str:
    return f"{unicodedata.name(character, 'UNNAMED')} (U+{ord(character):04X})"


def replaced(run: str) -> str:
    """What a run becomes in a cleaned text: a blank, a line end, or nothing."""
    if any(character in "\u2028\u2029" for character in run):
        return "\n"
    return " " if any(character == "\u2800" or character.isspace() for character in run) else ""
