"""The one screen of the queue: what waits, the open letter and the one after it, and the last
decision. Everything is read here with a fixed number of queries, however much waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from letterslot.desk import addresses, house
from letterslot.desk import letter as letters
from letterslot.desk import queue as queue_
from letterslot.desk.ages import Age, Calendar, calendar
from letterslot.desk.filters import Filters
from letterslot.desk.kinds import KINDS
from letterslot.desk.letter import Letter
from letterslot.desk.memory import memory
from letterslot.desk.noticing import Eye
from letterslot.desk.order import Place
from letterslot.desk.queue import Waiting
from letterslot.desk.templatetags.choices import Choice
from letterslot.desk.turns import Screenful
from letterslot.discussion import ledger, reasons, states, wording
from letterslot.discussion.models import Comment, Decision, ReadyReason
from letterslot.letterbox.epochs import Keyring
from letterslot.newsroom import scope
from letterslot.newsroom.models import Moderator
from letterslot.newsroom.publication import Publication
from letterslot.newsroom.scope import Stories
from letterslot.newsroom.terms import Terms
from letterslot.text import scripts

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

EXCERPT = 120  # code points of a row's text
LAST_EXCERPT = 60  # and of the last decision's
HEADLINE = 60  # and of a story's to choose
EMBEDDED = 12_000  # bytes of two letters' texts up to which the page carries the next one as well


@dataclass(frozen=True)
class Row:
    """A comment in the list at the start of the screen."""

    place: Place
    words: wording.Wording | None  # None where nobody can open them
    kinds: list[str]  # of its signals, each once
    headline: str
    taken_by: str = ""  # the colleague who has it open

    @property
    def excerpt(self) -> str:
        return letters.excerpt(self.words.text, EXCERPT) if self.words else ""

    @cached_property
    def direction(self) -> str:
        return scripts.direction(self.words.text if self.words else "")

    @cached_property
    def language(self) -> str:
        return scripts.comment_lang(self.words.text if self.words else "", self.place.language)

    @property
    def language_name(self) -> str:
        return letters.language_told(self.language, self.place.language)

    @property
    def signals(self) -> list[str | _StrPromise]:
        """What its signals are called."""
        return [KINDS[kind] for kind in self.kinds]

    @property
    def is_veiled(self) -> bool:
        return "word" in self.kinds


@dataclass(frozen=True)
class Rows:
    """Rows that have waited equally long."""

    age: Age
    rows: list[Row]


@dataclass(frozen=True)
class Sheet:
    """A letter with the clauses and ready reasons of its story's language."""

    letter: Letter
    terms: Terms
    ready: list[tuple[int, list[ReadyReason]]]
    age: Age


@dataclass(frozen=True)
class Last:
    """What this moderator decided last, for the bar that takes it back."""

    comment: Comment
    act: str
    advice: bool
    words: wording.Wording | None
    can_undo: bool
    count: int  # comments that were decided together

    @property
    def excerpt(self) -> str:
        return letters.excerpt(self.words.text, LAST_EXCERPT) if self.words else ""

    @property
    def language(self) -> str:
        text = self.words.text if self.words else ""
        return scripts.comment_lang(text, self.comment.story.language)


@dataclass(frozen=True)
class Desk:
    """What the screen is made with."""

    moderator: Moderator
    ring: Keyring
    data: Path

    @property
    def publication(self) -> Publication:
        return house.publication(self.data)

    @property
    def stories(self) -> Stories:
        return scope.of(self.moderator)


def context(
    screenful: Screenful,
    filters: Filters,
    desk: Desk,
    *,
    total: int,
    together: Sequence[str] = (),
) -> dict[str, object]:
    """All that the template `queue` shows. `total`: how many the filters choose; `together`: what
    was decided at once, if that was last."""
    counts = held(desk.stories)
    open_ones = [one for one in (screenful.open, screenful.following) if one]
    if screenful.is_taken:
        open_ones = []
    days = calendar([one.slot for one in open_ones] + [one.slot for one in screenful.waiting])
    sheets = sheets_of(open_ones, desk, days)
    return narrowings(counts) | {
        "filters": filters,
        "all": counts.total(),
        "total": total,
        "later": max(total - len(screenful.waiting) - bool(screenful.open), 0),
        "waiting": rows(screenful, days, desk),
        "next_edition": days.next_edition,
        "sheet": sheets[0] if sheets else None,
        "next_sheet": next(iter(sheets[1:]), None) if _is_small(sheets) else None,
        "taken_by": screenful.is_taken,
        "last": last(desk, together),
    }


def sheets_of(comments: Sequence[Comment], desk: Desk, days: Calendar) -> list[Sheet]:
    """The comments as they are judged."""
    publication, eye = desk.publication, Eye(desk.data)
    terms = [house.terms(desk.data, one.story.language) for one in comments]
    at_hand = ready(*(one.language for one in terms))
    read = letters.read_all(comments, publication, desk.ring, eye)
    return [
        Sheet(
            letter=letter,
            terms=words,
            ready=at_hand[words.language],
            age=days.age(letter.comment.slot, publication.desk_target),
        )
        for letter, words in zip(read, terms, strict=True)
    ]


def ready(*languages: str) -> dict[str, list[tuple[int, list[ReadyReason]]]]:
    """The ready reasons in each of these languages, by clause. One query."""
    return {
        language: [(clause, list(some)) for clause, some in groupby(found, _clause)]
        for language, found in reasons.of(*languages).items()
    }


def _clause(reason: ReadyReason) -> int:
    return reason.clause


def _is_small(sheets: Sequence[Sheet]) -> bool:
    """Whether two letters on one page leave it small. If not, the next is fetched when it opens."""
    texts = [one.letter.words.text for one in sheets if one.letter.words]
    return sum(len(text.encode()) for text in texts) <= EMBEDDED


def rows(screenful: Screenful, days: Calendar, desk: Desk) -> list[Rows]:
    """What waits, by age. What colleagues have open is named without its words. One query."""
    headlines = queue_.headlines_of(place.story for place in screenful.waiting)
    target = desk.publication.desk_target
    aged = [
        (
            days.age(place.slot, target),
            _row(place, headlines[place.story], screenful.taken.get(place.id, ""), desk.ring),
        )
        for place in screenful.waiting
    ]
    by_age = groupby(aged, key=lambda pair: (pair[0].missed, pair[0].is_late, pair[0].boxes))
    return [_of_one_age(list(pairs)) for _, pairs in by_age]


def _row(place: Place, headline: str, taken_by: str, ring: Keyring) -> Row:
    if taken_by:
        return Row(place, None, [], headline, taken_by)
    return Row(place, memory.wording_at(place.id, ring), memory.kinds(place.id), headline)


def held(stories: Stories) -> Counter[tuple[str, str]]:
    """How many comments are held by story and its language, of the stories in reach."""
    counts = memory.counts()
    return Counter({key: count for key, count in counts.items() if scope.has(stories, key[0])})


def _of_one_age(pairs: list[tuple[Age, Row]]) -> Rows:
    return Rows(pairs[0][0], [row for _, row in pairs])


def last(desk: Desk, together: Collection[str] = ()) -> Last | None:
    """The last decision of this moderator that was about a comment."""
    mine = Decision.objects.filter(by=desk.moderator.name).select_related("comment__story")
    decision = scope.within(mine, desk.stories, "comment__story").order_by("-entry").first()
    if decision is None:
        return None
    comment = decision.comment
    newest = comment.decisions.order_by("-entry").values_list("entry", flat=True).first()
    readable = comment.state != states.WITHDRAWN
    return Last(
        comment=comment,
        act=decision.act,
        advice=decision.advice,
        words=memory.words([comment], desk.ring).get(comment.id) if readable else None,
        can_undo=newest == decision.entry and ledger.can_be_undone(comment),
        count=len(together) if comment.id in together else 1,
    )


def narrowings(counts: Mapping[tuple[str, str], int]) -> dict[str, object]:
    """What the queue can be narrowed to, from how many of each story and language are held. One
    query."""
    waiting = queue_.waiting(counts)
    now = {one.story: one.language for one in waiting}
    languages: Counter[str] = Counter()
    for (story, language), count in counts.items():
        languages[now.get(story, language)] += count
    return {
        "stories": [_of_story(one) for one in waiting],
        "languages": [
            Choice(tag, f"{addresses.language_name(tag)} ({count})")
            for tag, count in languages.most_common()
        ],
        "kinds": [Choice(kind, name) for kind, name in KINDS.items()],
    }


def _of_story(one: Waiting) -> Choice:
    headline = letters.excerpt(one.headline, HEADLINE)
    return Choice(one.story, f"{headline} ({one.count})", one.language)
