"""Hearing appeals and reports: somebody other than whoever decided looks again.

Every verb takes `by`, a moderator; `via`, "desk" or "command"; the open key ring; and the data
folder. What may not be done comes back as a sentence, as with other decisions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from letterslot.desk import house
from letterslot.desk.decisions import Done, Refused, sealed_reason
from letterslot.discussion import ledger, states, wording
from letterslot.discussion.models import Appeal, Comment, Decision, Report
from letterslot.letterbox.epochs import Keyring
from letterslot.newsroom import roles, scope
from letterslot.newsroom.models import Moderator
from letterslot.newsroom.publication import PublicationFault
from letterslot.newsroom.scope import Stories

OWN: Final = gettext_noop("You decided this yourself: a colleague must hear the appeal.")
_NO_APPEAL: Final = gettext_noop("No appeal for this comment waits to be heard.")
_NO_REPORT: Final = gettext_noop("No report about this comment waits to be read.")
_MORE_REPORTS: Final = gettext_noop("More reports came since you looked: please read them first.")


def uphold(
    *, comment_id: str, by: Moderator, via: str, ring: Keyring, data: Path, reason: str = ""
) -> Done:
    """The decision stands. The writer is told with the next edition, and cannot appeal again."""
    return _hear("uphold", comment_id, by, via, ring, data, reason)


def overturn(
    *, comment_id: str, by: Moderator, via: str, ring: Keyring, data: Path, reason: str = ""
) -> Done:
    """The decision falls: a declined comment waits again, a removed one comes back, an edited one
    gets its writer's words back, with the next edition."""
    return _hear("overturn", comment_id, by, via, ring, data, reason)


def dismiss(
    *, comment_id: str, by: Moderator, via: str, ring: Keyring, data: Path, seen: int | None = None
) -> Done:
    """The reports about a printed comment were read, and it stands. `seen`: how many there were
    to read; where more have come since, nothing is done."""
    try:
        with transaction.atomic():
            roles.require(by.role, "dismiss")
            about = Report.objects.filter(comment=comment_id, outcome="")
            waiting = scope.within(about, scope.of(by), "comment__story").count()
            if not waiting:
                raise Refused(_(_NO_REPORT))
            if seen is not None and waiting > seen:
                raise Refused(_(_MORE_REPORTS))
            ledger.act(comment_id, "dismiss", hand=ledger.Hand.of(by, via), slot=house.slot(data))
    except _FORESEEN as fault:
        return Done([], [(comment_id, str(fault))])
    return Done([comment_id], [])


def colleagues(by: Moderator, decisions: Iterable[Decision]) -> list[Stories]:
    """Who else at the desk hears appeals: of each colleague the stories that person works on.
    Asked only where one of the decisions is this person's own: anybody may hear the others."""
    if all(one.by != by.name for one in decisions):
        return []
    others = Moderator.objects.filter(is_active=True, role__in=roles.MAY["hear"])
    return [scope.of(one) for one in others.exclude(pk=by.pk)]


def may_hear(
    by: Moderator, decision: Decision, story: str, colleagues: Collection[Stories]
) -> bool:
    """Whether the role allows it, and somebody else decided, or no colleague works on the story."""
    alone = not any(scope.has(stories, story) for stories in colleagues)
    return roles.may(by.role, "hear") and (decision.by != by.name or alone)


_FORESEEN: Final = (
    Refused, roles.NotAllowed, states.NotPossible, ledger.LostRace, PublicationFault,
)  # fmt: skip


def _hear(
    act: str, comment_id: str, by: Moderator, via: str, ring: Keyring, data: Path, reason: str
) -> Done:
    try:
        with transaction.atomic():
            roles.require(by.role, "hear")
            comment, decision = _appealed(comment_id, by)
            others = colleagues(by, [decision])
            if not may_hear(by, decision, comment.story_id, others):
                raise Refused(_(OWN))
            # What nobody can read comes back to no queue and to no page.
            if act == "overturn" and wording.first(comment, ring) is None:
                raise Refused(_(wording.GONE))
            ledger.act(
                comment.pk,
                act,
                hand=ledger.Hand.of(by, via),
                slot=house.slot(data),
                sealed_reason=sealed_reason(reason, comment, ring),
                to_revision=1 if act == "overturn" and decision.act == "edit" else None,
                alone=decision.by == by.name,
            )
    except _FORESEEN as fault:
        return Done([], [(comment_id, str(fault))])
    return Done([comment_id], [])


def _appealed(comment_id: str, by: Moderator) -> tuple[Comment, Decision]:
    """The comment, and the decision that its open appeal is against. Raises Refused."""
    waiting = Appeal.objects.filter(comment=comment_id, outcome="").select_related("comment__story")
    appeal = scope.within(waiting, scope.of(by), "comment__story").first()
    if appeal is None:
        raise Refused(_(_NO_APPEAL))
    return appeal.comment, Decision.objects.get(entry=appeal.against)
