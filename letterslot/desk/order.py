"""The order in which held comments come: oldest slot first, and within a slot story by story.

It is kept in memory beside the letters, so that showing what comes next costs as much with ten
thousand in one slot as with ten. It knows no words.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice


@dataclass(frozen=True, slots=True)
class Place:
    """Where a held comment stands: what the order and the filters ask for."""

    id: str
    slot: int
    story: str  # slug
    language: str  # of the story
    reply_to: str


Choose = Callable[[Place], bool]


class Order:
    """The held comments. Not safe among threads: its keeper is."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}
        self._slots: dict[int, dict[str, list[str]]] = defaultdict(dict)  # ids by story, sorted
        self._counts: Counter[tuple[str, str]] = Counter()  # by story and its language

    def put(self, place: Place) -> None:
        """Take in a comment that is held; one that is known already stays where it is."""
        if place.id not in self._places:
            self._places[place.id] = place
            insort(self._slots[place.slot].setdefault(place.story, []), place.id)
            self._counts[place.story, place.language] += 1

    def take_out(self, comment_id: str) -> None:
        """Forget a comment, known or not."""
        place = self._places.pop(comment_id, None)
        if place is None:
            return
        stories = self._slots[place.slot]
        ids = stories[place.story]
        del ids[bisect_left(ids, comment_id)]
        if not ids:
            del stories[place.story]
        if not stories:
            del self._slots[place.slot]
        self._counts[place.story, place.language] -= 1

    def counts(self, choose: Choose | None = None) -> Counter[tuple[str, str]]:
        """How many are held by story and its language; of those chosen, if asked so."""
        if choose is None:
            return +self._counts
        chosen = filter(choose, self._places.values())
        return Counter((place.story, place.language) for place in chosen)

    def places(self, ids: Iterable[str]) -> list[Place]:
        """Those of these comments that are held, oldest slot first."""
        held = [self._places[one] for one in ids if one in self._places]
        return sorted(held, key=lambda place: (place.slot, place.id))

    def next(self, *, after: str, most: int, choose: Choose | None = None) -> list[Place]:
        """The first `most` of those chosen, as they come when story `after` had its turn last."""
        every = (
            place for slot in sorted(self._slots) for place in self._of_slot(slot, after, choose)
        )
        return list(islice(every, most))

    def _of_slot(self, slot: int, after: str, choose: Choose | None) -> Iterator[Place]:
        """One of each story, then the second of each, beginning with the stories beyond `after`."""
        stories = self._slots[slot]
        turns = sorted(stories, key=lambda story: (story <= after, story))
        waiting = [self._of_story(stories[story], choose) for story in turns]
        while waiting:
            going_on = []
            for story in waiting:
                place = next(story, None)
                if place is not None:
                    going_on.append(story)
                    yield place
            waiting = going_on

    def _of_story(self, ids: list[str], choose: Choose | None) -> Iterator[Place]:
        places = (self._places[one] for one in ids)
        return filter(choose, places) if choose else places
