"""What the door knows of newsroom and stories: all of it read from the signed shelf."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Final, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from letterslot.letterbox.receipts import Answer, Receipt, open_answer, seal_answer
from letterslot.letterbox.sealing import SealingError
from letterslot.pages.pages import Pages
from letterslot.pages.views import Clause, Look, Words
from letterslot.shelf import layout
from letterslot.shelf.answers import AnswerIndex, editions_with_answers
from letterslot.shelf.serve import ShelfReader
from letterslot.text import questions

_STORIES_KEPT: Final = 1024
_THREADS_KEPT: Final = 32  # a thread of 10,000 comments has some 400 KB of names

_T = TypeVar("_T")

# What is opened for receipts that nobody has told anything.
_NOBODY: Final = Receipt.from_code_bytes(secrets.token_bytes(16))


class NotKnown(Exception):
    """The shelf does not say what the door must know; `args` hold one sentence."""


@dataclass(frozen=True)
class StoryAtDoor:
    """A story as far as the door is concerned."""

    slug: str
    headline: str
    language: str
    comments: str  # "open", "closed", or the last day on which one may write: "2026-12-04"
    question: str = ""  # that whoever writes has to answer
    answers: frozenset[str] = frozenset()  # digests, see letterslot.text.questions

    def is_open(self, today: date) -> bool:
        """Whether a new comment may be begun on this day of the newsroom's."""
        if self.comments in ("open", "closed"):
            return self.comments == "open"
        return today.isoformat() <= self.comments

    def takes(self, answer: str) -> bool:
        """Whether this answers the newsroom's question; anything does where it asks none."""
        return not self.question or questions.digest(answer, self.slug) in self.answers


class Knowledge:
    """All that one root of the shelf tells the door. Never changed once made; only remembered."""

    def __init__(self, reader: ShelfReader, previous: Knowledge | None = None) -> None:
        """Raises NotKnown."""
        told = _door_file(reader)
        self._reader = reader
        self.look = _look(told)
        self.epochs = _epochs(told)
        self._zone = _zone(told)
        self.clauses = _clauses(told)
        self.pages = Pages(self.look, _words(told, self.look, self.clauses))
        known = previous.answers if previous else None
        self.answers: AnswerIndex = AnswerIndex.load(reader, known=known)
        self._decoys = editions_with_answers(reader)[-1:]
        self._waiting = seal_answer(Answer("waiting"), _NOBODY.public_key)
        self._stories: dict[str, StoryAtDoor] = {}
        self._names: dict[str, Mapping[str, str]] = {}

    @property
    def host(self) -> str:
        """The name of the publication's own host, lower-case, without a port."""
        return (urlsplit(self.look.url).hostname or "").lower()

    def day(self, now: datetime) -> date:
        """The newsroom's day at a moment given in UTC."""
        return now.date() if self._zone is UTC else now.astimezone(self._zone).date()

    def story(self, slug: str) -> StoryAtDoor | None:
        """A story by its slug; None where it does not stand on the shelf."""
        story = self._stories.get(slug)
        if story is None:
            story = self._read_story(slug)
            # Unknown ones are not kept: whoever asks could fill the memory with names.
            if story is not None:
                _keep(self._stories, slug, story, _STORIES_KEPT)
        return story

    def name_of(self, slug: str, comment_id: str) -> str | None:
        """The name under a printed comment ("" where none was given); None if it is not printed."""
        names = self._names.get(slug)
        if names is None:
            names = self._read_names(slug)
            _keep(self._names, slug, names, _THREADS_KEPT)
        return names.get(comment_id)

    def language(self, asked: str) -> str:
        """The language that a reader asks for where the publication has it, else its first."""
        return asked if asked in self.look.languages else self.look.languages[0]

    def clause(self, number: int | None, language: str) -> Clause | None:
        """A clause of the terms in this language, or in the first that has it."""
        for tag in (language, *self.look.languages):
            title = self.clauses.get(tag, {}).get(number or 0)
            if title is not None:
                return Clause(number or 0, title)
        return Clause(number, "") if number else None

    def answer(self, receipt: Receipt) -> Answer:
        """What became of a receipt's comment. Where nobody has told, "waiting".

        Either way an answer is read from the shelf and one is opened: the time it takes does not
        tell a receipt that waits from one that never was, nor from one that is answered.
        """
        answer_id = receipt.answer_id
        found = self.answers.find(answer_id)
        if found is None:
            self._read_decoy(answer_id)
            return open_answer(self._waiting, _NOBODY)
        try:
            return open_answer(found, receipt)
        except SealingError:
            return Answer("waiting")

    def _read_decoy(self, answer_id: bytes) -> None:
        for edition in self._decoys:
            data, _ = layout.answers(edition)
            self._reader.read_part(data, answer_id[0] % 16 * 1024, 1024)

    def _read_story(self, slug: str) -> StoryAtDoor | None:
        told = self._json_of_story(slug, layout.story_door)
        try:
            return StoryAtDoor(
                slug, str(told["headline"]), str(told["language"]), str(told["comments"]),
                *_question(told.get("question")),
            )  # fmt: skip
        except KeyError:
            return None

    def _read_names(self, slug: str) -> Mapping[str, str]:
        told = self._json_of_story(slug, layout.story_names)
        return {key: value for key, value in told.items() if isinstance(value, str)}

    def _json_of_story(self, slug: str, place: Callable[[str], str]) -> dict[str, object]:
        try:
            content = self._reader.read(place(slug))
        except layout.UnsafePath:
            return {}
        told = json.loads(content) if content else {}
        return told if isinstance(told, dict) else {}


def _question(told: object) -> tuple[str, frozenset[str]]:
    """The newsroom's question and the digests of its answers; nothing where it asks none."""
    if not isinstance(told, dict):
        return "", frozenset()
    return str(told["ask"]), frozenset(map(str, told["answers"]))


def _keep(memory: dict[str, _T], key: str, value: _T, most: int) -> None:
    """Remember a value; the one remembered longest goes when there are `most`."""
    if len(memory) >= most:
        del memory[next(iter(memory))]
    memory[key] = value


def _door_file(reader: ShelfReader) -> dict[str, object]:
    content = reader.read(layout.door())
    if content is None:
        raise NotKnown(reader.fault or "There is no door.json on the shelf.")
    try:
        told = json.loads(content)
    except ValueError:
        raise NotKnown("door.json on the shelf is not JSON.") from None
    if not isinstance(told, dict) or told.get("version") != 1:
        raise NotKnown("door.json on the shelf is of a version that this door does not know.")
    return told


def _look(told: Mapping[str, object]) -> Look:
    languages = told.get("languages")
    hosts = told.get("embed_hosts")
    return Look(
        name=str(told.get("name", "")),
        url=str(told.get("url", "")).rstrip("/"),
        languages=tuple(map(str, languages)) if isinstance(languages, list) else ("en",),
        policy=str(told.get("policy", "prompt")),
        k_min=int(str(told.get("k_min", 0))),
        stylesheet=str(told.get("stylesheet", "")),
        embed_hosts=tuple(map(str, hosts)) if isinstance(hosts, list) else (),
        links=told.get("links") is True,
    )


def _zone(told: Mapping[str, object]) -> tzinfo:
    name = str(told.get("zone", "UTC"))
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return UTC


def _epochs(told: Mapping[str, object]) -> dict[str, bytes]:
    """The public key of each epoch: "2026-11-23" to 32 bytes."""
    epochs = told.get("epochs")
    if not isinstance(epochs, dict):
        return {}
    keys = {str(day): base64.b64decode(str(key)) for day, key in epochs.items()}
    return {day: key for day, key in keys.items() if len(key) == 32}


def _clauses(told: Mapping[str, object]) -> dict[str, dict[int, str]]:
    """The titles of the clauses by language and number."""
    clauses = told.get("clauses")
    if not isinstance(clauses, dict):
        return {}
    return {
        str(language): {int(number): str(title) for number, title in numbered}
        for language, numbered in clauses.items()
    }


def _words(
    told: Mapping[str, object], look: Look, clauses: Mapping[str, Mapping[int, str]]
) -> dict[str, Words]:
    """The newsroom's words that stand on the door's own pages: guidelines and disclaimer."""
    words = told.get("words")
    by_language = words if isinstance(words, dict) else {}
    return {
        language: Words(
            language=language,
            terms="",
            guidelines=str(by_language.get(language, {}).get("guidelines", "")),
            disclaimer=str(by_language.get(language, {}).get("disclaimer", "")),
            how_comments_work="",
            clauses=tuple(Clause(n, title) for n, title in clauses.get(language, {}).items()),
        )
        for language in {*by_language, look.languages[0]}
    }
