"""What each writer is told with an edition, sealed to the receipt that alone can open it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from letterslot.discussion import appeals, states, wording
from letterslot.discussion.models import Answer as StoredAnswer
from letterslot.discussion.models import Comment, Decision, Edition
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
    appeal: str = ""  # what was decided on an appeal, as in receipts.APPEALS
    appealable: bool = False


def store(comments: Iterable[Comment], edition: Edition, ring: Keyring, appeal_days: int) -> int:
    """Seal and keep an answer for each comment, and note that none is due; how many there are.

    `appeal_days`: how long one may appeal, counted from the edition's date.
    A comment without a receipt's key (brought in from elsewhere, or with a false one) gets none.
    Two comments with one key, which no honest door makes, share the first one's answer.
    """
    rows: dict[bytes, StoredAnswer] = {}
    told = list(comments)
    for comment in told:
        row = _row(comment, edition, ring, appeal_days)
        if row is not None:
            rows.setdefault(bytes(row.receipt_id), row)
    StoredAnswer.objects.bulk_create(rows.values())
    Comment.objects.filter(pk__in=[comment.pk for comment in told]).update(
        answer_due=False, told=edition.number
    )
    return len(rows)


def _row(
    comment: Comment, edition: Edition, ring: Keyring, appeal_days: int
) -> StoredAnswer | None:
    public_key = bytes(comment.receipt)
    try:
        sealed = receipts.seal_answer(answer(comment, edition, ring, appeal_days), public_key)
    except SealingError:
        return None
    return StoredAnswer(edition=edition, receipt_id=receipts.answer_id(public_key), sealed=sealed)


def answer(comment: Comment, edition: Edition, ring: Keyring, appeal_days: int) -> receipts.Answer:
    """What became of a comment, as of now; `edition` brings the answer and starts the appeal."""
    grounds = _grounds(comment, ring)
    last_day = appeals.last_day(edition.date, appeal_days) if grounds.appealable else ""
    return receipts.Answer(
        state=_STATES[comment.state],
        clause=grounds.clause,
        reason=_cut(grounds.reason),
        address=_address(comment),
        edition=edition.number,
        edited=_is_printed_edited(comment),
        language=comment.story.language,
        appeal=grounds.appeal,
        appeal_until=str(last_day),
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
    return addresses.of_printed(comment.printed).replace("index.html", "")


def _grounds(comment: Comment, ring: Keyring) -> _Grounds:
    """Clause and reason of the last decision that made the comment what it is; the reason of
    whoever heard an appeal, where one is given."""
    decision = appeals.grounds(comment)
    # Nobody appeals before the first answer; thousands of comments get theirs in one edition.
    asked = comment.told is not None and comment.state != states.WITHDRAWN
    appeal = appeals.appealed(comment, decision) if asked else None
    outcome = appeal.outcome if appeal and appeal.outcome in receipts.APPEALS else ""
    heard = _heard(comment) if outcome else None
    said = reason(heard, comment, ring) if heard else ""
    if decision is None:
        return _Grounds(reason=said, appeal=outcome)
    said = said or reason(decision, comment, ring)
    return _Grounds(decision.clause, said, outcome, appealable=appeal is None)


def _heard(comment: Comment) -> Decision | None:
    """The last decision on an appeal."""
    heard = comment.decisions.filter(act__in=("uphold", "overturn"))
    return heard.order_by("-entry").first()


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
