"""Nothing that anybody writes becomes markup: hostile texts leave a page as harmless ones do."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import html5lib
import pytest

from letterslot.pages import views
from letterslot.pages.pages import Pages
from letterslot.text import plain

OWN_SAMPLE = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</textarea></title></style></script><svg/onload=alert(1)>",
    "<!--",
    "]]>",
    "-->",
    "javascript:alert(1)",
    "{{ 7*7 }}{% raw %}%(name)s %s {0}",
    "&lt;b&gt; &amp;quot; &#60;i&#62;",
    "<a href=javascript:alert(1)>x\n\n</p></article></section><form action=//evil.example>",
    "\u202eevil\u2066 \u2028 \u0000 \ufeff",
    "＜script＞",
)  # fmt: skip
URLS = frozenset({"href", "src", "srcset", "action", "formaction"})


def own_and_shared(shared_data, every):
    """The sample of our own, and each `every`-th text of the large corpora where they are."""
    texts = list(OWN_SAMPLE)
    if shared_data is not None:
        lists = shared_data / "xss" / "payloadbox-xss-payload-list.txt"
        texts += lists.read_text("utf-8", "replace").splitlines()[::every]
        texts += json.loads((shared_data / "blns" / "blns.json").read_text("utf-8"))[::every]
    return [text for text in map(plain.normalise, texts) if not plain.is_blank(text)]


def harmless(text):
    """The same lines and words of letters."""
    return re.sub(r"\S", "x", text)


class _Skeleton(HTMLParser):
    def __init__(self):
        super().__init__()
        self.parts = []

    def handle_starttag(self, tag, attrs):
        self.parts.append((tag, tuple((k, v if k in URLS else "") for k, v in attrs)))

    def handle_endtag(self, tag):
        self.parts.append(("/", tag))

    def handle_comment(self, data):
        self.parts.append(("comment", data))


def skeleton(page):
    """Tags and attributes as they stand, without words."""
    parser = _Skeleton()
    parser.feed(page)
    parser.close()
    return parser.parts


def dom(page):
    """The tree a browser makes of it, without words."""
    root = html5lib.parse(page, treebuilder="etree", namespaceHTMLElements=False)
    return [
        (str(node.tag), tuple(sorted((k, v if k in URLS else "") for k, v in node.attrib.items())))
        for node in root.iter()
    ]


def one_line(text):
    return " ".join(text.split())


def everywhere(text, look, words, story, letter):
    """Pages with `text` in every field that a reader, a moderator or a newsroom fills."""
    line = one_line(text)
    pages = Pages(replace(look, name=line), words)
    clause = views.Clause(4, line)
    edition = views.EditionMark(7, story.date)
    told = replace(
        story,
        headline=line,
        summary=line,
        credits=tuple(views.Credit(role, line, line) for role in ("reporter", "writer", "editor")),
        picture=replace(story.picture, alt=line, caption=line, credit=line),
        translations=(views.Translation("other", "ko", line),),
    )
    talk = views.Conversation(
        letter("aa", name=line, text=text, edited_clause=clause),
        (
            letter("ab", name=line, text=text, answers_to=line, answers_to_id="aa"),
            letter("ac", removed=views.Removal(edition, clause, line)),
        ),
    )
    thread = views.Thread((talk,), total=3, pages=1)
    draft = views.Draft(story.slug, text, line, "aa", language="en", answers_to=line)
    fault = views.Fault("text", line)
    warning = views.Warning("email", 0, min(len(text), 3), line)
    outcome = views.Outcome("declined", clause, line, may=("appeal",))
    yield pages.story(told, thread)
    yield pages.story(told, thread, lite=True)
    yield pages.comments_page(told, replace(thread, page=1))
    yield pages.thread_fragment(told, thread)
    yield pages.front([told, replace(told, slug="b", language="ug")], edition=edition)
    yield pages.form(draft, story_headline=line, faults=[fault])
    yield pages.preview(
        draft, comment=letter("zz"), warnings=[warning], cleaned=f"{text} x", token="t",
        story_headline=line, faults=[fault],
    )  # fmt: skip
    yield pages.fault(503, line, line, "en", draft)
    yield pages.fault(409, line, line, "en", draft)
    yield pages.receipt_form(
        "en", faults=[replace(fault, field="receipt")], receipt=line, live=True
    )
    yield pages.outcome(outcome, "7QK4M", "en", 60_000)


def test_hostile_words_in_any_field_leave_the_page_as_it_was(
    look, words, story, letter, shared_data
):
    for number, text in enumerate(own_and_shared(shared_data, every=150)):
        hostile = everywhere(text, look, words, story, letter)
        control = everywhere(harmless(text), look, words, story, letter)
        for page, expected in zip(hostile, control, strict=True):
            assert skeleton(page) == skeleton(expected), text
            if number < len(OWN_SAMPLE):
                assert dom(page) == dom(expected), text


def test_hostile_comments_of_all_corpora_leave_the_thread_as_it_was(
    pages, story, letter, shared_data
):
    texts = own_and_shared(shared_data, every=1)

    def thread_of(written):
        talks = (
            views.Conversation(letter(f"n{n}", name=one_line(text), text=text))
            for n, text in enumerate(written)
        )
        return pages.thread_fragment(story, views.Thread(tuple(talks), total=len(written)))

    assert skeleton(thread_of(texts)) == skeleton(thread_of(map_harmless(texts)))


def map_harmless(texts):
    return [harmless(text) for text in texts]


@pytest.mark.parametrize("text", OWN_SAMPLE)
def test_a_comment_reads_as_it_was_written(pages, story, letter, parsed, text):
    written = plain.normalise(text)
    thread = views.Thread((views.Conversation(letter("aa", text=written)),), total=1)
    root = parsed(pages.thread_fragment(story, thread))
    shown = root.find(".//div[@class='comment-text']")
    lines = [line for lines in plain.paragraphs(written) for line in lines]
    assert "".join(shown.itertext()) == "".join(lines).replace("\x00", "")


def test_lines_and_paragraphs_of_a_comment_are_kept(pages, story, letter, parsed):
    talk = views.Conversation(letter("aa", text="one\ntwo\n\nthree"))
    root = parsed(pages.thread_fragment(story, views.Thread((talk,), total=1)))
    shown = root.find(".//div[@class='comment-text']")
    assert [len(p.findall("br")) for p in shown.findall("p")] == [1, 0]


def test_no_page_runs_or_styles_anything_inline(every_page, parsed):
    for name, page in every_page.items():
        for node in parsed(page).iter():
            assert node.tag != "style", name
            assert node.tag != "script" or node.get("type") == "application/ld+json", name
            assert not any(k == "style" or k.startswith("on") for k in node.attrib), name
