"""Text for places without markup, where nothing but characters can keep its direction to itself."""

from __future__ import annotations

from typing import Final

import regex

_TURNS: Final = regex.compile(r"[\p{bc=R}\p{bc=AL}\p{bc=AN}\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_OPENING: Final = frozenset("\u2066\u2067\u2068")
_FIRST_STRONG: Final = "\u2068"
_CLOSING: Final = "\u2069"


def isolated(text: str) -> str:
    """One line of text between isolates (UAX 9), so that it orders only itself.

    What it opened is closed, and what it closes without having opened goes. A text in which
    nothing turns stays as it is.
    """
    if _TURNS.search(text) is None:
        return text
    depth, kept = 0, []
    for character in text:
        if character == _CLOSING and depth == 0:
            continue
        depth += (character in _OPENING) - (character == _CLOSING)
        kept.append(character)
    return _FIRST_STRONG + "".join(kept) + _CLOSING * (depth + 1)
