"""Who it is: the second step of signing in, and coming back to a desk that locked meanwhile."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from letterslot.desk import attempts, house, page, passkeys, permissions
from letterslot.desk.attempts import patience
from letterslot.desk.sessions import BEGAN, HALFWAY, clock, sessions
from letterslot.newsroom import factors
from letterslot.newsroom.models import Moderator

PROVED: Final = "proved"  # in a session: that more than a password was shown
_PENDING: Final = "pending"  # who has shown the password, and shall show more
_BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
_WRONG_AT_THE_LOCK: Final = 10  # attempts to come back after which the session ends
_WAY_BACK, _UNDONE = "way-back", "undone"
_STAYS: Final = "stays"
# Forms with one of these fields are not kept while the desk is locked: they hold secrets.
_SECRETS: Final = frozenset({"password", "passphrase", "credential", "code"})


def begin(request: HttpRequest, moderator: Moderator) -> HttpResponse:
    """Go on after the right password: to the second step where there is one, else in."""
    if not factors.has_any(moderator):
        return enter(request, moderator, proved=False)
    request.session.cycle_key()
    mark = moderator.get_session_auth_hash()
    request.session[_PENDING] = {"who": moderator.pk, "mark": mark, "at": clock()}
    return redirect("second-step")


def enter(request: HttpRequest, moderator: Moderator, *, proved: bool) -> HttpResponse:
    """Let somebody in. The session gets another name, and knows the part of the day it began in."""
    login(request, moderator, backend=_BACKEND)
    request.session.pop(_PENDING, None)
    request.session[BEGAN] = part_of_day(datetime.now(house.publication(settings.DATA).zone))
    if proved:
        request.session[PROVED] = True
    answer = redirect("queue")
    attempts.remember_browser(request, answer, moderator)
    return answer


def part_of_day(now: datetime) -> tuple[str, str]:
    """A day, and "night", "morning", "afternoon" or "evening": as fine as a session is told."""
    return now.date().isoformat(), ("night", "morning", "afternoon", "evening")[now.hour // 6]


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """A code of the authenticator app, a recovery code, or a passkey."""
    moderator = _pending(request)
    if moderator is None:
        return redirect("queue" if request.user.is_authenticated else "sign-in")
    if request.method != "POST":
        return _ask_for_more(request, moderator)
    what = ("second", moderator.pk, attempts.known(request, moderator))
    wait = patience.begin(*what)
    if wait:
        return _ask_for_more(request, moderator, fault=to_wait(wait), status=429)
    if not _shows_more(request, moderator):
        fault = _("This does not fit, or was used before: try again with a new code.")
        return _ask_for_more(request, moderator, fault=fault, status=400)
    patience.succeed(*what)
    return enter(request, moderator, proved=True)


def _shows_more(request: HttpRequest, moderator: Moderator) -> bool:
    credential = request.POST.get("credential", "")
    if credential:
        return passkeys.proves(moderator, credential)
    return bool(factors.proves(moderator, request.POST.get("code", "")))


def _pending(request: HttpRequest) -> Moderator | None:
    """Who has shown the password some minutes ago, and is still the same account."""
    pending: dict[str, Any] = request.session.get(_PENDING) or {}
    if request.user.is_authenticated or clock() - pending.get("at", 0) > HALFWAY:
        return None
    moderator = Moderator.objects.filter(pk=pending.get("who", 0), is_active=True).first()
    if moderator is None:
        return None
    is_same = constant_time_compare(pending["mark"], moderator.get_session_auth_hash())
    return moderator if is_same else None


def _ask_for_more(
    request: HttpRequest, moderator: Moderator, *, fault: str = "", status: int = 200
) -> HttpResponse:
    kinds = {row.type for row in factors.of(moderator)}
    context: dict[str, object] = {
        "has_app": factors.APP in kinds,
        "has_passkey": factors.PASSKEY in kinds,
        "fault": fault,
    }
    if factors.PASSKEY in kinds and passkeys.are_possible(request):
        context["passkey"] = passkeys.asked_to_show(moderator)
    return page.show(request, "second-step", context, status=status)


def to_wait(seconds: int) -> str:
    """That there were too many attempts, and how long to wait."""
    return ngettext(
        "Too many attempts that failed: the next is taken in %(n)s second.",
        "Too many attempts that failed: the next is taken in %(n)s seconds.",
        seconds,
    ) % {"n": seconds}


# The lock of a person's own session.


def lock_out(request: HttpRequest) -> HttpResponse:
    """To the lock, from wherever; what was sent is kept in memory, and was not done."""
    if request.method == "POST":
        if not _SECRETS & request.POST.keys():
            fields = [(n, v) for n, values in request.POST.lists() for v in values]
            request.session[_UNDONE] = {"to": request.get_full_path(), "fields": fields}
    else:
        request.session[_WAY_BACK] = request.get_full_path()
    return redirect("locked")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def locked(request: HttpRequest) -> HttpResponse:
    """Ask who was away for the password or the passkey, then go on where they were. `lock` locks at
    once; a script that has covered a page and comes back to it says `stays`."""
    moderator = permissions.signed_in(request)
    found = sessions.find(request.session.session_key)
    if found is None:
        return redirect("sign-in")
    if "lock" in request.POST:
        sessions.lock(request.session.session_key)
        return redirect("locked")
    if not found.locked and _STAYS not in request.POST:
        return redirect("queue")
    if request.method != "POST":
        return _ask_who(request, moderator)
    what = ("locked", found.handle)
    wait = patience.begin(*what)
    if wait:
        return _ask_who(request, moderator, fault=to_wait(wait), status=429)
    if _is_it(request, moderator):
        patience.succeed(*what)
        sessions.wake(request.session.session_key)
        return HttpResponse(status=204) if _STAYS in request.POST else _way_back(request)
    if patience.failed(*what) >= _WRONG_AT_THE_LOCK:
        logout(request)
        return redirect("sign-in")
    fault = _("This is not it: try again.")
    return _ask_who(request, moderator, fault=fault, status=400)


def _is_it(request: HttpRequest, moderator: Moderator) -> bool:
    credential = request.POST.get("credential", "")
    if credential:
        return passkeys.proves(moderator, credential)
    return moderator.check_password(request.POST.get("password", ""))


def _ask_who(
    request: HttpRequest, moderator: Moderator, *, fault: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, object] = {"who": moderator.name, "moderator": None, "fault": fault}
    if passkeys.has_one(moderator) and passkeys.are_possible(request):
        context["passkey"] = passkeys.asked_to_show(moderator)
    return page.show(request, "locked", context, status=status)


def _way_back(request: HttpRequest) -> HttpResponse:
    if _UNDONE in request.session:
        return redirect("undone")
    return redirect(request.session.pop(_WAY_BACK, "/queue/"))


@require_safe
def undone(request: HttpRequest) -> HttpResponse:
    """What was sent to a locked desk, to be sent again by its writer, or left. Shown once: somebody
    else may have pressed a key meanwhile, so nothing is done by itself."""
    permissions.signed_in(request)
    kept = request.session.pop(_UNDONE, None)
    if kept is None:
        return redirect("queue")
    fields = [(n, v) for n, v in kept["fields"] if n != "csrfmiddlewaretoken"]
    asked = next((v for n, v in fields if n in ("decision", "hearing")), "")
    context: dict[str, object] = {
        "to": kept["to"],
        "comment_id": _comment_in(kept["to"]),
        "fields": fields,
        "typed": [v for n, v in fields if n in ("text", "reason", "name") and v.strip()],
        "decision": _names_of_decisions().get(asked, ""),
        "way_back": request.session.pop(_WAY_BACK, "/queue/"),
    }
    return page.show(request, "undone", context)


def _comment_in(address: str) -> str:
    """The id of the comment that an address is about; empty where it is about none."""
    try:
        return str(resolve(urlsplit(address).path).kwargs.get("comment_id", ""))
    except Resolver404:
        return ""


def _names_of_decisions() -> dict[str, str]:
    """As they stand on the buttons."""
    return {
        "approve": _("Approve"),
        "decline": _("Decline"),
        "edit": _("Edit"),
        "undo": _("Undo"),
    }
