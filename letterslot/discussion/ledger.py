"""The ledger: every decision as a line that is appended, hash-chained, and never changed.

It is the one writer of a comment's state. A line holds no text and no time finer than the slot:

    {"act":"decline","by":"ines","clause":2,"comment":"k3v9qd7x","n":17,"previous":"<hash of
    line 16>","revision":1,"role":"moderator","slot":41,"terms":"1","via":"desk"}

The hash of a line is the SHA-256 of its UTF-8 bytes, so `sha256sum` can walk the chain.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from letterslot.discussion import replay, states
from letterslot.discussion.models import (
    Appeal,
    Comment,
    Decision,
    LedgerEntry,
    Report,
    Revision,
)
from letterslot.newsroom.models import Moderator

_TOGETHER: Final = 500  # comments printed in one statement
BEGINNING: Final = replay.BEGINNING


class LostRace(Exception):
    """Somebody else was first; the message says who and what, for people."""


@dataclass(frozen=True)
class Head:
    """The end of the ledger: how many lines there are, and the hash of the last."""

    entries: int
    hash: str


@dataclass(frozen=True)
class Hand:
    """Whose hand an act comes from: a moderator's name and role, and by which way."""

    by: str = ""  # a moderator's name; empty: the writer, or press
    role: str = ""
    via: str = "desk"  # desk | command | receipt | press | post | server

    @classmethod
    def of(cls, moderator: Moderator, via: str = "desk") -> Hand:
        """The hand of a moderator."""
        return cls(by=moderator.name, role=moderator.role, via=via)


def head() -> Head:
    """The current end of the ledger."""
    last = LedgerEntry.objects.order_by("-number").first()
    return Head(last.number, last.hash) if last else Head(0, BEGINNING)


def note(act: str, *, hand: Hand, slot: int, **facts: str | int | None) -> LedgerEntry:
    """Append a line. The caller holds the transaction that makes the act itself true."""
    entry = _entry(head(), act, hand, slot, facts)
    entry.save(force_insert=True)
    return entry


def _entry(
    end: Head, act: str, hand: Hand, slot: int, facts: Mapping[str, str | int | None]
) -> LedgerEntry:
    """The line after `end`, not yet saved."""
    entry = {
        "n": end.entries + 1,
        "act": act,
        "slot": slot,
        "previous": end.hash,
        "by": hand.by,
        "role": hand.role,
        "via": hand.via,
    }
    entry |= {name: fact for name, fact in facts.items() if fact not in (None, "")}
    line = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return LedgerEntry(number=end.entries + 1, line=line, hash=replay.digest(line))


@transaction.atomic
def receive(comment: Comment, sealed: bytes, *, slot: int) -> Comment:
    """Take in a new comment, not yet saved, with its first wording sealed.

    It leaves no line: lines stand in the order in which they were written, and a slot of a day has
    96 collections, so theirs would tell the quarter of an hour in which a letter came.
    """
    comment.slot = slot
    _take_in(comment, sealed, states.after("", "receive"))
    return comment


@transaction.atomic
def write(comment: Comment, sealed: bytes, *, hand: Hand, slot: int) -> Comment:
    """Take in what the newsroom itself writes, not yet saved, with its wording sealed. A person
    signs for it, so unlike a letter it begins with a line."""
    comment.slot, comment.staff = slot, True
    _take_in(comment, sealed, states.after("", "write"))
    entry = note("write", hand=hand, slot=slot, comment=comment.pk, revision=1)
    Decision.objects.create(
        comment=comment, act="write", revision=1, by=hand.by, slot=slot, entry=entry.number
    )
    return comment


def _take_in(comment: Comment, sealed: bytes, state: str) -> None:
    comment.state = state
    comment.save(force_insert=True)
    scatter(Comment, comment.pk)
    revision = Revision.objects.create(comment=comment, number=1, sealed=sealed)
    scatter(Revision, revision.pk)


def scatter(model: type[Model], key: str | bytes | int) -> None:
    """Move a row to a random place in its table. SQLite numbers rows as they come, unseen, and
    that number would tell which letter came first."""
    if connection.vendor == "sqlite":
        names = (model._meta.db_table, model._meta.pk.column)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE {} SET rowid = %s WHERE {} = %s".format(*names),  # noqa: S608 (our names)
                [secrets.randbits(62), key],
            )


@transaction.atomic
def act(
    comment_id: str,
    act: str,
    *,
    hand: Hand,
    slot: int,
    revision_seen: int | None = None,
    clause: int | None = None,
    terms: str = "",
    sealed_reason: bytes | None = None,
    advice: bool = False,
    new_revision: bytes | None = None,
    to_revision: int | None = None,
    edition: int | None = None,
    alone: bool = False,
) -> Comment:
    """Do one act on one comment and write it down.

    `new_revision` is a new wording, sealed, that becomes current; `to_revision` goes back to an
    old one; `advice` says that the reason is a suggestion of what to change; `alone`
    that nobody else was there to hear an appeal. Raises Comment.DoesNotExist; states.NotPossible;
    LostRace when the comment is no longer at `revision_seen`, or somebody was first.
    """
    comment = Comment.objects.get(pk=comment_id)
    _require_seen(comment, act, revision_seen)
    if act == "undo" and _is_told(comment):
        raise states.NotPossible(_("The writer has been told of this decision: it stands."))
    _change(comment, act, new_revision, to_revision)
    entry = note(
        act,
        hand=hand,
        slot=slot,
        comment=comment.id,
        revision=comment.revision,
        clause=clause,
        terms=terms,
        advice=1 if advice else None,
        edition=edition,
        alone=alone or None,
        reports=_close_reports(comment.pk, act) or None,
    )
    _close_appeal(comment.pk, act)
    _close_pick(comment.pk, act)
    Decision.objects.create(
        comment=comment,
        act=act,
        revision=comment.revision,
        clause=clause,
        terms=terms,
        sealed_reason=sealed_reason,
        advice=advice,
        by=hand.by,
        slot=slot,
        entry=entry.number,
    )
    return comment


def _change(
    comment: Comment, act: str, new_revision: bytes | None, to_revision: int | None
) -> None:
    """Give it the state and the wording that follow. Raises states.NotPossible and LostRace."""
    before, seen = comment.state, comment.revision
    comment.state = states.after(before, act)
    if new_revision is not None:
        comment.revision = _next_number(comment)
        Revision.objects.create(comment=comment, number=comment.revision, sealed=new_revision)
    elif to_revision is not None:
        comment.revision = to_revision
    comment.answer_due = _answer_due(comment, act)
    changed = Comment.objects.filter(pk=comment.pk, state=before, revision=seen).update(
        state=comment.state, revision=comment.revision, answer_due=comment.answer_due
    )
    if changed != 1:
        raise LostRace(_who_was_first(comment.pk))


@transaction.atomic
def publish(comments: Sequence[Comment], *, hand: Hand, slot: int, edition: int) -> None:
    """Print approved comments in this order: what `act` does for one, at a fraction of its cost.

    Raises LostRace where one is no longer approved in the wording that is to be printed.
    """
    for first in range(0, len(comments), _TOGETHER):
        some = comments[first : first + _TOGETHER]
        _publish_some(some, hand, slot, edition)


def _publish_some(comments: Sequence[Comment], hand: Hand, slot: int, edition: int) -> None:
    rows = Comment.objects.select_for_update().filter(pk__in=[one.pk for one in comments])
    seen = {one.pk: (states.APPROVED, one.revision) for one in comments}
    for pk, state, revision in rows.values_list("pk", "state", "revision"):
        if seen.pop(pk, None) != (state, revision):
            raise LostRace(_who_was_first(pk))
    if seen:
        raise LostRace(_("A comment that was to be printed is no longer there."))
    rows.update(state=states.after(states.APPROVED, "publish"), answer_due=True)
    end, entries = head(), []
    for comment in comments:
        facts: dict[str, str | int | None] = {"comment": comment.pk, "revision": comment.revision}
        entries.append(_entry(end, "publish", hand, slot, facts | {"edition": edition}))
        end = Head(entries[-1].number, entries[-1].hash)
    LedgerEntry.objects.bulk_create(entries)
    Decision.objects.bulk_create(
        Decision(
            comment=comment,
            act="publish",
            revision=comment.revision,
            by=hand.by,
            slot=slot,
            entry=entry.number,
        )
        for comment, entry in zip(comments, entries, strict=True)
    )


def can_be_undone(comment: Comment) -> bool:
    """Whether an undo would be taken: a decision stands once its edition has told the writer."""
    return states.is_possible(comment.state, "undo") and not _is_told(comment)


def _is_told(comment: Comment) -> bool:
    if comment.state != states.DECLINED:
        return False
    # What came after it, an appeal that was heard, came because it was told.
    last = comment.decisions.order_by("-entry").values_list("act", flat=True).first()
    return not comment.answer_due or last != "decline"


def _require_seen(comment: Comment, act: str, revision_seen: int | None) -> None:
    """A decision is bound to the wording that was read."""
    if revision_seen is not None and comment.revision != revision_seen:
        raise LostRace(_who_was_first(comment.id))
    if not states.is_possible(comment.state, act) and comment.decisions.exists():
        raise LostRace(_who_was_first(comment.id))


def _next_number(comment: Comment) -> int:
    last = comment.revisions.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def _answer_due(comment: Comment, act: str) -> bool:
    """Whether the next edition must bring the writer an answer; `comment` is as `act` leaves it."""
    if act in ("appeal", "dismiss", "pick", "unpick"):
        return comment.answer_due
    if act == "undo":
        # Whoever was told something else before, is told that it waits again.
        return comment.told is not None
    waits = comment.state in (states.HELD, states.APPROVED)
    return comment.answer_due if waits and act != "overturn" else True


# What becomes of an appeal that waits to be heard.
_ENDS_APPEAL: Final = {
    "uphold": "upheld",
    "overturn": "overturned",
    **dict.fromkeys(("edit", *replay.LEAVING), "dropped"),
}


def _close_appeal(comment_id: str, act: str) -> None:
    """An appeal is heard, or dropped when something else is decided about its comment."""
    if act in _ENDS_APPEAL:
        open_ones = Appeal.objects.filter(comment=comment_id, outcome="")
        open_ones.update(outcome=_ENDS_APPEAL[act])


def _close_reports(comment_id: str, act: str) -> int:
    """Reports end when they are dismissed, or their comment goes; how many there were."""
    if act != "dismiss" and act not in replay.LEAVING:
        return 0
    open_ones = Report.objects.filter(comment=comment_id, outcome="")
    return open_ones.update(outcome="dismissed" if act == "dismiss" else "dropped")


def _close_pick(comment_id: str, act: str) -> None:
    """What leaves the page is no pick any more."""
    if act in replay.LEAVING:
        Comment.objects.filter(pk=comment_id, picked=True).update(picked=False)


_MEANWHILE: Final = {
    "approve": gettext_noop("%(who)s approved this comment meanwhile."),
    "edit": gettext_noop("%(who)s edited this comment meanwhile."),
    "decline": gettext_noop("%(who)s declined this comment meanwhile."),
    "undo": gettext_noop("%(who)s took back a decision on this comment meanwhile."),
    "publish": gettext_noop("This comment was printed meanwhile."),
    "remove": gettext_noop("%(who)s removed this comment meanwhile."),
    "withdraw": gettext_noop("%(who)s withdrew this comment meanwhile."),
    "refuse-edit": gettext_noop("%(who)s refused the edit of this comment meanwhile."),
    "appeal": gettext_noop("%(who)s appealed for this comment meanwhile."),
    "uphold": gettext_noop("%(who)s turned down an appeal for this comment meanwhile."),
    "overturn": gettext_noop("%(who)s granted an appeal for this comment meanwhile."),
    "dismiss": gettext_noop("%(who)s dismissed the reports about this comment meanwhile."),
    "write": gettext_noop("%(who)s wrote this comment meanwhile."),
    "pick": gettext_noop("%(who)s picked this comment meanwhile."),
    "unpick": gettext_noop("%(who)s took back the pick of this comment meanwhile."),
}


def _who_was_first(comment_id: str) -> str:
    """Who did what to this comment meanwhile, as a sentence."""
    last = Decision.objects.filter(comment_id=comment_id).order_by("-entry").first()
    if last is None:
        return _("This comment has changed meanwhile.")
    return _(_MEANWHILE[last.act]) % {"who": last.by or _("The writer")}


def export() -> Iterator[str]:
    """The lines of the ledger, oldest first, without line ends."""
    yield from LedgerEntry.objects.order_by("number").values_list("line", flat=True).iterator()


def verify() -> str | None:
    """Walk the ledger; the first thing that does not hold as a sentence, or None.

    Also holds the state of each comment against its last line, so that a state changed behind the
    ledger's back shows.
    """
    previous, told, number = BEGINNING, dict[str, replay.Told](), 0
    rows = LedgerEntry.objects.order_by("number").values_list("number", "line", "hash")
    for number, (row, line, digest) in enumerate(rows.iterator(), start=1):
        fault = replay.fault_of_line(number, row, line, digest, previous)
        fault = fault or replay.follow(json.loads(line), told)
        if fault:
            return f"Line {number} of the ledger does not hold: {fault}."
        previous = digest
    return _fault_of_comments(told, number)


def _fault_of_comments(told: dict[str, replay.Told], entries: int) -> str | None:
    """Hold the comments' rows against what the lines tell."""
    rows = Comment.objects.values_list("id", "state", "revision", "picked")
    for pk, state, revision, picked in rows.iterator():
        known = told.pop(pk, replay.NEW)
        if known[:2] != (state, revision):
            return f"Comment {pk} is {state}, and no line of the {entries} in the ledger says so."
        if known.picked != picked:
            return f"Whether comment {pk} is an editors’ pick, the ledger tells otherwise."
    if told:
        return f"The ledger speaks of comment {min(told)}, which is not there."
    return None
