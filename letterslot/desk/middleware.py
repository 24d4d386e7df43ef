"""What holds for every answer of the desk: its headers, and that the unknown get no content."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from letterslot.desk import page, proving, second_factor
from letterslot.desk.sessions import sessions
from letterslot.letterbox.keyholder import keyholder
from letterslot.newsroom.publication import PublicationFault
from letterslot.newsroom.roles import NotAllowed
from letterslot.newsroom.terms import WordsFault

Answer = Callable[[HttpRequest], HttpResponseBase]

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    ),
    "X-Robots-Tag": "noindex, nofollow",
}

# Names of addresses that answer before signing in; while their person is away; before unlocking;
# and before a second factor is there that the newsroom requires.
OPEN_TO_ALL: Final = frozenset({"sign-in", "second-step", "asset"})
OPEN_WHILE_AWAY: Final = OPEN_TO_ALL | {"sign-out", "locked"}
OPEN_WHILE_LOCKED: Final = OPEN_WHILE_AWAY | {"unlock"}
OPEN_WITHOUT_FACTOR: Final = OPEN_WHILE_LOCKED | {
    "second-factor",
    "factor-app",
    "factor-passkey",
    "factor-codes",
}


class DeskHeaders:
    """Puts the headers on every answer, faults included. Only the two assets may be kept."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        for name, value in HEADERS.items():
            answer[name] = value
        if "immutable" not in answer.get("Cache-Control", ""):
            answer["Cache-Control"] = "no-store"
        return answer


class SignedInAndUnlocked:
    """Sends the signed-out to /sign-in/ whatever they asked for, and the signed-in to where they
    say who they are after they were away, to /unlock/ while the desk is locked, and to a second
    factor where one is required. Turns foreseeable faults into pages."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        name = _name_of(request)
        if name not in OPEN_TO_ALL:
            try:
                turned_away = _turned_away(request, name)
            except PublicationFault as fault:
                turned_away = self.process_exception(request, fault)
            if turned_away is not None:
                return turned_away
        answer = self.get_response(request)
        if answer.status_code == 404 and name != "asset":
            return page.say(
                request,
                _("There is no such page"),
                _("Nothing stands at this address."),
                status=404,
            )
        return answer

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """Faults that a person can do something about, as the sentence that says what."""
        if isinstance(fault, NotAllowed):
            return page.say(request, _("Not for your role"), str(fault), status=403)
        if isinstance(fault, (PublicationFault, WordsFault)) and request.user.is_authenticated:
            return HttpResponse(str(fault), status=503, content_type="text/plain; charset=utf-8")
        return None


def _turned_away(request: HttpRequest, name: str) -> HttpResponse | None:
    """Where somebody has to go before they go on; None: nowhere."""
    if not request.user.is_authenticated:
        return redirect("sign-in")
    awake = sessions.is_awake(request.session.session_key, by_person=_is_by_person(request))
    if not awake and name not in OPEN_WHILE_AWAY:
        return proving.lock_out(request)
    if keyholder.locked and name not in OPEN_WHILE_LOCKED:
        return redirect("unlock")
    if name not in OPEN_WITHOUT_FACTOR and second_factor.is_wanting(request):
        return redirect("second-factor")
    return None


def _is_by_person(request: HttpRequest) -> bool:
    """Whether somebody sits there: what a browser or a script fetches ahead keeps nobody awake."""
    if request.method not in ("GET", "HEAD"):
        return True
    ahead = request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    return "prefetch" not in ahead and request.headers.get("Sec-Fetch-Dest") != "empty"


def _name_of(request: HttpRequest) -> str:
    """The name of the address asked for; empty where there is none."""
    try:
        return resolve(request.path_info).url_name or ""
    except Resolver404:
        return ""
