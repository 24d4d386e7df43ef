"""Chooses what is due in an edition; which of the new comments go, the gate says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from letterslot.discussion import threads, wording
from letterslot.discussion.models import Comment, Printed
from letterslot.discussion.wording import Wording
from letterslot.letterbox.epochs import Keyring
from letterslot.newsroom.publication import Publication
from letterslot.press.gate import Letter, released

_TOGETHER: Final = 500  # comments opened at once


@dataclass(frozen=True)
class Choice:
    """What goes with an edition. `waiting`: approved comments that do not go with this one."""

    new: tuple[Letter, ...] = ()
    anew: tuple[tuple[Printed, Wording], ...] = ()  # in another wording, or back again
    removed: tuple[Printed, ...] = ()
    withdrawn: tuple[Printed, ...] = ()
    picks: tuple[Printed, ...] = ()  # became editors' picks, or are none any more
    answers: bool = False  # somebody waits for an answer
    waiting: int = 0

    @property
    def is_empty(self) -> bool:
        changes = (self.new, self.anew, self.removed, self.withdrawn, self.picks, self.answers)
        return not any(changes)

    @property
    def published(self) -> int:
        """New comments by readers: what the newsroom writes itself hides nobody."""
        return sum(not letter.comment.staff for letter in self.new)


def for_slot(publication: Publication, ring: Keyring, slot: int, seed: bytes) -> Choice:
    """All that is due in `slot`; the new comments only where there are enough of them together.

    A comment that cannot be opened neither goes nor counts. The newsroom's own replies go with any
    edition and do not count towards its minimum.
    """
    approved = list(threads.approved())
    letters = list(_opened(approved, ring))
    own = [letter for letter in letters if letter.comment.staff]
    readers = [letter for letter in letters if not letter.comment.staff]
    new = [*released(readers, publication, slot, seed), *own]
    return Choice(
        new=tuple(new),
        anew=tuple(_anew(ring)),
        removed=tuple(threads.to_remove()),
        withdrawn=tuple(threads.to_withdraw()),
        picks=tuple(threads.picks_due()),
        answers=threads.answers_due().exists(),
        waiting=len(approved) - len(new),
    )


def _opened(approved: Sequence[Comment], ring: Keyring) -> Iterator[Letter]:
    for first in range(0, len(approved), _TOGETHER):
        some = approved[first : first + _TOGETHER]
        slots, words = threads.approved_slots(some), wording.current(some, ring)
        for comment in some:
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


def why_waiting(waiting: int, publication: Publication) -> str:
    """Why approved comments do not go with an edition, as a sentence; empty where none wait."""
    if not waiting:
        return ""
    if publication.policy == "guarded":
        return (
            f"{waiting} approved: {publication.name} prints at least {publication.k_min} new "
            "comments together, and each after a whole slot at the earliest, so they wait."
        )
    return (
        f"{waiting} approved do not go with it: they came meanwhile, or cannot be opened, which "
        "`letterslot check` tells."
    )
