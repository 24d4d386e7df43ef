"""How plain text is set: lines, links where they are wanted, and marks that never change it."""

from __future__ import annotations

import html5lib
from hypothesis import given, settings
from hypothesis import strategies as st

from letterslot.pages import composing
from letterslot.pages.composing import Mark, marked, paragraphs
from letterslot.pages.views import Warning
from letterslot.text import identifying, plain


def shown(html):
    return "".join(html5lib.parseFragment(html, namespaceHTMLElements=False).itertext())


def test_an_address_is_inert_unless_links_are_printed():
    text = "See https://news.example/a?b=1&c=2."
    assert paragraphs(text) == "<p>See https://news.example/a?b=1&amp;c=2.</p>"
    assert paragraphs(text, links=True) == (
        '<p>See <a href="https://news.example/a?b=1&amp;c=2" rel="nofollow noreferrer ugc"'
        ' dir="ltr">https://news.example/a?b=1&amp;c=2</a>.</p>'
    )


def test_a_link_that_is_spelled_otherwise_than_it_leads_says_where_to():
    assert paragraphs("https://аррӏе.example", links=True) == (
        '<p><a href="https://xn--80ak6aa92e.example" rel="nofollow noreferrer ugc" dir="ltr">'
        "https://аррӏе.example</a> <bdi>[xn--80ak6aa92e.example]</bdi></p>"
    )


def test_nothing_but_the_web_becomes_a_link():
    text = (
        "javascript:alert(1) ftp://a.example mailto:a@b.example https://a@b.example www.a.example"
    )
    assert "<a" not in paragraphs(text, links=True)


def test_a_mark_inside_a_link_stays_inside_it():
    text = "x https://a.example/?utm_id=1 y"
    start, end = text.index("?"), text.index(" y")
    assert marked(text, [Mark(start, end, 1)], links=True) == (
        '<p>x <a href="https://a.example/?utm_id=1" rel="nofollow noreferrer ugc" dir="ltr">'
        'https://a.example/<mark aria-describedby="w1">?utm_id=1</mark></a> y</p>'
    )


def test_a_mark_over_two_lines_is_a_mark_in_each():
    assert marked("ab\ncd\n\nef", [Mark(1, 8, 2)]) == (
        '<p>a<mark aria-describedby="w2">b</mark><br><mark aria-describedby="w2">cd</mark></p>'
        '<p><mark aria-describedby="w2">e</mark>f</p>'
    )


def test_a_mark_that_no_question_is_listed_for_names_none():
    assert marked("abc", [Mark(1, 2, 0)]) == "<p>a<mark>b</mark>c</p>"


def test_questions_gather_what_is_the_same():
    text = "har\u200bvest fes\u200btival @ann"
    warnings = [
        Warning(one.kind, one.start, one.end, one.passage, one.characters)
        for one in identifying.find(text, "en")
    ]
    asked = composing.questions(warnings, {"text": text})
    assert [(one.number, one.warning.kind, one.count, one.before) for one in asked] == [
        (1, "invisible", 2, "har"),
        (2, "account", 1, ""),
    ]


bits = st.sampled_from(
    ["https://a.example/?utm_a=1", "https://", "@ann", "\u200b", "\u202e", "<b>", "&", '"', "\n",
     "\n\n", " ", "가", "010-1234-5678", ".", "(", ")", "ann@a.example", "\u2028"]
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.lists(bits, max_size=14).map("".join), st.booleans())
def test_marks_and_links_never_change_what_is_read(written, links):
    text = plain.normalise(written)
    found = identifying.find(text, "ko")
    marks = [Mark(one.start, one.end, 1) for one in found]
    lines = [line for paragraph in plain.paragraphs(text) for line in paragraph]
    assert shown(marked(text, marks, links)) == "".join(lines)
