"""The library of ready reasons: everybody at the desk may read it, a chief changes it."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from letterslot.desk import addresses, house, page, permissions
from letterslot.desk.permissions import require_act
from letterslot.discussion import ledger
from letterslot.discussion import reasons as library
from letterslot.discussion.models import ReadyReason
from letterslot.newsroom.terms import Terms, WordsFault


class ReadyForm(forms.Form):
    """New words for the library."""

    language = forms.CharField()
    clause = forms.IntegerField(min_value=1)
    use = forms.ChoiceField(choices=[(use, use) for use in library.USES])
    text = forms.CharField(required=False)


@dataclass(frozen=True)
class Shelf:
    """The reasons of one language, with the clauses they stand under."""

    language: str
    name: str
    terms: Terms
    reasons: list[ReadyReason]
    can_take_defaults: bool


@require_http_methods(["GET", "HEAD", "POST"])
@require_act("read")
def reasons(request: HttpRequest) -> HttpResponse:
    """The library. POST adds words to it."""
    if request.method != "POST":
        return _show(request)
    permissions.require(request, "change-reasons")
    form = ReadyForm(request.POST)
    fault = _add(request, form) if form.is_valid() else _("Choose a clause and a use.")
    if fault:
        return _show(request, form=form, fault=fault)
    return redirect("reasons")


@require_POST
@require_act("change-reasons")
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Other words for the same, or none any more."""
    ready = ReadyReason.objects.filter(pk=number).first()
    if ready is None:
        raise Http404
    if request.POST.get("do") == "drop":
        library.drop(ready, hand=_hand(request), slot=house.slot(settings.DATA))
        return redirect("reasons")
    try:
        text = request.POST.get("text", "")
        library.change(ready, text=text, hand=_hand(request), slot=house.slot(settings.DATA))
    except library.ReasonFault as fault:
        return _show(request, fault=str(fault), at=number, typed=text)
    return redirect("reasons")


@require_POST
@require_act("change-reasons")
def take_defaults(request: HttpRequest) -> HttpResponse:
    """Take in the reasons that come along in a language that has none."""
    language = request.POST.get("language", "")
    if language in house.publication(settings.DATA).languages:
        library.take_defaults(language, hand=_hand(request), slot=house.slot(settings.DATA))
    return redirect("reasons")


def _add(request: HttpRequest, form: ReadyForm) -> str:
    """Add the words; the sentence that says why not, or nothing."""
    chosen = form.cleaned_data
    if chosen["language"] not in house.publication(settings.DATA).languages:
        return _("Choose one of the publication’s languages.")
    try:
        house.terms(settings.DATA, chosen["language"]).require_clause(chosen["clause"])
        library.add(**chosen, hand=_hand(request), slot=house.slot(settings.DATA))
    except (library.ReasonFault, WordsFault) as fault:
        return str(fault)
    return ""


def _show(
    request: HttpRequest,
    *,
    form: ReadyForm | None = None,
    fault: str = "",
    at: int = 0,
    typed: str = "",
) -> HttpResponse:
    """The library; with a fault, at the words it is about (0: the new ones)."""
    shelves = []
    for language in house.publication(settings.DATA).languages:
        found = list(ReadyReason.objects.filter(language=language).order_by("clause", "id"))
        shelves.append(
            Shelf(
                language=language,
                name=addresses.language_name(language),
                terms=house.terms(settings.DATA, language),
                reasons=found,
                can_take_defaults=not found and library.has_defaults(language),
            )
        )
    context: dict[str, object] = {
        "shelves": shelves,
        "fault": fault,
        "at": at,
        "typed": typed,
        "adding": form.data if form else {},
    }
    return page.show(request, "reasons", context, status=400 if fault else 200)


def _hand(request: HttpRequest) -> ledger.Hand:
    return ledger.Hand.of(permissions.signed_in(request))
