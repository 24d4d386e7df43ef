"""What the newsroom itself says in a thread: which comments it picks, and what it answers."""

from __future__ import annotations

from datetime import UTC, datetime

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from letterslot.desk import answering, decisions, house, outcomes, page, permissions
from letterslot.desk.printed import lines_of, not_printed, standing
from letterslot.discussion.models import Comment, Printed


class AnswerForm(forms.Form):
    """An answer and the name that stands under it."""

    text = forms.CharField(strip=False)
    byline = forms.CharField(required=False)


@require_POST
def pick(request: HttpRequest, comment_id: str) -> HttpResponse:
    """Point a printed comment out, or no longer: `picked` says which."""
    comment = permissions.comment_for(request, comment_id, "pick")
    verb = decisions.pick if request.POST.get("picked") == "yes" else decisions.unpick
    done = verb(ids=[comment.id], **permissions.acting(request))
    if done.refused:
        return outcomes.refused(request, comment, done)
    return redirect(_back(request, comment))


def _back(request: HttpRequest, comment: Comment) -> str:
    """Where the button stood: the comment's own page, or its line in the list."""
    if "list" not in request.POST:
        return reverse("comment", args=[comment.id])
    asked, kept = QueryDict(request.POST["list"]), QueryDict(mutable=True)
    for name in ("page", "story"):
        if asked.get(name):
            kept[name] = asked[name]
    query = f"?{kept.urlencode()}" if kept else ""
    return f"{reverse('printed')}{query}#p-{comment.id}"


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, comment_id: str) -> HttpResponse:
    """The page on which a printed comment is answered as the newsroom."""
    comment = permissions.comment_for(request, comment_id, "answer")
    found = standing(comment)
    if found is None:
        title = _("This comment cannot be answered")
        return not_printed(
            request, comment, title, _("Only a comment that is printed can be answered.")
        )
    if request.method != "POST":
        return _show(request, found, {})
    form = AnswerForm(request.POST)
    form.is_valid()
    typed = {name: form.cleaned_data.get(name, "") for name in ("text", "byline")}
    done = answering.answer(
        comment_id=comment.id,
        **permissions.acting(request),
        now=datetime.now(UTC),
        **typed,
    )
    if done.refused:
        return _show(request, found, typed, fault=done.refused[0][1], status=400)
    return redirect("comment", comment_id=done.done[0])


def _show(
    request: HttpRequest,
    found: Printed,
    typed: dict[str, str],
    *,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, object] = {
        "line": lines_of([found])[0],
        "bylines": house.publication(settings.DATA).signatures,
        "typed": typed,
        "fault": fault,
    }
    return page.show(request, "answer", context, status=status)
