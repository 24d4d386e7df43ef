"""The buttons of the desk that reach the press: the two rooms know nothing of each other."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from letterslot.desk import decisions, outcomes, page, permissions, post, printed
from letterslot.desk.forms import GroundsForm
from letterslot.desk.permissions import require_act
from letterslot.discussion import slots
from letterslot.newsroom import publication
from letterslot.press import edition


@require_POST
@require_act("print")
def print_now(request: HttpRequest) -> HttpResponse:
    """Collect, move on to the next slot and make its edition: a chief prints early."""
    ring, now = permissions.ring(), datetime.now(UTC)
    slot = slots.current(publication.load(settings.DATA), now)
    post.collect(data=settings.DATA, ring=ring, slot=slot)
    result = edition.make(data=settings.DATA, ring=ring, now=now, move_on=True)
    heading = f"Edition {result.edition} is printed" if result.edition else "No edition"
    return page.say(
        request, heading, result.why, way_on="/editions/", way_on_label="To the editions"
    )


@require_POST
@require_act("remove-now")
def remove_now(request: HttpRequest, comment_id: str) -> HttpResponse:
    """Take a printed comment out at once, in an edition that prints no new comment."""
    comment = permissions.comment_for(request, comment_id, "remove-now")
    form = GroundsForm(request.POST)
    # That a comment which already leaves goes is decided: nobody is asked why once more.
    goes = decisions.leaves(comment)
    if not form.is_valid() or not (goes or form.require_clause()):
        return printed.removal(request, comment, form, status=400)
    done = printed.take_out(request, comment, form, now=True)
    if done.refused:
        return outcomes.refused(request, comment, done)
    result = edition.remove_now(
        data=settings.DATA,
        ring=permissions.ring(),
        now=datetime.now(UTC),
        comment_ids=[comment.id],
    )
    return page.say(
        request, "Taken out", result.why, way_on="/printed/", way_on_label="To what is printed"
    )
