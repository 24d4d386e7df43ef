"""The states of a comment and the acts that lead from one to another. The one table of them."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

HELD: Final = "held"
APPROVED: Final = "approved"
DECLINED: Final = "declined"
PUBLISHED: Final = "published"
REMOVED: Final = "removed"
WITHDRAWN: Final = "withdrawn"

STATES: Final = (HELD, APPROVED, DECLINED, PUBLISHED, REMOVED, WITHDRAWN)

# (state before, act) -> state after. "" is a letter that is not yet a comment.
TRANSITIONS: Final[dict[tuple[str, str], str]] = {
    ("", "receive"): HELD,
    ("", "write"): APPROVED,  # by the newsroom itself, under its badge
    (HELD, "approve"): APPROVED,
    (HELD, "edit"): APPROVED,
    (HELD, "decline"): DECLINED,
    (APPROVED, "undo"): HELD,
    (DECLINED, "undo"): HELD,
    (APPROVED, "publish"): PUBLISHED,
    (PUBLISHED, "edit"): PUBLISHED,
    (PUBLISHED, "remove"): REMOVED,
    (HELD, "withdraw"): WITHDRAWN,
    (APPROVED, "withdraw"): WITHDRAWN,
    (PUBLISHED, "withdraw"): WITHDRAWN,
    # Else a withdrawal that meets a declined comment would be lost when the decision is undone.
    (DECLINED, "withdraw"): WITHDRAWN,
    # A writer who refuses an edit takes the comment back.
    (APPROVED, "refuse-edit"): WITHDRAWN,
    (PUBLISHED, "refuse-edit"): WITHDRAWN,
    # Else a comment whose writer wants it back no more would return when an appeal is granted.
    (REMOVED, "withdraw"): WITHDRAWN,
    # An appeal changes nothing until it is heard.
    (DECLINED, "appeal"): DECLINED,
    (PUBLISHED, "appeal"): PUBLISHED,  # against an edit
    (REMOVED, "appeal"): REMOVED,
    (DECLINED, "uphold"): DECLINED,
    (PUBLISHED, "uphold"): PUBLISHED,
    (REMOVED, "uphold"): REMOVED,
    (DECLINED, "overturn"): HELD,
    (PUBLISHED, "overturn"): PUBLISHED,  # in the writer's own wording
    (REMOVED, "overturn"): PUBLISHED,
    # Readers' reports were read, and the comment stands.
    (PUBLISHED, "dismiss"): PUBLISHED,
    # The editors point it out, or no longer do.
    (PUBLISHED, "pick"): PUBLISHED,
    (PUBLISHED, "unpick"): PUBLISHED,
}


# What the desk calls them in other languages.
_SAID: Final = (
    gettext_noop("held"), gettext_noop("approved"), gettext_noop("declined"),
    gettext_noop("published"), gettext_noop("removed"), gettext_noop("withdrawn"),
    gettext_noop("approve"), gettext_noop("edit"), gettext_noop("decline"), gettext_noop("undo"),
    gettext_noop("remove"), gettext_noop("publish"), gettext_noop("withdraw"),
    gettext_noop("refuse-edit"), gettext_noop("appeal"), gettext_noop("uphold"),
    gettext_noop("overturn"), gettext_noop("dismiss"), gettext_noop("pick"),
    gettext_noop("unpick"), gettext_noop("write"),
)  # fmt: skip


class NotPossible(ValueError):
    """The state of the comment does not allow this act."""


def after(state: str, act: str) -> str:
    """The state that `act` leads to from `state`. Raises NotPossible with a sentence for people."""
    try:
        return TRANSITIONS[state, act]
    except KeyError:
        fault = _("A comment that is %(state)s cannot take the act “%(act)s”.")
        raise NotPossible(fault % {"state": _(state), "act": _(act)}) from None


def is_possible(state: str, act: str) -> bool:
    """The yes/no twin of `after`."""
    return (state, act) in TRANSITIONS


def diagram() -> str:
    """The table as a Mermaid state diagram, for the docs."""
    lines = ["stateDiagram-v2"]
    for (before, act), state in TRANSITIONS.items():
        lines.append(f"    {before or '[*]'} --> {state}: {act}")
    return "\n".join(lines) + "\n"
