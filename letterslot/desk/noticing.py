"""What the desk notices in a letter, held against the newsroom's words and people as they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from letterslot.desk import house, signals, staff, wordlist
from letterslot.desk.signals import Context, Signal
from letterslot.desk.staff import Staff
from letterslot.desk.wordlist import WordList
from letterslot.discussion.wording import Wording


@dataclass(frozen=True)
class Eye:
    """Looks at letters for the time of one page. People and words are read once, when needed."""

    data: Path

    def signals(self, words: Wording, story_language: str) -> list[Signal]:
        """What there is to see in a letter, what endangers people first."""
        return signals.signals_of(words, Context(story_language, self._words, self._staff))

    @cached_property
    def _words(self) -> WordList:
        return wordlist.load(self.data)

    @cached_property
    def _staff(self) -> Staff:
        return staff.of_newsroom(house.publication(self.data))
