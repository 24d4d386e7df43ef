"""The page of what became of a comment, set once for each kind of outcome and then only filled in.

Setting it anew took a millisecond, so that a thousand guesses a second were too many; and what is
set takes longer the more it says, which could tell a decision from none.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from markupsafe import escape

from letterslot.pages.addresses import Place
from letterslot.pages.pages import OUTCOME_SIZE, Pages
from letterslot.pages.views import Outcome

_KEPT: Final = 256
# They stand in no page by themselves: two for private use, and a path that is no page's.
_CODE, _REASON, _ADDRESS = "\ue0f1", "\ue0f2", "of-the-comment/"
_PLACES: Final = re.compile(f"({_CODE}|{_REASON}|/{_ADDRESS})")


class OutcomePages:
    """Pages for receipts, all of one size. Holds no code, no reason and no address."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._place = Place(pages.look.url)
        self._set: dict[tuple[Outcome, str], list[str]] = {}

    def page(self, outcome: Outcome, printed_code: str, language: str) -> str:
        """What became of a comment. Raises ValueError where it is longer than it may be."""
        told = {
            _CODE: printed_code,
            _REASON: str(escape(outcome.reason)),
            f"/{_ADDRESS}": str(escape(self._place.link(outcome.address))),
        }
        pieces = self._pieces(outcome, language)
        html = "".join(told.get(piece, piece) for piece in pieces)
        missing = OUTCOME_SIZE - len(html.encode("utf-8", "replace"))
        if missing < 0:
            raise ValueError(f"The answer's page is {-missing} bytes longer than it may be.")
        return html + " " * missing

    def _pieces(self, outcome: Outcome, language: str) -> list[str]:
        """The page in pieces, every second one a place to be filled."""
        kind = replace(
            outcome,
            reason=_REASON if outcome.reason else "",
            address=_ADDRESS if outcome.address else "",
        )
        pieces = self._set.get((kind, language))
        if pieces is None:
            if len(self._set) >= _KEPT:
                self._set.clear()
            html = self._pages.outcome(kind, _CODE, language).rstrip(" ")
            pieces = self._set[kind, language] = _PLACES.split(html)
        return pieces
