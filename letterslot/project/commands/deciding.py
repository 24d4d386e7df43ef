"""Commands of the desk: collecting, the queue, and the decisions."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from letterslot.project.commands import hearing
from letterslot.project.commands.call import Call, Refused

STATES = ("held", "approved", "declined", "published", "removed", "withdrawn")


def collect(call: Call) -> int:
    """`collect`"""
    call.use_database()
    from letterslot.desk import post
    from letterslot.discussion import slots

    ring = call.ring
    slot = slots.current(call.publication, call.now)
    done = dataclasses.asdict(post.collect(data=call.data, ring=ring, slot=slot))
    return call.answer(
        done, "Collected {collected}, rejected {rejected}, waiting {waiting}.".format(**done)
    )


def queue(call: Call) -> int:
    """`queue [--state STATE] [--story SLUG] [--limit N]`"""
    call.use_database()
    from letterslot.discussion.models import Story

    story = call.arguments.story
    if story and not Story.objects.filter(pk=story).exists():
        raise Refused(f"There is no story {story}: `letterslot story list` names them all.")
    if call.arguments.state in hearing.STATES:
        heard = hearing.queue(call)
        return call.answer(heard, lambda: _listing(heard))
    from letterslot.desk import queue as desk_queue

    documents = desk_queue.documents(
        state=call.arguments.state,
        story=story,
        limit=call.arguments.limit,
        ring=call.ring,
        data=call.data,
    )
    return call.answer(documents, lambda: _listing(documents))


def _listing(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "Nothing."
    return "\n\n".join(
        f"{row['id']}  {row['story']}  {row['name'] or '(no name)'}\n{row['text']}{_against(row)}"
        for row in rows
    )


def _against(row: dict[str, Any]) -> str:
    """What an appeal or readers' reports say, below the text."""
    said = [f"× {one['count']}: {one['reason']}" for one in row.get("reasons", ())]
    if "words" in row:
        said = [f"{row['by']} ({row['against']}): {row['reason']}", f"Appeal: {row['words']}"]
    return "".join(f"\n    {line}" for line in said)


def approve(call: Call) -> int:
    """`approve ID… --by NAME [--revision N]`"""
    seen = call.arguments.revision
    revisions = None if seen is None else dict.fromkeys(call.arguments.ids, seen)
    return _decide(call, "approve", ids=call.arguments.ids, revisions=revisions)


def decline(call: Call) -> int:
    """`decline ID… --by NAME --clause N [--reason TEXT]`"""
    return _decide(call, "decline", ids=call.arguments.ids, **_grounds(call))


def edit(call: Call) -> int:
    """`edit ID --by NAME --clause N --text-file F [--revision N] [--reason TEXT]`"""
    return _decide(
        call,
        "edit",
        comment_id=call.arguments.ids[0],
        text=_text(call),
        revision=call.arguments.revision,
        **_grounds(call),
    )


def undo(call: Call) -> int:
    """`undo ID --by NAME`"""
    return _decide(call, "undo", ids=call.arguments.ids)


def remove(call: Call) -> int:
    """`remove ID --by NAME --clause N [--reason TEXT] [--now]`"""
    status = _decide(
        call, "remove", comment_id=call.arguments.ids[0], now=call.arguments.now, **_grounds(call)
    )
    if call.arguments.now and status == 0:
        from letterslot.press import edition
        from letterslot.project.settling import settle

        edition.remove_now(
            data=call.data, ring=call.ring, now=call.now, comment_ids=call.arguments.ids
        )
        settle(call.folder)
    return status


def pick(call: Call) -> int:
    """`pick ID… --by NAME`"""
    return _decide(call, "pick", ids=call.arguments.ids)


def unpick(call: Call) -> int:
    """`unpick ID… --by NAME`"""
    return _decide(call, "unpick", ids=call.arguments.ids)


def reply(call: Call) -> int:
    """`reply ID --by NAME --text-file F [--byline TEXT]`; `done` names the reply itself."""
    call.use_database()
    from letterslot.desk import answering

    done = answering.answer(
        comment_id=call.arguments.ids[0],
        text=_text(call),
        byline=call.arguments.byline,
        by=call.moderator(),
        via="command",
        ring=call.ring,
        data=call.data,
        now=call.now,
    )
    return _answer(call, done)


def _text(call: Call) -> str:
    try:
        return Path(call.arguments.text_file).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Refused(f"{call.arguments.text_file} is not UTF-8.") from None


def _grounds(call: Call) -> dict[str, Any]:
    return {"clause": call.arguments.clause, "reason": call.arguments.reason}


def _decide(call: Call, verb: str, **facts: Any) -> int:
    """Do one verb of the desk as the moderator named by --by, and answer what was done."""
    call.use_database()
    from letterslot.desk import decisions

    does: Callable[..., Any] = getattr(decisions, verb)
    done = does(by=call.moderator(), via="command", ring=call.ring, data=call.data, **facts)
    return _answer(call, done)


def _answer(call: Call, done: Any) -> int:
    refused = [{"id": one, "why": why} for one, why in done.refused]
    lines = [f"Done: {one}" for one in done.done] + [
        f"{one['id']}: {one['why']}" for one in refused
    ]
    call.answer({"done": done.done, "refused": refused}, "\n".join(lines))
    return 1 if refused else 0
