"""What the desk keeps in mind while it is unlocked: the letters nobody has read in print, opened.

Search, duplicates and views by signal need all of them at once, and on disk they lie sealed. So
they are opened into the memory of this one process, and forgotten when it is locked. Nothing here
is ever written.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.db.models import F, Q
from django.utils.translation import gettext as _

from letterslot.desk import wordlist
from letterslot.desk.noticing import Eye
from letterslot.desk.signals import Signal
from letterslot.desk.wordlist import WordList
from letterslot.discussion import duplicates, states, wording
from letterslot.discussion.duplicates import Duplicates, Twin
from letterslot.discussion.models import Comment, Printed, Revision
from letterslot.discussion.wording import Wording
from letterslot.letterbox.epochs import Keyring
from letterslot.letterbox.keyholder import keyholder
from letterslot.text.folding import fold, without_marks

# Not in print yet, and still to be changed: held, approved, or declined and not told so far.
KEPT: Final = Q(state__in=(states.HELD, states.APPROVED)) | Q(
    state=states.DECLINED, answer_due=True
)
PRINTED_KEPT: Final = 2_000  # of what was printed last, for duplicates alone
ASKED_BY_ID: Final = 500  # new letters up to which they are asked for one by one


@dataclass(frozen=True, slots=True)
class Kept:
    """A letter in mind. `folded` is name and text as they are searched, `bare` without accents."""

    id: str
    story: str
    story_language: str
    state: str
    slot: int
    revision: int
    words: Wording
    folded: str
    bare: str


@dataclass
class _Mind:
    """All that is in mind under one key ring."""

    ring: Keyring | None = None
    eye: Eye | None = None
    marked: WordList | None = None  # what the signals were found with
    letters: dict[str, Kept] = field(default_factory=dict)
    signals: dict[str, list[Signal]] = field(default_factory=dict)
    said: dict[str, tuple[str, str]] = field(default_factory=dict)  # story, text; printed too
    duplicates: Duplicates = field(default_factory=Duplicates)


class Memory:
    """The letters in mind; safe to share among threads. It is bound to one opened key ring."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._mind = _Mind()
        self._locked: Keyring | None = None

    def forget(self) -> None:
        """Drop everything: for when the desk is locked. A page that is still being made with the
        old keys cannot fill it again."""
        with self._lock:
            self._locked = self._mind.ring
            self._mind = _Mind()

    def refresh(self, ring: Keyring, data: Path) -> None:
        """Bring the memory to what the database holds now: open what is new, drop what is gone.
        One query when nothing is new, a fixed number otherwise."""
        with self._lock:
            if ring is self._locked:
                return
            if self._mind.ring is not ring:
                self._mind = _Mind(ring)
                self._remember_printed()
            self._mind.eye = Eye(data)
            if self._mind.marked is not (marked := wordlist.load(data)):  # it was changed
                self._mind.marked = marked
                self._mind.signals.clear()
            now = {row[0]: row[1:] for row in _STANDS.values_list("id", "revision", "state")}
            for gone in self._mind.letters.keys() - now.keys():
                self._drop(gone)
            new = [one for one, stand in now.items() if self._stand(one) != stand]
            for kept in _opened(new, ring):
                self._keep(kept)

    def letters(self) -> list[Kept]:
        """All letters in mind, in no order."""
        with self._lock:
            return list(self._mind.letters.values())

    def keeps(self, letter_id: str) -> bool:
        """Whether a letter is in mind."""
        with self._lock:
            return letter_id in self._mind.letters

    def signals(self, letter_id: str) -> list[Signal]:
        """The signals of a letter in mind, found once; empty for one that is not in mind."""
        with self._lock:
            kept, eye = self._mind.letters.get(letter_id), self._mind.eye
            found = self._mind.signals.get(letter_id)
        if kept is None or eye is None:
            return []
        if found is None:
            found = eye.signals(kept.words, kept.story_language)
            with self._lock:
                if self._mind.letters.get(letter_id) is kept:
                    self._mind.signals[letter_id] = found
        return found + self.duplicate(letter_id)

    def look_through(self) -> None:
        """Find the signals of every letter in mind, so that views by signal need not wait."""
        for kept in self.letters():
            self.signals(kept.id)

    def with_signal(self, kind: str) -> frozenset[str]:
        """Ids of the letters in mind that have a signal of this kind."""
        found = (
            kept.id
            for kept in self.letters()
            if any(signal.kind == kind for signal in self.signals(kept.id))
        )
        return frozenset(found)

    def twins(self, letter_id: str) -> list[Twin]:
        """Other letters, some perhaps printed, that say the same; most alike first."""
        with self._lock:
            return self._mind.duplicates.twins(letter_id)

    def group(self, letter_id: str) -> frozenset[str]:
        """The letters in mind that say the same as this one, itself among them."""
        groups = self.groups()
        return next((group for group in groups if letter_id in group), frozenset({letter_id}))

    def groups(self) -> list[frozenset[str]]:
        """Groups of letters in mind that can be decided together, largest first."""
        with self._lock:
            return self._mind.duplicates.groups(among=self._mind.letters)

    def duplicate(self, letter_id: str) -> list[Signal]:
        """The signal of a letter that has twins, with the passages they share; or nothing."""
        twins = self.twins(letter_id)
        with self._lock:
            kept = self._mind.letters.get(letter_id)
            said = [self._mind.said[twin.id] for twin in twins if twin.id in self._mind.said]
        if kept is None or not said:
            return []
        same = sum(twin.exact for twin in twins)
        elsewhere = sum(story != kept.story for story, _text in said)
        note = _(
            "%(same)d word for word, %(nearly)d nearly; %(elsewhere)d under other stories."
        ) % {
            "same": same,
            "nearly": len(twins) - same,
            "elsewhere": elsewhere,
        }
        spans = duplicates.shared(kept.words.text, said[0][1])
        return [Signal("duplicate", _("Says the same as other letters."), spans, note)]

    def _stand(self, letter_id: str) -> tuple[int, str] | None:
        kept = self._mind.letters.get(letter_id)
        return (kept.revision, kept.state) if kept else None

    def _keep(self, kept: Kept) -> None:
        self._mind.letters[kept.id] = kept
        self._mind.signals.pop(kept.id, None)
        self._say(kept.id, kept.story, kept.words.text)

    def _say(self, letter_id: str, story: str, text: str) -> None:
        self._mind.said[letter_id] = (story, text)
        self._mind.duplicates.add(letter_id, text)

    def _drop(self, letter_id: str) -> None:
        del self._mind.letters[letter_id]
        self._mind.signals.pop(letter_id, None)
        self._mind.said.pop(letter_id, None)
        self._mind.duplicates.remove(letter_id)

    def _remember_printed(self) -> None:
        """What was printed last: a letter may say the same. One query."""
        last = Printed.objects.filter(removed_edition=None, withdrawn=False).order_by("-edition")
        for row in last.values_list("pk", "story_id", "text")[:PRINTED_KEPT]:
            self._say(*row)


_STANDS: Final = Comment.objects.filter(KEPT)


def _opened(ids: Sequence[str], ring: Keyring) -> Iterator[Kept]:
    """The letters with these ids, opened; without those that nobody can open. One query."""
    if not ids:
        return
    rows = Revision.objects.filter(number=F("comment__revision"))
    if len(ids) <= ASKED_BY_ID:
        rows = rows.filter(comment__in=ids)
    else:
        rows = rows.filter(comment__in=_STANDS.values("pk"))
    wanted = set(ids)
    for row in rows.select_related("comment__story").iterator():
        if row.comment_id in wanted:
            words = wording.unseal(bytes(row.sealed), row.comment.epoch, ring)
            if words is not None:
                yield _kept(row.comment, words)


def _kept(comment: Comment, words: Wording) -> Kept:
    folded = fold(f"{words.name}\n{words.text}")
    return Kept(
        id=comment.id,
        story=comment.story_id,
        story_language=comment.story.language,
        state=comment.state,
        slot=comment.slot,
        revision=comment.revision,
        words=words,
        folded=folded,
        bare=without_marks(folded),
    )


memory: Final = Memory()
keyholder.when_locked(memory.forget)
