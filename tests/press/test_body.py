"""A story's Markdown: what becomes of it, and what never does."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from letterslot.press import body


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("One *two* **three**.", "<p>One <em>two</em> <strong>three</strong>.</p>\n"),
        ("# A notebook", "<h2>A notebook</h2>\n"),
        ("## A notebook", "<h2>A notebook</h2>\n"),
        ("[here](https://paper.example/)", '<p><a href="https://paper.example/">here</a></p>\n'),
        ("", ""),
    ],
)
def test_markdown_becomes_html(markdown, html):
    assert body.to_html(markdown) == html


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "<div onclick='x'>\n\nText\n\n</div>",
        "<!-- hidden --> text",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "<javascript:alert(1)>",
        '[x](https://a.example "\\" onclick=\\"x")',
        "&lt;script&gt;",
    ],
)
def test_no_markup_but_markdowns_own_comes_through(markdown):
    found = Found()
    found.feed(body.to_html(markdown))
    assert found.tags <= {"p", "a"}
    assert found.attributes <= {"href", "title"}
    assert all(address.startswith("https://") for address in found.addresses)
    assert not found.comments


class Found(HTMLParser):
    """What a browser would find in a piece of HTML."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.addresses, self.comments = set(), set(), [], []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value for name, value in attrs if name == "href"]

    def handle_comment(self, data):
        self.comments.append(data)


def test_an_address_in_the_text_is_not_made_a_link():
    assert "<a" not in body.to_html("See www.paper.example or https://paper.example.")
