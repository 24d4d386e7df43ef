"""What is printed on paper: a receipt is its code alone, a story its newspaper's name and texts."""

from __future__ import annotations

from datetime import date

import pytest

from letterslot.pages import views
from letterslot.pages.pages import Pages

pytestmark = pytest.mark.journey

LOOK = views.Look("Courier", "https://courier.example", ("en",), "prompt", 0, "site.css")
WORDS = {"en": views.Words("en", "", "<p>Be kind.</p>", "<p>Not ours.</p>", "", ())}
EDITION = views.EditionMark(7, date(2026, 11, 20))
CODE = "7QK4M 2XH9T RCVD6 P3WNE 8AFBZ 5J"


@pytest.fixture
def on_paper(chromium):
    """Gives the words that are left of a page when a reader prints it."""
    page = chromium.new_page()

    def print_out(html):
        page.set_content(html)
        page.add_style_tag(content=Pages.stylesheet()[1].decode())
        page.emulate_media(media="print", color_scheme="dark")
        seen = """() => [...document.querySelectorAll('body *')].filter(it =>
          it.checkVisibility() && getComputedStyle(it).clipPath === 'none' &&
          [...it.childNodes].some(node => node.nodeType === 3 && node.data.trim())
        ).map(it => it.textContent.trim())"""
        return page.evaluate(seen), page.evaluate("getComputedStyle(document.body).backgroundColor")

    yield print_out
    page.close()


def test_a_receipt_on_paper_is_its_code_alone(on_paper):
    words, _ = on_paper(Pages(LOOK, WORDS).receipt(CODE, "en", story="harvest"))
    assert " ".join(words) == CODE


def test_a_story_on_paper_is_white_and_has_no_form_and_no_links_about(on_paper):
    comment = views.Comment(
        "a1", "Mina", "The stalls opened at nine.", "en", "ltr", EDITION,
        "stories/harvest/comments/1/index.html#c-a1", picked=True,
    )  # fmt: skip
    story = views.Story("harvest", "en", "Harvest", EDITION.date, html="<p>All of it.</p>")
    thread = views.Thread((views.Conversation(comment),), total=1, pages=1, picks=(comment,))
    words, background = on_paper(Pages(LOOK, WORDS).story(story, thread))
    assert words == [
        "Courier", "Harvest", "20 November 2026", "All of it.", "Comments", "Not ours.",
        "Editors’ picks", "Mina", "The stalls opened at nine.", "Edition 7", "20 November 2026",
        "1 comment", "Editors’ pick", "Mina", "Edition 7", "The stalls opened at nine.",
    ]  # fmt: skip
    assert background == "rgb(255, 255, 255)"
