"""What a receipt is answered with, and what its holder may ask for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Final

from nacl.utils import random as random_bytes

from letterslot.intake import checks, wording
from letterslot.intake.handlers import Answered, Asked, Door, Store, no_key
from letterslot.intake.speaking import JSON_OUTCOME_BYTES, kept_draft
from letterslot.letterbox.letters import GROUPS, NUMBER_BYTES, write_wish
from letterslot.letterbox.receipts import Answer, MistypedReceipt, Receipt
from letterslot.pages.views import Asking, Fault, Outcome
from letterslot.shelf.serve import Served
from letterslot.text.plain import normalise

_TYPED: Final = 200  # characters of a receipt that are looked at, and given back


def receipt(door: Door, asked: Asked) -> Answered:
    """POST /receipt: what became of a comment. Every answer has one size, and takes one path."""
    language = _language(door, asked)
    found = _receipt_in(asked)
    if isinstance(found, Fault):
        return _mistyped(door, asked, language, found)
    outcome = _outcome(door, door.knowledge.answer(found), language)
    if asked.wants_json:
        return door.voice.document(200, _told(outcome), size=JSON_OUTCOME_BYTES)
    return door.voice.page(200, door.voice.outcomes.page(outcome, found.printed, language))


def withdraw(door: Door, asked: Asked) -> Answered:
    """POST /receipt/withdraw."""
    return _asked_for(door, asked, "withdraw")


def refuse_edit(door: Door, asked: Asked) -> Answered:
    """POST /receipt/refuse-edit."""
    return _asked_for(door, asked, "refuse-edit")


def appeal(door: Door, asked: Asked) -> Answered:
    """POST /receipt/appeal: one appeal against each decision; the first that is sent counts."""
    words = normalise(asked.fields.get("words", ""))
    faults = checks.faults_of_words("words", words)
    return _asked_for(door, asked, "appeal", {"words": words}, faults)


def group(door: Door, asked: Asked) -> Answered:
    """POST /receipt/group: the last choice counts."""
    chosen = asked.fields.get("group", "")
    faults = [] if chosen in GROUPS else [Fault("group", wording.NO_SUCH_GROUP)]
    return _asked_for(door, asked, "group", {"group": chosen}, faults)


def _asked_for(
    door: Door, asked: Asked, verb: str, details: Mapping[str, str] | None = None,
    faults: list[Fault] | None = None,
) -> Answered:  # fmt: skip
    """202 for any well-formed code: who does not hold one of ours learns nothing."""
    language, details = _language(door, asked), details or {}
    found = _receipt_in(asked)
    if isinstance(found, Fault):
        faults = [found, *(faults or [])]
    if faults or isinstance(found, Fault):
        return _again(door, asked, verb, language, details, faults or [])
    epoch = door.today.isoformat()
    key = door.knowledge.epochs.get(epoch)
    if key is None:
        return no_key(door, asked, language, kept_draft(asked.fields, language))
    number = _number(door, found, verb, epoch)
    letter = write_wish(
        found, verb, number=number, epoch=epoch, epoch_public_key=key, details=details
    )
    if asked.wants_json:
        served = door.voice.document(202, {"accepted": verb})
    else:
        served = door.voice.page(202, door.voice.pages.thanks(verb, language))
    return Store((number, epoch, letter.seal(key)), served)


def _number(door: Door, receipt: Receipt, verb: str, epoch: str) -> bytes:
    if verb == "group":
        return random_bytes(NUMBER_BYTES)  # of two choices the last counts, also on one day
    about = f" {door.knowledge.answer(receipt).edition}" if verb == "appeal" else ""
    return wish_number(receipt, verb, epoch + about)


def wish_number(receipt: Receipt, verb: str, epoch: str) -> bytes:
    """The row's number of a wish, 16 bytes: the same all day, so that repeating stores nothing.

    Only whoever holds the receipt can tell it from a random one.
    """
    label = f"letterslot/1/wish {verb} {epoch}".encode()
    return hashlib.blake2b(label, key=receipt.private_key, digest_size=NUMBER_BYTES).digest()


def _again(
    door: Door, asked: Asked, verb: str, language: str, details: Mapping[str, str],
    faults: list[Fault],
) -> Served:  # fmt: skip
    """400: the form again with what was typed, and what is to be put right."""
    if not details:
        return _mistyped(door, asked, language, faults[0])
    if asked.wants_json:
        return door.voice.faulty(400, faults[0], language)
    typed = Asking(verb, asked.fields.get("receipt", "")[:_TYPED], **details)
    said = door.voice.faults_said(faults, language)
    return door.voice.page(400, door.voice.pages.asking(typed, language, said))


def _mistyped(door: Door, asked: Asked, language: str, fault: Fault) -> Served:
    if asked.wants_json:
        return door.voice.faulty(400, fault, language)
    said = door.voice.faults_said([fault], language)
    typed = asked.fields.get("receipt", "")[:_TYPED]
    html = door.voice.pages.receipt_form(language, faults=said, receipt=typed, live=True)
    return door.voice.page(400, html)


def _language(door: Door, asked: Asked) -> str:
    return door.knowledge.language(asked.fields.get("language", ""))


def _receipt_in(asked: Asked) -> Receipt | Fault:
    try:
        return Receipt.parse(asked.fields.get("receipt", "")[:_TYPED])
    except MistypedReceipt as mistyped:
        return Fault("receipt", str(mistyped))


def _outcome(door: Door, answer: Answer, language: str) -> Outcome:
    return Outcome(
        state=answer.state,
        clause=door.knowledge.clause(answer.clause, language),
        reason=answer.reason,
        address=answer.address,
        edition=answer.edition,
        edited=answer.edited,
        appeal=answer.appeal,
        appeal_until=date.fromisoformat(answer.appeal_until) if answer.appeal_until else None,
        may=_may(door, answer),
    )


def _may(door: Door, answer: Answer) -> tuple[str, ...]:
    """What its holder may ask for now. What waits and what is not known may ask for the same."""
    may = ["refuse-edit"] if answer.state == "published" and answer.edited else []
    # Days as "2026-12-07" compare as they follow each other; no day is earlier than any.
    if door.today.isoformat() <= answer.appeal_until:
        may.append("appeal")
    if answer.state == "waiting" and door.knowledge.look.policy == "guarded":
        may.append("group")
    # What was declined or removed can be withdrawn while an appeal could bring it back.
    if answer.state in ("waiting", "published") or "appeal" in may:
        may.append("withdraw")
    return tuple(may)


def _told(outcome: Outcome) -> dict[str, object]:
    return {
        "state": outcome.state,
        "clause": outcome.clause.number if outcome.clause else None,
        "reason": outcome.reason,
        "address": outcome.address and f"/{outcome.address}",
        "may": list(outcome.may),
    }
