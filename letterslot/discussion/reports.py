"""Reports: any reader may say what is wrong with a printed comment. Nobody answers them."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from letterslot.discussion import ledger, states
from letterslot.discussion.models import Comment, Printed, Report


@transaction.atomic
def take(comment_id: str, *, sealed_reason: bytes, epoch: str, slot: int) -> bool:
    """Take a report that was sent on the day `epoch` and is sealed to it.

    False: the comment stands on the shelf no more, or never did. It leaves no line in the ledger,
    for the reason that a comment leaves none.
    """
    if not Comment.objects.filter(pk=comment_id, state=states.PUBLISHED).exists():
        return False
    report = Report.objects.create(
        comment_id=comment_id, epoch=epoch, sealed_reason=sealed_reason, slot=slot
    )
    ledger.scatter(Report, report.pk)
    return True


def waiting() -> QuerySet[Printed]:
    """Printed comments that readers reported, with `reports`, how often; most first."""
    reported = Report.objects.filter(outcome="").values("comment")
    counted = Count("comment__reports", filter=Q(comment__reports__outcome=""))
    rows = Printed.objects.filter(pk__in=reported).select_related("comment", "story")
    return rows.annotate(reports=counted).order_by("-reports", "pk")
