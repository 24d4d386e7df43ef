"""Reports: a reader says what is wrong with a printed comment, and is never asked who that is."""

from __future__ import annotations

from nacl.utils import random as random_bytes

from letterslot.intake import checks, wording
from letterslot.intake.handlers import Answered, Asked, Door, Store, no_key
from letterslot.intake.speaking import kept_draft
from letterslot.letterbox.letters import NUMBER_BYTES, ReportLetter, is_public_id
from letterslot.pages.views import Fault, Reporting
from letterslot.shelf.serve import Served
from letterslot.text.plain import normalise


def new_report(door: Door, asked: Asked) -> Answered:
    """GET /report: the form, as the link under a comment leads to it."""
    slug, comment = asked.fields.get("story", ""), asked.fields.get("comment", "")
    story = door.knowledge.story(slug) if slug else None
    name = door.knowledge.name_of(slug, comment) if story else ""
    if name is None or not is_public_id(comment):
        return door.voice.refusal(
            404, wording.NOTHING_HERE_HEADING, wording.NO_COMMENT_TO_REPORT,
            wants_json=asked.wants_json, field="comment", language=_language(door, asked),
        )  # fmt: skip
    if story is None:
        about = Reporting(comment, _language(door, asked))
    else:
        about = Reporting(comment, story.language, name=name, story=slug, headline=story.headline)
    if asked.wants_json:
        return door.voice.document(200, {"comment": comment, "name": about.name})
    return door.voice.page(200, door.voice.pages.report(about))


def report(door: Door, asked: Asked) -> Answered:
    """POST /report: 202 for anything that could be a comment's id. The desk sees what it names."""
    language = _language(door, asked)
    about = Reporting(
        asked.fields.get("comment", "").strip(), language, normalise(asked.fields.get("reason", ""))
    )
    faults = _faults_of(about)
    if faults:
        return _again(door, asked, about, faults)
    epoch = door.today.isoformat()
    key = door.knowledge.epochs.get(epoch)
    if key is None:
        return no_key(door, asked, language, kept_draft(asked.fields, language))
    letter = ReportLetter(random_bytes(NUMBER_BYTES), epoch, about.comment, about.reason)
    if asked.wants_json:
        served = door.voice.document(202, {"accepted": "report"})
    else:
        served = door.voice.page(202, door.voice.pages.thanks("report", language))
    return Store((letter.number, epoch, letter.seal(key)), served)


def _language(door: Door, asked: Asked) -> str:
    """The language that the form says, else its story's."""
    story = door.knowledge.story(asked.fields.get("story", ""))
    said = asked.fields.get("language", "") or (story.language if story else "")
    return door.knowledge.language(said)


def _faults_of(about: Reporting) -> list[Fault]:
    faults = checks.faults_of_words("reason", about.reason)
    if not is_public_id(about.comment):
        faults.insert(0, Fault("comment", wording.NO_COMMENT_TO_REPORT))
    return faults


def _again(door: Door, asked: Asked, about: Reporting, faults: list[Fault]) -> Served:
    """400: the form again with what was typed, and what is to be put right."""
    if asked.wants_json:
        return door.voice.faulty(400, faults[0], about.language)
    said = door.voice.faults_said(faults, about.language)
    return door.voice.page(400, door.voice.pages.report(about, said))
