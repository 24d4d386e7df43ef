"""Where words begin and end in a folded text, as a reader of the script would say.

Latin, Cyrillic, Arabic and their like stand between blanks. Korean words do too, and carry
particles at their end. Chinese, Japanese, Burmese, Thai, Lao and Khmer have no blanks: there only
a syllable is never cut in two.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

import regex

Kind = Literal["spaced", "korean", "unspaced", "none"]

_LETTER: Final = r"\p{L}\p{N}\p{M}"
_WORD: Final = regex.compile(rf"[{_LETTER}_]")
_MARK: Final = regex.compile(r"\p{M}")
_KOREAN: Final = regex.compile(r"\p{Script=Hangul}")
_WITHOUT_BLANKS: Final = (
    r"\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}ー"
    r"\p{Script=Myanmar}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}"
)
_UNSPACED: Final = regex.compile(rf"[{_WITHOUT_BLANKS}]")
# The letters and figures that stand together in a text and are of one kind.
RUN: Final = regex.compile(
    rf"\p{{Script=Hangul}}+|[[{_LETTER}]&&[{_WITHOUT_BLANKS}]]+"
    rf"|[[{_LETTER}]--[{_WITHOUT_BLANKS}\p{{Script=Hangul}}]]+",
    regex.VERSION1,
)
_STACKERS: Final = "\u1039\u17d2"  # the next consonant stands below the one before
# A Burmese consonant that is silenced closes the syllable before it: က is not a word in ကန်.
_CLOSES: Final = regex.compile(r"[\u1000-\u102a\u103f]\u1037?[\u1039\u103a]")
# What follows a Korean noun without a blank: plural, title, particles, copula. At most three.
_PARTICLES: Final = regex.compile(
    r"(?:들|님|씨|네)?(?:은|는|이|가|을|를|의|에|에서|에게|에게서|께|께서|도|만|과|와|랑|이랑|하고|로|으로"
    r"|부터|까지|처럼|보다|마다|조차|밖에|나|이나|라도|이라도|라고|이라고|한테|한테서|같은|같이|뿐|대로|야|아"
    r"|요|이다|다|입니다|이에요|예요|이었다|였다|이야|라는|이라는|인|이고|고|이며|며){0,3}"
    r"(?!\p{Script=Hangul})"
)


def begins_word(text: str, start: int) -> bool:
    """Whether a word begins at text[start]."""
    if start == 0:
        return True
    here, before = kind(text[start]), kind(text[start - 1])
    if here == "unspaced" or before == "unspaced":
        return not _MARK.match(text[start]) and text[start - 1] not in _STACKERS
    return before != here or here == "none"


def ends_word(text: str, end: int) -> bool:
    """Whether a word ends before text[end], particles of Korean left aside."""
    if end >= len(text):
        return True
    here, after = kind(text[end - 1]), kind(text[end])
    if here == "unspaced" or after == "unspaced":
        return _ends_syllable(text, end)
    if here == "korean":
        return after != "korean" or _PARTICLES.match(text, end) is not None
    return after != here or here == "none"


def _ends_syllable(text: str, end: int) -> bool:
    if _MARK.match(text[end]) or text[end - 1] in _STACKERS:
        return False
    return _CLOSES.match(text, end) is None


@lru_cache(maxsize=8192)
def kind(character: str) -> Kind:
    """How words of this character's script are set apart; "none" for what is in no word."""
    if _UNSPACED.match(character):
        return "unspaced"
    if _KOREAN.match(character):
        return "korean"
    return "spaced" if _WORD.match(character) else "none"
