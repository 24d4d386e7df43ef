"""What the desk keeps in mind while it is unlocked: the letters nobody has read in print, opened.

Search, duplicates and views by signal need all of them at once, and on disk they lie sealed. So
they are opened into the memory of this one process, and forgotten when it is locked. Nothing here
is ever written.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from django.db.models import F
from django.utils.translation import gettext as _

from letterslot.desk import wordlist
from letterslot.desk.noticing import Eye
from letterslot.desk.signals import Signal
from letterslot.desk.wordlist import WordList
from letterslot.discussion import duplicates, states, wording
from letterslot.discussion.duplicates import Duplicates, Twin
from letterslot.discussion.models import Comment, Decision, Printed, Revision
from letterslot.discussion.wording import Wording
from letterslot.letterbox.epochs import Keyring
from letterslot.letterbox.keyholder import keyholder
from letterslot.text.folding import fold, without_marks

KEPT: Final = (states.HELD, states.APPROVED)  # what waits, for a decision or for its edition
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
    entries: int = 0  # lines of the ledger that are known here
    slot: int = 0  # of the letter that was collected last
    letters: dict[str, Kept] = field(default_factory=dict)
    signals: dict[str, list[Signal]] = field(default_factory=dict)
    said: dict[str, tuple[str, str]] = field(default_factory=dict)  # story, text; printed too
    uncompared: dict[str, str] = field(default_factory=dict)  # texts not in duplicates yet
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
        """Bring the memory to what the database holds now: open what was collected, follow what
        was decided, by whomever. Two queries when nothing is new, a fixed number otherwise."""
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
            stands = self._changed()
            for letter_id, (state, _) in stands.items():
                if state not in KEPT:
                    self._drop(letter_id, is_printed=state == states.PUBLISHED)
            new = [one for one, stand in stands.items() if not self._follow(one, *stand)]
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
        return self._own_signals(letter_id) + self.duplicate(letter_id)

    def look_through(self) -> None:
        """Find the signals of every letter in mind, so that views by signal need not wait."""
        for kept in self.letters():
            self._own_signals(kept.id)
        self.groups()

    def with_signal(self, kind: str) -> frozenset[str]:
        """Ids of the letters in mind that have a signal of this kind."""
        ids = [kept.id for kept in self.letters()]
        if kind == "duplicate":
            return frozenset(one for one in ids if self.twins(one))
        return frozenset(
            one for one in ids if any(signal.kind == kind for signal in self._own_signals(one))
        )

    def twins(self, letter_id: str) -> list[Twin]:
        """Other letters, some perhaps printed, that say the same; most alike first."""
        with self._lock:
            return self._alike().twins(letter_id)

    def group(self, letter_id: str) -> frozenset[str]:
        """The letters in mind that say the same as this one, itself among them."""
        with self._lock:
            alike = self._alike().group(letter_id)
            return frozenset({letter_id, *(one for one in alike if one in self._mind.letters)})

    def groups(self) -> list[frozenset[str]]:
        """Groups of letters in mind that can be decided together, largest first."""
        with self._lock:
            return self._alike().groups(among=self._mind.letters)

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

    def _own_signals(self, letter_id: str) -> list[Signal]:
        """What the letter itself shows, without its likeness to others."""
        with self._lock:
            kept, eye = self._mind.letters.get(letter_id), self._mind.eye
            found = self._mind.signals.get(letter_id)
        if kept is None or eye is None:
            return []
        if found is None:
            found = eye.signals(kept.words, kept.story_language)
            with self._lock:
                if letter_id in self._mind.letters:
                    self._mind.signals[letter_id] = found
        return found

    def _changed(self) -> dict[str, tuple[str, int]]:
        """State and revision, by id, of what was decided or collected since the last time.

        A slot can be collected in parts, and what is collected leaves no line in the ledger: so
        what is held of the last slot is asked for again. Two queries.
        """
        decided = Decision.objects.filter(entry__gt=self._mind.entries).order_by("entry")
        if not self._mind.entries:
            decided = decided.reverse()[:1]  # only how far the ledger has come
        fields = ("entry", "comment_id", "comment__state", "comment__revision")
        stands: dict[str, tuple[str, int]] = {}
        for entry, letter_id, state, revision in decided.values_list(*fields):
            self._mind.entries = max(self._mind.entries, entry)
            stands[letter_id] = (state, revision)
        waiting = Comment.objects.filter(state__in=KEPT, slot__gte=self._mind.slot)
        for letter_id, state, revision, slot in waiting.values_list(
            "id", "state", "revision", "slot"
        ):
            self._mind.slot = max(self._mind.slot, slot)
            stands[letter_id] = (state, revision)
        return stands

    def _follow(self, letter_id: str, state: str, revision: int) -> bool:
        """Take over a state; whether that was all there is to do."""
        if state not in KEPT:
            return True
        kept = self._mind.letters.get(letter_id)
        if kept is None or kept.revision != revision:
            return False
        if kept.state != state:
            self._mind.letters[letter_id] = replace(kept, state=state)
        return True

    def _keep(self, kept: Kept) -> None:
        self._mind.letters[kept.id] = kept
        self._mind.signals.pop(kept.id, None)
        self._say(kept.id, kept.story, kept.words.text)

    def _say(self, letter_id: str, story: str, text: str) -> None:
        self._mind.said[letter_id] = (story, text)
        self._mind.uncompared[letter_id] = text

    def _alike(self) -> Duplicates:
        """The duplicates, with what came to mind since they were last asked for: comparing ten
        thousand letters takes longer than opening them, and a search need not wait for it."""
        for letter_id, text in self._mind.uncompared.items():
            self._mind.duplicates.add(letter_id, text)
        self._mind.uncompared.clear()
        return self._mind.duplicates

    def _drop(self, letter_id: str, *, is_printed: bool) -> None:
        """A printed letter stays to be compared with."""
        self._mind.letters.pop(letter_id, None)
        self._mind.signals.pop(letter_id, None)
        if not is_printed:
            self._mind.said.pop(letter_id, None)
            self._mind.uncompared.pop(letter_id, None)
            self._mind.duplicates.remove(letter_id)

    def _remember_printed(self) -> None:
        """What was printed last: a letter may say the same. One query."""
        last = Printed.objects.filter(removed_edition=None, withdrawn=False).order_by("-edition")
        for row in last.values_list("pk", "story_id", "text")[:PRINTED_KEPT]:
            self._say(*row)


def _opened(ids: Sequence[str], ring: Keyring) -> Iterator[Kept]:
    """The letters with these ids, opened; without those that nobody can open. One query."""
    if not ids:
        return
    rows = Revision.objects.filter(number=F("comment__revision"))
    if len(ids) <= ASKED_BY_ID:
        rows = rows.filter(comment__in=ids)
    else:
        rows = rows.filter(comment__state__in=KEPT)
    wanted = set(ids)
    fields = ("comment_id", "number", "sealed", "comment__epoch", "comment__slot",
              "comment__state", "comment__story_id", "comment__story__language")  # fmt: skip
    for letter_id, revision, sealed, epoch, slot, *where in rows.values_list(*fields).iterator():
        words = wording.unseal(bytes(sealed), epoch, ring) if letter_id in wanted else None
        if words is not None:
            yield _kept(letter_id, revision, slot, words, *where)


def _kept(
    letter_id: str, revision: int, slot: int, words: Wording, state: str, story: str, language: str
) -> Kept:
    folded = fold(f"{words.name}\n{words.text}")
    bare = without_marks(folded)
    return Kept(
        id=letter_id,
        story=story,
        story_language=language,
        state=state,
        slot=slot,
        revision=revision,
        words=words,
        folded=folded,
        bare=folded if bare == folded else bare,
    )


memory: Final = Memory()
keyholder.when_locked(memory.forget)
