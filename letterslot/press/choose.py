"""Chooses what an edition prints, and its order. The publication's minimum is kept here alone."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from letterslot.discussion import threads, wording
from letterslot.discussion.models import Comment, Printed
from letterslot.discussion.wording import Wording
from letterslot.letterbox.epochs import Keyring
from letterslot.newsroom.publication import Publication

LONGEST_WAIT: Final = 3  # slots, of a letter whose writer would rather stand alone than wait


@dataclass(frozen=True)
class Letter:
    """An approved comment, opened."""

    comment: Comment
    wording: Wording
    approved_slot: int = 0


@dataclass(frozen=True)
class Choice:
    """What goes with an edition. `waiting`: approved comments that do not go with this one."""

    new: tuple[Letter, ...] = ()
    anew: tuple[tuple[Printed, Wording], ...] = ()  # in another wording, or back again
    removed: tuple[Printed, ...] = ()
    withdrawn: tuple[Printed, ...] = ()
    answers: bool = False  # somebody waits for an answer
    waiting: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.anew or self.removed or self.withdrawn or self.answers)


def for_slot(publication: Publication, ring: Keyring, slot: int) -> Choice:
    """All that is due in `slot`; the new comments only where there are enough of them together.

    A comment that cannot be opened neither goes nor counts.
    """
    approved = list(threads.approved())
    letters = list(_opened(approved, ring))
    new = gate(letters, publication, slot)
    return Choice(
        new=tuple(new),
        anew=tuple(_anew(ring)),
        removed=tuple(threads.to_remove()),
        withdrawn=tuple(threads.to_withdraw()),
        answers=threads.answers_due().exists(),
        waiting=len(approved) - len(new),
    )


def _opened(approved: Collection[Comment], ring: Keyring) -> Iterator[Letter]:
    slots, words = threads.approved_slots(approved), wording.current(approved, ring)
    for comment in approved:
        if comment.pk in words:
            yield Letter(comment, words[comment.pk], slots.get(comment.pk, 0))


def _anew(ring: Keyring) -> Iterator[tuple[Printed, Wording]]:
    for printed in threads.to_print_anew():
        words = wording.of(printed.comment, ring)
        if words is not None:
            yield printed, words


def for_emergency(comment_ids: Collection[str] | None) -> Choice:
    """What must go at once, and no new comment: the named ones, or all that leave the shelf."""
    removed, withdrawn = threads.to_remove(), threads.to_withdraw()
    if comment_ids is not None:
        removed = removed.filter(pk__in=comment_ids)
        withdrawn = withdrawn.filter(pk__in=comment_ids)
    return Choice(
        removed=tuple(removed), withdrawn=tuple(withdrawn), waiting=threads.approved().count()
    )


def gate(approved: list[Letter], publication: Publication, slot: int) -> list[Letter]:
    """The letters that may come out together in `slot`.

    Under `guarded` fewer than `k_min` never do, so that nobody's letter stands alone beside the
    hour in which it was seen to be sent; unless its writer chose so: a letter of the group
    "within-3-days" waits for company as long as it can, and then goes without.
    """
    if publication.policy != "guarded" or len(approved) >= max(publication.k_min, 1):
        return approved
    return [letter for letter in approved if _waited_long_enough(letter, slot)]


def _waited_long_enough(letter: Letter, slot: int) -> bool:
    """A guarded slot is a day, and the days count from the approval."""
    return letter.comment.group == "within-3-days" and slot - letter.approved_slot >= LONGEST_WAIT


def lot(comment_id: str, seed: bytes) -> bytes:
    """What a comment draws under an edition's secret `seed` (32 bytes): who draws least, comes
    first. Nobody can tell it from chance, and it knows nothing of the order of arrival."""
    return hashlib.blake2b(comment_id.encode(), key=seed, digest_size=16).digest()


def why_waiting(waiting: int, publication: Publication) -> str:
    """Why approved comments do not go with an edition, as a sentence; empty where none wait."""
    if not waiting:
        return ""
    if publication.policy == "guarded":
        return (
            f"{waiting} approved: {publication.name} prints at least {publication.k_min} new "
            "comments together, so they wait."
        )
    return (
        f"{waiting} approved do not go with it: they came meanwhile, or cannot be opened, which "
        "`letterslot check` tells."
    )
