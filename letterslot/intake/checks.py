"""What a comment must be before it gets a token: an ordered list of small checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from letterslot.intake import wording
from letterslot.intake.knowledge import Knowledge, StoryAtDoor
from letterslot.letterbox.letters import (
    GROUPS,
    NAME_BYTES,
    NAME_CLUSTERS,
    TEXT_BYTES,
    TEXT_CLUSTERS,
    WORDS_BYTES,
    WORDS_CLUSTERS,
)
from letterslot.letterbox.receipts import contains_receipt
from letterslot.pages.views import Draft, Fault
from letterslot.text.plain import is_blank, longer_than, normalise, one_line

EDITS: Final = ("yes", "no")

# The order in which a token's digest covers them.
Fields = tuple[str, str, str, str, str, str]  # story, text, name, reply_to, group, edits


def settled(fields: Mapping[str, str], *, guarded: bool) -> Fields:
    """The fields of a comment in the one form in which they are shown, signed and sealed.

    `group` only means something under the policy `guarded`; it is ignored elsewhere.
    """
    get = fields.get
    return (
        get("story", ""),
        normalise(get("text", "")),
        one_line(get("name", "")),
        get("reply_to", "").strip(),
        (get("group") or "yes") if guarded else "yes",
        get("edits") or "yes",
    )


def drafted(
    fields: Fields, story: StoryAtDoor, knowledge: Knowledge, came: Mapping[str, str] | None = None
) -> Draft:
    """The draft as pages show it; `came` is the form, with what is asked of it besides a comment.

    No token covers that: a good one says that it was answered.
    """
    slug, text, name, reply_to, group, edits = fields
    answers_to = (knowledge.name_of(slug, reply_to) if reply_to else None) or ""
    get = (came or {}).get
    return Draft(
        slug, text, name, reply_to, group, edits, story.language, answers_to, story.question,
        get("answer", "") if story.question else "", get("homepage", ""), get("token", ""),
    )  # fmt: skip


def faults_of(draft: Draft, knowledge: Knowledge) -> list[Fault]:
    """Everything to put right, in the order of the form; the first is the one to name."""
    return [fault for check in CHECKS if (fault := check(draft, knowledge)) is not None]


def faults_of_words(field: str, words: str) -> list[Fault]:
    """What is wrong with the words of an appeal or the reason of a report, normalised."""
    if is_blank(words):
        return [Fault(field, wording.NO_WORDS)]
    if longer_than(words, WORDS_CLUSTERS):
        return [Fault(field, wording.WORDS_TOO_LONG)]
    if _bytes(words) > WORDS_BYTES:
        return [Fault(field, wording.WORDS_TOO_MANY_BYTES)]
    return [Fault(field, wording.RECEIPT_IN_TEXT)] if contains_receipt(words) else []


def _text_says_something(draft: Draft, knowledge: Knowledge) -> Fault | None:
    return Fault("text", wording.EMPTY) if is_blank(draft.text) else None


def _text_is_short_enough(draft: Draft, knowledge: Knowledge) -> Fault | None:
    if longer_than(draft.text, TEXT_CLUSTERS):
        return Fault("text", wording.TOO_LONG)
    # In some scripts, and with some signs, one cluster takes more than twenty bytes.
    return Fault("text", wording.TOO_MANY_BYTES) if _bytes(draft.text) > TEXT_BYTES else None


def _text_holds_no_receipt(draft: Draft, knowledge: Knowledge) -> Fault | None:
    return Fault("text", wording.RECEIPT_IN_TEXT) if contains_receipt(draft.text) else None


def _name_is_short_enough(draft: Draft, knowledge: Knowledge) -> Fault | None:
    if longer_than(draft.name, NAME_CLUSTERS):
        return Fault("name", wording.NAME_TOO_LONG)
    return Fault("name", wording.NAME_TOO_MANY_BYTES) if _bytes(draft.name) > NAME_BYTES else None


def _name_holds_no_receipt(draft: Draft, knowledge: Knowledge) -> Fault | None:
    return Fault("name", wording.RECEIPT_IN_TEXT) if contains_receipt(draft.name) else None


def _question_is_answered(draft: Draft, knowledge: Knowledge) -> Fault | None:
    story = knowledge.story(draft.story) if draft.question else None
    if story is None or story.takes(draft.answer):
        return None
    return Fault("answer", wording.ANOTHER_ANSWER if draft.answer.strip() else wording.ANSWER_FIRST)


def _what_stays_empty_is_empty(draft: Draft, knowledge: Knowledge) -> Fault | None:
    """Programs fill in every field. A person whose browser did is told, and loses nothing."""
    return Fault("homepage", wording.LEAVE_EMPTY) if draft.homepage.strip() else None


def _reply_is_to_a_printed_comment(draft: Draft, knowledge: Knowledge) -> Fault | None:
    if draft.reply_to and knowledge.name_of(draft.story, draft.reply_to) is None:
        return Fault("reply_to", wording.NO_SUCH_COMMENT)
    return None


def _group_is_a_choice(draft: Draft, knowledge: Knowledge) -> Fault | None:
    return None if draft.group in GROUPS else Fault("group", wording.NO_SUCH_GROUP)


def _edits_is_a_choice(draft: Draft, knowledge: Knowledge) -> Fault | None:
    return None if draft.edits in EDITS else Fault("edits", wording.NO_SUCH_EDITS)


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


Check = Callable[[Draft, Knowledge], Fault | None]
CHECKS: Final[tuple[Check, ...]] = (
    # The letter itself.
    _text_says_something,
    _text_is_short_enough,
    _text_holds_no_receipt,
    _name_is_short_enough,
    _name_holds_no_receipt,
    # Who sends it.
    _question_is_answered,
    _what_stays_empty_is_empty,
    # Where it belongs.
    _reply_is_to_a_printed_comment,
    # What its writer chose.
    _group_is_a_choice,
    _edits_is_a_choice,
)
