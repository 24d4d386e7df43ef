"""Paths on the shelf, and what may not be one."""

from __future__ import annotations

import pytest

from letterslot.shelf import layout


def test_every_path_of_a_story_is_as_the_contract_says() -> None:
    assert [
        layout.story_page("harvest"),
        layout.lite_page("harvest"),
        layout.comments_page("harvest", 3),
        layout.replies_page("harvest", "k3f9"),
        layout.embed_page("harvest"),
        layout.thread_fragment("harvest"),
        layout.form_fragment("harvest"),
        layout.thread_json("harvest"),
        layout.comments_feed("harvest"),
        layout.story_door("harvest"),
        layout.story_names("harvest"),
        layout.picture("harvest", "market-1a2b3c4d.jpg"),
    ] == [
        "stories/harvest/index.html",
        "stories/harvest/lite/index.html",
        "stories/harvest/comments/3/index.html",
        "stories/harvest/replies/k3f9/index.html",
        "stories/harvest/embed/index.html",
        "stories/harvest/thread.html",
        "stories/harvest/form.html",
        "stories/harvest/thread.json",
        "stories/harvest/comments.atom",
        "stories/harvest/door.json",
        "stories/harvest/names.json",
        "stories/harvest/market-1a2b3c4d.jpg",
    ]


def test_every_path_of_the_publication_is_as_the_contract_says() -> None:
    assert [
        layout.front(),
        layout.words_page("terms", "en", "en"),
        layout.words_page("terms", "ko", "en"),
        layout.words_page("receipt", "zh-Hant", "en"),
        layout.stylesheet("1a2b3c4d"),
        layout.door(),
        *layout.answers(12),
    ] == [
        "index.html",
        "terms/index.html",
        "terms/ko/index.html",
        "receipt/zh-Hant/index.html",
        "site-1a2b3c4d.css",
        "door.json",
        "answers/12.bin",
        "answers/12.idx",
    ]


@pytest.mark.parametrize(("place", "page"), [(0, 1), (24, 1), (25, 2), (49, 2), (50, 3)])
def test_pages_of_a_thread_hold_25_conversations_from_the_oldest(place: int, page: int) -> None:
    assert layout.page_of(place) == page


@pytest.mark.parametrize(
    ("start", "to", "link"),
    [
        ("index.html", "stories/a/index.html", "stories/a/index.html"),
        ("stories/a/index.html", "index.html", "../../index.html"),
        ("stories/a/index.html", "site-1a2b3c4d.css", "../../site-1a2b3c4d.css"),
        ("stories/a/index.html", "stories/a/index.html#c-7", "index.html#c-7"),
        ("stories/a/comments/1/index.html", "stories/a/index.html", "../../index.html"),
        ("terms/index.html", "terms/ko/index.html", "ko/index.html"),
    ],
)
def test_a_link_is_relative_and_names_its_file(start: str, to: str, link: str) -> None:
    assert layout.relative(start, to) == link


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/etc/passwd",
        "../outside",
        "stories/../../outside",
        "stories//a",
        "stories/a/",
        "./a",
        ".staging/tree/a",
        ".previous/a",
        "stories/.hidden",
        "a\\b",
        "a\x00b",
        "a\nb",
        "c:a",
        "a b",
        'a"b',
        "a%2e%2e",
        "신문.html",
        "a" * 201,
        "a/" * 200 + "a",
    ],
)
def test_no_path_leaves_the_shelf_or_hides_on_it(path: str) -> None:
    assert not layout.is_path(path)
    with pytest.raises(layout.UnsafePath):
        layout.check_path(path)


@pytest.mark.parametrize("slug", ["", "A", "-a", "a-", "a/b", "..", "a.b", "a_b", "축제", "a" * 81])
def test_a_slug_is_short_lower_case_ascii(slug: str) -> None:
    with pytest.raises(layout.UnsafePath):
        layout.story_page(slug)


@pytest.mark.parametrize("page", [0, -1])
def test_a_thread_has_no_page_before_the_first(page: int) -> None:
    with pytest.raises(layout.UnsafePath):
        layout.comments_page("harvest", page)


@pytest.mark.parametrize("comment_id", ["", "../a", "a/b", "a.b", "a" * 65])
def test_the_id_of_a_comment_cannot_lead_elsewhere(comment_id: str) -> None:
    with pytest.raises(layout.UnsafePath):
        layout.replies_page("harvest", comment_id)


def test_a_page_of_words_has_a_known_name_and_a_language() -> None:
    with pytest.raises(layout.UnsafePath):
        layout.words_page("secrets", "en", "en")
    with pytest.raises(layout.UnsafePath):
        layout.words_page("terms", "../ko", "en")


def test_what_changes_together_stands_in_one_list() -> None:
    of_harvest = {
        layout.list_of(path)
        for path in (
            "stories/harvest/index.html",
            "stories/harvest/index.html.gz",
            "stories/harvest/lite/index.html",
            "stories/harvest/comments/9/index.html.br",
        )
    }
    assert len(of_harvest) == 1
    assert len({layout.list_of("answers/1.idx"), layout.list_of("answers/999.bin")}) == 1
    assert layout.list_of("answers/999.idx") != layout.list_of("answers/1000.idx")
    assert layout.list_of("index.html") == layout.list_of("index.html.br")
    # The first two hex digits of `printf stories/harvest | sha256sum`.
    assert layout.list_of("stories/harvest/index.html") == "lists/7d/harvest.json"
    assert layout.list_of("lists/7d/harvest.json") == "lists/7d.json"
