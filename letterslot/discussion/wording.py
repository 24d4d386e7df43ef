"""Opens and seals what is said in a comment: its wordings and the reasons of decisions.

Words lie in the database only sealed to the epoch of the comment. Once that key is destroyed, they
are gone for the newsroom too, and everything here answers None. A damaged row answers the same: one
letter that cannot be opened must not keep all others from being read or printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import F
from django.utils.translation import gettext_noop

from letterslot.discussion.models import Comment, Revision
from letterslot.letterbox import sealing
from letterslot.letterbox.epochs import EpochDestroyed, Keyring

GONE: Final = gettext_noop(
    "The key of the day this comment was written is destroyed: nobody can open its words any more."
)
_COMMA: Final = re.compile("[,،，、]")


@dataclass(frozen=True, repr=False)
class Wording:
    """One wording of a comment, opened. The name may be empty, the text is not. Its `repr` shows
    neither."""

    name: str
    text: str


def byline(name: str) -> tuple[str, str]:
    """The name and the role in a byline of the newsroom: "Noor Halvik, reporter"."""
    parts = [part.strip() for part in _COMMA.split(name, maxsplit=1)]
    return parts[0], "".join(parts[1:])


def seal(wording: Wording, epoch: str, ring: Keyring) -> bytes:
    """The wording sealed to its epoch. Raises EpochDestroyed."""
    return sealing.seal({"name": wording.name, "text": wording.text}, ring.public_key(epoch))


def unseal(sealed: bytes | memoryview, epoch: str, ring: Keyring) -> Wording | None:
    """The wording, or None where it can no longer be opened."""
    payload = _payload(sealed, epoch, ring)
    if payload is None or "text" not in payload:
        return None
    return Wording(str(payload.get("name", "")), str(payload["text"]))


def seal_reason(reason: str, epoch: str, ring: Keyring) -> bytes | None:
    """A reason sealed to the comment's epoch; None for no reason. Raises EpochDestroyed."""
    return sealing.seal({"reason": reason}, ring.public_key(epoch)) if reason else None


def unseal_reason(sealed: bytes | memoryview | None, epoch: str, ring: Keyring) -> str:
    """The reason of a decision; empty where there is none or it can no longer be opened."""
    payload = _payload(sealed, epoch, ring) if sealed else None
    return str(payload.get("reason", "")) if payload else ""


def is_open(epoch: str, ring: Keyring) -> bool:
    """Whether the words of this epoch can still be opened."""
    try:
        ring.private_key(epoch)
    except EpochDestroyed:
        return False
    return True


def current(comments: Iterable[Comment], ring: Keyring) -> dict[str, Wording]:
    """The wording that holds of each comment by id, in one query; without those that are gone."""
    epochs = {comment.id: comment.epoch for comment in comments}
    revisions = Revision.objects.filter(comment__in=epochs, number=F("comment__revision"))
    opened = {row.comment_id: unseal(row.sealed, epochs[row.comment_id], ring) for row in revisions}
    return {comment_id: wording for comment_id, wording in opened.items() if wording is not None}


def of(comment: Comment, ring: Keyring) -> Wording | None:
    """The wording of one comment that holds."""
    return current([comment], ring).get(comment.id)


def first(comment: Comment, ring: Keyring) -> Wording | None:
    """The comment as its writer wrote it."""
    revision = comment.revisions.get(number=1)
    return unseal(revision.sealed, comment.epoch, ring)


def _payload(sealed: bytes | memoryview, epoch: str, ring: Keyring) -> dict[str, object] | None:
    try:
        return sealing.unseal(bytes(sealed), ring.private_key(epoch))
    except (EpochDestroyed, sealing.SealingError):
        return None
