"""Search over what is in mind and what is printed, and over the decisions about it.

What waits is searched in memory, opened; what is printed by its index. Of comments that were
declined and told, or taken out, the last few are opened for it. Whatever is found, every
search costs a fixed number of queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from django.db.models import QuerySet

from letterslot.desk import printed_index
from letterslot.desk.forms import whole_number
from letterslot.desk.memory import memory
from letterslot.discussion import states, wording
from letterslot.discussion.models import Comment, Decision, Printed
from letterslot.discussion.wording import Wording
from letterslot.letterbox.epochs import Keyring
from letterslot.newsroom import scope
from letterslot.newsroom.scope import Stories
from letterslot.text import seeking
from letterslot.text.folding import fold, without_marks

PAGE: Final = 25
CAUGHT_UP: Final = 5_000  # newly printed comments that a search waits for; the worker does the rest
OPENED: Final = 100  # comments declined, or taken out, that are opened to search among them
OPENED_BESIDE: Final = 25  # of each of the two where no state is chosen
DECISIONS: Final = 1_000  # by a moderator or under a clause, the last, that are looked at
LONGEST: Final = 200  # characters of a search


@dataclass(frozen=True)
class Wanted:
    """What is looked for; an empty word chooses everything. `clause` is a number, or 0."""

    words: str = ""
    story: str = ""  # slug
    state: str = ""
    clause: int = 0
    moderator: str = ""  # name
    page: int = 1
    stories: Stories = None  # those that whoever asks works on; no word of the address

    @classmethod
    def of(cls, words: Mapping[str, str]) -> Wanted:
        """From the query of an address; what makes no sense there counts as not said."""
        state = words.get("state", "")
        return cls(
            words=words.get("q", "").strip()[:LONGEST],
            story=words.get("story", ""),
            state=state if state in states.STATES else "",
            clause=whole_number(words.get("clause", "")) or 0,
            moderator=words.get("moderator", ""),
            page=whole_number(words.get("page", "")) or 1,
        )

    def __bool__(self) -> bool:
        return bool(self.words or self.story or self.state or self.clause or self.moderator)

    @property
    def query(self) -> str:
        """As a query string without its page."""
        chosen = {"q": self.words, "story": self.story, "state": self.state,
                  "clause": self.clause, "moderator": self.moderator}  # fmt: skip
        return urlencode({name: value for name, value in chosen.items() if value})


@dataclass(frozen=True)
class Found:
    """A comment that was found, with its words as far as they may be read."""

    comment: Comment
    words: Wording | None


@dataclass(frozen=True)
class Results:
    """A page of what was found, how many there are, and whether there may be more."""

    found: list[Found]
    total: int
    is_more: bool  # than `total`: a bound was reached


def search(wanted: Wanted, *, ring: Keyring, data: Path) -> Results:
    """The comments that match all that is wanted, best first, then newest."""
    query = seeking.parse(wanted.words)
    if wanted.words and not query:
        return Results([], 0, is_more=False)
    if not query:
        return _by_decisions(wanted, ring) if wanted else Results([], 0, is_more=False)
    memory.refresh(ring, data)
    ranked = _in_mind(wanted, query) + _opened(wanted, query, ring)
    printed, is_more = _printed(wanted, query, data)
    ids = [letter_id for _, _, letter_id in sorted(ranked, key=lambda one: one[:2])] + printed
    ids = _decided(ids, wanted)
    first = (wanted.page - 1) * PAGE
    return Results(_read(ids[first : first + PAGE], ring), len(ids), is_more)


def _in_mind(wanted: Wanted, query: seeking.Query) -> list[tuple[int, int, str]]:
    """Rank, age and id of the letters in mind that match."""
    first, is_bare = query.terms[0].first, query.terms[0].bare
    near = [one for one in memory.letters() if first in (one.bare if is_bare else one.folded)]
    matching = []
    for kept in near:  # few, as a rule: the line above is all that is done for each letter
        if wanted.story not in ("", kept.story) or wanted.state not in ("", kept.state):
            continue
        rank = query.rank(kept.folded, kept.bare)
        if rank is not None and scope.has(wanted.stories, kept.story):
            matching.append((rank, -kept.slot, kept.id))
    return matching


def _opened(wanted: Wanted, query: seeking.Query, ring: Keyring) -> list[tuple[int, int, str]]:
    """The same of comments that are neither in mind nor in print: the last of them are opened."""
    if wanted.state not in ("", states.DECLINED, states.REMOVED):
        return []
    most = OPENED if wanted.state else OPENED_BESIDE
    last = [
        row
        for state in (states.DECLINED, states.REMOVED)
        for row in _chosen(replace(wanted, state=state)).order_by("-slot", "-id")[:most]
        if wanted.state in ("", state)
    ]
    slots = {row.id: row.slot for row in last}
    matching = []
    for letter_id, words in wording.current(last, ring).items():
        rank = _rank(query, words)
        if rank is not None:
            matching.append((rank, -slots[letter_id], letter_id))
    return matching


def _printed(wanted: Wanted, query: seeking.Query, data: Path) -> tuple[list[str], bool]:
    """Ids of what stands in print and matches, best first; whether there may be more."""
    if wanted.state not in ("", states.PUBLISHED):
        return [], False
    caught_up = printed_index.catch_up(data, most=CAUGHT_UP)
    ids = _candidates(wanted, query, data)
    rows = scope.within(Printed.objects.filter(pk__in=ids), wanted.stories)
    if wanted.story:  # two slugs can be one word to the index
        rows = rows.filter(story=wanted.story)
    fields = rows.values_list("comment__state", "pk", "name", "text")
    told = {pk: Wording(*words) for state, pk, *words in fields if state == states.PUBLISHED}
    ranked = [(_rank(query, told[one]), place, one) for place, one in enumerate(ids) if one in told]
    matching = sorted((rank, place, one) for rank, place, one in ranked if rank is not None)
    is_more = not caught_up or len(ids) >= printed_index.CANDIDATES
    return [one for _, _, one in matching], is_more


def _candidates(wanted: Wanted, query: seeking.Query, data: Path) -> list[str]:
    """Ids of what the index finds. It knows one story or all: who works on some asks for each."""
    stories = [wanted.story]
    if wanted.stories is not None:
        stories = sorted(one for one in wanted.stories if wanted.story in ("", one))
    found = [printed_index.candidates(data, query, story=one) for one in stories]
    return [comment_id for ids in found for comment_id in ids]


def _rank(query: seeking.Query, words: Wording) -> int | None:
    folded = fold(f"{words.name}\n{words.text}")
    return query.rank(folded, without_marks(folded))


def _decided(ids: Sequence[str], wanted: Wanted) -> list[str]:
    """Those about which the moderator decided, or under the clause; in the same order."""
    if not (wanted.clause or wanted.moderator):
        return list(ids)
    right = set(_decisions(wanted).filter(comment__in=ids).values_list("comment_id", flat=True))
    return [one for one in ids if one in right]


def _by_decisions(wanted: Wanted, ring: Keyring) -> Results:
    """Without words: by story, state, clause and moderator, the newest first."""
    if wanted.clause or wanted.moderator:
        last = _decisions(wanted).order_by("-entry").values_list("comment_id", flat=True)
        known = list(last[:DECISIONS])
        ids = list(dict.fromkeys(known))
        is_more = len(known) >= DECISIONS
        if wanted.story or wanted.state:
            right = set(_chosen(wanted).filter(pk__in=ids).values_list("pk", flat=True))
            ids = [one for one in ids if one in right]
    else:
        newest = _chosen(wanted).order_by("-slot", "-id").values_list("pk", flat=True)
        ids = list(newest[: DECISIONS + 1])
        is_more, ids = len(ids) > DECISIONS, ids[:DECISIONS]
    first = (wanted.page - 1) * PAGE
    return Results(_read(ids[first : first + PAGE], ring), len(ids), is_more)


def _chosen(wanted: Wanted) -> QuerySet[Comment]:
    rows = scope.within(Comment.objects.all(), wanted.stories)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    return rows.filter(story=wanted.story) if wanted.story else rows


def _decisions(wanted: Wanted) -> QuerySet[Decision]:
    rows = scope.within(Decision.objects.all(), wanted.stories, "comment__story")
    if wanted.clause:
        rows = rows.filter(clause=wanted.clause)
    return rows.filter(by=wanted.moderator) if wanted.moderator else rows


def _read(ids: Iterable[str], ring: Keyring) -> list[Found]:
    """The comments in this order with their words: printed, in mind, or opened. Two queries."""
    rows = Comment.objects.select_related("story", "printed").in_bulk(list(ids))
    words = {one: said for one, row in rows.items() if (said := _in_print(row))}
    others = [row for one, row in rows.items() if one not in words]
    words |= memory.words([row for row in others if row.state != states.WITHDRAWN], ring)
    return [Found(rows[one], words.get(one)) for one in ids if one in rows]


def _in_print(comment: Comment) -> Wording | None:
    printed = getattr(comment, "printed", None)
    if comment.state != states.PUBLISHED or printed is None:
        return None
    return Wording(printed.name, printed.text)
