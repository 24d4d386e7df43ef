"""Who is at the desk and what that person may do. Objects come to the views only through here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse

from letterslot.discussion.models import Comment
from letterslot.letterbox.epochs import Keyring
from letterslot.letterbox.keyholder import keyholder
from letterslot.newsroom import roles
from letterslot.newsroom.models import Moderator
from letterslot.newsroom.roles import NotAllowed

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


def signed_in(request: HttpRequest) -> Moderator:
    """The moderator of this request. The middleware has turned everybody else away."""
    if not request.user.is_authenticated:
        raise NotAllowed("Sign in first.")
    return request.user


def require(request: HttpRequest, act: str) -> Moderator:
    """The moderator of this request, who may do `act`. Raises NotAllowed."""
    moderator = signed_in(request)
    roles.require(moderator.role, act)
    return moderator


def require_act(act: str) -> Callable[[View[Rest]], View[Rest]]:
    """For a view that only those who may do `act` may see."""

    def guard(view: View[Rest]) -> View[Rest]:
        @wraps(view)
        def guarded(
            request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs
        ) -> HttpResponse:
            require(request, act)
            return view(request, *args, **kwargs)

        return guarded

    return guard


def may(moderator: Moderator) -> dict[str, bool]:
    """What this person may do, for templates: `may.remove_now`."""
    return {act.replace("-", "_"): roles.may(moderator.role, act) for act in roles.MAY}


def comment_for(request: HttpRequest, comment_id: str, act: str) -> Comment:
    """The comment, for somebody who may do `act`. Raises NotAllowed, Http404."""
    require(request, act)
    try:
        return Comment.objects.select_related("story").get(pk=comment_id)
    except Comment.DoesNotExist:
        raise Http404 from None


def ring() -> Keyring:
    """The open key ring. The middleware lets nobody this far while the desk is locked."""
    if keyholder.ring is None:
        raise NotAllowed("The desk is locked: unlock it first.")
    return keyholder.ring
