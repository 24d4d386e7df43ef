"""What the desk keeps in mind while it is unlocked: the letters nobody has read in print, opened.

Search, duplicates and views by signal need all of them at once, and on disk they lie sealed. So
they are opened into the memory of this one process, and forgotten when it is locked; the order in
which they come is kept beside them. Nothing here is ever written.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Final

from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from letterslot.desk import wordlist
from letterslot.desk.noticing import Eye
from letterslot.desk.order import Choose, Order, Place
from letterslot.desk.signals import Signal, filled
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
COMPARED_AT_ONCE: Final = 10  # letters, while nobody else can ask for anything; some 5 ms
_STAND: Final = ("id", "state", "revision", "slot", "story_id", "story__language", "reply_to")


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


@dataclass(frozen=True, slots=True)
class _Stand:
    """Where a comment stands in the database."""

    id: str
    state: str
    revision: int
    slot: int
    story: str
    language: str
    reply_to: str

    @property
    def place(self) -> Place:
        return Place(self.id, self.slot, self.story, self.language, self.reply_to)


@dataclass
class _Mind:
    """All that is in mind under one key ring."""

    ring: Keyring | None = None
    eye: Eye | None = None
    marked: WordList | None = None  # what the signals were found with
    entries: int | None = None  # lines of the ledger that are known here
    slot: int = 0  # of the letter that was collected last
    came: int | None = None  # how many ever came from the slot before that one on
    order: Order = field(default_factory=Order)
    letters: dict[str, Kept] = field(default_factory=dict)
    signals: dict[str, list[Signal]] = field(default_factory=dict)
    repeated: dict[str, tuple[int, list[Signal]]] = field(default_factory=dict)  # by `changes`
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
            self._take_over(self._decided(), ring)
            self._take_over(self._collected(), ring)

    def next(self, *, after: str, most: int, choose: Choose | None = None) -> list[Place]:
        """The first `most` held comments, of those chosen, in the order in which they come when
        the story `after` had its turn last."""
        with self._lock:
            return self._mind.order.next(after=after, most=most, choose=choose)

    def counts(self, choose: Choose | None = None) -> Counter[tuple[str, str]]:
        """How many comments are held by story and its language; of those chosen, if asked so."""
        with self._lock:
            return self._mind.order.counts(choose)

    def places(self, ids: Iterable[str]) -> list[Place]:
        """Those of these comments that are held."""
        with self._lock:
            return self._mind.order.places(ids)

    def words(self, comments: Iterable[Comment], ring: Keyring) -> dict[str, Wording]:
        """What these comments say, by id, without those that nobody can open: from memory, and at
        most one query for the others."""
        known, others = {}, []
        for comment in comments:
            kept = self._kept(comment.id, ring)
            if kept is not None and kept.revision == comment.revision:
                known[comment.id] = kept.words
            else:
                others.append(comment)
        return known | wording.current(others, ring) if others else known

    def wording_at(self, comment_id: str, ring: Keyring) -> Wording | None:
        """What a letter in mind says."""
        kept = self._kept(comment_id, ring)
        return kept.words if kept else None

    def _kept(self, comment_id: str, ring: Keyring) -> Kept | None:
        with self._lock:
            return self._mind.letters.get(comment_id) if self._mind.ring is ring else None

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

    def kinds(self, letter_id: str) -> list[str]:
        """The kinds of its signals, each once."""
        return list(dict.fromkeys(signal.kind for signal in self.signals(letter_id)))

    def look_through(self) -> None:
        """Find the signals of every letter in mind, so that views by signal need not wait."""
        for kept in self.letters():
            self._own_signals(kept.id)
        self.groups()  # which lets pages in between

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
        self._compare_all()
        with self._lock:
            return self._mind.duplicates.twins(letter_id)

    def group(self, letter_id: str) -> frozenset[str]:
        """The letters in mind that say the same as this one, itself among them."""
        self._compare_all()
        with self._lock:
            alike = self._mind.duplicates.group(letter_id)
            return frozenset({letter_id, *(one for one in alike if one in self._mind.letters)})

    def groups(self) -> list[frozenset[str]]:
        """Groups of letters in mind that can be decided together, largest first."""
        self._compare_all()
        with self._lock:
            return self._mind.duplicates.groups(among=self._mind.letters)

    def duplicate(self, letter_id: str) -> list[Signal]:
        """The signal of a letter that has twins, with the passages they share; or nothing. Found
        again only when some letter came or went.

        Just after unlocking not all have been compared yet: ten thousand take longer than opening
        them, and a page waits for some alone.
        """
        with self._lock:
            self._compare(letter_id)
            self._compare_some()
            changes, known = self._mind.duplicates.changes, self._mind.repeated.get(letter_id)
            if known is None or known[0] != changes:
                known = self._mind.repeated[letter_id] = (changes, self._repeated(letter_id))
            return known[1]

    def _repeated(self, letter_id: str) -> list[Signal]:
        kept = self._mind.letters.get(letter_id)
        twins = self._mind.duplicates.twins(letter_id)
        said = [self._mind.said[twin.id] for twin in twins if twin.id in self._mind.said]
        if kept is None or not said:
            return []
        same = sum(twin.exact for twin in twins)
        elsewhere = sum(story != kept.story for story, _text in said)
        said_so = _("%(same)d word for word, %(nearly)d nearly; %(elsewhere)d under other stories.")
        note = filled(said_so, {"same": same, "nearly": len(twins) - same, "elsewhere": elsewhere})
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

    def _decided(self) -> list[_Stand]:
        """What was decided since the last time, as it stands now. One query, or a second that asks
        for the comments: joined to the decisions, a planner may begin with the comments."""
        if self._mind.entries is None:
            last = Decision.objects.aggregate(last=Max("entry"))["last"]
            self._mind.entries = last or 0
            return []
        decided = Decision.objects.filter(entry__gt=self._mind.entries)
        last = decided.aggregate(last=Max("entry"))["last"]
        if last is None:
            return []
        comments = Comment.objects.filter(pk__in=decided.values("comment"))
        stands = [_Stand(*row) for row in comments.values_list(*_STAND)]
        self._mind.entries = last
        return stands

    def _collected(self) -> list[_Stand]:
        """What was collected since the last time. What is collected leaves no line in the ledger,
        and a slot can be collected in parts, the last of them when the next slot has begun: so all
        that ever came from the slot before the last on is counted, whatever became of it, and what
        waits is read again where there is more than is known. One query where nothing is new."""
        came = _came(self._mind.slot)
        if came == self._mind.came:
            return []
        stands = _waiting(since=self._mind.slot - 1)
        last = max((one.slot for one in stands), default=0)
        if last > self._mind.slot:
            # Counted before it is read: what comes in between is read again and not missed.
            self._mind.slot, came = last, _came(last)
            stands += _waiting(since=last - 1)
        self._mind.came = came
        return stands

    def _take_over(self, stands: Iterable[_Stand], ring: Keyring) -> None:
        """Bring order and letters to where these comments stand."""
        new = [stand.id for stand in stands if not self._follow(stand)]
        for kept in _opened(new, ring):
            self._keep(kept)

    def _follow(self, stand: _Stand) -> bool:
        """Take over where a comment stands; whether that was all there is to do."""
        if stand.state == states.HELD:
            self._mind.order.put(stand.place)
        else:
            self._mind.order.take_out(stand.id)
        if stand.state not in KEPT:
            self._drop(stand.id, is_printed=stand.state == states.PUBLISHED)
            return True
        kept = self._mind.letters.get(stand.id)
        if kept is None or kept.revision != stand.revision:
            return False
        if kept.state != stand.state:
            self._mind.letters[stand.id] = replace(kept, state=stand.state)
        return True

    def _keep(self, kept: Kept) -> None:
        self._mind.letters[kept.id] = kept
        self._mind.signals.pop(kept.id, None)
        self._say(kept.id, kept.story, kept.words.text)

    def _say(self, letter_id: str, story: str, text: str) -> None:
        self._mind.said[letter_id] = (story, text)
        self._mind.uncompared[letter_id] = text

    def _compare(self, letter_id: str) -> None:
        text = self._mind.uncompared.pop(letter_id, None)
        if text is not None:
            self._mind.duplicates.add(letter_id, text)

    def _compare_some(self) -> bool:
        """Compare some of what came to mind with all that was there; whether any is left."""
        with self._lock:
            for letter_id in list(islice(self._mind.uncompared, COMPARED_AT_ONCE)):
                self._compare(letter_id)
            return bool(self._mind.uncompared)

    def _compare_all(self) -> None:
        """The same until none is left; others get their turn in between."""
        while self._compare_some():
            pass

    def _drop(self, letter_id: str, *, is_printed: bool) -> None:
        """A printed letter stays to be compared with."""
        self._mind.letters.pop(letter_id, None)
        self._mind.signals.pop(letter_id, None)
        self._mind.repeated.pop(letter_id, None)
        if not is_printed:
            self._mind.said.pop(letter_id, None)
            self._mind.uncompared.pop(letter_id, None)
            self._mind.duplicates.remove(letter_id)

    def _remember_printed(self) -> None:
        """What was printed last: a letter may say the same. One query."""
        last = Printed.objects.filter(removed_edition=None, withdrawn=False).order_by("-edition")
        for row in last.values_list("pk", "story_id", "text")[:PRINTED_KEPT]:
            self._say(*row)


def _came(slot: int) -> int:
    """How many comments came from the slot before this one on. By states, for the index's sake."""
    return Comment.objects.filter(state__in=states.STATES, slot__gte=slot - 1).count()


def _waiting(since: int) -> list[_Stand]:
    """Where all that waits stands, from a slot on."""
    waiting = Comment.objects.filter(state__in=KEPT, slot__gte=since)
    return [_Stand(*row) for row in waiting.values_list(*_STAND)]


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
