"""What a page is given to show: plain values, already chosen and ordered, with no database."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Look:
    """The publication as every page shows it."""

    name: str
    url: str  # where the live door stands, without a trailing slash: "https://courier.example"
    languages: tuple[str, ...]  # BCP 47, the publication's own language first
    policy: str  # "prompt" or "guarded"
    k_min: int  # 0 under prompt
    stylesheet: str  # path of the stylesheet on the shelf: "site-1a2b3c4d.css"
    embed_hosts: tuple[str, ...] = ()
    links: bool = False  # whether addresses in comments are printed as links


@dataclass(frozen=True)
class Words:
    """The newsroom's own words in one language, as safe HTML made from its Markdown."""

    language: str
    terms: str
    guidelines: str
    disclaimer: str
    how_comments_work: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Clause:
    """A numbered clause of the terms; its number never changes meaning."""

    number: int
    title: str  # "Private persons"
    html: str = ""


@dataclass(frozen=True)
class Credit:
    role: str  # reporter | translator | writer | editor | photographer
    name: str
    note: str = ""  # "for the Korean service"


@dataclass(frozen=True)
class Picture:
    """A picture and its smaller variant; paths on the shelf."""

    path: str
    width: int
    height: int
    alt: str
    caption: str = ""
    credit: str = ""
    small_path: str = ""  # half the width; empty where the picture is small already
    small_width: int = 0


@dataclass(frozen=True)
class Translation:
    slug: str
    language: str
    headline: str


@dataclass(frozen=True)
class Story:
    slug: str
    language: str
    headline: str
    date: date
    summary: str = ""
    html: str = ""  # the body as safe HTML; empty when the story stands elsewhere (canonical)
    credits: tuple[Credit, ...] = ()
    picture: Picture | None = None
    translations: tuple[Translation, ...] = ()  # the same story in other languages
    canonical: str = ""
    open: bool = True
    closes: datetime.date | None = None
    comment_count: int = 0  # printed, not removed or withdrawn; as of the last edition
    question: str = ""  # the newsroom's own, about the story; whoever writes answers it


@dataclass(frozen=True)
class EditionMark:
    """An edition as it is named beside a comment."""

    number: int
    date: date


@dataclass(frozen=True)
class Comment:
    """A comment as printed. `id` is its public random id."""

    id: str
    name: str  # empty: no name given
    text: str  # plain text, LF line ends
    lang: str  # "ko", "und-Hang"
    dir: str  # "ltr" or "rtl"
    edition: EditionMark  # of its first printing
    address: str  # from the root of the site: "stories/SLUG/comments/N/index.html#c-ID"
    edited_clause: Clause | None = None
    removed: Removal | None = None
    withdrawn: bool = False  # a stub that only keeps its replies in place
    picked: bool = False  # the editors point it out
    staff_role: str | None = None  # of the newsroom's own, may be empty; None: a reader wrote it
    answers_to: str = ""  # name of whom a reply to a reply answers
    answers_to_id: str = ""  # that comment's id

    @property
    def has_words(self) -> bool:
        """Whether it is printed itself, and not only the stub of it."""
        return self.removed is None and not self.withdrawn

    @property
    def is_staff(self) -> bool:
        """Whether it carries the newsroom's badge."""
        return self.staff_role is not None


@dataclass(frozen=True)
class Removal:
    """Why a printed comment was taken out, as the stub says it."""

    edition: EditionMark
    clause: Clause
    reason: str = ""


@dataclass(frozen=True)
class Conversation:
    """A comment and the replies that are shown with it, oldest edition first."""

    comment: Comment
    replies: tuple[Comment, ...] = ()
    more_replies: int = 0  # how many go on at stories/SLUG/replies/ID/


@dataclass(frozen=True)
class Thread:
    """Conversations in the order they are shown (newest edition first) and where the others are."""

    conversations: tuple[Conversation, ...]
    total: int  # comments printed in the whole thread, stubs not counted
    pages: int = 0  # how many pages of conversations there are, counted from the oldest
    page: int = 0  # which page this is; 0 on the story's own page
    older: int = 0  # on the story's own page: the page of the newest comment not shown; 0: none
    picks: tuple[Comment, ...] = ()  # named above the thread, the latest picked first


@dataclass(frozen=True)
class Rule:
    """The numbers by which comments come out under `guarded`; `hold` and `alone_after` in days."""

    k_min: int
    hold: int
    pool: int  # percent that stay for a later edition
    alone_after: int


@dataclass(frozen=True)
class EditionLine:
    """A line of the list of editions."""

    number: int
    date: date
    published: int
    removed: int


# What the dynamic pages of the public door are given.


@dataclass(frozen=True)
class Draft:
    """The fields of the form as the reader left them."""

    story: str
    text: str = ""
    name: str = ""
    reply_to: str = ""
    group: str = "yes"
    edits: str = "yes"
    language: str = ""
    answers_to: str = ""  # name of the comment replied to, for showing
    question: str = ""  # the newsroom's, about the story; empty where it asks none
    answer: str = ""
    homepage: str = ""  # of the field that is to stay empty
    token: str = ""  # of a sending that was refused: tried again with it, nothing is stored twice


@dataclass(frozen=True)
class Fault:
    """One thing to put right: the field it belongs to ("" for none) and one clear sentence."""

    field: str
    sentence: str


@dataclass(frozen=True)
class Warning:
    """A passage that could identify someone, or harm the text. Offsets count code points."""

    kind: str  # of text.identifying.Finding, or "zawgyi"
    start: int
    end: int
    passage: str
    characters: str = ""  # names of those that cannot be seen
    field: str = "text"  # of the draft: "text" or "name"


@dataclass(frozen=True)
class Outcome:
    """What a receipt is answered with."""

    state: str  # waiting | published | declined | removed | withdrawn
    clause: Clause | None = None
    reason: str = ""
    address: str = ""  # "stories/SLUG/comments/N/#c-ID"
    edition: int = 0
    edited: bool = False
    appeal: str = ""  # upheld | overturned, where one was heard
    appeal_until: datetime.date | None = None  # the last day on which one may appeal
    may: tuple[str, ...] = field(default=())  # refuse-edit, appeal, group, withdraw


@dataclass(frozen=True)
class Asking:
    """What the holder of a receipt asked for and must put right: the fields as they were left."""

    verb: str  # appeal | group
    receipt: str
    words: str = ""
    group: str = ""


@dataclass(frozen=True)
class Reporting:
    """A report about a printed comment, as the reader left it."""

    comment: str  # public id
    language: str  # of the page
    reason: str = ""
    name: str = ""  # of the comment, and its story, where they are known
    story: str = ""  # slug
    headline: str = ""
