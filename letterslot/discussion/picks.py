"""Editors' picks: printed comments that the newsroom points out. An edition shows what changed."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from letterslot.discussion import ledger, states
from letterslot.discussion.models import Comment, Printed


@transaction.atomic
def change(comment_id: str, *, picked: bool, hand: ledger.Hand, slot: int) -> None:
    """Point a printed comment out, or no longer. Raises Comment.DoesNotExist; states.NotPossible;
    ledger.LostRace."""
    comment = Comment.objects.get(pk=comment_id)
    if comment.staff:
        raise states.NotPossible(
            _("The newsroom wrote this itself: picks are of readers’ comments.")
        )
    ledger.act(comment_id, "pick" if picked else "unpick", hand=hand, slot=slot)
    stands = Printed.objects.filter(pk=comment_id, picked_edition__isnull=False).exists()
    # Taken back before any edition showed it: nothing is due.
    changed = Comment.objects.filter(pk=comment_id, picked=not picked).update(
        picked=picked, pick_due=picked != stands
    )
    if changed != 1:
        raise ledger.LostRace(
            _("It is an editors’ pick already.") if picked else _("It is no editors’ pick.")
        )
