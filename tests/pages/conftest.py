"""A newspaper in miniature: one publication, its words, a story and its thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import html5lib
import pytest

from letterslot.pages import views
from letterslot.pages.pages import Pages

CLAUSES = (views.Clause(1, "Respect"), views.Clause(4, "Private details"))
TODAY = views.EditionMark(41, date(2026, 11, 20))
YESTERDAY = views.EditionMark(40, date(2026, 11, 19))


@pytest.fixture
def look() -> views.Look:
    return views.Look(
        name="Saltreach Courier",
        url="https://courier.example",
        languages=("en", "ko"),
        policy="guarded",
        k_min=10,
        stylesheet=Pages.stylesheet()[0],
    )


@pytest.fixture
def words() -> dict[str, views.Words]:
    def in_language(tag: str, terms: str) -> views.Words:
        return views.Words(
            tag,
            terms,
            "<ul><li>Be kind.</li></ul>",
            "<p>Not responsible.</p>",
            "<p>So.</p>",
            CLAUSES,
        )

    return {
        "en": in_language("en", '<h2 id="c1">1. Respect</h2>'),
        "ko": in_language("ko", "<p>약관</p>"),
    }


@pytest.fixture
def pages(look: views.Look, words: dict[str, views.Words]) -> Pages:
    return Pages(look, words)


@pytest.fixture
def story() -> views.Story:
    return views.Story(
        slug="east-quay-stones",
        language="en",
        headline="At the east quay, the stones check the scales",
        date=date(2026, 11, 19),
        summary="Fishers put river stones on the pan.",
        html="<p>Before the first boat has unloaded.</p>",
        credits=(
            views.Credit("reporter", "Noor Halvik", "for the Burmese service"),
            views.Credit("translator", "Thiri Moe"),
            views.Credit("writer", "Peter Askew", "in English"),
            views.Credit("editor", "Lise Amaro"),
            views.Credit("photographer", "Jun Ferrow"),
        ),
        picture=views.Picture(
            "stories/east-quay-stones/picture-1.webp", 1280, 640, "A balance", "The stones", "Jun"
        ),
        translations=(
            views.Translation("stones-ko", "ko", "동쪽 부두"),
            views.Translation("stones-ug", "ug", "تاشلار"),
        ),
        comment_count=26,
    )


@pytest.fixture
def letter() -> Callable[..., views.Comment]:
    """Makes a printed comment; what is not said is as usual."""

    def make(ident: str, **said: object) -> views.Comment:
        usual = views.Comment(
            id=ident,
            name="Mina",
            text="A stone does not lie.",
            lang="en",
            dir="ltr",
            edition=TODAY,
            address=f"stories/east-quay-stones/comments/2/index.html#c-{ident}",
        )
        return replace(usual, **said)

    return make


@pytest.fixture
def thread(letter: Callable[..., views.Comment]) -> views.Thread:
    """A pick of everything a thread can hold."""
    talks = (
        views.Conversation(
            letter("aa"),
            (
                letter("ab", name="Old Tare"),
                letter("ac", answers_to="Old Tare", answers_to_id="ab"),
            ),
            more_replies=3,
        ),
        views.Conversation(letter("ad", name="", edited_clause=CLAUSES[1])),
        views.Conversation(letter("ae", lang="und-Arab", dir="rtl", text="تاش", edition=YESTERDAY)),
        views.Conversation(
            letter(
                "af",
                edition=YESTERDAY,
                removed=views.Removal(YESTERDAY, CLAUSES[0], "It called names."),
            ),
            (letter("ag"),),
        ),
        views.Conversation(letter("ah", edition=YESTERDAY, withdrawn=True)),
    )
    return views.Thread(talks, total=60, pages=3, older=2)


@pytest.fixture
def draft() -> views.Draft:
    return views.Draft("east-quay-stones", "Call 0555 0142.\n\nSoon.", "Netmaker", language="en")


@pytest.fixture
def preview(pages: Pages, letter: Callable[..., views.Comment]) -> Callable[[views.Draft], str]:
    """The preview of a draft that holds a telephone number at the usual place."""

    def make(draft: views.Draft) -> str:
        return pages.preview(
            draft,
            comment=letter("zz"),
            warnings=[views.Warning("telephone", 5, 14, "0555 0142")],
            cleaned=draft.text.replace("0555 0142", "[…]"),
            token="a-token",
            story_headline="Stones",
        )

    return make


@pytest.fixture
def every_page(
    pages: Pages,
    story: views.Story,
    thread: views.Thread,
    draft: views.Draft,
    preview: Callable[[views.Draft], str],
) -> dict[str, str]:
    """One of each kind of page: the printed ones by their path, the door's by their name."""
    first = thread.conversations[0]
    base = f"stories/{story.slug}"
    outcome = views.Outcome(
        "published", CLAUSES[1], "Too private.", f"{base}/comments/2/#c-aa", 41, True,
        ("refuse-edit", "appeal", "group", "withdraw"),
    )  # fmt: skip
    return {
        "index.html": pages.front([story], edition=TODAY, more=True),
        "archive/index.html": pages.archive([story.date]),
        "archive/2026-11/index.html": pages.archive_month(story.date, [story]),
        f"{base}/index.html": pages.story(story, thread),
        f"{base}/lite/index.html": pages.story(story, thread, lite=True),
        f"{base}/comments/2/index.html": pages.comments_page(story, replace(thread, page=2)),
        f"{base}/replies/aa/index.html": pages.replies_page(story, first),
        f"{base}/embed/index.html": pages.embed(story, thread),
        "terms/index.html": pages.terms("en"),
        "terms/ko/index.html": pages.terms("ko"),
        "how-comments-work/index.html": pages.how_comments_work("en"),
        "receipt/ko/index.html": pages.receipt_form("ko"),
        "editions/index.html": pages.editions([views.EditionLine(41, TODAY.date, 12, 1)], "en"),
        "editions/ko/index.html": pages.editions(
            [], "ko", rule=views.Rule(10, 1, 30, 3), public_key="RWQ0"
        ),
        "form": pages.form(draft, story_headline="Stones", faults=[views.Fault("name", "Long.")]),
        "preview": preview(draft),
        "receipt": pages.receipt("7QK4M 2XH9T RCVD6 P3WNE 8AFBZ 5J", "en", story=story.slug),
        "outcome": pages.outcome(outcome, "7QK4M 2XH9T RCVD6 P3WNE 8AFBZ 5J", "en"),
        "thanks": pages.thanks("withdraw", "ko"),
        "not stored": pages.fault(503, "Not stored", "Try again later.", "en", draft),
        "closed": pages.fault(409, "Closed", "It is not stored.", "en", draft),
        "mistyped": pages.receipt_form(
            "en", faults=[views.Fault("receipt", "Mistyped.")], receipt="7Q", live=True
        ),
    }


@pytest.fixture
def parsed() -> Callable[[str], object]:
    """A page as a browser understands it: the root of an ElementTree."""
    return lambda page: html5lib.parse(page, treebuilder="etree", namespaceHTMLElements=False)
