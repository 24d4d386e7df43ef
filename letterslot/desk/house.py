"""The publication, its terms and its slot, as they are now."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from letterslot.discussion import slots
from letterslot.newsroom import publication as publications
from letterslot.newsroom import terms as words
from letterslot.newsroom.publication import Publication
from letterslot.newsroom.terms import Terms

_KEPT = 16  # languages and versions held ready; one entry is a few kilobytes


def publication(data: Path) -> Publication:
    """The publication. Raises PublicationFault."""
    try:
        stamp = (data / publications.FILE).stat()
    except FileNotFoundError:
        return publications.load(data)  # which says what to do
    return _publication(data, (stamp.st_mtime_ns, stamp.st_size, stamp.st_ino))


@lru_cache(maxsize=_KEPT)
def _publication(data: Path, stamp: tuple[int, ...]) -> Publication:
    """`stamp` is only there so that a changed file is read again."""
    return publications.load(data)


def slot(data: Path) -> int:
    """The slot that the publication is in. Raises PublicationFault."""
    return slots.current(publication(data), datetime.now(UTC))


def terms(data: Path, story_language: str = "") -> Terms:
    """The terms as the writers of a story in `story_language` read them; in the publication's first
    language where it has none in that one. Raises PublicationFault, WordsFault."""
    house = publication(data)
    spoken = {_base(language): language for language in reversed(house.languages)}
    language = spoken.get(_base(story_language), house.first_language)
    return _terms(data, house, language, _stamp(data / "words" / language))


@lru_cache(maxsize=_KEPT)
def _terms(data: Path, house: Publication, language: str, stamp: tuple[int, ...]) -> Terms:
    """`stamp` is only there so that changed words are read again."""
    return words.load(data, house, language)


def _stamp(folder: Path) -> tuple[int, ...]:
    """When each file of the words was changed; 0 for one that is not there, be it only while an
    editor saves it."""
    return tuple(_changed(folder / f"{name}.md") for name in words.NAMES)


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _base(language: str) -> str:
    return language.partition("-")[0].lower()
