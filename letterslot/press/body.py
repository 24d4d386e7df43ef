"""A story's Markdown as safe HTML: raw HTML stays text, and nothing is fetched from elsewhere."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.token import Token

from letterslot.press.faults import StoryFault


def check(markdown: str) -> None:
    """Raise StoryFault for what would not be printed."""
    for token in _parser().parse(markdown):
        if any(child.type == "image" for child in token.children or ()):
            raise StoryFault(
                "a picture in the text is not printed; name one in `picture`, and link to others."
            )


def to_html(markdown: str) -> str:
    """Safe HTML. The story's headline is the page's only first-level heading."""
    parser = _parser()
    tokens = parser.parse(markdown)
    for token in tokens:
        _lower_first_heading(token)
    return str(parser.renderer.render(tokens, parser.options, {}))


def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _lower_first_heading(token: Token) -> None:
    if token.type in ("heading_open", "heading_close") and token.tag == "h1":
        token.tag = "h2"
