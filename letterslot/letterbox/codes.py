"""Codes that people copy by hand: random bytes in Crockford's base 32 with a check symbol.

The alphabet is that of https://www.crockford.com/base32.html; the check symbol is the hybrid
system of ISO 7064 over the same 32 symbols (modulus 33, 32), which finds every single mistaken
symbol and nearly every pair of neighbours that changed places.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUP: Final = 5  # symbols between two spaces in print

_VALUE: Final = {symbol: value for value, symbol in enumerate(ALPHABET)}
_MOST_TYPED: Final = 200  # characters; anything longer is not a code with blanks in it
# What people type for a symbol that only looks like it, and what they put between groups.
_READ_AS: Final = str.maketrans("OIL", "011", " \t\r\n\v\f-‐‑‒–—―_.·")


class MistypedCode(ValueError):
    """A code that was not printed like this: a symbol is missing, too many or mistaken."""


def symbols_of(size: int) -> int:
    """How many symbols a code of `size` bytes has, its check symbol included."""
    return -(-size * 8 // 5) + 1


def printed(code: bytes) -> str:
    """The code in groups of five: "7QK4M 2XH9T RCVD6 P3WNE 8AFBZ 5J" for 16 bytes."""
    number = int.from_bytes(code, "big")
    places = symbols_of(len(code)) - 1
    values = [number >> 5 * place & 31 for place in range(places - 1, -1, -1)]
    values.append(_check_value(values))
    whole = "".join([ALPHABET[value] for value in values])
    return " ".join(whole[start : start + GROUP] for start in range(0, len(whole), GROUP))


def parsed(typed: str, size: int) -> bytes:
    """The `size` bytes of a code as somebody typed it. Raises MistypedCode.

    Blanks, hyphens, upper and lower case and full-width letters make no difference; O is read
    as 0, I and L as 1.
    """
    if len(typed) > _MOST_TYPED:
        raise MistypedCode("This is too long to be one of our codes.")
    symbols = unicodedata.normalize("NFKC", typed).upper().translate(_READ_AS)
    if len(symbols) != symbols_of(size) or not _VALUE.keys() >= set(symbols):
        raise MistypedCode("This is not one of our codes: a letter or digit is missing or wrong.")
    *values, check = [_VALUE[symbol] for symbol in symbols]
    if check != _check_value(values):
        raise MistypedCode("This code has a mistyped letter or digit in it.")
    number = 0
    for value in values:
        number = number << 5 | value
    if number >> size * 8:
        raise MistypedCode("This code has a mistyped letter or digit in it.")
    return number.to_bytes(size, "big")


def _check_value(values: Iterable[int]) -> int:
    """The check symbol's value: ISO 7064, hybrid system with modulus 33, 32. Written out because
    a receipt is printed for each comment, and the usual library looked up each symbol again."""
    rest = 32
    for value in values:
        rest = ((rest + value) % 32 or 32) * 2 % 33
    return (33 - rest) % 32
