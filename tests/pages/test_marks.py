"""The marks that people, styles and tests rely on (contract.md, "The shelf's marks")."""

from dataclasses import replace

import pytest


def by_class(root, name):
    return [node for node in root.iter() if name in (node.get("class") or "").split()]


def text_of(node):
    return " ".join("".join(node.itertext()).split())


@pytest.fixture
def section(pages, story, thread, parsed):
    return parsed(pages.story(story, thread)).find(".//section[@id='comments']")


def article(section, ident):
    return section.find(f".//article[@id='c-{ident}']")


def test_each_comment_carries_its_id_language_and_direction(section):
    marks = {
        node.get("id"): (node.get("class"), node.get("lang"), node.get("dir"))
        for node in section.iter("article")
    }
    assert marks == {
        "c-aa": ("comment", "en", "ltr"),
        "c-ab": ("comment", "en", "ltr"),
        "c-ac": ("comment", "en", "ltr"),
        "c-ad": ("comment", "en", "ltr"),
        "c-ae": ("comment", "und-Arab", "rtl"),
        "c-af": ("comment removed", "en", "ltr"),
        "c-ag": ("comment", "en", "ltr"),
        "c-ah": ("comment withdrawn", "en", "ltr"),
    }


def test_a_comment_holds_its_name_and_its_text(section):
    [name] = by_class(article(section, "ae"), "comment-name")
    [text] = by_class(article(section, "ae"), "comment-text")
    assert (text_of(name), text_of(text)) == ("Mina", "تاش")


def test_an_edited_comment_names_the_clause(section):
    [mark] = by_class(article(section, "ad"), "comment-edited")
    assert text_of(mark) == "Edited by a moderator under clause 4, private details."
    assert mark.find("a").get("href") == "../../terms/index.html#c4"


def test_a_removed_comment_says_why_and_shows_neither_name_nor_text(section):
    node = article(section, "af")
    stub = by_class(node, "stub")[0]
    assert text_of(stub) == "Removed in edition 40 under clause 1, respect. It called names."
    own = [child for child in node if child.get("class") != "replies"]
    assert not any(
        by_class(child, "comment-name") or by_class(child, "comment-text") for child in own
    )


def test_replies_stand_inside_their_conversation(section):
    [replies] = by_class(article(section, "aa"), "replies")
    assert [node.get("id") for node in replies.iter("article")] == ["c-ab", "c-ac"]


def test_a_reply_to_a_reply_names_whom_it_answers(section):
    head = by_class(article(section, "ac"), "comment-head")[0]
    assert text_of(head).endswith("answers Old Tare")
    assert [link.get("href") for link in head.iter("a")][-1] == "#c-ab"


def test_the_edition_of_a_comment_is_its_permanent_address(section):
    head = by_class(article(section, "aa"), "comment-head")[0]
    assert head.find("a").get("href") == "comments/2/index.html#c-aa"


def test_editions_are_headed_with_number_date_and_count(section):
    assert [text_of(node) for node in by_class(section, "folio")] == [
        "Edition 41 20 November 2026 4 comments",
        "Edition 40 19 November 2026 2 comments",
    ]


@pytest.mark.parametrize("lite", [False, True])
def test_both_views_carry_disclaimer_guidelines_credits_and_picture(
    pages, story, thread, parsed, lite
):
    root = parsed(pages.story(story, thread, lite=lite))
    assert len(by_class(root, "disclaimer")) == 1
    assert len(by_class(root, "guidelines")) == 1
    [credits] = by_class(root, "credits")
    assert [(node.get("data-role"), text_of(node)) for node in by_class(credits, "credit")] == [
        ("reporter", "Reported by Noor Halvik for the Burmese service"),
        ("translator", "Translated by Thiri Moe"),
        ("writer", "Written in English by Peter Askew"),
        ("editor", "Edited by Lise Amaro"),
        ("photographer", "Pictures by Jun Ferrow"),
    ]
    assert text_of(root.find(".//figure/figcaption")) == "The stones Picture: Jun"
    assert [a.get("hreflang") for a in root.find(".//nav").iter("a")] == ["ko", "ug"]


def test_the_two_views_are_linked_both_ways(pages, story, thread, parsed):
    [to_lite] = by_class(parsed(pages.story(story, thread)), "view-lite")
    [to_full] = by_class(parsed(pages.story(story, thread, lite=True)), "view-full-site")
    assert (to_lite.get("href"), to_full.get("href")) == ("lite/index.html", "../index.html")


def test_the_lite_view_links_its_picture_and_shows_none(pages, story, thread, parsed):
    root = parsed(pages.story(story, thread, lite=True))
    assert root.find(".//img") is None
    assert root.find(".//figure/a").get("href") == "../picture-1.webp"


def test_a_story_that_stands_elsewhere_has_only_thread_and_form(pages, story, thread, parsed):
    elsewhere = replace(story, html="", canonical="https://news.example/stones")
    root = parsed(pages.story(elsewhere, thread))
    assert root.find(".//h1/a").get("href") == "https://news.example/stones"
    assert root.find(".//img") is None
    assert root.find(".//form[@id='write']") is not None
    assert len(by_class(root, "comment")) == 8


def test_an_address_that_is_not_of_the_web_is_never_linked(pages, story, thread):
    elsewhere = replace(story, html="", canonical="javascript:alert(1)")
    assert "javascript:" not in pages.story(elsewhere, thread).split("</head>")[1]


def test_a_closed_story_has_no_form_and_no_reply_button(pages, story, thread, parsed):
    root = parsed(pages.story(replace(story, open=False), thread))
    assert root.find(".//form") is None
    assert root.find(".//button") is None
    assert "Comments on this story are closed." in text_of(root.find(".//main"))


def test_the_fragment_is_the_thread_alone_with_absolute_addresses(pages, story, thread, parsed):
    fragment = pages.thread_fragment(story, thread).strip()
    assert fragment.startswith('<section id="comments"')
    assert fragment.endswith("</section>")
    links = [a.get("href") for a in parsed(fragment).iter("a")]
    outside = [link for link in links if not link.startswith("#c-")]
    assert all(link.startswith("https://courier.example/") for link in outside)
    assert "https://courier.example/stories/east-quay-stones/comments/2/#c-aa" in outside
    assert "https://courier.example/comment/new?story=east-quay-stones&reply_to=aa" in outside


def test_a_page_of_the_thread_says_nothing_of_pages_after_it(pages, story, thread):
    early = pages.comments_page(story, replace(thread, page=2, pages=2))
    late = pages.comments_page(story, replace(thread, page=2, pages=900, total=22_000))
    assert early == late


def test_the_receipt_page_carries_the_code(every_page, parsed):
    code = parsed(every_page["receipt"]).find(".//*[@id='receipt']")
    assert text_of(code) == "7QK4M 2XH9T RCVD6 P3WNE 8AFBZ 5J"
