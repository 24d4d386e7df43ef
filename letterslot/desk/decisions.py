"""The verbs of a moderator. Each call is done whole or not at all.

Every verb takes `by`, a moderator; `via`, "desk" or "command"; the open key ring; and the data
folder, whose terms name the clauses. None of them raises for what a person may get wrong: the
answer says what was refused and why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from letterslot.desk import house
from letterslot.desk.memory import memory
from letterslot.discussion import ledger, picks, states, wording
from letterslot.discussion.models import Comment, Printed
from letterslot.letterbox.epochs import Keyring
from letterslot.letterbox.letters import NAME_BYTES, NAME_CLUSTERS, TEXT_BYTES, TEXT_CLUSTERS
from letterslot.letterbox.receipts import REASON_BYTES
from letterslot.newsroom import roles, scope
from letterslot.newsroom.models import Moderator
from letterslot.newsroom.publication import Publication, PublicationFault
from letterslot.newsroom.terms import WordsFault
from letterslot.text import plain

UNEDITABLE: Final = gettext_noop(
    "The writer allows no edits: approve the comment as it is, or decline it."
)


class Refused(ValueError):
    """This act is not done; the message is one sentence for people."""


@dataclass(frozen=True)
class Done:
    """Ids of what was done, or else of what was refused, each with the reason.

    `because` is the one that all others were refused for; empty where each has its own reason.
    """

    done: list[str]
    refused: list[tuple[str, str]]
    because: str = field(default="", compare=False)

    @property
    def culprits(self) -> list[tuple[str, str]]:
        """Those that were refused for a reason of their own."""
        return [(one, why) for one, why in self.refused if self.because in ("", one)]


@dataclass(frozen=True)
class _Desk:
    """What every verb is given."""

    by: Moderator
    via: str
    ring: Keyring
    data: Path

    @property
    def hand(self) -> ledger.Hand:
        return ledger.Hand.of(self.by, self.via)

    @cached_property
    def slot(self) -> int:
        return house.slot(self.data)


@dataclass(frozen=True)
class _Grounds:
    """Why: a clause with the version of the terms it stands in, and a sealed reason."""

    clause: int
    terms: str
    sealed_reason: bytes | None


def approve(
    *,
    ids: Sequence[str],
    by: Moderator,
    via: str,
    ring: Keyring,
    data: Path,
    revisions: Mapping[str, int] | None = None,
) -> Done:
    """Let comments be printed with the next edition. `revisions`: the wordings that were read."""
    desk = _Desk(by, via, ring, data)

    def grounds(comment: Comment) -> dict[str, Any]:
        _require_open(comment, ring)
        return {}

    return _decide(desk, "approve", ids, revisions, grounds)


def decline(
    *,
    ids: Sequence[str],
    clause: int | None,
    by: Moderator,
    via: str,
    ring: Keyring,
    data: Path,
    reason: str = "",
    advice: bool = False,
    revisions: Mapping[str, int] | None = None,
) -> Done:
    """Decline comments under a clause. The writers see clause and reason on their receipts.

    `advice`: the reason says what to change, and that the letter may then be sent again.
    """
    desk = _Desk(by, via, ring, data)

    def grounds(comment: Comment) -> dict[str, Any]:
        if advice and not plain.normalise(reason):
            raise Refused(_("Say what the writer can change: a letter sent back carries advice."))
        return vars(_grounds(desk, comment, clause, reason)) | {"advice": advice}

    return _decide(desk, "decline", ids, revisions, grounds)


def edit(
    *,
    comment_id: str,
    text: str,
    clause: int | None,
    by: Moderator,
    via: str,
    ring: Keyring,
    data: Path,
    name: str | None = None,
    reason: str = "",
    revision: int | None = None,
) -> Done:
    """Approve a comment as edited, or change a printed one. The original wording is kept, sealed.

    `name` None leaves the name as it is; `revision` is the wording that was read.
    """
    desk = _Desk(by, via, ring, data)

    def one(comment: Comment) -> None:
        if not comment.edits:
            raise Refused(_(UNEDITABLE))
        before = _require_open(comment, ring)
        after = edited(before, text, name)
        if comment.staff and after.name != before.name:
            require_signature(after.name, house.publication(data))
        grounds = _grounds(desk, comment, clause, reason)
        ledger.act(
            comment.id,
            "edit",
            hand=desk.hand,
            slot=desk.slot,
            **vars(grounds),
            revision_seen=revision,
            new_revision=wording.seal(after, comment.epoch, ring),
        )

    return _all_or_nothing(desk, "edit", [comment_id], one)


def undo(*, ids: Sequence[str], by: Moderator, via: str, ring: Keyring, data: Path) -> Done:
    """Take back decisions before their edition: the comments wait again, as they were before."""
    desk = _Desk(by, via, ring, data)

    def one(comment: Comment) -> None:
        ledger.act(
            comment.id,
            "undo",
            hand=desk.hand,
            slot=desk.slot,
            revision_seen=comment.revision,
            to_revision=_revision_before_edit(comment),
        )

    return _all_or_nothing(desk, "undo", ids, one)


def remove(
    *,
    comment_id: str,
    clause: int | None,
    by: Moderator,
    via: str,
    ring: Keyring,
    data: Path,
    reason: str = "",
    now: bool = False,
) -> Done:
    """Take a printed comment out at the next edition. `now` asks whether `by` may have it out at
    once; printing that edition is the caller's to do."""
    desk = _Desk(by, via, ring, data)

    def one(comment: Comment) -> None:
        if now and leaves(comment):
            return  # that it goes is decided; it only shall not wait
        grounds = _grounds(desk, comment, clause, reason)
        ledger.act(comment.id, "remove", hand=desk.hand, slot=desk.slot, **vars(grounds))

    return _all_or_nothing(desk, "remove-now" if now else "remove", [comment_id], one)


def pick(*, ids: Sequence[str], by: Moderator, via: str, ring: Keyring, data: Path) -> Done:
    """Point printed comments out to readers, with the next edition."""
    return _pick(_Desk(by, via, ring, data), ids, picked=True)


def unpick(*, ids: Sequence[str], by: Moderator, via: str, ring: Keyring, data: Path) -> Done:
    """Point them out no longer, with the next edition."""
    return _pick(_Desk(by, via, ring, data), ids, picked=False)


def _pick(desk: _Desk, ids: Sequence[str], *, picked: bool) -> Done:
    def one(comment: Comment) -> None:
        picks.change(comment.id, picked=picked, hand=desk.hand, slot=desk.slot)

    return _all_or_nothing(desk, "pick", ids, one)


def leaves(comment: Comment) -> bool:
    """Whether it still stands on the shelf, and the next edition takes it out."""
    standing = Printed.objects.filter(pk=comment.id, removed_edition=None, withdrawn=False)
    return comment.state in (states.REMOVED, states.WITHDRAWN) and standing.exists()


def edited(before: wording.Wording, text: str, name: str | None) -> wording.Wording:
    """The new wording, normalised. Raises Refused with what is wrong with it."""
    after = wording.Wording(
        before.name if name is None else plain.one_line(name),
        plain.normalise(text),
    )
    if plain.is_blank(after.text):
        raise Refused(_("Nothing is left of the text: decline the comment instead."))
    require_short(after)
    if after == before:
        raise Refused(_("The wording is the same as before: change it, or approve the comment."))
    return after


def require_signature(name: str, publication: Publication) -> None:
    """Raise Refused for a name that the publication has not given the newsroom's own words."""
    if name not in publication.signatures:
        fault = _("The newsroom answers as: %(names)s. Choose one of these.")
        raise Refused(fault % {"names": "; ".join(publication.signatures)})


def require_short(words: wording.Wording) -> None:
    """Raise Refused where a name or a text is longer than readers' may be."""
    if plain.longer_than(words.text, TEXT_CLUSTERS) or len(words.text.encode()) > TEXT_BYTES:
        fault = _("The text is longer than %(most)s characters: shorten it.")
        raise Refused(fault % {"most": f"{TEXT_CLUSTERS:,}"})
    if plain.longer_than(words.name, NAME_CLUSTERS) or len(words.name.encode()) > NAME_BYTES:
        fault = _("The name is longer than %(most)s characters: shorten it.")
        raise Refused(fault % {"most": NAME_CLUSTERS})


def _decide(
    desk: _Desk,
    act: str,
    ids: Sequence[str],
    revisions: Mapping[str, int] | None,
    grounds: Callable[[Comment], dict[str, Any]],
) -> Done:
    """Do `act`, bound to the wordings that were read, on what `grounds` says for each comment."""

    def one(comment: Comment) -> None:
        seen = None if revisions is None else revisions.get(comment.id)
        facts = grounds(comment)
        ledger.act(comment.id, act, hand=desk.hand, slot=desk.slot, revision_seen=seen, **facts)

    return _all_or_nothing(desk, act, ids, one)


def _all_or_nothing(
    desk: _Desk, act: str, ids: Sequence[str], one: Callable[[Comment], None]
) -> Done:
    """Do `one` for each comment. The first refusal undoes all, and names itself to the others."""
    wanted = list(dict.fromkeys(ids))
    at = ""
    try:
        with transaction.atomic():
            for at in wanted:
                roles.require(desk.by.role, act)
                one(_comment(at, desk.by))
    except (Refused, roles.NotAllowed, states.NotPossible, ledger.LostRace) as fault:
        return Done([], [(each, _why(each, at, str(fault))) for each in wanted], because=at)
    except (PublicationFault, WordsFault) as fault:
        return Done([], [(each, str(fault)) for each in wanted])
    return Done(wanted, [])


def _why(comment_id: str, culprit: str, fault: str) -> str:
    if comment_id == culprit:
        return fault
    return _("not done, because %(id)s was refused: %(why)s") % {"id": culprit, "why": fault}


def _comment(comment_id: str, by: Moderator) -> Comment:
    """The comment, if there is one for `by`: elsewhere and nowhere read the same."""
    try:
        rows = Comment.objects.select_related("story")
        return scope.within(rows, scope.of(by)).get(pk=comment_id)
    except Comment.DoesNotExist:
        raise Refused(_("There is no comment with this id.")) from None


def _require_open(comment: Comment, ring: Keyring) -> wording.Wording:
    """The current wording. Nobody approves or edits what nobody can read. Raises Refused."""
    words = memory.words([comment], ring).get(comment.id)
    if words is None or not wording.is_open(comment.epoch, ring):
        raise Refused(_(wording.GONE))
    return words


def _grounds(desk: _Desk, comment: Comment, clause: int | None, reason: str) -> _Grounds:
    """Raises Refused, PublicationFault, WordsFault."""
    if clause is None:
        raise Refused(_("Name the clause of the terms that is the reason."))
    terms = house.terms(desk.data, comment.story.language)
    terms.require_clause(clause)
    return _Grounds(clause, terms.version, sealed_reason(reason, comment, desk.ring))


def sealed_reason(reason: str, comment: Comment, ring: Keyring) -> bytes | None:
    """A reason to the writer, normalised and sealed; None for no reason. Raises Refused."""
    reason = plain.normalise(reason)
    if len(reason.encode()) > REASON_BYTES:
        fault = _("The reason is longer than %(bytes)s bytes: shorten it.")
        raise Refused(fault % {"bytes": REASON_BYTES})
    if reason and not wording.is_open(comment.epoch, ring):
        raise Refused(_("The key of this comment's day is destroyed: decide without a reason."))
    return wording.seal_reason(reason, comment.epoch, ring)


def _revision_before_edit(comment: Comment) -> int | None:
    """Where undoing an edit goes back to; None where the last decision was no edit."""
    decisions = list(comment.decisions.order_by("-entry")[:2])
    if not decisions or decisions[0].act != "edit":
        return None
    return decisions[1].revision if len(decisions) > 1 else 1
