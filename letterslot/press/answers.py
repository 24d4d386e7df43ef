"""What each writer is told with an edition, sealed to the receipt that alone can open it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from letterslot.discussion import states, wording
from letterslot.discussion.models import Answer as StoredAnswer
from letterslot.discussion.models import Comment, Decision, Edition, Printed
from letterslot.letterbox import receipts
from letterslot.letterbox.epochs import Keyring
from letterslot.letterbox.sealing import SealingError
from letterslot.press import addresses

STEP: Final = 32  # answers of an edition are filled up with dummies to a multiple of this

_STATES: Final = {
    states.HELD: "waiting",
    states.APPROVED: "waiting",
    states.PUBLISHED: "published",
    states.DECLINED: "declined",
    states.REMOVED: "removed",
    states.WITHDRAWN: "withdrawn",
}


@dataclass(frozen=True)
class _Grounds:
    """The decision an answer rests on."""

    clause: int | None = None
    reason: str = ""


def store(comments: Iterable[Comment], edition: Edition, ring: Keyring) -> int:
    """Seal and keep an answer for each comment, and note that none is due; how many there are.

    A comment without a receipt's key (brought in from elsewhere, or with a false one) gets none.
    Two comments with one key, which no honest door makes, share the first one's answer.
    """
    rows: dict[bytes, StoredAnswer] = {}
    told = list(comments)
    for comment in told:
        row = _row(comment, edition, ring)
        if row is not None:
            rows.setdefault(bytes(row.receipt_id), row)
    StoredAnswer.objects.bulk_create(rows.values())
    Comment.objects.filter(pk__in=[comment.pk for comment in told]).update(answer_due=False)
    return len(rows)


def _row(comment: Comment, edition: Edition, ring: Keyring) -> StoredAnswer | None:
    public_key = bytes(comment.receipt)
    try:
        sealed = receipts.seal_answer(answer(comment, edition.number, ring), public_key)
    except SealingError:
        return None
    return StoredAnswer(edition=edition, receipt_id=receipts.answer_id(public_key), sealed=sealed)


def answer(comment: Comment, edition: int, ring: Keyring) -> receipts.Answer:
    """What became of a comment, as of now; `edition` brings the answer and starts the appeal."""
    grounds = _grounds(comment, ring)
    return receipts.Answer(
        state=_STATES[comment.state],
        clause=grounds.clause,
        reason=_cut(grounds.reason),
        address=_address(comment),
        edition=edition,
        edited=_is_printed_edited(comment),
        language=comment.story.language,
    )


def _cut(reason: str) -> str:
    """At most the bytes an answer has room for; the desk sees to it that none is longer."""
    return reason.encode()[: receipts.REASON_BYTES].decode(errors="ignore")


def _is_printed_edited(comment: Comment) -> bool:
    """Only an edit that is printed is told: the writer can then refuse it."""
    return comment.state == states.PUBLISHED and comment.revision > 1


def _address(comment: Comment) -> str:
    if comment.state != states.PUBLISHED:
        return ""
    return addresses.of_printed(Printed.objects.get(pk=comment.pk)).replace("index.html", "")


def _grounds(comment: Comment, ring: Keyring) -> _Grounds:
    """Clause and reason of the last decision that made the comment what it is."""
    decision = grounds_of(comment)
    if decision is None:
        return _Grounds()
    return _Grounds(decision.clause, reason(decision, comment, ring))


def grounds_of(comment: Comment) -> Decision | None:
    """The decision a state rests on; None where a writer, or nobody, needs to be told why."""
    act = {states.DECLINED: "decline", states.REMOVED: "remove"}.get(comment.state)
    if act is None and _is_printed_edited(comment):
        act = "edit"
    if act is None:
        return None
    return comment.decisions.filter(act=act).order_by("-entry").first()


def reason(decision: Decision, comment: Comment, ring: Keyring) -> str:
    """The reason of a decision in clear; empty where none was given, or it cannot be opened."""
    return wording.unseal_reason(decision.sealed_reason, comment.epoch, ring)


def printed(edition: Edition) -> list[tuple[bytes, bytes]]:
    """The answers of an edition as they are printed: (id, sealed), dummies among them, sorted."""
    rows = StoredAnswer.objects.filter(edition=edition).values_list("receipt_id", "sealed")
    real = [(bytes(receipt_id), bytes(sealed)) for receipt_id, sealed in rows]
    seed = bytes(edition.seed)
    missing = max(STEP, -(-len(real) // STEP) * STEP) - len(real)
    return sorted(real + [receipts.dummy(seed, n) for n in range(missing)])
