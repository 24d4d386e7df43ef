"""The newsroom answers a reader in the thread: printed under its badge, with the next edition."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from letterslot.desk import house, post
from letterslot.desk.decisions import Done, Refused, require_short, require_signature
from letterslot.discussion import ledger, slots, states, wording
from letterslot.discussion.models import Comment, Decision
from letterslot.letterbox.epochs import EpochDestroyed, Keyring
from letterslot.newsroom import roles, scope
from letterslot.newsroom.models import Moderator
from letterslot.newsroom.publication import Publication, PublicationFault
from letterslot.text import plain


def answer(
    *,
    comment_id: str,
    text: str,
    by: Moderator,
    via: str,
    ring: Keyring,
    data: Path,
    now: datetime,
    byline: str = "",
) -> Done:
    """Answer a printed comment; `done` is the id of the reply. An empty `byline` is the usual one.

    The moderator's name stands in the ledger, and on no page.
    """
    try:
        with transaction.atomic():
            roles.require(by.role, "answer")
            publication = house.publication(data)
            words = _words(text, byline, publication)
            answered = _printed(comment_id, by)
            if sent := _sent_before(answered, words, by, ring):
                return Done([sent], [])
            reply = _reply(answered, now)
            ledger.write(
                reply,
                wording.seal(words, reply.epoch, ring),
                hand=ledger.Hand.of(by, via),
                slot=slots.current(publication, now),
            )
    except (Refused, roles.NotAllowed, PublicationFault) as fault:
        return Done([], [(comment_id, str(fault))])
    except EpochDestroyed:
        return Done(
            [], [(comment_id, _("There is no key for today: `letterslot check` says why."))]
        )
    return Done([reply.id], [])


def _words(text: str, byline: str, publication: Publication) -> wording.Wording:
    name = byline or publication.signatures[0]
    require_signature(name, publication)
    words = wording.Wording(plain.one_line(name), plain.normalise(text))
    if plain.is_blank(words.text):
        raise Refused(_("The answer is empty: write what readers are to read."))
    require_short(words)
    return words


def _printed(comment_id: str, by: Moderator) -> Comment:
    comment = scope.within(Comment.objects.filter(pk=comment_id), scope.of(by)).first()
    if comment is None:
        raise Refused(_("There is no comment with this id."))
    if comment.state != states.PUBLISHED:
        raise Refused(_("Only a comment that is printed can be answered."))
    return comment


def _sent_before(answered: Comment, words: wording.Wording, by: Moderator, ring: Keyring) -> str:
    """The id of this very answer, where it is the last thing that `by` did: a button pressed twice
    answers once. Else nothing."""
    last = Decision.objects.filter(by=by.name).select_related("comment").last()
    if last is None or last.act != "write" or last.comment.reply_to != answered.id:
        return ""
    stands = last.comment.state == states.APPROVED
    return last.comment_id if stands and wording.of(last.comment, ring) == words else ""


def _reply(answered: Comment, now: datetime) -> Comment:
    """Not yet saved. It has no receipt: whoever wrote it signs in."""
    return Comment(
        id=post.new_id(),
        story_id=answered.story_id,
        reply_to=answered.id,
        epoch=now.astimezone(UTC).date().isoformat(),
        receipt=b"",
    )
