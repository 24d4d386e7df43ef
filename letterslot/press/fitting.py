"""How many conversations a page may show and stay light on a slow line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from letterslot.shelf.printing import gzipped

PAGE_BYTES: Final = 14_000  # of gzip -9: what reaches a reader before the first answer to it


def weight(page: str | bytes) -> int:
    """Bytes on the wire."""
    content = page.encode() if isinstance(page, str) else page
    return len(gzipped(content))


def most_that_fit(
    render: Callable[[int], str], *, most: int, least: int, budget: int = PAGE_BYTES
) -> str:
    """The page with as many conversations as fit: see `how_many_fit`."""
    return how_many_fit(render, most=most, least=least, budget=budget)[1]


def how_many_fit(
    render: Callable[[int], str], *, most: int, least: int, budget: int = PAGE_BYTES
) -> tuple[int, str]:
    """How many conversations, from `least` to `most`, `budget` bytes allow; the page with them.

    `render(n)` makes the page with the n newest. With `least` of them the page may be heavier: a
    story is never cut. Renders once where all fit, else by bisection.
    """
    page = render(most)
    if most <= least or weight(page) <= budget:
        return most, page
    fits, heavy = least, most
    best = render(least)
    while heavy - fits > 1:
        middle = (fits + heavy) // 2
        page = render(middle)
        if weight(page) <= budget:
            fits, best = middle, page
        else:
            heavy = middle
    return fits, best
