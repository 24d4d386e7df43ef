"""Appeals: a writer asks, once for each decision, that somebody else look again.

what is appealed against, and when                             what happens
a decline, a removal, or an edit that is printed,
  once an answer has told of it                                taken
on the last day, counted from that answer's edition, by the
  day on which the appeal was sent                             taken
later, or before any answer                                    nothing
an approval, or one's own withdrawal                           nothing
the same decision again, heard or not                          nothing: the first counts
and then the comment is withdrawn or decided about once more   dropped
a later decision of whatever kind, once that is told           taken: it is another decision
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet

from letterslot.discussion import ledger, states
from letterslot.discussion.models import Appeal, Comment, Decision, Edition

_WRITER = ledger.Hand(role="writer", via="receipt")


def grounds(comment: Comment) -> Decision | None:
    """The decision that the state rests on; None where nobody needs to be told why."""
    act = {states.DECLINED: "decline", states.REMOVED: "remove"}.get(comment.state)
    if act is None and comment.state == states.PUBLISHED and comment.revision > 1:
        act = "edit"
    if act is None:
        return None
    return comment.decisions.filter(act=act).order_by("-entry").first()


def appealed(comment: Comment, decision: Decision | None) -> Appeal | None:
    """The last appeal that was made against `decision`, or after it; None: any at all."""
    made = comment.appeals.order_by("-against")
    return (made.filter(against__gte=decision.entry) if decision else made).first()


def may_be_appealed(comment: Comment) -> Decision | None:
    """The decision that its writer may appeal against, if the time is not over."""
    decision = grounds(comment)
    return decision if decision and appealed(comment, decision) is None else None


def last_day(told_on: date, days: int) -> date:
    """The last day on which an appeal may be sent. `told_on`: the date of the answer's edition."""
    return told_on + timedelta(days=days)


@transaction.atomic
def lodge(comment: Comment, *, sealed_words: bytes, epoch: str, slot: int, days: int) -> bool:
    """Take an appeal that was sent on the day `epoch` and is sealed to it; whether it was taken."""
    decision = None if comment.answer_due else may_be_appealed(comment)
    told = Edition.objects.filter(pk=comment.told or 0).first()
    if decision is None or told is None or date.fromisoformat(epoch) > last_day(told.date, days):
        return False
    ledger.act(comment.pk, "appeal", hand=_WRITER, slot=slot)
    appeal = Appeal.objects.create(
        comment=comment, against=decision.entry, epoch=epoch, sealed_words=sealed_words, slot=slot
    )
    ledger.scatter(Appeal, appeal.pk)
    return True


def waiting() -> QuerySet[Appeal]:
    """Appeals that nobody has heard, oldest slot first and in no order within it."""
    return Appeal.objects.filter(outcome="").select_related("comment__story").order_by("slot", "pk")
