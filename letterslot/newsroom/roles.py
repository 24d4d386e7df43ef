"""What each role may do: pure functions that raise, each with a yes/no twin for templates."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# Act -> the roles that may do it.
MAY: Final[dict[str, frozenset[str]]] = {
    "read": frozenset({"reader", "moderator", "chief"}),
    "approve": frozenset({"moderator", "chief"}),
    "decline": frozenset({"moderator", "chief"}),
    "edit": frozenset({"moderator", "chief"}),
    "undo": frozenset({"moderator", "chief"}),
    "remove": frozenset({"moderator", "chief"}),
    "remove-now": frozenset({"chief"}),
    "hear": frozenset({"moderator", "chief"}),
    "dismiss": frozenset({"moderator", "chief"}),
    "pick": frozenset({"moderator", "chief"}),
    "answer": frozenset({"moderator", "chief"}),  # a reader's comment, as the newsroom
    "print": frozenset({"chief"}),
    "change-reasons": frozenset({"chief"}),
    "unlock": frozenset({"moderator", "chief"}),
    "end-sessions": frozenset({"chief"}),  # of others; everybody ends their own
}


# What the desk calls them in other languages.
_SAID: Final = (
    gettext_noop("read"), gettext_noop("approve"), gettext_noop("decline"), gettext_noop("edit"),
    gettext_noop("undo"), gettext_noop("remove"), gettext_noop("remove now"), gettext_noop("hear"),
    gettext_noop("dismiss"), gettext_noop("pick"), gettext_noop("answer"), gettext_noop("print"),
    gettext_noop("change reasons"), gettext_noop("unlock"), gettext_noop("end sessions"),
)  # fmt: skip


class NotAllowed(PermissionError):
    """This role may not do this."""


def require(role: str, act: str) -> None:
    """Raise NotAllowed, with a sentence for people, unless `role` may do `act`."""
    if role not in MAY[act]:
        fault = _("A %(role)s may not do this: %(act)s.")
        raise NotAllowed(fault % {"role": _(role), "act": _(act.replace("-", " "))})


def may(role: str, act: str) -> bool:
    """The yes/no twin of `require`."""
    return role in MAY[act]
