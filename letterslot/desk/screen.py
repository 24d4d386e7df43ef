"""The one screen of the queue: what waits, the open letter, and what it is judged by.

Everything is read here with a fixed number of queries, however much waits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from letterslot.desk import addresses, house, marking
from letterslot.desk import queue as queue_
from letterslot.desk.queue import Filters, QueueRow, Waiting
from letterslot.discussion import ledger, states, wording
from letterslot.discussion.models import Comment, Decision, Edition, Printed
from letterslot.letterbox.epochs import Keyring
from letterslot.newsroom.models import Moderator
from letterslot.newsroom.publication import Publication
from letterslot.text import identifying, scripts

THREAD_SHOWN = 5  # printed comments of the thread beside the open letter
EXCERPT = 120  # code points of a row's text
LAST_EXCERPT = 60  # and of the last decision's


@dataclass(frozen=True)
class Row:
    """A row of the queue at the start of the screen."""

    comment: QueueRow
    headline: str

    @property
    def excerpt(self) -> str:
        return excerpt(self.comment.text)

    @property
    def direction(self) -> str:
        return scripts.direction(self.comment.text)

    @property
    def language_name(self) -> str:
        return addresses.language_name(self.comment.language)


@dataclass(frozen=True)
class Age:
    """Rows that have missed the same number of editions."""

    missed: int
    rows: list[Row]

    @property
    def boxes(self) -> list[bool]:
        """Three boxes, filled for each edition missed."""
        return [self.missed > place for place in range(3)]


@dataclass(frozen=True)
class Told:
    """A decision as the log of a comment tells it."""

    decision: Decision
    reason: str


@dataclass(frozen=True)
class Letter:
    """The open comment. `words` is None where nobody can or may open them."""

    comment: Comment
    words: wording.Wording | None
    findings: list[identifying.Finding]
    language: str
    direction: str
    parent: Printed | None
    thread: list[Printed]
    log: list[Told]
    publication: Publication

    @property
    def passages(self) -> list[marking.Passage]:
        return marking.passages(self.words.text, self.findings) if self.words else []

    @property
    def language_name(self) -> str:
        return addresses.language_name(self.language)

    @property
    def story_address(self) -> str:
        return addresses.of_story(self.publication, self.comment.story)

    @property
    def can_undo(self) -> bool:
        return states.is_possible(self.comment.state, "undo")


@dataclass(frozen=True)
class Last:
    """What this moderator decided last, for the bar that takes it back."""

    comment: Comment
    act: str
    words: wording.Wording | None
    can_undo: bool

    @property
    def excerpt(self) -> str:
        return excerpt(self.words.text, LAST_EXCERPT) if self.words else ""

    @property
    def language(self) -> str:
        text = self.words.text if self.words else ""
        return scripts.comment_lang(text, self.comment.story.language)


def context(
    comment: Comment | None, filters: Filters, *, moderator: Moderator, ring: Keyring, data: Path
) -> dict[str, object]:
    """All that the template `queue` shows."""
    stories = queue_.waiting()
    shown, earlier = queue_.around(comment, filters)
    chosen = [one for one in stories if _is_in(one, filters)]
    total = sum(one.count for one in chosen)
    publication = house.publication(data)
    return {
        "filters": filters,
        "stories": stories,
        "languages": _languages(stories),
        "total": total,
        "all": sum(one.count for one in stories),
        "ages": _ages(shown, ring),
        "earlier": earlier,
        "later": max(total - earlier - len(shown), 0),
        "last_shown": shown[-1].id if shown else "",
        "next_edition": _next_edition(),
        "letter": letter(comment, publication, ring) if comment else None,
        "terms": house.terms(data),
        "last": last(moderator, ring),
    }


def letter(comment: Comment, publication: Publication, ring: Keyring) -> Letter:
    """The open comment with what stands around it."""
    taken_back = comment.state == states.WITHDRAWN
    words = None if taken_back else wording.current([comment], ring).get(comment.id)
    text = words.text if words else ""
    thread = Printed.objects.filter(
        story=comment.story_id, removed_edition=None, withdrawn=False
    ).exclude(pk=comment.pk)
    others = thread.exclude(pk=comment.reply_to)
    return Letter(
        comment=comment,
        words=words,
        findings=identifying.find(text, comment.story.language) if text else [],
        language=scripts.comment_lang(text, comment.story.language),
        direction=scripts.direction(text),
        parent=thread.filter(pk=comment.reply_to).first(),
        thread=list(others.order_by("-edition", "position")[:THREAD_SHOWN]),
        log=_log(comment, ring),
        publication=publication,
    )


def last(moderator: Moderator, ring: Keyring) -> Last | None:
    """The last decision of this moderator that was about a comment."""
    mine = Decision.objects.filter(by=moderator.name).select_related("comment__story")
    decision = mine.order_by("-entry").first()
    if decision is None:
        return None
    comment = decision.comment
    newest = comment.decisions.order_by("-entry").values_list("entry", flat=True).first()
    readable = comment.state != states.WITHDRAWN
    return Last(
        comment=comment,
        act=decision.act,
        words=wording.current([comment], ring).get(comment.id) if readable else None,
        can_undo=newest == decision.entry and ledger.can_be_undone(comment),
    )


def excerpt(text: str, most: int = EXCERPT) -> str:
    """The beginning of a text on one line, at most `most` code points."""
    line = " ".join(text[: most + 1].split())
    return line if len(text) <= most else line[: most - 1].rstrip() + "…"


def _ages(comments: Sequence[Comment], ring: Keyring) -> list[Age]:
    missed = queue_.missed(comment.slot for comment in comments)
    rows = zip(comments, queue_.opened(comments, ring), strict=True)
    return [
        Age(age, [Row(row, comment.story.headline) for comment, row in of_age])
        for age, of_age in groupby(rows, key=lambda pair: missed[pair[0].slot])
    ]


def _next_edition() -> int:
    last = Edition.objects.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def _languages(stories: Sequence[Waiting]) -> list[tuple[str, str, int]]:
    """Tag, name and number of held comments of each language, most first."""
    counts: Counter[str] = Counter()
    for story in stories:
        counts[story.language] += story.count
    return [(tag, addresses.language_name(tag), count) for tag, count in counts.most_common()]


def _is_in(story: Waiting, filters: Filters) -> bool:
    wanted: Mapping[str, str] = {"story": filters.story, "language": filters.language}
    return all(not value or getattr(story, name) == value for name, value in wanted.items())


def _log(comment: Comment, ring: Keyring) -> list[Told]:
    """What was decided about this comment, oldest first."""
    return [
        Told(decision, wording.unseal_reason(decision.sealed_reason, comment.epoch, ring))
        for decision in comment.decisions.order_by("entry")
    ]
