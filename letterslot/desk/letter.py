"""The open letter with all that it is judged by: its story, its thread, its signals, its log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from letterslot.desk import addresses, marking
from letterslot.desk.memory import memory
from letterslot.desk.noticing import Eye
from letterslot.desk.signals import Signal
from letterslot.discussion import ledger, states, wording
from letterslot.discussion.models import Comment, Decision, Printed, Story
from letterslot.letterbox.epochs import Keyring
from letterslot.newsroom.publication import Publication
from letterslot.text import scripts

THREAD_SHOWN = 5  # printed comments of the thread beside the open letter
LEAD = 280  # code points of a story's own text, where it has no summary


@dataclass(frozen=True)
class Told:
    """A decision as the log of a comment tells it."""

    decision: Decision
    reason: str


@dataclass(frozen=True)
class Letter:
    """The open comment. `words` is None where nobody can or may open them."""

    comment: Comment
    words: wording.Wording | None
    signals: list[Signal]
    lang: str  # as it will be printed
    parent: Printed | None
    thread: list[Printed]
    log: list[Told]
    publication: Publication

    @property
    def passages(self) -> list[marking.Passage]:
        return marking.passages(self.words.text, self.signals) if self.words else []

    @property
    def direction(self) -> str:
        return scripts.direction(self.words.text if self.words else "")

    @property
    def language_name(self) -> str:
        """The language as far as it is known: what a signal says, else a script of its own."""
        return language_told(self.lang, self.comment.story.language)

    @property
    def is_veiled(self) -> bool:
        """Whether something in it is not shown before it is wanted."""
        return any(signal.kind == "word" for signal in self.signals)

    @property
    def name_is_veiled(self) -> bool:
        return any(one.kind == "word" and one.place == "name" for one in self.signals)

    @property
    def can_be_redacted(self) -> bool:
        """Whether something is marked that an edit can cut."""
        return self.comment.edits and bool(marking.redactable(self.signals))

    @property
    def story_address(self) -> str:
        return addresses.of_story(self.publication, self.comment.story)

    @property
    def lead(self) -> str:
        return lead(self.comment.story)

    @property
    def can_undo(self) -> bool:
        return ledger.can_be_undone(self.comment)


def read(comment: Comment, publication: Publication, ring: Keyring, eye: Eye) -> Letter:
    """The comment with what stands around it, in a fixed number of queries."""
    return read_all([comment], publication, ring, eye)[0]


def read_all(
    comments: Sequence[Comment], publication: Publication, ring: Keyring, eye: Eye
) -> list[Letter]:
    """The comments with what stands around each, in the same order."""
    words = memory.words([one for one in comments if one.state != states.WITHDRAWN], ring)
    logs = _logs(comments, ring)
    return [
        _letter(one, words.get(one.id), logs.get(one.id, []), publication, eye) for one in comments
    ]


def _letter(
    comment: Comment,
    words: wording.Wording | None,
    log: list[Told],
    publication: Publication,
    eye: Eye,
) -> Letter:
    parent, thread = _thread(comment)
    return Letter(
        comment=comment,
        words=words,
        signals=signals(comment, words, eye) if words else [],
        lang=scripts.comment_lang(words.text if words else "", comment.story.language),
        parent=parent,
        thread=thread,
        log=log,
        publication=publication,
    )


def signals(comment: Comment, words: wording.Wording, eye: Eye) -> list[Signal]:
    """What there is to see in a comment: from memory, or looked at anew where it is not kept."""
    if memory.keeps(comment.id):
        return memory.signals(comment.id)
    return eye.signals(words, comment.story.language)


def lead(story: Story) -> str:
    """The story's summary; without one the beginning of its text."""
    if story.summary:
        return story.summary
    paragraphs = (part.strip() for part in story.markdown.split("\n\n"))
    return excerpt(next((one for one in paragraphs if one and one[0] not in "#!<>"), ""), LEAD)


def language_told(lang: str, story_language: str) -> str:
    """A script that is not the story's is known, and named. Who writes in the story's script may
    still write in another language: nothing is said."""
    return "" if lang == story_language else addresses.language_name(lang)


def excerpt(text: str, most: int) -> str:
    """The beginning of a text on one line, at most `most` code points."""
    line = " ".join(text[: most + 1].split())
    return line if len(text) <= most else line[: most - 1].rstrip() + "…"


def _thread(comment: Comment) -> tuple[Printed | None, list[Printed]]:
    """What it answers, and printed comments: of its conversation first, then the newest."""
    standing = Printed.objects.filter(
        story=comment.story_id, removed_edition=None, withdrawn=False
    ).exclude(pk=comment.pk)
    parent = standing.filter(pk=comment.reply_to).first() if comment.reply_to else None
    newest = standing.exclude(pk=comment.reply_to).order_by("-edition", "position")
    if parent is None:
        return None, list(newest[:THREAD_SHOWN])
    beside = list(newest.filter(conversation=parent.conversation)[:THREAD_SHOWN])
    return parent, _filled_up(beside, list(newest.filter(~Q(pk__in=beside))[:THREAD_SHOWN]))


def _filled_up(beside: Sequence[Printed], others: Sequence[Printed]) -> list[Printed]:
    return [*beside, *others][:THREAD_SHOWN]


def _logs(comments: Sequence[Comment], ring: Keyring) -> dict[str, list[Told]]:
    """What was decided about each of these comments, oldest first. One query."""
    epochs = {comment.id: comment.epoch for comment in comments}
    logs: dict[str, list[Told]] = {}
    for one in Decision.objects.filter(comment__in=epochs).order_by("entry"):
        reason = wording.unseal_reason(one.sealed_reason, epochs[one.comment_id], ring)
        logs.setdefault(one.comment_id, []).append(Told(one, reason))
    return logs
