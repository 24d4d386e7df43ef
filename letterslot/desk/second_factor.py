"""The pages on which moderators make and give up what they sign in with besides the password."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Final

from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letterslot.desk import house, page, passkeys, permissions, proving
from letterslot.desk.attempts import patience
from letterslot.desk.forms import whole_number
from letterslot.desk.sessions import clock, sessions
from letterslot.discussion import accounts
from letterslot.newsroom import factors
from letterslot.newsroom.models import Moderator

View = Callable[[HttpRequest], HttpResponse]
SURE_SECONDS: Final = 10 * 60  # after saying who they are, in which somebody may change factors
_SECRET, _CODES = "secret", "codes"  # in a session, until they have been used or shown


def is_wanting(request: HttpRequest) -> bool:
    """Whether this session must show a second factor before it shows the desk."""
    if request.session.get(proving.PROVED):
        return False
    return _is_required()


def _is_required() -> bool:
    return house.publication(settings.DATA).second_factor == "required"


def for_the_owner(view: Callable[[HttpRequest, Moderator], HttpResponse]) -> View:
    """For a view that changes what somebody signs in with: only that person gets there."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        moderator = permissions.signed_in(request)
        return _turned_away(request, moderator) or view(request, moderator)

    return guarded


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What somebody signs in with; with nothing yet, what there is to choose from."""
    moderator = permissions.signed_in(request)
    return _show(request, moderator, "second-factor", {
        "factors": factors.of(moderator),
        "codes_left": factors.codes_left(moderator),
        "is_required": _is_required(),
    })  # fmt: skip


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_owner
def add_app(request: HttpRequest, moderator: Moderator) -> HttpResponse:
    """An authenticator app: the secret as a drawing and in letters, then a code that proves it."""
    secret = request.session.setdefault(_SECRET, factors.new_secret())
    if request.method != "POST":
        return _show_app(request, moderator, secret)
    wait = patience.begin("add-app", moderator.pk)
    if wait:
        return _show_app(request, moderator, secret, fault=proving.to_wait(wait), status=429)
    with transaction.atomic():
        if not factors.add_app(moderator, secret, request.POST.get("code", "")):
            fault = _("The app does not show this code now: try again with a new one.")
            return _show_app(request, moderator, secret, fault=fault, status=400)
        _note("add-factor", moderator, factors.APP)
    patience.succeed("add-app", moderator.pk)
    del request.session[_SECRET]
    return _added(request, moderator)


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_owner
def add_passkey(request: HttpRequest, moderator: Moderator) -> HttpResponse:
    """A passkey: the browser makes it, by the desk's script."""
    if request.method != "POST":
        return _show_passkey(request, moderator)
    with transaction.atomic():
        name = request.POST.get("name", "").strip() or _("Passkey")
        if not passkeys.keep(moderator, name, request.POST.get("credential", "")):
            fault = _("No passkey was made: try again.")
            return _show_passkey(request, moderator, fault=fault, status=400)
        _note("add-factor", moderator, factors.PASSKEY)
    return _added(request, moderator)


@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: HttpRequest) -> HttpResponse:
    """Recovery codes that were just made, shown once. POST makes new ones."""
    moderator = permissions.signed_in(request)
    if request.method == "POST":
        turned_away = _turned_away(request, moderator)
        if turned_away:
            return turned_away
        if factors.has_any(moderator):
            request.session[_CODES] = factors.new_codes(moderator)
        return redirect("factor-codes")
    made = request.session.pop(_CODES, None)
    if made is None:
        return redirect("second-factor")
    return _show(request, moderator, "factor-codes", {"codes": made})


@require_POST
@for_the_owner
def drop(request: HttpRequest, moderator: Moderator) -> HttpResponse:
    """Give a factor up. Where one is required, the last stays."""
    number = whole_number(request.POST.get("factor", "")) or 0
    try:
        with transaction.atomic():
            kind = factors.drop(moderator, number, last_stays=_is_required())
            if kind:
                _note("drop-factor", moderator, kind)
    except factors.LastFactor:
        return page.say(
            request,
            _("This one stays"),
            _("The newsroom asks for a second factor: make another before you give up the last."),
            status=409,
            way_on="/second-factor/",
            way_on_label=_("Back"),
        )
    return redirect("second-factor")


def _turned_away(request: HttpRequest, moderator: Moderator) -> HttpResponse | None:
    """An answer for who may not change factors now: a session that never showed one of an account
    that has some; and who has not said lately who they are."""
    if factors.has_any(moderator) and not request.session.get(proving.PROVED):
        logout(request)
        return redirect("sign-in")
    key = request.session.session_key
    found = sessions.find(key)
    if found is None:  # it was ended while this request was on its way
        return redirect("sign-in")
    if clock() - found.sure < SURE_SECONDS:
        return None
    sessions.lock(key)
    return proving.lock_out(request)


def _added(request: HttpRequest, moderator: Moderator) -> HttpResponse:
    """A factor was taken into use: this session has shown it. With the first come codes."""
    request.session[proving.PROVED] = True
    if factors.codes_left(moderator):
        return redirect("second-factor")
    request.session[_CODES] = factors.new_codes(moderator)
    return redirect("factor-codes")


def _note(act: str, moderator: Moderator, kind: str) -> None:
    accounts.note_factor(act, moderator, kind, slot=house.slot(settings.DATA))


def _show_app(
    request: HttpRequest, moderator: Moderator, secret: str, *, fault: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, object] = {
        "drawing": mark_safe(factors.drawing(moderator, secret)),  # noqa: S308 (drawn by us)
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "fault": fault,
    }
    return _show(request, moderator, "factor-app", context, status=status)


def _show_passkey(
    request: HttpRequest, moderator: Moderator, *, fault: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, object] = {"fault": fault, "number": len(factors.of(moderator)) + 1}
    if passkeys.are_possible(request):
        context["passkey"] = passkeys.asked_to_make(moderator)
    return _show(request, moderator, "factor-passkey", context, status=status)


def _show(
    request: HttpRequest,
    moderator: Moderator,
    template: str,
    context: dict[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    """A page of these. To who has not shown a factor that is required, the desk's frame with its
    ways to everything else would be a promise it does not keep."""
    wanting: dict[str, object] = {"passkeys_possible": passkeys.are_possible(request)}
    if is_wanting(request):
        wanting |= {"moderator": None, "who": moderator.name}
    return page.show(request, template, wanting | context, status=status)
