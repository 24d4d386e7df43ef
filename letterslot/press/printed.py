"""Writes down what an edition puts on the shelf and takes off it: the rows pages are made from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from letterslot.discussion import appeals, ledger, threads
from letterslot.discussion.models import Comment, Edition, Printed
from letterslot.discussion.wording import Wording, byline
from letterslot.letterbox.epochs import Keyring
from letterslot.press import answers
from letterslot.press.choose import Choice
from letterslot.press.gate import Letter, lot
from letterslot.text import scripts

PRESS: ledger.Hand = ledger.Hand(via="press")
_TOGETHER = 500  # rows in one statement


@dataclass
class Record:
    """The rows of one edition, written inside the transaction that makes it."""

    edition: Edition
    ring: Keyring
    touched: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def write(self, choice: Choice) -> None:
        """All of what was chosen. Raises what the ledger raises when somebody was first."""
        self._first_printings(choice.new)
        for printed, wording in choice.anew:
            self._print_anew(printed, wording)
        for printed in choice.removed:
            self._remove(printed)
        for printed in choice.withdrawn:
            self._withdraw(printed)
        for printed in choice.picks:
            self._pick(printed)

    def _first_printings(self, letters: Sequence[Letter]) -> None:
        """Conversations get their places in the order that the lot gave them."""
        seed = bytes(self.edition.seed)
        drawn = sorted(letters, key=lambda letter: lot(letter.comment.pk, seed))
        position = {letter.comment.pk: number for number, letter in enumerate(drawn)}
        places = threads.next_places({letter.comment.story_id for letter in drawn})
        printed = _printed_parents(drawn)
        rows = []
        for letter in _parents_first(drawn, position, printed):
            row = self._row(letter, position[letter.comment.pk], printed, places)
            printed[row.pk] = row
            rows.append((letter.comment, row))
        ledger.publish(
            [comment for comment, _ in rows],
            hand=PRESS,
            slot=self.edition.slot,
            edition=self.edition.number,
        )
        Printed.objects.bulk_create((row for _, row in rows), batch_size=_TOGETHER)
        for _, row in rows:
            self._touch(row)

    def _row(
        self, letter: Letter, position: int, printed: dict[str, Printed], places: dict[str, int]
    ) -> Printed:
        comment = letter.comment
        parent = printed.get(comment.reply_to)
        if parent is not None and parent.story_id != comment.story_id:
            parent = None
        if parent is None:
            place = places[comment.story_id]
            places[comment.story_id] += 1
        return Printed(
            comment_id=comment.pk,
            story_id=comment.story_id,
            conversation=parent.conversation if parent else comment.pk,
            place=None if parent else place,
            answers_to=parent.pk if parent and parent.place is None else "",
            edition=self.edition.number,
            position=position,
            edited_clause=_edited_clause(comment),
            revision=comment.revision,
            **_words(comment, letter.wording),
        )

    def _print_anew(self, printed: Printed, wording: Wording) -> None:
        """Another wording, or one that came back, in the place it always had."""
        comment = printed.comment
        Printed.objects.filter(pk=printed.pk).update(
            revision=comment.revision,
            edited_clause=_edited_clause(comment),
            removed_edition=None,
            removed_clause=None,
            removed_reason="",
            **_words(comment, wording),
        )
        self._touch(printed)

    def _remove(self, printed: Printed) -> None:
        """The stub says edition, clause and reason; the words go."""
        decision = appeals.grounds(printed.comment)
        assert decision is not None
        Printed.objects.filter(pk=printed.pk).update(
            name="",
            text="",
            removed_edition=self.edition.number,
            removed_clause=decision.clause,
            removed_reason=answers.reason(decision, printed.comment, self.ring),
            picked_edition=None,
        )
        self._touch(printed)

    def _withdraw(self, printed: Printed) -> None:
        Printed.objects.filter(pk=printed.pk).update(
            name="", text="", withdrawn=True, picked_edition=None
        )
        self._touch(printed)

    def _pick(self, printed: Printed) -> None:
        edition = self.edition.number if printed.comment.picked else None
        Printed.objects.filter(pk=printed.pk).update(picked_edition=edition)
        Comment.objects.filter(pk=printed.pk).update(pick_due=False)
        self._touch(printed)

    def _touch(self, printed: Printed) -> None:
        self.touched[printed.story_id].add(printed.conversation)


def _parents_first(
    drawn: Sequence[Letter], position: dict[str, int], printed: dict[str, Printed]
) -> Iterator[Letter]:
    """The letters in the order drawn, but for those that answer one drawn later: they follow it.

    `printed` is what has a row by the time the next one is asked for.
    """
    waiting = list(drawn)
    while waiting:
        ready = [one for one in waiting if not _waits(one.comment, position, printed)]
        # Two that answer each other cannot come from readers; they begin conversations.
        yield from ready or waiting
        waiting = [one for one in waiting if one.comment.pk not in printed]


def _printed_parents(letters: Sequence[Letter]) -> dict[str, Printed]:
    """The printed comments that these answer, by id."""
    named = {letter.comment.reply_to for letter in letters} - {""}
    return {row.pk: row for row in Printed.objects.filter(pk__in=named)}


def _waits(comment: Comment, position: dict[str, int], answered: dict[str, Printed]) -> bool:
    """Whether it answers a comment of the same edition that has no row yet."""
    return comment.reply_to in position and comment.reply_to not in answered


def _edited_clause(comment: Comment) -> int | None:
    """The clause of the edit that made the wording which is printed."""
    if comment.revision == 1:
        return None
    edit = comment.decisions.filter(act="edit").order_by("-entry").first()
    return edit.clause if edit else None


def _words(comment: Comment, wording: Wording) -> dict[str, str | None]:
    """The columns that a wording fills. A text without letters runs as its story does."""
    story_language = comment.story.language
    if scripts.main_script(wording.text) is None:
        direction: str = scripts.language_direction(story_language)
    else:
        direction = scripts.direction(wording.text)
    name, role = byline(wording.name) if comment.staff else (wording.name, None)
    return {
        "name": name,
        "staff_role": role,
        "text": wording.text,
        "lang": scripts.comment_lang(wording.text, story_language),
        "dir": direction,
    }
