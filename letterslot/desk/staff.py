"""Names of the newsroom's people, and names of letters that look like them.

Two names look alike when a reader could take one for the other: letters of another script drawn
the same, other case or width, other blanks and stops.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import regex
from confusable_homoglyphs.confusables import confusables_data

from letterslot.discussion.models import Story
from letterslot.discussion.wording import byline
from letterslot.newsroom.models import Moderator
from letterslot.newsroom.publication import Publication
from letterslot.text.folding import fold, without_marks

_FEWEST: Final = 3  # characters of a name that is looked for; in Korean and Chinese two
_UNSEEN: Final = regex.compile(r"[^\p{L}\p{N}]+")
_WIDE: Final = regex.compile(r"[\p{Script=Han}\p{Script=Hangul}]")
# Latin letters and figures that stand for one another in most typefaces. The first is the sign.
_ALIKE: Final = {"0": "o", "1": "l", "i": "l", "5": "s", "8": "b"}
_PAIRS: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"))


@dataclass(frozen=True)
class Person:
    """Somebody of the newsroom: the name, and in what part ("moderator", "reporter", …)."""

    name: str
    part: str


@dataclass(frozen=True)
class Likeness:
    """Whose name a letter's name looks like, and whether it is that very name."""

    person: Person
    same: bool


class Staff:
    """The newsroom's people by what their names look like."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._people: dict[str, Person] = {}
        for person in people:
            if _is_long_enough(person.name):
                self._people.setdefault(skeleton(person.name), person)

    def likeness(self, name: str) -> Likeness | None:
        """Whom a reader could take the writer of this name for."""
        if not _is_long_enough(name):
            return None
        person = self._people.get(skeleton(name))
        if person is None:
            return None
        return Likeness(person, _plain(name) == _plain(person.name))


def of_newsroom(publication: Publication) -> Staff:
    """Moderators, everybody named in the credits of a story, the publication, and the names under
    which it answers readers. Two queries."""
    people = [Person(publication.name, "publication")]
    people += [Person(byline(one)[0], "newsroom") for one in publication.bylines]
    names = Moderator.objects.filter(is_active=True).values_list("name", flat=True)
    people += [Person(name, "moderator") for name in names]
    for credits in Story.objects.exclude(credits=[]).values_list("credits", flat=True):
        people += _credited(credits)
    return Staff(people)


def _credited(credits: Iterable[Mapping[str, str]]) -> list[Person]:
    return [Person(one["name"], one["role"]) for one in credits if one.get("name")]


@lru_cache(maxsize=16_384)
def skeleton(name: str) -> str:
    """What a name looks like (after UTS 39): two that look alike have the same."""
    bare = without_marks(_plain(name))
    drawn = "".join(_looks().get(character, character) for character in bare)
    drawn = "".join(_ALIKE.get(character, character) for character in drawn)
    for pair, single in _PAIRS:
        drawn = drawn.replace(pair, single)
    return drawn


def _plain(name: str) -> str:
    return _UNSEEN.sub("", fold(name))


def _is_long_enough(name: str) -> bool:
    letters = _plain(name)
    return len(letters) >= (2 if _WIDE.search(letters) else _FEWEST)


@cache
def _looks() -> dict[str, str]:
    """Letters of other scripts drawn like a Latin one, folded: "а" (Cyrillic) -> "a"."""
    looks: dict[str, str] = {}
    for character, homoglyphs in confusables_data.items():
        if character.isascii() or len(character) != 1 or not character.isalnum():
            continue
        latin = sorted(one["c"].lower() for one in homoglyphs if _is_latin_letter(one["c"]))
        if latin:
            looks[character] = latin[0]
    # What folding makes of a capital may itself be drawn otherwise: Cyrillic В is, its в is not.
    for character in list(looks):
        if not fold(character).isascii():
            looks.setdefault(fold(character), looks[character])
    return looks


def _is_latin_letter(character: str) -> bool:
    return len(character) == 1 and character.isascii() and character.isalnum()
