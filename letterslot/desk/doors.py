"""Signing in and out, unlocking the keys, and a person's own keys on the keyboard."""

from __future__ import annotations

import threading

from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from letterslot.desk import attempts, page, permissions, proving
from letterslot.desk.attempts import patience
from letterslot.letterbox.epochs import DamagedKeyFile, KeyFile, WrongPassphrase
from letterslot.letterbox.keyholder import keyholder
from letterslot.newsroom import roles

YEAR = 365 * 24 * 3600

_UNLOCKING = threading.Lock()  # a try at the passphrase takes 256 MB: one at a time


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password. One sentence for every way in which they can be wrong."""
    if request.user.is_authenticated:
        return redirect("queue")
    name = request.POST.get("name", "")
    if request.method != "POST":
        return page.show(request, "sign-in", {"name": name})
    what = attempts.who_tries(request, name)
    wait = patience.begin(*what)
    if wait:
        fault = proving.to_wait(wait)
        return page.show(request, "sign-in", {"name": name, "fault": fault}, status=429)
    moderator = authenticate(request, username=name, password=request.POST.get("password", ""))
    if moderator is None:
        fault = _("This name and this password do not belong together: try again.")
        return page.show(request, "sign-in", {"name": name, "fault": fault}, status=400)
    patience.succeed(*what)
    return proving.begin(request, moderator)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("sign-in")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """Take the newsroom's passphrase, and keep the keys in this process until it ends."""
    moderator = permissions.signed_in(request)
    if not keyholder.locked:
        return redirect("queue")
    if request.method != "POST":
        return page.show(request, "unlock", {})
    roles.require(moderator.role, "unlock")
    wait = patience.begin("unlock", moderator.pk)
    if wait:
        return page.show(request, "unlock", {"fault": proving.to_wait(wait)}, status=429)
    fault = _unlock(request.POST.get("passphrase", ""))
    if fault:
        return page.show(request, "unlock", {"fault": fault}, status=400)
    patience.succeed("unlock", moderator.pk)
    return redirect("queue")


def _unlock(passphrase: str) -> str:
    """Unlock; the sentence that says why not, or nothing."""
    if not _UNLOCKING.acquire(blocking=False):
        return _(
            "Somebody else tries the passphrase at this moment: nothing was unlocked. Try again."
        )
    try:
        keyholder.unlock(KeyFile.load(settings.DATA / "keys.json"), passphrase)
    except WrongPassphrase:
        return _("This is not the passphrase: nothing was unlocked. Try again.")
    except (OSError, DamagedKeyFile):
        return _("The key file cannot be read: run `letterslot check` on the server.")
    finally:
        _UNLOCKING.release()
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """The keys, the switch for those of a single letter, and the language of the desk."""
    permissions.require(request, "read")
    if request.method != "POST":
        return page.show(request, "keys", {"languages": settings.LANGUAGES})
    answer, language = redirect("keys"), request.POST.get("language")
    if language is None:
        letters = "off" if request.POST.get("letters") == "off" else "on"
        _remember(request, answer, page.KEYS_COOKIE, letters)
    elif language in dict(settings.LANGUAGES):
        _remember(request, answer, settings.LANGUAGE_COOKIE_NAME, language)
    else:
        answer.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Strict")
    return answer


def _remember(request: HttpRequest, answer: HttpResponse, cookie: str, choice: str) -> None:
    """Keep a choice in this browser, for a year."""
    answer.set_cookie(
        cookie,
        choice,
        max_age=YEAR,
        httponly=True,
        samesite="Strict",
        secure=request.is_secure(),
    )
