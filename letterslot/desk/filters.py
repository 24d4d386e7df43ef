"""Which part of the comments a moderator works on: the words of an address's query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from letterslot.discussion import states

# What can be looked through here; what is printed has a page of its own.
STATES: Final = (states.HELD, states.APPROVED, states.DECLINED, states.WITHDRAWN)


@dataclass(frozen=True)
class Filters:
    """Empty words choose everything. `mine`: what this moderator has open or has decided."""

    story: str = ""  # slug
    language: str = ""  # of the story
    signal: str = ""  # a kind of signal
    group: str = ""  # id of a comment: those that say the same as it
    state: str = states.HELD
    mine: bool = False

    @classmethod
    def of(cls, words: Mapping[str, str]) -> Filters:
        """The filters in the query of an address. A state that cannot be chosen means held."""
        state = words.get("state", "")
        return cls(
            story=words.get("story", ""),
            language=words.get("language", ""),
            signal=words.get("signal", ""),
            group=words.get("group", ""),
            state=state if state in STATES else states.HELD,
            mine=words.get("mine") == "yes",
        )

    @property
    def query(self) -> str:
        """As a query string with its question mark; empty for the whole queue."""
        chosen = {
            "story": self.story,
            "language": self.language,
            "signal": self.signal,
            "group": self.group,
            "state": "" if self.state == states.HELD else self.state,
            "mine": "yes" if self.mine else "",
        }
        words = urlencode({name: value for name, value in chosen.items() if value})
        return f"?{words}" if words else ""

    @property
    def are_held(self) -> bool:
        return self.state == states.HELD

    def but(self, **words: str | bool) -> Filters:
        """These filters with some of the words changed."""
        return replace(self, **words)  # type: ignore[arg-type]  # names and types are a caller's
