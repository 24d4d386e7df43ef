"""The page of reports: printed comments that readers reported, how often, and what they said."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from letterslot.desk import hearing, page, permissions
from letterslot.desk.forms import whole_number
from letterslot.desk.permissions import require_act
from letterslot.discussion import reports, wording
from letterslot.discussion.models import Printed, Report
from letterslot.letterbox.epochs import Keyring
from letterslot.newsroom import scope

PAGE: Final = 25
OPENED: Final = 50  # reports of one comment that are opened; the rest is counted
SHOWN: Final = 10  # different reasons of one comment


@dataclass(frozen=True)
class Reported:
    """A printed comment and what readers said about it: each reason once, the most common first."""

    printed: Printed
    count: int
    reasons: Sequence[tuple[str, int]]

    @property
    def unread(self) -> int:
        """Reports whose reasons are not shown, or can no longer be opened."""
        return self.count - sum(count for _, count in self.reasons)


@require_safe
@require_act("read")
def show(request: HttpRequest) -> HttpResponse:
    """Reported comments, most reports first, a page at a time."""
    return _show(request)


@require_POST
@require_act("dismiss")
def dismiss(request: HttpRequest, comment_id: str) -> HttpResponse:
    """The comment stands; its reports are done."""
    comment = permissions.comment_for(request, comment_id, "dismiss")
    done = hearing.dismiss(
        comment_id=comment.pk,
        **permissions.acting(request),
        seen=whole_number(request.POST.get("seen", "")),
    )
    if done.refused:
        return _show(request, refused=done.refused[0][1], status=409)
    return redirect("reports")


def opened(rows: Sequence[Printed], ring: Keyring) -> list[Reported]:
    """The comments with the reasons of their reports, in the same order. One query."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    waiting = Report.objects.filter(comment__in=[row.pk for row in rows], outcome="")
    place = Window(RowNumber(), partition_by="comment", order_by="pk")
    for report in waiting.annotate(place=place).filter(place__lte=OPENED):
        reason = wording.unseal_reason(report.sealed_reason, report.epoch, ring)
        found[report.comment_id].update([reason] if reason else [])
    return [Reported(row, _count(row), found[row.pk].most_common(SHOWN)) for row in rows]


def _count(row: Printed) -> int:
    count: int = row.reports  # type: ignore[attr-defined]  # annotated by reports.waiting
    return count


def _show(request: HttpRequest, *, refused: str = "", status: int = 200) -> HttpResponse:
    waiting = scope.within(reports.waiting(), scope.of(permissions.signed_in(request)))
    shown = page.part(request, waiting, PAGE)
    context: dict[str, object] = {
        "page": shown,
        "reported": opened(list(shown), permissions.ring()),
        "refused": refused,
    }
    return page.show(request, "reports", context, status=status)
