"""A story file: front matter and Markdown in, a Story row out; each fault is one clear sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from django.db import transaction

from letterslot.discussion.models import Story
from letterslot.newsroom.publication import Publication
from letterslot.press import aliases, body, closing, front_matter, pictures
from letterslot.press.faults import StoryFault
from letterslot.text import questions

ROLES: Final = ("reporter", "translator", "writer", "editor", "photographer")
FIELDS: Final = (
    "slug", "language", "headline", "summary", "date", "credits", "picture", "translation_of",
    "canonical", "comments", "question", "aliases",
)  # fmt: skip
LONGEST_QUESTION: Final = 200  # characters
MOST_ANSWERS: Final = 20
LARGEST_FILE: Final = 2_000_000  # bytes

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True)
class CreditLine:
    """Who did what for a story."""

    role: str
    name: str
    note: str = ""


@dataclass(frozen=True)
class PictureFile:
    """A picture as the front matter names it; `path` is where the original lies."""

    path: Path
    alt: str
    caption: str = ""
    credit: str = ""


@dataclass(frozen=True)
class Question:
    """What whoever writes has to answer first; any of the answers will do."""

    ask: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class StoryFile:
    """A story file that was read and holds."""

    slug: str
    language: str
    headline: str
    date: date
    summary: str = ""
    credits: tuple[CreditLine, ...] = ()
    picture: PictureFile | None = None
    translation_of: str = ""
    canonical: str = ""
    comments: str = ""
    question: Question | None = None
    aliases: tuple[str, ...] = ()
    markdown: str = ""


def read_file(path: Path) -> StoryFile:
    """The story file at `path`. Raises StoryFault."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise StoryFault(f"{path.name}: a story file has at most {LARGEST_FILE:,} bytes.")
        source = path.read_bytes()
    except FileNotFoundError:
        raise StoryFault(f"There is no file {path}.") from None
    except OSError as fault:
        raise StoryFault(f"{path} cannot be read: {fault.strerror}.") from None
    return read(source, name=path.name, folder=path.parent)


def read(source: bytes, *, name: str, folder: Path) -> StoryFile:
    """A story from the bytes of its file; pictures are relative to `folder`. Raises StoryFault."""
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise StoryFault(f"{name}: save the file as UTF-8; it is in another encoding.") from None
    try:
        return _story(*front_matter.split(text), folder)
    except StoryFault as fault:
        raise StoryFault(f"{name}: {fault}") from None


def _story(fields: dict[str, object], markdown: str, folder: Path) -> StoryFile:
    for key in fields:
        if key not in FIELDS:
            raise StoryFault(f"`{key}` is not a field of a story; there are: {', '.join(FIELDS)}.")
    slug = _slug(fields, "slug", required=True)
    story = StoryFile(
        slug=slug,
        language=_language(fields),
        headline=_line(fields, "headline", required=True),
        date=_date(fields),
        summary=_text(fields, "summary"),
        credits=_credits(fields.get("credits")),
        picture=_picture(fields.get("picture"), folder),
        translation_of=_slug(fields, "translation_of"),
        canonical=_canonical(fields),
        comments=_comments(fields.get("comments")),
        question=_question(fields.get("question")),
        aliases=aliases.read(fields.get("aliases"), slug),
        markdown=markdown.strip(),
    )
    _require_whole(story)
    return story


def _require_whole(story: StoryFile) -> None:
    """What no field can tell alone."""
    if not story.markdown and not story.canonical:
        raise StoryFault(
            "write the story below the front matter, or name in `canonical` where it stands."
        )
    if story.translation_of == story.slug:
        raise StoryFault("`translation_of` names the story itself; name the other one.")
    body.check(story.markdown)


def _text(fields: dict[str, object], key: str, *, required: bool = False, of: str = "") -> str:
    """The text of a field, outer whitespace stripped; `of` names the entry it stands in."""
    value = fields.get(key)
    place = f"`{of}.{key}`" if of else f"`{key}`"
    if value is None or (isinstance(value, str) and not value.strip()):
        if required:
            raise StoryFault(f"{place} is missing; write it into the front matter.")
        return ""
    if not isinstance(value, str):
        raise StoryFault(f"{place} must be text; put it in quotes.")
    return value.strip()


def _line(fields: dict[str, object], key: str, *, required: bool = False, of: str = "") -> str:
    """A text on one line: line ends become spaces."""
    return " ".join(_text(fields, key, required=required, of=of).split())


def _slug(fields: dict[str, object], key: str, *, required: bool = False) -> str:
    slug = _text(fields, key, required=required)
    if slug and not _SLUG.fullmatch(slug):
        raise StoryFault(
            f"`{key}` takes up to 80 of the letters a to z, digits and hyphens, "
            "and begins and ends with a letter or digit, like harvest-festival."
        )
    return slug


def _language(fields: dict[str, object]) -> str:
    language = _text(fields, "language", required=True)
    if not _LANGUAGE.fullmatch(language):
        raise StoryFault("`language` is a language tag, like en, ko or zh-Hant.")
    return language


def _date(fields: dict[str, object]) -> date:
    value = fields.get("date")
    if value is None:
        raise StoryFault("`date` is missing; write it into the front matter.")
    if isinstance(value, datetime) or not isinstance(value, date):
        raise StoryFault("`date` is a day without a time, like 2026-11-20.")
    return value


def _comments(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if value not in ("open", "closed"):
        raise StoryFault("`comments` is open, closed, or the day they close, like 2026-12-04.")
    return str(value)


def _canonical(fields: dict[str, object]) -> str:
    address = _text(fields, "canonical")
    if not address:
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    whole = parts.scheme in ("http", "https") and parts.hostname and len(address) <= 500
    if not whole or any(sign.isspace() or sign in "\"'<>" for sign in address):
        raise StoryFault("`canonical` is a whole address, like https://courier.example/harvest.")
    return address


def _credits(value: object) -> tuple[CreditLine, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise StoryFault("`credits` is a list with a line like `- {role: reporter, name: …}` each.")
    return tuple(_credit(one) for one in value)


def _credit(entry: dict[str, object]) -> CreditLine:
    _require_known(entry, "credits", ("role", "name", "note"))
    role = _line(entry, "role", required=True, of="credits")
    if role not in ROLES:
        raise StoryFault(f"`credits.role` is one of {', '.join(ROLES)}; “{role}” is not.")
    return CreditLine(
        role=role,
        name=_line(entry, "name", required=True, of="credits"),
        note=_line(entry, "note", of="credits"),
    )


def _question(value: object) -> Question | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise StoryFault("`question` is written like `{ask: …, answers: [seven, 7]}`.")
    _require_known(value, "question", ("ask", "answers"))
    ask = _line(value, "ask", required=True, of="question")
    answers = value.get("answers")
    if not isinstance(answers, list) or not answers:
        raise StoryFault("`question.answers` is a list of the answers that will do.")
    if len(ask) > LONGEST_QUESTION or len(answers) > MOST_ANSWERS:
        raise StoryFault(
            f"`question` takes {LONGEST_QUESTION} characters and {MOST_ANSWERS} answers at most."
        )
    return Question(ask, tuple(_answer(one) for one in answers))


def _answer(value: object) -> str:
    """A number is read as its digits; of a text something must be left once it is folded."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not questions.folded(text):
        raise StoryFault("`question.answers` are words or numbers; put each in quotes.")
    return text.strip()


def _picture(value: object, folder: Path) -> PictureFile | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise StoryFault("`picture` is written like `{file: market.jpg, alt: …, caption: …}`.")
    _require_known(value, "picture", ("file", "alt", "caption", "credit"))
    name = _text(value, "file", required=True, of="picture")
    alt = _line(value, "alt", of="picture")
    if not alt:
        raise StoryFault(
            "`picture.alt` is missing; say what the picture shows, for who cannot see."
        )
    return PictureFile(
        path=_inside(folder, name),
        alt=alt,
        caption=_line(value, "caption", of="picture"),
        credit=_line(value, "credit", of="picture"),
    )


def _inside(folder: Path, name: str) -> Path:
    """The picture's file, which stands in the story's folder or below: nothing else is printed."""
    given = PurePosixPath(name)
    path = (folder / given).resolve()
    if given.is_absolute() or not path.is_relative_to(folder.resolve()):
        raise StoryFault("`picture.file` is relative and stands in the story's folder or below.")
    if not path.is_file():
        raise StoryFault(f"`picture.file`: there is no {name} beside the story's file.")
    return path


def _require_known(entry: dict[str, object], of: str, known: tuple[str, ...]) -> None:
    for key in entry:
        if key not in known:
            raise StoryFault(f"`{of}` knows no `{key}`; it has: {', '.join(known)}.")


def add(source: str, *, folder: Path, data: Path, name: str = "This story file") -> str:
    """Save the story that `source` tells, its picture relative to `folder`; its slug.

    Raises StoryFault.
    """
    return add_all(
        [read(source.encode(errors="surrogateescape"), name=name, folder=folder)], data=data
    )[0]


@transaction.atomic
def add_all(files: Sequence[StoryFile], *, data: Path) -> list[str]:
    """Save stories, all or none, with their pictures freed of metadata; their slugs in order.

    Adding again updates. A thread closed by hand stays closed unless the file says otherwise.
    Raises StoryFault.
    """
    known = {file.slug for file in files}
    for file in files:
        other = file.translation_of
        if other and other not in known and not Story.objects.filter(pk=other).exists():
            raise StoryFault(f"{file.slug}: there is no story {other} to be a translation of.")
    for file in files:
        _save(file, data)
    aliases.save({file.slug: file.aliases for file in files})
    return [file.slug for file in files]


def _save(file: StoryFile, data: Path) -> None:
    before = Story.objects.filter(pk=file.slug).first()
    stays_closed = before is not None and before.comments == "closed" and not file.comments
    Story.objects.update_or_create(
        slug=file.slug,
        defaults={
            "language": file.language,
            "headline": file.headline,
            "summary": file.summary,
            "date": file.date,
            "credits": [asdict(credit) for credit in file.credits],
            "picture": _kept_picture(file, data),
            "translation_of": file.translation_of,
            "canonical": file.canonical,
            "comments": "closed" if stays_closed else file.comments,
            "markdown": file.markdown,
            "question": asdict(file.question) if file.question else None,
        },
    )


def _kept_picture(file: StoryFile, data: Path) -> dict[str, str | int] | None:
    """Keep the clean picture in the data folder and say what the story's row knows of it."""
    if file.picture is None:
        return None
    try:
        kept = pictures.keep(file.picture.path, pictures.folder(data, file.slug))
    except StoryFault as fault:
        raise StoryFault(f"{file.slug}: {fault}") from None
    words = {
        "alt": file.picture.alt,
        "caption": file.picture.caption,
        "credit": file.picture.credit,
    }
    return {**words, **asdict(kept)}


def comments_state(story: Story, publication: Publication, today: date) -> str:
    """Whether a story takes comments: "open", "closed", or the last day, "2026-12-04"."""
    return closing.state_of(story, publication, today).at_the_door


def close_comments(slug: str) -> None:
    """Close a story's thread. Raises StoryFault where there is no such story."""
    _set_comments(slug, "closed")


def open_comments(slug: str) -> None:
    """Open a story's thread, whatever its age. Raises StoryFault where there is no such story."""
    _set_comments(slug, "open")


def _set_comments(slug: str, comments: str) -> None:
    if Story.objects.filter(pk=slug).update(comments=comments) != 1:
        raise StoryFault(f"There is no story {slug}; `letterslot story list` names them.")
