"""Nothing in a comment turns the words around it: what is read where, measured in a browser."""

from __future__ import annotations

from datetime import date

import pytest

from letterslot.pages import views
from letterslot.pages.pages import Pages
from letterslot.text import scripts

pytestmark = pytest.mark.journey

RLO, LRO, RLE, RLI, FSI, PDI, PDF = "\u202e\u202d\u202b\u2067\u2068\u2069\u202c"
TURNING = [
    RLO + "turned", RLE + RLI + "opened and never closed", PDI * 3 + PDF * 3 + RLO + "x",
    f"تاش {RLO}abc", f"תש {FSI}{RLE}{RLO}", LRO + "سلام", RLO * 200,
]  # fmt: skip
EDITION = views.EditionMark(7, date(2026, 11, 20))
# Where the first and the last letter of a piece of furniture stand, and where its element does.
ENDS = """selector => [...document.querySelectorAll(selector)].map(element => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const letters = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    for (let at = 0; at < node.data.length; at++)
      if (/[A-Za-z0-9]/.test(node.data[at])) {
        const range = document.createRange();
        range.setStart(node, at); range.setEnd(node, at + 1);
        letters.push(range.getBoundingClientRect());
      }
  return letters.filter(box => box.width && Math.abs(box.top - letters[0].top) < 2)
    .map(box => box.left);
})"""

# Whether "answers" stands before every letter of the name it is said of.
ORDER = """() => [...document.querySelectorAll('.comment-head .hint')].map(hint => {
  const box = (node, from, to) => {
    const range = document.createRange();
    range.setStart(node, from); range.setEnd(node, to);
    return range.getBoundingClientRect();
  };
  const name = hint.querySelector('bdi').firstChild;
  const word = box(hint.firstChild, 0, 'answers'.length);
  return [...name.data].every((letter, at) =>
    !/\\p{L}/u.test(letter) || box(name, at, at + 1).left >= word.right);
})"""


def thread_page(turning):
    look = views.Look("Courier", "https://courier.example", ("en",), "prompt", 0, "site.css")
    words = views.Words("en", "", "<p>Be kind.</p>", "<p>Not ours.</p>", "", ())
    story = views.Story("harvest", "en", "Harvest", EDITION.date)

    def comment(ident, **said):
        text = said.get("text", turning)
        return views.Comment(
            ident, turning, text, scripts.comment_lang(text, "en"), scripts.direction(text),
            EDITION, f"stories/harvest/comments/1/index.html#c-{ident}",
            edited_clause=views.Clause(4, "Private details"), **{"answers_to": turning,
            "answers_to_id": "gone"},
        )  # fmt: skip

    talk = views.Conversation(comment("a1"), (comment("a2"), comment("a3", text="Plain.")))
    thread = views.Thread((talk,), total=3, pages=1, page=1)
    return Pages(look, {"en": words}).comments_page(story, thread)


@pytest.fixture(scope="module")
def page(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("turning", TURNING, ids=range(len(TURNING)))
def test_furniture_beside_a_turning_comment_runs_as_ever(page, turning):
    page.set_content(thread_page(turning))
    # The edition beside the name, the mark of an edit, the button, and the next comment's text.
    for selector in (".comment-head > a", ".comment-edited", "#c-a3 .comment-text"):
        rows = page.evaluate(ENDS, selector)
        assert rows
        for lefts in rows:
            assert lefts == sorted(lefts), selector
    assert page.evaluate(ORDER) == [True, True, True]


def test_a_turning_word_does_turn_itself(page):
    """The measure would see it: inside the comment the letters run backwards."""
    page.set_content(thread_page(RLO + "turned"))
    (lefts, *_) = page.evaluate(ENDS, "#c-a1 > .comment-text")
    assert lefts == sorted(lefts, reverse=True)
    assert len(lefts) == len("turned")


def right_to_left():
    """A thread under a Uyghur story, whose furniture is English."""
    look = views.Look("Courier", "https://courier.example", ("en",), "prompt", 0, "site.css")
    words = views.Words("en", "", "<p>Be kind.</p>", "<p>Not ours.</p>", "", ())
    story = views.Story("tash", "ug", "تاش يالغان سۆزلىمەيدۇ", EDITION.date)
    address = "stories/tash/comments/1/index.html#c-a1"
    one = views.Comment("a1", "Old Tare", "A word.", "und-Latn", "ltr", EDITION, address)
    talk = views.Conversation(one)
    thread = views.Thread((talk,), total=1, pages=1, page=1)
    return Pages(look, {"en": words}).comments_page(story, thread)


@pytest.mark.parametrize("width", [360, 1280])
def test_furniture_of_another_direction_keeps_to_the_pages_margin(chromium, width):
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.set_content(right_to_left())
    page.add_style_tag(content=Pages.stylesheet()[1].decode())

    def edges(selector):
        box = page.locator(selector).bounding_box()
        return round(box["x"]), round(box["x"] + box["width"])

    text = edges("#c-a1 .comment-text")
    assert edges("#c-a1 .comment-act a")[1] == text[1]
    assert edges("#c-a1 .comment-head")[1] == edges("#c-a1 .comment-name")[1]
    folio = edges(".folio")
    assert edges(".folio b")[1] == folio[1]
    assert edges(".folio span:last-child")[0] == folio[0]
    page.close()
