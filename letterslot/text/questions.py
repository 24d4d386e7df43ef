"""Answers to the newsroom's question about a story: folded for comparing, and as digests."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Final

from letterslot.text import folding

ANSWER_CHARACTERS: Final = 200  # of what a reader types; what stands behind is not looked at

_KEPT: Final = frozenset("LNM")  # letters, digits, and the marks that scripts are written with


def folded(answer: str) -> str:
    """An answer without case, width, accents, blanks and signs, its digits as 0 to 9."""
    plain = folding.without_marks(folding.fold(answer[:ANSWER_CHARACTERS]))
    return "".join(_digit(sign) for sign in plain if unicodedata.category(sign)[0] in _KEPT)


def digest(answer: str, slug: str) -> str:
    """32 hexadecimal digits for an answer to the question of the story `slug`.

    No secret: few answers are possible, and the story tells them. It only keeps them from being
    read off the shelf, by a program or by a curious reader, without any effort at all.
    """
    told = f"{slug}\n{folded(answer)}".encode("utf-8", "replace")
    return hashlib.blake2b(told, digest_size=16, person=b"question").hexdigest()


def _digit(sign: str) -> str:
    value = unicodedata.decimal(sign, None)
    return sign if value is None else str(value)
