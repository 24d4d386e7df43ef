"""The queue and its decisions: one screen, and what its buttons do."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from letterslot.desk import decisions, editing, house, outcomes, page, permissions, post, screen
from letterslot.desk import queue as queue_
from letterslot.desk.forms import DecideForm
from letterslot.desk.permissions import require_act
from letterslot.desk.queue import Filters
from letterslot.discussion import slots
from letterslot.discussion.models import Comment


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The desk's door leads to the queue."""
    return redirect("queue")


@require_safe
@require_act("read")
def queue(request: HttpRequest) -> HttpResponse:
    """The queue, with the comment open that has waited longest."""
    filters = Filters.of(request.GET)
    return _screen(request, queue_.first(filters), filters)


@require_POST
@require_act("approve")
def collect(request: HttpRequest) -> HttpResponse:
    """Open what waits at the door now, ahead of the quarter hour: a person's choice, as with an
    edition. What comes in together is then fewer than usual."""
    publication = house.publication(settings.DATA)
    slot = slots.current(publication, datetime.now(UTC))
    prompt = publication.policy == "prompt"
    post.collect(data=settings.DATA, ring=permissions.ring(), slot=slot, wishes=prompt)
    return redirect("queue")


@require_safe
def comment(request: HttpRequest, comment_id: str) -> HttpResponse:
    """The queue, with this comment open, whatever its state."""
    opened = permissions.comment_for(request, comment_id, "read")
    return _screen(request, opened, Filters.of(request.GET))


@require_POST
def decide(request: HttpRequest, comment_id: str) -> HttpResponse:
    """Approve, edit, decline or skip the open comment; then the next one opens."""
    form = DecideForm(request.POST)
    opened = permissions.comment_for(request, comment_id, "read")
    filters = Filters.of(request.GET)
    decision = form.data.get("decision", "")
    if decision == "skip":
        return outcomes.onward(opened, filters)
    if decision in ("approve", "edit", "decline"):
        permissions.require(request, decision)
    if not form.is_valid() or (decision == "decline" and not form.require_clause()):
        return _screen(request, opened, filters, form=form, status=400)
    if decision == "edit":
        return editing.begin(request, opened, form)
    done = _decide(request, opened, form)
    if done.refused and not _is_sent_twice(request, opened, form):
        return outcomes.refused(request, opened, done)
    return outcomes.onward(opened, filters)


@require_POST
def undo(request: HttpRequest, comment_id: str) -> HttpResponse:
    """Take back the last decision about a comment; it opens again."""
    opened = permissions.comment_for(request, comment_id, "undo")
    done = decisions.undo(
        comment_id=opened.id,
        by=permissions.signed_in(request),
        via="desk",
        ring=permissions.ring(),
        data=settings.DATA,
    )
    if done.refused:
        return outcomes.refused(request, opened, done)
    return outcomes.reopened(opened, Filters.of(request.GET))


@require_safe
@require_act("read")
def terms(request: HttpRequest) -> HttpResponse:
    """The clauses, as the newsroom words them in each of its languages."""
    languages = house.publication(settings.DATA).languages
    return page.show(
        request, "terms", {"all_terms": [house.terms(settings.DATA, one) for one in languages]}
    )


def _decide(request: HttpRequest, opened: Comment, form: DecideForm) -> decisions.Done:
    by, seen = permissions.signed_in(request), {opened.id: form.cleaned_data["revision"]}
    if form.cleaned_data["decision"] == "approve":
        return decisions.approve(
            ids=[opened.id],
            by=by,
            via="desk",
            ring=permissions.ring(),
            data=settings.DATA,
            revisions=seen,
        )
    return decisions.decline(
        ids=[opened.id],
        by=by,
        via="desk",
        ring=permissions.ring(),
        data=settings.DATA,
        revisions=seen,
        clause=form.cleaned_data["clause"],
        reason=form.cleaned_data["reason"],
    )


def _is_sent_twice(request: HttpRequest, opened: Comment, form: DecideForm) -> bool:
    """Whether this very decision stands already: a button pressed twice is no race."""
    last = opened.decisions.order_by("-entry").first()
    if last is None or last.by != permissions.signed_in(request).name:
        return False
    same_clause: bool = last.clause == form.cleaned_data["clause"] or last.act == "approve"
    return last.act == form.data["decision"] and same_clause


def _screen(
    request: HttpRequest,
    opened: Comment | None,
    filters: Filters,
    *,
    form: DecideForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = screen.context(
        opened,
        filters,
        moderator=permissions.signed_in(request),
        ring=permissions.ring(),
        data=settings.DATA,
    )
    if form:
        context |= {"grounds": form.data, "faults": form.sentences}
    return page.show(request, "queue", context, status=status)
