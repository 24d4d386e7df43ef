"""What is printed: finding it again, taking it out, and the editions that did it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from letterslot.desk import addresses, decisions, house, outcomes, page, permissions
from letterslot.desk.forms import GroundsForm
from letterslot.desk.permissions import require_act
from letterslot.discussion import states
from letterslot.discussion.models import Comment, Edition, Printed
from letterslot.newsroom import scope

PAGE: Final = 25
EDITIONS_SHOWN: Final = 30


@dataclass(frozen=True)
class Line:
    """A printed comment in the list, with the address readers find it at."""

    printed: Printed
    address: str

    @property
    def leaves(self) -> bool:
        """Whether the next edition takes it out."""
        gone = self.printed.removed_edition is not None or self.printed.withdrawn
        return not gone and self.printed.comment.state != states.PUBLISHED

    @property
    def stands(self) -> bool:
        return self.printed.comment.state == states.PUBLISHED


@require_safe
@require_act("read")
def printed(request: HttpRequest) -> HttpResponse:
    """Printed comments, newest edition first, a page at a time."""
    rows = Printed.objects.select_related("comment", "story").order_by("-edition", "position", "pk")
    rows = scope.within(rows, scope.of(permissions.signed_in(request)))
    story = request.GET.get("story", "")
    if story:
        rows = rows.filter(story=story)
    shown = page.part(request, rows, PAGE)
    context: dict[str, object] = {
        "page": shown,
        "lines": lines_of(list(shown)),
        "story": story,
        "query": request.GET.urlencode(),
    }
    return page.show(request, "printed", context)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, comment_id: str) -> HttpResponse:
    """Ask for the clause; then take the comment out with the next edition."""
    comment = permissions.comment_for(request, comment_id, "remove")
    if request.method != "POST":
        return removal(request, comment, GroundsForm())
    form = GroundsForm(request.POST)
    if not form.is_valid() or not form.require_clause():
        return removal(request, comment, form, status=400)
    done = take_out(request, comment, form, now=False)
    return outcomes.refused(request, comment, done) if done.refused else redirect("printed")


def take_out(
    request: HttpRequest, comment: Comment, form: GroundsForm, *, now: bool
) -> decisions.Done:
    """Record the removal that a valid form asks for. With `now` the caller prints it at once."""
    return decisions.remove(
        comment_id=comment.id,
        clause=form.cleaned_data["clause"],
        reason=form.cleaned_data["reason"],
        **permissions.acting(request),
        now=now,
    )


@require_safe
@require_act("print")
def editions(request: HttpRequest) -> HttpResponse:
    """For a chief: what is due, the editions so far, and the button that prints the next one."""
    counts = {
        state: Comment.objects.filter(state=state).count()
        for state in (states.HELD, states.APPROVED)
    }
    context: dict[str, object] = {
        "held": counts[states.HELD],
        "approved": counts[states.APPROVED],
        "answers": Comment.objects.filter(answer_due=True).count(),
        "leaving": _leaving(),
        "editions": Edition.objects.filter(finished=True).order_by("-number")[:EDITIONS_SHOWN],
    }
    return page.show(request, "editions", context)


def _leaving() -> int:
    """Printed comments that the next edition takes out."""
    return (
        Printed.objects.filter(removed_edition=None, withdrawn=False)
        .exclude(comment__state=states.PUBLISHED)
        .count()
    )


def removal(
    request: HttpRequest, comment: Comment, form: GroundsForm, *, status: int = 200
) -> HttpResponse:
    """The page that asks why; 409 for a comment that is not printed."""
    found = standing(comment)
    if found is None:
        title = _("This comment cannot be removed")
        return not_printed(
            request, comment, title, _("Only a comment that is printed can be taken out.")
        )
    context: dict[str, object] = {
        "line": lines_of([found])[0],
        "comment": comment,
        "terms": house.terms(settings.DATA, comment.story.language),
        "grounds": {name: form.data.get(name, "") for name in ("clause", "reason")},
        "faults": form.sentences if form.is_bound else {},
    }
    return page.show(request, "remove", context, status=status)


def standing(comment: Comment) -> Printed | None:
    """The comment as it stands in print; None where it does not."""
    if comment.state != states.PUBLISHED:
        return None
    return Printed.objects.filter(pk=comment.id).select_related("story").first()


def not_printed(request: HttpRequest, comment: Comment, title: str, why: str) -> HttpResponse:
    """Says that what was asked can only be done with a printed comment."""
    return page.say(
        request,
        title,
        why,
        status=409,
        way_on=reverse("comment", args=[comment.id]),
        way_on_label=_("Back to the comment"),
    )


def lines_of(rows: list[Printed]) -> list[Line]:
    """The rows with their addresses, which follow the place of the conversation."""
    publication = house.publication(settings.DATA)
    places = dict(
        Printed.objects.filter(pk__in={row.conversation for row in rows}).values_list("pk", "place")
    )
    return [
        Line(row, addresses.of_printed(publication, row, places.get(row.conversation) or 0))
        for row in rows
    ]
