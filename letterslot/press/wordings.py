"""Opens the wordings and reasons that are sealed at rest, when they are about to be printed."""

from __future__ import annotations

from dataclasses import dataclass

from letterslot.discussion.models import Comment, Revision
from letterslot.discussion.threads import current_revision
from letterslot.letterbox import sealing
from letterslot.letterbox.epochs import EpochDestroyed, Keyring


@dataclass(frozen=True, repr=False)
class Wording:
    """A comment's name (empty: none given) and text, in clear. Its `repr` shows neither."""

    name: str
    text: str


def open_current(comment: Comment, ring: Keyring) -> Wording | None:
    """The wording that holds; None where its key is destroyed or its row damaged.

    One letter that cannot be opened must not keep all others from being printed.
    """
    try:
        revision = current_revision(comment)
        payload = sealing.unseal(bytes(revision.sealed), ring.private_key(comment.epoch))
        return Wording(name=str(payload.get("name", "")), text=str(payload["text"]))
    except (EpochDestroyed, sealing.SealingError, Revision.DoesNotExist, KeyError):
        return None


def open_reason(sealed: bytes, epoch: str, ring: Keyring) -> str:
    """The reason of a decision; empty where its key is destroyed or its row damaged."""
    try:
        return str(sealing.unseal(sealed, ring.private_key(epoch)).get("reason", ""))
    except (EpochDestroyed, sealing.SealingError):
        return ""
