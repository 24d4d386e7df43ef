"""Who is at the desk and what that person may do. Objects come to the views only through here."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from pathlib import Path
from typing import Concatenate, Final, ParamSpec, TypedDict

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from letterslot.discussion.models import Comment
from letterslot.letterbox.epochs import Keyring
from letterslot.letterbox.keyholder import keyholder
from letterslot.newsroom import roles, scope
from letterslot.newsroom.models import Moderator
from letterslot.newsroom.roles import NotAllowed

ELSEWHERE: Final = gettext_noop("No comment with this address is about a story that you work on.")
Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


class Acting(TypedDict):
    """What every verb of `decisions`, `hearing` and `answering` is given."""

    by: Moderator
    via: str
    ring: Keyring
    data: Path


def signed_in(request: HttpRequest) -> Moderator:
    """The moderator of this request. The middleware has turned everybody else away."""
    if not request.user.is_authenticated:
        raise NotAllowed(_("Sign in first."))
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
    """The comment, for somebody who may do `act`. Raises NotAllowed, Http404.

    To who works on some stories alone, a comment elsewhere and none at all read the same.
    """
    stories = scope.of(require(request, act))
    found = Comment.objects.select_related("story").filter(pk=comment_id)
    comment = scope.within(found, stories).first()
    if comment is None and stories is not None:
        raise NotAllowed(_(ELSEWHERE))
    if comment is None:
        raise Http404
    return comment


def require_all(request: HttpRequest, ids: Collection[str]) -> None:
    """Raise NotAllowed unless every one of these is about a story that this person works on."""
    stories = scope.of(signed_in(request))
    if stories is not None:
        found = scope.within(Comment.objects.filter(pk__in=ids), stories)
        if found.count() < len(set(ids)):
            raise NotAllowed(_(ELSEWHERE))


def ring() -> Keyring:
    """The open key ring. The middleware lets nobody this far while the desk is locked."""
    if keyholder.ring is None:
        raise NotAllowed(_("The desk is locked: unlock it first."))
    return keyholder.ring


def acting(request: HttpRequest) -> Acting:
    """Whoever sent this request, acting at the desk with its open keys. Raises NotAllowed."""
    return Acting(by=signed_in(request), via="desk", ring=ring(), data=settings.DATA)
