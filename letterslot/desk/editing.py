"""The page on which a comment is edited: original, new wording, and the difference of the two."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from letterslot.desk import (
    decisions,
    house,
    letter,
    marking,
    outcomes,
    page,
    permissions,
    screen,
    sitting,
)
from letterslot.desk.difference import difference, extent
from letterslot.desk.filters import Filters
from letterslot.desk.forms import DecideForm, EditForm, whole_number
from letterslot.desk.memory import memory
from letterslot.desk.noticing import Eye
from letterslot.discussion import states, wording
from letterslot.discussion.models import Comment
from letterslot.text import identifying, plain, scripts


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, comment_id: str) -> HttpResponse:
    """GET shows the wording as it is; POST shows the difference again, or saves."""
    comment = permissions.comment_for(request, comment_id, "edit")
    form = EditForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid() and form.cleaned_data["do"] == "save":
        return _save(request, comment, form)
    impossible = _why_not(comment)
    if impossible and form:
        return _refused(request, comment, form, impossible)
    if impossible:
        return page.say(
            request,
            _("This comment cannot be edited"),
            impossible,
            status=409,
            way_on=f"/comments/{comment.id}/",
            way_on_label=_("Back to the comment"),
        )
    if form is None:
        return _show(request, comment, {})
    return _show(request, comment, _typed(form), form, status=200 if form.is_valid() else 400)


def begin(
    request: HttpRequest, comment: Comment, form: DecideForm, *, redacted: bool = False
) -> HttpResponse:
    """The page as the button Edit opens it, with the clause and reason already chosen; `redacted`:
    with everything cut that is marked in the letter."""
    impossible = _why_not(comment)
    if impossible:
        return outcomes.refused(request, comment, decisions.Done([], [(comment.id, impossible)]))
    typed = {name: form.data.get(name, "") for name in ("clause", "reason", "ready")}
    typed = _said_of_an_edit(typed, comment.story.language)
    if redacted:
        typed["do"] = "clean"
    return _show(request, comment, typed)


def _said_of_an_edit(typed: dict[str, str], language: str) -> dict[str, str]:
    """What was typed, with the ready words for a refusal changed into those for an edit under the
    same clause: nobody whose letter is printed should read that it was not, or send it again."""
    terms = house.terms(settings.DATA, language)
    shelf = [one for _, some in screen.ready(terms.language)[terms.language] for one in some]
    others = [one for one in shelf if one.use != "edit"]
    chosen = next((one for one in others if str(one.pk) == typed["ready"]), None)
    is_ready = plain.normalise(typed["reason"]) in {one.text for one in others}
    if chosen is None and not is_ready:
        return typed
    clause = typed["clause"] or (str(chosen.clause) if chosen else "")
    fitting = [one.text for one in shelf if one.use == "edit" and str(one.clause) == clause]
    own = "" if is_ready else typed["reason"]
    return {"clause": clause, "reason": own or "".join(fitting[:1]), "ready": ""}


def _why_not(comment: Comment) -> str:
    """Why this comment cannot be edited at all; empty where it can."""
    if not comment.edits:
        return decisions.UNEDITABLE
    if not wording.is_open(comment.epoch, permissions.ring()):
        return wording.GONE
    try:
        states.after(comment.state, "edit")
    except states.NotPossible as fault:
        return str(fault)
    return ""


def _save(request: HttpRequest, comment: Comment, form: EditForm) -> HttpResponse:
    before = _current(comment)
    try:
        decisions.edited(before, form.cleaned_data["text"], form.cleaned_data["name"])
    except decisions.Refused as fault:
        form.add_error("text", str(fault))
    if not form.require_clause():
        return _show(request, comment, _typed(form), form, status=400)
    was_held = comment.state == states.HELD
    done = decisions.edit(
        comment_id=comment.id,
        revision=form.cleaned_data["revision"],
        name=form.cleaned_data["name"],
        text=form.cleaned_data["text"],
        clause=form.cleaned_data["clause"],
        reason=form.cleaned_data["reason"],
        **permissions.acting(request),
    )
    if done.refused:
        return _refused(request, comment, form, done.refused[0][1])
    if not was_held:
        return redirect("printed")
    sitting.remember_together(request, [])
    return outcomes.onward(request, comment, Filters.of(request.GET))


def _refused(request: HttpRequest, comment: Comment, form: EditForm, why: str) -> HttpResponse:
    """Nothing was changed; what was typed is given back."""
    done = decisions.Done([], [(comment.id, why)])
    typed = {name: form.data.get(name, "") for name in ("text", "reason")}
    return outcomes.refused(request, comment, done, **typed)


def _typed(form: EditForm) -> dict[str, str]:
    return {name: form.data.get(name, "") for name in form.fields}


def _show(
    request: HttpRequest,
    comment: Comment,
    typed: dict[str, str],
    form: EditForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The page with what was typed; with the current wording where nothing was."""
    terms = house.terms(settings.DATA, comment.story.language)
    context: dict[str, object] = _wordings(comment, typed) | {
        "comment": comment,
        "terms": terms,
        "ready": screen.ready(terms.language)[terms.language],
        "filters": Filters.of(request.GET),
        "grounds": typed,
        "faults": form.sentences if form else {},
    }
    return page.show(request, "edit", context, status=status)


def _wordings(comment: Comment, typed: dict[str, str]) -> dict[str, object]:
    """The original, the new wording, and what differs."""
    current = _current(comment)
    original = wording.first(comment, permissions.ring()) or current
    signals = letter.signals(comment, current, Eye(settings.DATA))
    spans = marking.redactable(signals)
    text = plain.normalise(typed.get("text", current.text))
    text = _cut(typed.get("do", ""), text, current.text, spans)
    pieces = difference(original.text, text)
    return {
        "original": original,
        "passages": marking.passages(current.text, signals),
        "marked": [current.text[start:end] for start, end in spans],
        "name": typed.get("name", current.name),
        "text": text,
        "language": scripts.comment_lang(original.text, comment.story.language),
        "direction": scripts.direction(original.text),
        "pieces": pieces,
        "extent": extent(pieces),
        "revision": typed.get("revision", comment.revision),
    }


def _cut(do: str, typed: str, current: str, spans: list[tuple[int, int]]) -> str:
    """The text after the button `do`: all that is marked cut from the wording as it was, or one
    marked passage from what is typed; links lose what tells who copied them."""
    if do == "clean":
        text = marking.redacted(current, spans)
        tracking = [one for one in identifying.find(text, "") if one.kind == "tracking"]
        return identifying.cleaned(text, tracking)
    number = whole_number(do.partition("cut-")[2]) or 0
    if 0 < number <= len(spans):
        start, end = spans[number - 1]
        return typed.replace(current[start:end], identifying.CUT, 1)
    return typed


def _current(comment: Comment) -> wording.Wording:
    """The current wording, which `_why_not` found can be opened."""
    found = memory.words([comment], permissions.ring())
    return found.get(comment.id) or wording.Wording("", "")
