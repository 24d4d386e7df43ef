"""Addresses in comments: inert unless the publication prints links, and then harmless."""

from __future__ import annotations

import html5lib
import pytest

from letterslot.newsroom import publication as publications

TEXT = "See https://news.example/a?utm_source=x, (https://аррӏе.example/) javascript:alert(1)"
PAGES = ("index.html", "lite/index.html", "comments/1/index.html", "thread.html")


@pytest.fixture
def linking(newsroom):
    """The same newsroom, which prints links."""
    settings = newsroom.data / publications.FILE
    text = settings.read_text()
    assert "\nlinks = false\n" in text
    settings.write_text(text.replace("\nlinks = false\n", "\nlinks = true\n"))
    return newsroom


def links_in(newsroom, page):
    root = html5lib.parse(newsroom.page(f"stories/harvest/{page}"), namespaceHTMLElements=False)
    (shown,) = [node for node in root.iter() if node.get("class") == "comment-text"]
    return [dict(link.attrib) for link in shown.iter("a")]


@pytest.mark.parametrize("page", PAGES)
def test_addresses_are_plain_text_by_default(newsroom, page):
    newsroom.approved(TEXT)
    newsroom.make()
    assert links_in(newsroom, page) == []
    assert newsroom.json("door.json")["links"] is False


@pytest.mark.parametrize("page", PAGES)
def test_a_publication_may_print_them_as_links_that_promise_nothing(linking, page):
    linking.approved(TEXT)
    linking.make()
    harmless = {"rel": "nofollow noreferrer ugc", "dir": "ltr"}
    assert links_in(linking, page) == [
        {"href": "https://news.example/a?utm_source=x", **harmless},
        {"href": "https://xn--80ak6aa92e.example/", **harmless},
    ]
    assert linking.json("door.json")["links"] is True


def test_for_machines_the_text_stays_text(linking):
    linking.approved(TEXT)
    linking.make()
    (told,) = linking.json("stories/harvest/thread.json")["conversations"]
    assert told["text"] == TEXT
    assert "nofollow" not in linking.page("stories/harvest/comments.atom")


def test_turning_links_on_prints_every_page_anew(newsroom, request):
    newsroom.approved(TEXT)
    newsroom.make()
    linking = request.getfixturevalue("linking")
    linking.approved("Another.")
    linking.make_next()
    assert len(links_in_older(linking)) == 2


def links_in_older(newsroom):
    root = html5lib.parse(
        newsroom.page("stories/harvest/comments/1/index.html"), namespaceHTMLElements=False
    )
    return [link for link in root.iter("a") if "ugc" in link.get("rel", "")]
