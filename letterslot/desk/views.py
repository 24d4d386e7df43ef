"""The queue and its decisions: one screen, and what its buttons do."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from letterslot.desk import (
    addresses,
    decisions,
    editing,
    house,
    outcomes,
    page,
    permissions,
    post,
    screen,
    sitting,
    turns,
)
from letterslot.desk.claims import MINUTES
from letterslot.desk.filters import Filters
from letterslot.desk.forms import DecideForm
from letterslot.desk.permissions import require_act
from letterslot.discussion import states
from letterslot.discussion.models import Comment

# What a button asks for -> what one must be allowed to do.
ASKS = {
    "approve": "approve",
    "edit": "edit",
    "redact": "edit",
    "decline": "decline",
    "advise": "decline",
}


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The desk's door leads to the queue."""
    return redirect("queue")


@require_safe
@require_act("read")
def queue(request: HttpRequest) -> HttpResponse:
    """The queue, with the comment open that has waited longest and nobody else has open."""
    filters = Filters.of(request.GET)
    if not filters.are_held:
        return redirect(reverse("list") + filters.query)
    return _screen(request, None, filters)


@require_POST
@require_act("approve")
def collect(request: HttpRequest) -> HttpResponse:
    """Open what waits at the door now, ahead of the quarter hour: a person's choice, as with an
    edition. What comes in together is then fewer than usual."""
    publication = house.publication(settings.DATA)
    slot, prompt = house.slot(settings.DATA), publication.policy == "prompt"
    post.collect(data=settings.DATA, ring=permissions.ring(), slot=slot, wishes=prompt)
    return redirect("queue")


@require_safe
def comment(request: HttpRequest, comment_id: str) -> HttpResponse:
    """The queue, with this comment open, whatever its state."""
    opened = permissions.comment_for(request, comment_id, "read")
    return _screen(request, opened, Filters.of(request.GET))


@require_POST
def decide(request: HttpRequest, comment_id: str) -> HttpResponse:
    """What the buttons under the open comment do; then the next one opens."""
    form = DecideForm(request.POST)
    opened = permissions.comment_for(request, comment_id, "read")
    filters = Filters.of(request.GET)
    decision = form.data.get("decision", "")
    if decision == "skip":
        sitting.pass_over(request, opened.id)
        return outcomes.onward(request, opened, filters)
    permissions.require(request, ASKS.get(decision, "approve"))
    if not _is_whole(form, decision):
        return _screen(request, opened, filters, form=form, status=400)
    if _is_taken(request, opened):
        return _screen(request, opened, filters)
    if decision in ("edit", "redact"):
        return editing.begin(request, opened, form, redacted=decision == "redact")
    done = _decide(request, opened, form)
    if done.refused and not _is_sent_twice(request, opened, form):
        return outcomes.refused(request, opened, done)
    sitting.remember_together(request, [])
    return outcomes.onward(request, opened, filters)


@require_POST
def undo(request: HttpRequest, comment_id: str) -> HttpResponse:
    """Take back the last decision about a comment; it opens again."""
    opened = permissions.comment_for(request, comment_id, "undo")
    done = _undo(request, [opened.id])
    if done.refused:
        return outcomes.refused(request, opened, done)
    return outcomes.reopened(opened.id, Filters.of(request.GET))


@require_POST
@require_act("undo")
def undo_together(request: HttpRequest) -> HttpResponse:
    """Take back the last decision about many, all of them or none."""
    ids = sitting.decided_together(request)
    permissions.require_all(request, ids)
    done = _undo(request, ids)
    if done.refused:
        return outcomes.refused(request, Comment.objects.get(pk=done.refused[0][0]), done)
    sitting.remember_together(request, [])
    return redirect(reverse("list") + Filters.of(request.GET).query)


@require_safe
@require_act("read")
def terms(request: HttpRequest) -> HttpResponse:
    """The clauses, as the newsroom words them in each of its languages."""
    languages = house.publication(settings.DATA).languages
    worded = [(addresses.language_name(one), house.terms(settings.DATA, one)) for one in languages]
    return page.show(request, "terms", {"worded": worded})


def _is_whole(form: DecideForm, decision: str) -> bool:
    """Whether the form says all that this decision needs; the faults stand in it."""
    if not form.is_valid():
        return False
    if decision in ("decline", "advise") and not form.require_clause():
        return False
    return decision != "advise" or form.require_advice()


def _is_taken(request: HttpRequest, opened: Comment) -> bool:
    """Whether a colleague has this comment open now: a page that lay here too long decides nothing.
    What is decided already is the ledger's to refuse."""
    return opened.state == states.HELD and opened.id in sitting.taken(request)


def _undo(request: HttpRequest, ids: list[str]) -> decisions.Done:
    return decisions.undo(ids=ids, **permissions.acting(request))


def _decide(request: HttpRequest, opened: Comment, form: DecideForm) -> decisions.Done:
    seen = {opened.id: form.cleaned_data["revision"]}
    if form.cleaned_data["decision"] == "approve":
        return decisions.approve(ids=[opened.id], revisions=seen, **permissions.acting(request))
    return decisions.decline(
        **permissions.acting(request),
        ids=[opened.id],
        revisions=seen,
        clause=form.cleaned_data["clause"],
        reason=form.cleaned_data["reason"],
        advice=form.cleaned_data["decision"] == "advise",
    )


def _is_sent_twice(request: HttpRequest, opened: Comment, form: DecideForm) -> bool:
    """Whether this very decision stands already: a button pressed twice is no race."""
    last = opened.decisions.order_by("-entry").first()
    if last is None or last.by != permissions.signed_in(request).name:
        return False
    same_clause: bool = last.clause == form.cleaned_data["clause"] or last.act == "approve"
    return last.act == ASKS[form.data["decision"]] and same_clause


def _screen(
    request: HttpRequest,
    opened: Comment | None,
    filters: Filters,
    *,
    form: DecideForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The one screen. 409 where a colleague has the comment open: its words are not shown."""
    moderator = permissions.signed_in(request)
    turn = sitting.turn(request, filters)
    screenful = turns.begin(turn, opened)
    desk = screen.Desk(moderator, permissions.ring(), settings.DATA)
    together = sitting.decided_together(request)
    total = turn.choice.count()
    context = screen.context(screenful, filters, desk, total=total, together=together)
    if form:
        context |= {"grounds": form.data, "faults": form.sentences}
    if screenful.is_taken:
        context["minutes"] = MINUTES
        status = 409
    return page.show(request, "queue", context, status=status)
