"""The library of ready reasons: words to a writer, by language, clause and use.

Every change is a line in the ledger with the SHA-256 of the words, so that it can be told later
which words stood ready when, and who put them there.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from letterslot.discussion import ledger
from letterslot.discussion.models import ReadyReason
from letterslot.letterbox.receipts import REASON_BYTES
from letterslot.newsroom import terms
from letterslot.text import plain

# "advice": what the writer could change, for a letter that is sent back.
USES: Final = ("decline", "advice", "edit")


class ReasonFault(ValueError):
    """These words cannot stand in the library; the message is one sentence for people."""


def of(*languages: str) -> dict[str, list[ReadyReason]]:
    """The reasons in each of these languages, by clause and use, in the order in which they were
    added. One query.

    A story in a language without any of its own, as en-GB, takes those of the language itself.
    """
    found: dict[str, list[ReadyReason]] = {}
    tags = {tag for language in languages for tag in (language, _base(language))}
    for reason in ReadyReason.objects.filter(language__in=tags):
        found.setdefault(reason.language, []).append(reason)
    for reasons in found.values():
        reasons.sort(key=lambda one: (one.clause, USES.index(one.use), one.pk))
    return {one: found.get(one) or found.get(_base(one), []) for one in languages}


def _base(language: str) -> str:
    return language.partition("-")[0]


@transaction.atomic
def add(
    *, language: str, clause: int, use: str, text: str, hand: ledger.Hand, slot: int
) -> ReadyReason:
    """Put words into the library. Raises ReasonFault."""
    if use not in USES:
        raise ReasonFault(_("Say what the words are for: to decline, to advise, or to edit."))
    text = _checked(text)
    ready = ReadyReason.objects.create(language=language, clause=clause, use=use, text=text)
    _note("add-reason", ready, hand=hand, slot=slot)
    return ready


@transaction.atomic
def change(ready: ReadyReason, *, text: str, hand: ledger.Hand, slot: int) -> None:
    """Other words for the same. Raises ReasonFault."""
    text = _checked(text)
    if text == ready.text:
        return
    ready.text = text
    ready.save(update_fields=["text"])
    _note("change-reason", ready, hand=hand, slot=slot)


@transaction.atomic
def drop(ready: ReadyReason, *, hand: ledger.Hand, slot: int) -> None:
    """Take words out of the library. Decisions that used them keep them."""
    _note("drop-reason", ready, hand=hand, slot=slot)
    ready.delete()


@transaction.atomic
def take_defaults(language: str, *, hand: ledger.Hand, slot: int) -> int:
    """Take in what comes along with Letterslot for a language, where the library has nothing in it;
    how many reasons that were."""
    found = _defaults(language)
    if not found or _all_of(language).exists():
        return 0
    ReadyReason.objects.bulk_create(found)
    ledger.note("take-reasons", hand=hand, slot=slot, language=language, reasons=len(found))
    return len(found)


def found(languages: Iterable[str]) -> None:
    """The library of a new newsroom: what comes along, in its languages. No line tells of it: it
    is how things began, and no change."""
    ReadyReason.objects.bulk_create(one for tag in languages for one in _defaults(tag))


def has_defaults(language: str) -> bool:
    """Whether Letterslot brings reasons along in this language."""
    return language in terms.DEFAULT_LANGUAGES


def _defaults(language: str) -> list[ReadyReason]:
    if not has_defaults(language):
        return []
    rows = tomllib.loads(terms.brought_along(language, "reasons.toml"))["reason"]
    return [ReadyReason(language=language, **row) for row in rows]


def _all_of(language: str) -> QuerySet[ReadyReason]:
    return ReadyReason.objects.filter(language=language)


def _checked(text: str) -> str:
    text = plain.normalise(text)
    if plain.is_blank(text):
        raise ReasonFault(_("Write the words, or take the reason out of the library."))
    if len(text.encode()) > REASON_BYTES:
        fault = _("A reason has at most %(bytes)s bytes: shorten it.")
        raise ReasonFault(fault % {"bytes": REASON_BYTES})
    return text


def _note(act: str, ready: ReadyReason, *, hand: ledger.Hand, slot: int) -> None:
    ledger.note(
        act,
        hand=hand,
        slot=slot,
        reason=ready.pk,
        language=ready.language,
        clause=ready.clause,
        use=ready.use,
        words=hashlib.sha256(ready.text.encode()).hexdigest(),
    )
