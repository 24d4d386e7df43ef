"""The accounts of the desk: who is let in, in which role, for which stories. Every change of one is
a line in the ledger; when somebody signs in is not.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import F

from letterslot.discussion import ledger
from letterslot.discussion.models import Story
from letterslot.newsroom import factors
from letterslot.newsroom.models import Moderator, Role

LONGEST_NAME = 80


class AccountFault(ValueError):
    """This change of an account cannot be made; the message is one sentence for people."""


def of(name: str) -> Moderator:
    """The moderator of this name who may sign in. Raises AccountFault."""
    try:
        return Moderator.objects.get(name=name, is_active=True)
    except Moderator.DoesNotExist:
        raise AccountFault(f"There is no moderator “{name}”.") from None


@transaction.atomic
def let_in(*, name: str, role: str, password: str, hand: ledger.Hand, slot: int) -> Moderator:
    """Let somebody sign in, or change their role and password. Raises AccountFault."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise AccountFault("A moderator's name is one line of up to 80 characters.")
    found = Moderator.objects.filter(name=name).first()
    act = "add-moderator"
    if found and found.is_active:
        act = "change-moderator"
    moderator = found or Moderator(name=name)
    moderator.role, moderator.is_active = role, True
    if role == Role.CHIEF:
        moderator.stories = None
    moderator.set_password(password)
    moderator.save()
    ledger.note(act, hand=hand, slot=slot, moderator=name, to=role)
    return moderator


@transaction.atomic
def take_off(name: str, *, hand: ledger.Hand, slot: int) -> None:
    """Let somebody sign in no more: their sessions end, and so do their factors. The name stays in
    the ledger. Raises AccountFault."""
    moderator = of(name)
    factors.drop_all(moderator)
    _end_sessions(moderator)
    moderator.is_active = False
    moderator.save(update_fields=["is_active"])
    ledger.note("remove-moderator", hand=hand, slot=slot, moderator=name)


@transaction.atomic
def limit(name: str, stories: Collection[str] | None, *, hand: ledger.Hand, slot: int) -> Moderator:
    """Limit somebody to these stories; None: to none in particular. Raises AccountFault."""
    moderator = of(name)
    chosen = None if stories is None else sorted(set(stories))
    if chosen is not None and moderator.role == Role.CHIEF:
        raise AccountFault(f"{name} is a chief, and a chief works on every story.")
    known = set(Story.objects.filter(pk__in=chosen or ()).values_list("pk", flat=True))
    for slug in chosen or ():
        if slug not in known:
            raise AccountFault(f"There is no story {slug}: `letterslot story list` names them all.")
    moderator.stories = chosen
    moderator.save(update_fields=["stories"])
    told = "every story" if chosen is None else " ".join(chosen)
    ledger.note("limit-moderator", hand=hand, slot=slot, moderator=name, stories=told)
    return moderator


@transaction.atomic
def reset_factors(name: str, *, hand: ledger.Hand, slot: int) -> int:
    """Forget the second factors of somebody who lost them, and end their sessions; how many factors
    and codes that were. Raises AccountFault."""
    moderator = of(name)
    dropped = factors.drop_all(moderator)
    _end_sessions(moderator)
    ledger.note("reset-factors", hand=hand, slot=slot, moderator=name)
    return dropped


@transaction.atomic
def change_password(moderator: Moderator, password: str, *, slot: int) -> None:
    """Somebody chose another password for themselves; the caller has checked both."""
    moderator.set_password(password)
    moderator.save(update_fields=["password"])
    ledger.note("change-password", hand=ledger.Hand.of(moderator), slot=slot)


def note_factor(act: str, moderator: Moderator, kind: str, *, slot: int) -> None:
    """Write down that somebody took a factor into use ("add-factor"), or gave one up
    ("drop-factor"). The caller holds the transaction."""
    ledger.note(act, hand=ledger.Hand.of(moderator), slot=slot, factor=kind)


def _end_sessions(moderator: Moderator) -> None:
    """A session carries the number it began with."""
    Moderator.objects.filter(pk=moderator.pk).update(generation=F("generation") + 1)
