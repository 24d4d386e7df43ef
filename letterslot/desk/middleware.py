"""What holds for every answer of the desk: its headers, and that the unknown get no content."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from letterslot.desk import page
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

# Names of addresses that answer before signing in, and before unlocking.
OPEN_TO_ALL: Final = frozenset({"sign-in", "asset"})
OPEN_WHILE_LOCKED: Final = OPEN_TO_ALL | {"sign-out", "unlock"}


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
    """Sends the signed-out to /sign-in/ whatever they asked for, and the signed-in to /unlock/
    while the desk is locked. Turns foreseeable faults into pages."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        name = _name_of(request)
        if not request.user.is_authenticated and name not in OPEN_TO_ALL:
            return redirect("sign-in")
        if keyholder.locked and request.user.is_authenticated and name not in OPEN_WHILE_LOCKED:
            return redirect("unlock")
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


def _name_of(request: HttpRequest) -> str:
    """The name of the address asked for; empty where there is none."""
    try:
        return resolve(request.path_info).url_name or ""
    except Resolver404:
        return ""
