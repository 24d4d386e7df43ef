"""The handlers: pure functions from a form's fields to an answer, or to a row and an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final, NamedTuple

from letterslot.intake import checks, wording
from letterslot.intake.checks import Fields
from letterslot.intake.knowledge import Knowledge, StoryAtDoor
from letterslot.intake.looking import look_over, told
from letterslot.intake.speaking import Voice, kept_draft
from letterslot.letterbox.letters import CommentLetter
from letterslot.letterbox.spool import Row
from letterslot.letterbox.tokens import BadToken, OtherFields, TokenKey
from letterslot.pages.views import Draft, Fault
from letterslot.shelf.serve import Served
from letterslot.text import scripts

_NO_KEY_SECONDS: Final = 3600


class Door(NamedTuple):
    """What a handler works with; the same for all requests until the shelf or the day changes."""

    knowledge: Knowledge
    voice: Voice
    token_key: TokenKey
    today: date  # UTC, as epochs and tokens count
    day: date  # the newsroom's, as stories close


class Asked(NamedTuple):
    """A request, read: its fields, and whether it wants JSON."""

    fields: Mapping[str, str]
    wants_json: bool


class Store(NamedTuple):
    """Store this row; once it is on disk, and only then, give this answer."""

    row: Row
    served: Served


Answered = Served | Store
Handler = Callable[[Door, Asked], Answered]


def new_comment(door: Door, asked: Asked) -> Answered:
    """GET /comment/new: the form alone, for a reply without scripts."""
    story = _open_story(door, asked)
    if isinstance(story, Served):
        return story
    fields = checks.settled({"story": story.slug, "reply_to": asked.fields.get("reply_to", "")},
                            guarded=_is_guarded(door))  # fmt: skip
    return _form(door, asked, story, fields)


def preview(door: Door, asked: Asked) -> Answered:
    """POST /comment/preview: how it will look, with warnings and a token. Stores nothing."""
    story = _open_story(door, asked)
    if isinstance(story, Served):
        return story
    fields = checks.settled(asked.fields, guarded=_is_guarded(door))
    _, text, _, reply_to, _, _ = fields
    if reply_to and not text:
        return _form(door, asked, story, fields)
    return _looked_at(door, asked, story, fields)


def comment(door: Door, asked: Asked) -> Answered:
    """POST /comment: seal it, store it, hand out its receipt.

    A good token says that these very fields have passed every check; nothing is checked twice.
    """
    story = door.knowledge.story(asked.fields.get("story", ""))
    if story is None:
        return _no_story(door, asked)
    fields = checks.settled(asked.fields, guarded=_is_guarded(door))
    try:
        admitted = door.token_key.check(asked.fields.get("token", ""), fields, door.today)
    except BadToken:
        return _look_first(door, asked, story, fields, 400, Fault("token", wording.LOOK_FIRST))
    except OtherFields:
        return _look_first(door, asked, story, fields, 409, Fault("token", wording.OTHER_FIELDS))
    epoch = door.today.isoformat()
    key = door.knowledge.epochs.get(epoch)
    if key is None:
        draft = checks.drafted(fields, story, door.knowledge, asked.fields)
        return no_key(door, asked, story.language, draft)
    slug, text, name, reply_to, group, edits = fields
    receipt = admitted.receipt
    letter = CommentLetter(
        admitted.number, epoch, slug, story.language, name, text, reply_to, group,
        edits == "yes", receipt.public_key,
    )  # fmt: skip
    served = door.voice.receipt(receipt.printed, story.language, slug, wants_json=asked.wants_json)
    return Store((admitted.number, epoch, letter.seal(key)), served)


def _open_story(door: Door, asked: Asked) -> StoryAtDoor | Served:
    story = door.knowledge.story(asked.fields.get("story", ""))
    if story is None:
        return _no_story(door, asked)
    return story if story.is_open(door.day) else _closed(door, asked, story)


def _look_first(
    door: Door, asked: Asked, story: StoryAtDoor, fields: Fields, status: int, why: Fault
) -> Served:
    """No good token came with it: what is wrong with it, else a fresh preview that says why."""
    if not story.is_open(door.day):
        return _closed(door, asked, story)
    return _looked_at(door, asked, story, fields, status, why)


def _looked_at(
    door: Door, asked: Asked, story: StoryAtDoor, fields: Fields, status: int = 200,
    why: Fault | None = None,
) -> Served:  # fmt: skip
    """The preview of a draft that is as it should be; the form again with its faults otherwise."""
    draft = checks.drafted(fields, story, door.knowledge, asked.fields)
    faults = checks.faults_of(draft, door.knowledge)
    if faults:
        # Other fields than the token's are that first, whatever else is wrong with them.
        others = [why] if why is not None and status == 409 else []
        return _form_again(door, asked, story, draft, others + faults, max(status, 400))
    if why is not None and asked.wants_json:
        return door.voice.faulty(status, why, story.language)
    looked = look_over(draft)
    token = door.token_key.issue(fields, door.today)
    if asked.wants_json:
        warnings = [told(warning) for warning in looked.warnings]
        return door.voice.document(
            status, {"token": token, "warnings": warnings, "text_suggested": looked.text}
        )
    html = door.voice.pages.preview(
        draft,
        comment=_Proof.of(draft.text, story.language),
        warnings=looked.warnings,
        cleaned=looked.text,
        cleaned_name=looked.name,
        token=token,
        story_headline=story.headline,
        faults=door.voice.faults_said([why] if why else [], story.language),
    )
    return door.voice.page(status, html)


class _Proof(NamedTuple):
    """The language and direction in which a text will be printed."""

    lang: str
    dir: str

    @classmethod
    def of(cls, text: str, story_language: str) -> _Proof:
        return cls(scripts.comment_lang(text, story_language), scripts.direction(text))


def _form(door: Door, asked: Asked, story: StoryAtDoor, fields: Fields) -> Served:
    """The form for a new comment or for a reply to a printed one."""
    draft = checks.drafted(fields, story, door.knowledge, asked.fields)
    if draft.reply_to and door.knowledge.name_of(story.slug, draft.reply_to) is None:
        fault = Fault("reply_to", wording.NO_SUCH_COMMENT)
        return _form_again(door, asked, story, draft, [fault])
    if asked.wants_json:
        return door.voice.document(200, {
            "story": story.slug, "headline": story.headline, "language": story.language,
            "reply_to": draft.reply_to, "answers_to": draft.answers_to,
            "question": draft.question,
        })  # fmt: skip
    return door.voice.page(200, door.voice.pages.form(draft, story_headline=story.headline))


def _form_again(
    door: Door, asked: Asked, story: StoryAtDoor, draft: Draft, faults: list[Fault],
    status: int = 400,
) -> Served:  # fmt: skip
    if asked.wants_json:
        return door.voice.faulty(status, faults[0], story.language)
    if any(fault.field == "reply_to" for fault in faults):
        # What it answers is not there and cannot be typed: the form is one for a new comment.
        draft = replace(draft, reply_to="", answers_to="")
    said = door.voice.faults_said(faults, story.language)
    html = door.voice.pages.form(draft, story_headline=story.headline, faults=said)
    return door.voice.page(status, html)


def _no_story(door: Door, asked: Asked) -> Served:
    language = door.knowledge.language(asked.fields.get("language", ""))
    return door.voice.refusal(
        404, wording.NO_STORY_HEADING, wording.NO_STORY, wants_json=asked.wants_json,
        field="story", language=language, draft=kept_draft(asked.fields, language),
    )  # fmt: skip


def _closed(door: Door, asked: Asked, story: StoryAtDoor) -> Served:
    draft = checks.drafted(
        checks.settled(asked.fields, guarded=_is_guarded(door)), story, door.knowledge
    )
    return door.voice.refusal(
        409, wording.CLOSED_HEADING, wording.CLOSED, wants_json=asked.wants_json,
        field="story", language=story.language, draft=draft,
    )  # fmt: skip


def no_key(door: Door, asked: Asked, language: str, draft: Draft | None = None) -> Served:
    """503: there is no key for today."""
    return door.voice.not_stored(
        wording.NO_KEY, _NO_KEY_SECONDS, wants_json=asked.wants_json, language=language, draft=draft
    )


def _is_guarded(door: Door) -> bool:
    return door.knowledge.look.policy == "guarded"
