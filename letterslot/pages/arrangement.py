"""How stories and comments are arranged on a page: by edition, by page number, on the front."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from letterslot.pages import languages
from letterslot.pages.views import Comment, Conversation, EditionMark, Story, Thread


@dataclass(frozen=True)
class Folio:
    """The conversations of one edition, in the order they are shown."""

    edition: EditionMark
    conversations: tuple[Conversation, ...]
    count: int  # comments shown here that have words


@dataclass(frozen=True)
class FrontPage:
    """The stories in the publication's own language by weight, and the others."""

    lead: Story | None
    beside: tuple[Story, ...]
    below: tuple[Story, ...]
    others: tuple[Story, ...]  # in other languages


def folios(thread: Thread) -> list[Folio]:
    """Neighbouring conversations of one edition under one heading."""
    found = []
    for edition, group in groupby(thread.conversations, key=lambda talk: talk.comment.edition):
        talks = tuple(group)
        count = sum(comment.has_words for comment in _comments(talks))
        found.append(Folio(edition, talks, count))
    return found


def shown_ids(thread: Thread) -> frozenset[str]:
    """The ids that a link on this page can point to."""
    return frozenset(comment.id for comment in _comments(thread.conversations))


def older_page(thread: Thread) -> int:
    """The page where older comments than the shown ones are, 0 where there are none."""
    return thread.page - 1 if thread.page else thread.older


def page_numbers(page: int) -> list[int]:
    """The numbers a reader of `page` may jump to, newest first; 0 stands for those left out.

    None is newer than the page itself: a full page is not printed again when later ones come.
    """
    numbers = sorted({1, *range(max(1, page - 3), page + 1)}, reverse=True)
    out: list[int] = []
    for number in numbers:
        if out and out[-1] - number > 1:
            out.append(0)
        out.append(number)
    return out


def front_page(stories: Sequence[Story], language: str) -> FrontPage:
    """Stories come newest first; the newest with a picture leads, else the newest."""
    own = [story for story in stories if languages.same_language(story.language, language)]
    others = [story for story in stories if story not in own]
    if not own:
        own, others = others, []
    lead = next((story for story in own[:4] if story.picture), own[0] if own else None)
    rest = [story for story in own if story is not lead]
    return FrontPage(lead, tuple(rest[:2]), tuple(rest[2:]), tuple(others))


def _comments(talks: Iterable[Conversation]) -> Iterable[Comment]:
    for talk in talks:
        yield talk.comment
        yield from talk.replies
