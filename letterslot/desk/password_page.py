"""The page on which moderators choose their own password."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from letterslot.desk import house, page, proving
from letterslot.desk.attempts import patience
from letterslot.desk.second_factor import for_the_owner
from letterslot.desk.sessions import sessions
from letterslot.discussion import accounts
from letterslot.newsroom.models import Moderator


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_owner
def change(request: HttpRequest, moderator: Moderator) -> HttpResponse:
    """A new password, for who knows the old one: whoever made the account knew the first. All other
    sessions of the account end."""
    if request.method != "POST":
        return _show(request)
    wait = patience.begin("password", moderator.pk)
    if wait:
        return _show(request, {"old_password": proving.to_wait(wait)}, status=429)
    form = PasswordChangeForm(moderator, request.POST)
    is_whole = form.is_valid()
    if "old_password" not in form.errors:
        patience.succeed("password", moderator.pk)
    if not is_whole:
        return _show(
            request, {name: " ".join(map(str, said)) for name, said in form.errors.items()}, 400
        )
    new = form.cleaned_data["new_password1"]
    accounts.change_password(moderator, new, slot=house.slot(settings.DATA))
    update_session_auth_hash(request, moderator)
    this = sessions.find(request.session.session_key)
    sessions.end({one.handle for one in sessions.of(str(moderator.pk)) if one is not this})
    return redirect("sessions")


def _show(
    request: HttpRequest, faults: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    return page.show(request, "password", {"faults": faults or {}}, status=status)
