"""The page of sessions: where somebody is signed in, as far as it is known, and ending it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from letterslot.desk import page, permissions
from letterslot.desk.sessions import Session, sessions
from letterslot.newsroom import factors, roles
from letterslot.newsroom.models import Moderator


@dataclass(frozen=True)
class Line:
    """A session as the page shows it. Neither an address nor a browser is known."""

    session: Session
    name: str  # of its moderator
    is_own: bool
    is_this: bool

    @property
    def day(self) -> date | None:
        day, _ = self.session.began
        return date.fromisoformat(day) if day else None

    @property
    def part(self) -> str:
        return _part_names().get(self.session.began[1], "")


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Your sessions; for a chief everybody's. POST ends one of them, or all of yours but this."""
    moderator = permissions.signed_in(request)
    lines = _lines(request, moderator)
    if request.method == "POST":
        return _end(request, lines)
    context: dict[str, object] = {
        "own": [line for line in lines if line.is_own],
        "others": [line for line in lines if not line.is_own],
        "has_factor": factors.has_any(moderator),
    }
    return page.show(request, "sessions", context)


def _end(request: HttpRequest, lines: Iterable[Line]) -> HttpResponse:
    """What is not in the list of who asks is not there for them."""
    wanted = request.POST.get("session", "")
    if wanted == "others":
        chosen = [line for line in lines if line.is_own and not line.is_this]
    else:
        chosen = [line for line in lines if line.session.handle == wanted]
    if any(line.is_this for line in chosen):
        logout(request)
        return redirect("sign-in")
    sessions.end({line.session.handle for line in chosen})
    return redirect("sessions")


def _lines(request: HttpRequest, moderator: Moderator) -> list[Line]:
    """Sessions that this person may end: this one first, then by name, the newest part first."""
    everybody = roles.may(moderator.role, "end-sessions")
    found = sessions.of("" if everybody else str(moderator.pk))
    names = {str(pk): name for pk, name in Moderator.objects.values_list("pk", "name")}
    this = sessions.find(request.session.session_key)
    lines = [
        Line(one, names.get(one.account, ""), one.account == str(moderator.pk), one is this)
        for one in found
    ]
    return sorted(lines, key=lambda line: (not line.is_this, line.name, -line.session.born))


def _part_names() -> dict[str, str]:
    return {
        "night": _("at night"),
        "morning": _("in the morning"),
        "afternoon": _("in the afternoon"),
        "evening": _("in the evening"),
    }
