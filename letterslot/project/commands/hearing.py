"""Commands for appeals and reports: what waits, and what is decided about it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from letterslot.project.commands.call import Call

if TYPE_CHECKING:
    from letterslot.discussion.models import Comment

STATES: Final = ("appealed", "reported")  # beside the states of comments, for `queue --state`


def queue(call: Call) -> list[dict[str, Any]]:
    """What `queue --state appealed` or `reported` lists: rows of the queue, with what is said
    against the decision, or against the comment."""
    return _appealed(call) if call.arguments.state == "appealed" else _reported(call)


def _appealed(call: Call) -> list[dict[str, Any]]:
    from letterslot.discussion import appeals, wording
    from letterslot.discussion.models import Decision

    waiting = appeals.waiting()
    if call.arguments.story:
        waiting = waiting.filter(comment__story=call.arguments.story)
    found = list(waiting[: call.arguments.limit])
    decisions = Decision.objects.in_bulk([row.against for row in found], field_name="entry")
    documents = _rows(call, [row.comment for row in found])
    for document, row in zip(documents, found, strict=True):
        decision = decisions[row.against]
        document |= {
            "against": decision.act,
            "by": decision.by,
            "clause": decision.clause,
            "reason": wording.unseal_reason(decision.sealed_reason, row.comment.epoch, call.ring),
            "words": wording.unseal_reason(row.sealed_words, row.epoch, call.ring),
        }
    return documents


def _reported(call: Call) -> list[dict[str, Any]]:
    from letterslot.desk import reports as desk_reports
    from letterslot.discussion import reports

    waiting = reports.waiting()
    if call.arguments.story:
        waiting = waiting.filter(story=call.arguments.story)
    found = desk_reports.opened(list(waiting[: call.arguments.limit]), call.ring)
    documents = _rows(call, [one.printed.comment for one in found])
    for document, one in zip(documents, found, strict=True):
        said = [{"reason": reason, "count": count} for reason, count in one.reasons]
        document |= {"count": one.count, "reasons": said}
    return documents


def _rows(call: Call, comments: Sequence[Comment]) -> list[dict[str, Any]]:
    from letterslot.desk import queue as desk_queue

    rows = desk_queue.opened(comments, call.ring, lambda comment, words: [])
    return [dataclasses.asdict(row) for row in rows]


def uphold(call: Call) -> int:
    """`uphold ID --by NAME [--reason TEXT]`"""
    return _hear(call, "uphold")


def overturn(call: Call) -> int:
    """`overturn ID --by NAME [--reason TEXT]`"""
    return _hear(call, "overturn")


def dismiss(call: Call) -> int:
    """`dismiss ID --by NAME`"""
    return _hear(call, "dismiss")


def _hear(call: Call, verb: str) -> int:
    call.use_database()
    from letterslot.desk import hearing

    facts: dict[str, Any] = {
        "comment_id": call.arguments.ids[0],
        "by": call.moderator(),
        "via": "command",
        "ring": call.ring,
        "data": call.data,
    }
    if verb == "dismiss":
        done = hearing.dismiss(**facts)
    else:
        does = hearing.uphold if verb == "uphold" else hearing.overturn
        done = does(**facts, reason=call.arguments.reason)
    refused = [{"id": one, "why": why} for one, why in done.refused]
    lines = [f"Done: {one}" for one in done.done] + [why for _, why in done.refused]
    call.answer({"done": done.done, "refused": refused}, "\n".join(lines))
    return 1 if refused else 0
