"""Comments in a list: to look through a part of the queue, or what was decided, and to decide about
many at once, all of them or none, each bound to the wording that was read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from letterslot.desk import decisions, house, page, permissions, queue, screen, sitting, turns
from letterslot.desk import letter as letters
from letterslot.desk.ages import Age, Calendar, calendar
from letterslot.desk.decisions import Done
from letterslot.desk.filters import Filters
from letterslot.desk.forms import BulkForm
from letterslot.desk.marking import MARKS_SHOWN, Passage, passages
from letterslot.desk.memory import memory
from letterslot.desk.noticing import Eye
from letterslot.desk.permissions import require_act
from letterslot.desk.queue import QueueRow
from letterslot.desk.signals import Signal
from letterslot.desk.turns import Turn
from letterslot.discussion import states
from letterslot.discussion.models import Comment
from letterslot.discussion.wording import Wording
from letterslot.newsroom import scope
from letterslot.newsroom.scope import Stories
from letterslot.text import scripts

PAGE: Final = 25
GROUPS: Final = 5  # of letters that say the same, the largest
BYTES: Final = 60_000  # of letters on one page, which shows them whole: nobody decides unseen


@dataclass(frozen=True)
class Entry:
    """A comment in the list with all its words."""

    comment: Comment
    row: QueueRow
    signals: list[Signal]
    age: Age
    taken_by: str

    @property
    def passages(self) -> list[Passage]:
        return passages(self.row.text, self.signals)

    @property
    def direction(self) -> str:
        return scripts.direction(self.row.text)

    @property
    def language_name(self) -> str:
        return letters.language_told(self.row.language, self.comment.story.language)

    @property
    def alike(self) -> int:
        """How many comments not yet in print say the same, itself among them; 0 for none."""
        if not any(signal.kind == "duplicate" for signal in self.signals):
            return 0
        together = len(memory.group(self.comment.id))
        return together if together > 1 else 0


@require_safe
@require_act("read")
def list_comments(request: HttpRequest) -> HttpResponse:
    """Comments that the filters choose, a page at a time, held ones oldest slot first."""
    return _list(request, Filters.of(request.GET))


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """One decision about all comments that are chosen; nothing where one of them refuses."""
    filters, form = Filters.of(request.GET), BulkForm(request.POST)
    decision = form.data.get("decision", "")
    permissions.require(request, decision if decision in ("decline", "undo") else "approve")
    seen = form.chosen()
    permissions.require_all(request, seen)
    if not form.is_valid() or (decision == "decline" and not form.require_clause()):
        return _list(request, filters, form=form, status=400)
    if not seen:
        return _list(request, filters, form=form, nothing_chosen=True, status=400)
    done = _taken(request, filters, seen) or _decide(request, form, seen)
    if done.refused:
        return _list(request, filters, form=form, refused=done.culprits, status=409)
    sitting.remember_together(request, done.done if decision != "undo" else [])
    return redirect(reverse("list") + filters.query)


def _decide(request: HttpRequest, form: BulkForm, seen: dict[str, int]) -> Done:
    facts: dict[str, Any] = {
        "ids": list(seen),
        "by": permissions.signed_in(request),
        "via": "desk",
        "ring": permissions.ring(),
        "data": settings.DATA,
    }
    decision = form.cleaned_data["decision"]
    if decision == "undo":
        return decisions.undo(**facts)
    if decision == "approve":
        return decisions.approve(**facts, revisions=seen)
    grounds = {name: form.cleaned_data[name] for name in ("clause", "reason")}
    return decisions.decline(**facts, revisions=seen, **grounds)


def _taken(request: HttpRequest, filters: Filters, seen: dict[str, int]) -> Done | None:
    """A refusal where colleagues have some of them open: they read them now."""
    if not filters.are_held:
        return None
    taken = sitting.taken(request)
    held = Comment.objects.filter(pk__in=seen, state=states.HELD).values_list("pk", flat=True)
    said = _("%(name)s has this comment open now.")
    refused = [(one, said % {"name": taken[one]}) for one in held if one in taken]
    return Done([], refused) if refused else None


def _list(
    request: HttpRequest,
    filters: Filters,
    *,
    form: BulkForm | None = None,
    refused: Sequence[tuple[str, str]] = (),
    nothing_chosen: bool = False,
    status: int = 200,
) -> HttpResponse:
    turn = sitting.turn(request, filters)
    desk = screen.Desk(permissions.signed_in(request), permissions.ring(), settings.DATA)
    comments, more = _page(turn, request.GET.get("after", ""), desk)
    taken = turns.claim_all(turn, comments) if filters.are_held else {}
    counts, days = screen.held(desk.stories), calendar([one.slot for one in comments])
    terms = house.terms(settings.DATA, filters.language)
    context: dict[str, object] = (
        screen.narrowings(counts)
        | _sent(form, refused)
        | {
            "filters": filters,
            "entries": list(_entries(comments, desk, days, taken)),
            "after": comments[-1].id if more else "",
            "total": turn.choice.count() if filters.are_held else None,
            "next_edition": days.next_edition,
            "groups": [(min(group), len(group)) for group in _groups(desk.stories)[:GROUPS]],
            "terms": terms,
            "ready": screen.ready(terms.language)[terms.language],
            "last": screen.last(desk, sitting.decided_together(request)),
            "nothing_chosen": nothing_chosen,
        }
    )
    return page.show(request, "list", context, status=status)


def _sent(form: BulkForm | None, refused: Sequence[tuple[str, str]]) -> dict[str, object]:
    """What was chosen and typed, to be shown again beside what is wrong with it."""
    chosen = form.chosen() if form else {}
    return {
        "refused": refused,
        "chosen": set(chosen) - {one for one, _why in refused},
        "grounds": form.data if form else {},
        "faults": form.sentences if form else {},
    }


def _groups(stories: Stories) -> list[frozenset[str]]:
    """Letters that say the same, of the stories in reach, the largest group first."""
    groups = memory.groups()
    if stories is None:
        return groups
    mine = {kept.id for kept in memory.letters() if scope.has(stories, kept.story)}
    return sorted((one & mine for one in groups if len(one & mine) > 1), key=len, reverse=True)


def _page(turn: Turn, after: str, desk: screen.Desk) -> tuple[list[Comment], bool]:
    """The comments of one page, and whether there are more."""
    rows = _ordered(turn)
    last = Comment.objects.filter(pk=after).first() if after else None
    if last is not None:
        rows = rows.filter(_beyond(last, turn.choice.filters.are_held))
    found = list(rows[: PAGE + 1])
    words = queue.opened(found, desk.ring, lambda _comment, _words: [])
    shown, size = 0, 0
    for row in words[:PAGE]:
        size += _weight(row)
        if shown and size > BYTES:
            break
        shown += 1
    return found[:shown], len(found) > shown


def _weight(row: QueueRow) -> int:
    """About how many bytes of a page a letter takes, with its marks and the signals named."""
    signals = memory.signals(row.id)
    marks = sum(len(signal.spans) for signal in signals)
    text = len(escape(row.text).encode()) + len(escape(row.name).encode())
    return text + 800 + 250 * min(len(signals), 12) + 45 * min(marks, MARKS_SHOWN)


def _ordered(turn: Turn) -> QuerySet[Comment]:
    """Held ones oldest slot first, what was decided newest first."""
    order = queue.ORDER if turn.choice.filters.are_held else ("-slot", "-id")
    return turn.choice.rows().order_by(*order)


def _beyond(last: Comment, oldest_first: bool) -> Q:
    if oldest_first:
        return Q(slot__gt=last.slot) | Q(slot=last.slot, id__gt=last.id)
    return Q(slot__lt=last.slot) | Q(slot=last.slot, id__lt=last.id)


def _entries(
    comments: Sequence[Comment], desk: screen.Desk, days: Calendar, taken: dict[str, str]
) -> Iterator[Entry]:
    eye, target = Eye(desk.data), desk.publication.desk_target
    found: dict[str, list[Signal]] = {}

    def signals(comment: Comment, words: Wording) -> list[Signal]:
        found[comment.id] = letters.signals(comment, words, eye)
        return found[comment.id]

    rows = queue.opened(comments, desk.ring, signals)
    for comment, row in zip(comments, rows, strict=True):
        yield Entry(
            comment,
            row,
            found.get(comment.id, []),
            days.age(comment.slot, target),
            taken.get(comment.id, ""),
        )
