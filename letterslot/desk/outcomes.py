"""What follows a decision: the next comment, or who was first and what stands now."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from letterslot.desk import house, letter, page, permissions, sitting, turns
from letterslot.desk.decisions import Done
from letterslot.desk.filters import Filters
from letterslot.desk.noticing import Eye
from letterslot.discussion.models import Comment


def onward(request: HttpRequest, decided: Comment, filters: Filters) -> HttpResponse:
    """To what comes next in the queue, keeping the filters."""
    following = turns.onward(sitting.turn(request, filters), decided)
    if not following:
        return redirect(reverse("queue") + filters.query)
    return reopened(following, filters)


def reopened(comment_id: str, filters: Filters) -> HttpResponse:
    """To this comment, keeping the filters."""
    return redirect(reverse("comment", args=[comment_id]) + filters.query)


def refused(request: HttpRequest, comment: Comment, done: Done, **typed: str) -> HttpResponse:
    """409: nothing was changed. Shows the comment as it stands now, and what was typed."""
    comment.refresh_from_db()
    publication, eye = house.publication(settings.DATA), Eye(settings.DATA)
    context: dict[str, object] = {
        "letter": letter.read(comment, publication, permissions.ring(), eye),
        "sentence": done.refused[0][1],
        "typed": typed,
    }
    return page.show(request, "refused", context, status=409)
