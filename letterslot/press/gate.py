"""The rule by which approved comments come out together: no clock, no database, only numbers.

Under `prompt` whatever is approved goes. Under `guarded` whoever watches readers' lines must not be
able to tell a comment by when it appears: see docs/guarded.md, and for the sources of the rule
Serjantov, Dingledine and Syverson, "From a Trickle to a Flood" (2002).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from letterslot.discussion.duplicates import Duplicates
from letterslot.discussion.models import Comment
from letterslot.discussion.wording import Wording
from letterslot.newsroom.publication import Publication

STAY: Final = 3  # comments that a pool keeps back at least, where enough others are there


@dataclass(frozen=True)
class Letter:
    """An approved comment, opened."""

    comment: Comment
    wording: Wording
    approved_slot: int = 0


def released(
    letters: Sequence[Letter], publication: Publication, slot: int, seed: bytes
) -> list[Letter]:
    """The letters that may come out together in `slot`; `seed` (32 bytes, secret) draws the lots.

    Under `guarded` fewer than `k_min` that differ never do, so that nobody's letter stands alone
    beside the hour in which it was seen to be sent; unless its writer chose so: a letter of the
    group "within-3-days" waits for company as long as it can, and then goes without.
    """
    if publication.policy != "guarded":
        return list(letters)
    ripe = [one for one in letters if slot - one.comment.slot > publication.hold]
    alone = [one for one in ripe if _waited(one, slot, publication.alone_after)]
    voices = _voices(ripe)
    if len(set(voices.values())) < publication.k_min:
        return alone
    if not publication.pool:
        return ripe
    drawn = _drawn(ripe, voices, publication, seed)
    gone = {one.comment.pk for one in drawn}
    return drawn + [one for one in alone if one.comment.pk not in gone]


def lot(comment_id: str, seed: bytes, over: bytes = b"") -> bytes:
    """What a comment draws under an edition's secret `seed` (32 bytes): who draws least, comes
    first. Nobody can tell it from chance, and it knows nothing of the order of arrival. Draws
    over different things, up to 16 bytes, know nothing of each other."""
    return hashlib.blake2b(comment_id.encode(), key=seed, digest_size=16, person=over).digest()


def _waited(letter: Letter, slot: int, alone_after: int) -> bool:
    """A guarded slot is a day, and the days count from the approval."""
    return letter.comment.group == "within-3-days" and slot - letter.approved_slot >= alone_after


def _voices(letters: Sequence[Letter]) -> dict[str, str]:
    """By id, one letter that stands for all that say the same: a flood of one text hides nobody."""
    known = Duplicates()
    for letter in letters:
        known.add(letter.comment.pk, letter.wording.text)
    voices = {letter.comment.pk: letter.comment.pk for letter in letters}
    for group in known.groups():
        voices |= dict.fromkeys(group, min(group))
    return voices


def _drawn(
    ripe: Sequence[Letter], voices: dict[str, str], publication: Publication, seed: bytes
) -> list[Letter]:
    """Who leaves the pool: each by its own lot, but `k_min` that differ, and never quite all."""
    in_order = sorted(ripe, key=lambda one: lot(one.comment.pk, seed, b"pool"))
    stay = sum(_stays(one, publication.pool, seed) for one in ripe)
    most = len(ripe) - max(stay, STAY)
    go, differ = list[Letter](), set[str]()
    for letter in in_order:
        if len(go) >= most and len(differ) >= publication.k_min:
            break
        go.append(letter)
        differ.add(voices[letter.comment.pk])
    return go


def _stays(letter: Letter, pool: int, seed: bytes) -> bool:
    """True for `pool` of a hundred."""
    return int.from_bytes(lot(letter.comment.pk, seed, b"stays")) % 100 < pool
