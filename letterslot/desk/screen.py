"""The one screen of the queue: what waits, the open letter and the one after it, and the last
decision. Everything is read here with a fixed number of queries, however much waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from letterslot.desk import addresses, house
from letterslot.desk import letter as letters
from letterslot.desk import queue as queue_
from letterslot.desk.filters import Filters
from letterslot.desk.letter import Letter
from letterslot.desk.noticing import Eye
from letterslot.desk.queue import Age, QueueRow, Waiting
from letterslot.desk.signals import KINDS
from letterslot.desk.turns import Screenful
from letterslot.discussion import ledger, reasons, states, wording
from letterslot.discussion.models import Comment, Decision, Edition, ReadyReason
from letterslot.letterbox.epochs import Keyring
from letterslot.newsroom.models import Moderator
from letterslot.newsroom.publication import Publication
from letterslot.newsroom.terms import Terms
from letterslot.text import scripts

EXCERPT = 120  # code points of a row's text
LAST_EXCERPT = 60  # and of the last decision's
EMBEDDED = 12_000  # bytes of two letters' texts up to which the page carries the next one as well


@dataclass(frozen=True)
class Row:
    """A comment in the list at the start of the screen."""

    comment: QueueRow
    story_language: str
    headline: str
    taken_by: str = ""  # the colleague who has it open

    @property
    def excerpt(self) -> str:
        return letters.excerpt(self.comment.text, EXCERPT)

    @property
    def direction(self) -> str:
        return scripts.direction(self.comment.text)

    @property
    def language_name(self) -> str:
        return letters.language_told(self.comment.language, self.story_language)


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
    stories = queue_.waiting()
    eye = Eye(desk.data)
    open_ones = [one for one in (screenful.open, screenful.following) if one]
    if screenful.is_taken:
        open_ones = []
    ages = queue_.ages(
        [one.slot for one in [*open_ones, *screenful.waiting]], desk.publication.desk_target
    )
    sheets = [sheet(one, desk, eye, ages[one.slot]) for one in open_ones]
    return {
        "filters": filters,
        "stories": stories,
        "languages": languages(stories),
        "kinds": KINDS,
        "all": sum(one.count for one in stories),
        "total": total,
        "later": max(total - len(screenful.waiting) - bool(screenful.open), 0),
        "waiting": rows(screenful, ages, desk, eye),
        "next_edition": next_edition(),
        "sheet": sheets[0] if sheets else None,
        "next_sheet": next(iter(sheets[1:]), None) if _is_small(sheets) else None,
        "taken_by": screenful.is_taken,
        "last": last(desk, together),
    }


def sheet(comment: Comment, desk: Desk, eye: Eye, age: Age) -> Sheet:
    """The comment as it is judged."""
    terms = house.terms(desk.data, comment.story.language)
    return Sheet(
        letter=letters.read(comment, desk.publication, desk.ring, eye),
        terms=terms,
        ready=ready(terms.language),
        age=age,
    )


def ready(language: str) -> list[tuple[int, list[ReadyReason]]]:
    """The ready reasons in a language, by clause."""
    return [(clause, list(of)) for clause, of in groupby(reasons.of(language), _clause)]


def _clause(reason: ReadyReason) -> int:
    return reason.clause


def _is_small(sheets: Sequence[Sheet]) -> bool:
    """Whether two letters on one page leave it small. If not, the next is fetched when it opens."""
    texts = [one.letter.words.text for one in sheets if one.letter.words]
    return sum(len(text.encode()) for text in texts) <= EMBEDDED


def rows(screenful: Screenful, ages: dict[int, Age], desk: Desk, eye: Eye) -> list[Rows]:
    """What waits, by age. What colleagues have open is named without its words."""
    shown = [
        Row(row, comment.story.language, comment.story.headline, screenful.taken.get(row.id, ""))
        for comment, row in zip(
            screenful.waiting, opened(screenful.waiting, desk, eye), strict=True
        )
    ]
    aged = zip((ages[comment.slot] for comment in screenful.waiting), shown, strict=True)
    by_age = groupby(aged, key=lambda pair: (pair[0].missed, pair[0].is_late, pair[0].boxes))
    return [_of_one_age(list(pairs)) for _, pairs in by_age]


def opened(comments: Sequence[Comment], desk: Desk, eye: Eye) -> list[QueueRow]:
    """The comments as rows, with the signals that are in memory."""
    return queue_.opened(
        comments, desk.ring, lambda comment, words: letters.signals(comment, words, eye)
    )


def _of_one_age(pairs: list[tuple[Age, Row]]) -> Rows:
    return Rows(pairs[0][0], [row for _, row in pairs])


def last(desk: Desk, together: Collection[str] = ()) -> Last | None:
    """The last decision of this moderator that was about a comment."""
    mine = Decision.objects.filter(by=desk.moderator.name).select_related("comment__story")
    decision = mine.order_by("-entry").first()
    if decision is None:
        return None
    comment = decision.comment
    newest = comment.decisions.order_by("-entry").values_list("entry", flat=True).first()
    readable = comment.state != states.WITHDRAWN
    return Last(
        comment=comment,
        act=decision.act,
        advice=decision.advice,
        words=wording.of(comment, desk.ring) if readable else None,
        can_undo=newest == decision.entry and ledger.can_be_undone(comment),
        count=len(together) if comment.id in together else 1,
    )


def next_edition() -> int:
    """The number that the next edition will have."""
    newest = Edition.objects.order_by("-number").values_list("number", flat=True).first()
    return (newest or 0) + 1


def languages(stories: Sequence[Waiting]) -> list[tuple[str, str, int]]:
    """Tag, name and number of held comments of each language, most first."""
    counts: Counter[str] = Counter()
    for story in stories:
        counts[story.language] += story.count
    return [(tag, addresses.language_name(tag), count) for tag, count in counts.most_common()]
