"""A page of the desk: what every template is given besides its own."""

from __future__ import annotations

from typing import Final, TypeVar

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Exists, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from letterslot.desk import assets, house, permissions
from letterslot.desk.sessions import IDLE
from letterslot.discussion.models import Appeal, Report
from letterslot.letterbox.keyholder import keyholder
from letterslot.newsroom import scope
from letterslot.newsroom.models import Moderator

Row = TypeVar("Row", bound=Model)

KEYS_COOKIE: Final = "desk-keys"  # "off" where single-letter keys are switched off


def show(
    request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    """`templates/desk/TEMPLATE.html` inside the desk's frame."""
    frame: dict[str, object] = {
        "stylesheet": assets.STYLESHEET,
        "script": assets.SCRIPT,
        "passkey_script": assets.PASSKEYS,
        "away_script": assets.AWAY,
        "publication": house.publication(settings.DATA),
        "tongue": get_language(),
        "idle": IDLE,
        "keys": "off" if request.COOKIES.get(KEYS_COOKIE) == "off" else "on",
    }
    if isinstance(request.user, Moderator):
        frame |= {"moderator": request.user, "may": permissions.may(request.user)}
        frame |= {"waits": _waits(request.user)}
    return render(request, f"desk/{template}.html", frame | context, status=status)


def _waits(moderator: Moderator) -> dict[str, bool]:
    """Whether appeals and reports wait, of the stories that this person works on; nothing where the
    desk is locked. Not how many: who floods the desk with reports must not slow its pages. One
    query."""
    if keyholder.ring is None:
        return {}
    stories = scope.of(moderator)
    open_ones = (
        scope.within(kind.objects.filter(outcome=""), stories, "comment__story")
        for kind in (Appeal, Report)
    )
    asked = Moderator.objects.filter(pk=moderator.pk).values_list(*map(Exists, open_ones))
    return dict(zip(("appeals", "reports"), asked.get(), strict=True))


def part(request: HttpRequest, rows: QuerySet[Row], size: int) -> Page[Row]:
    """The part of a long list that the address asks for, `size` rows of it."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def say(
    request: HttpRequest,
    heading: str,
    sentence: str,
    *,
    status: int = 200,
    way_on: str = "/queue/",
    way_on_label: str = "",
) -> HttpResponse:
    """One sentence on a page of its own, with a way on."""
    context: dict[str, object] = {
        "heading": heading,
        "sentence": sentence,
        "way_on": way_on,
        "way_on_label": way_on_label or _("To the queue"),
    }
    return show(request, "said", context, status=status)
