"""Links: relative among printed pages, from the root on the door's own, absolute in pieces."""

import posixpath
from datetime import date
from urllib.parse import unquote

import pytest

from letterslot.pages import addresses
from letterslot.pages.addresses import Place
from letterslot.shelf import layout

PRINTED = {
    "index.html", "terms/index.html", "terms/ko/index.html", "how-comments-work/index.html",
    "how-comments-work/ko/index.html", "receipt/index.html", "receipt/ko/index.html",
    "editions/index.html", "editions/ko/index.html", "manifest.json", "manifest.json.minisig",
    "publication.pub", "archive/index.html", "archive/2026-11/index.html",
}  # fmt: skip


def links_of(root):
    for node in root.iter():
        for name in ("href", "src"):
            if node.get(name) is not None and node.get("rel") != "canonical":
                yield node.get(name)


def test_printed_pages_link_relatively_and_to_files(every_page, parsed, look):
    for path, page in every_page.items():
        if "/" not in path and path != "index.html":
            continue
        for link in links_of(parsed(page)):
            if link.startswith(f"{look.url}/report?story="):
                continue  # names the live door, as forms do
            target, _, _ = link.partition("#")
            assert "://" not in link, (path, link)
            assert not link.startswith("/"), (path, link)
            file = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(target)))
            known = file in PRINTED or file.startswith("stories/") or file == look.stylesheet
            assert target == "" or (known and "." in posixpath.basename(file)), (path, link)


def test_pages_of_the_door_link_from_the_root(every_page, parsed):
    for name, page in every_page.items():
        if "/" in name or name == "index.html":
            continue
        assert all(link.startswith(("/", "#")) for link in links_of(parsed(page))), name
        actions = [form.get("action") for form in parsed(page).iter("form")]
        assert all(action.startswith("/") for action in actions), name


def test_fragments_of_a_page_exist_on_it(every_page, parsed):
    for path, page in every_page.items():
        root = parsed(page)
        idents = {node.get("id") for node in root.iter()}
        missing = [k for k in links_of(root) if k.startswith("#") and k[1:] not in idents]
        assert missing == [], path


def test_ids_stand_once_on_a_page(every_page, parsed):
    for path, page in every_page.items():
        idents = [node.get("id") for node in parsed(page).iter() if node.get("id")]
        assert len(idents) == len(set(idents)), path


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (addresses.story("a-b"), layout.story_page("a-b")),
        (addresses.lite("a-b"), layout.lite_page("a-b")),
        (addresses.comments("a-b", 3), layout.comments_page("a-b", 3)),
        (addresses.replies("a-b", "xy"), layout.replies_page("a-b", "xy")),
        (addresses.embed("a-b"), layout.embed_page("a-b")),
        (addresses.FRONT, layout.front()),
        (addresses.ARCHIVE, layout.archive()),
        (addresses.archive_month(date(2026, 9, 3)), layout.archive_month(date(2026, 9, 3))),
        (addresses.words("terms", "en", "en"), layout.words_page("terms", "en", "en")),
        (addresses.words("editions", "ko", "en"), layout.words_page("editions", "ko", "en")),
    ],
)
def test_pages_and_shelf_agree_on_a_path(ours, theirs):
    assert ours == theirs


@pytest.mark.parametrize(
    ("place", "address", "link"),
    [
        (Place("https://a.example", "stories/s/index.html"), "index.html", "../../index.html"),
        (Place("https://a.example", "index.html"), "stories/s/index.html", "stories/s/index.html"),
        (Place("https://a.example", "s/index.html"), "s/index.html#c-1", "#c-1"),
        (Place("https://a.example", "s/index.html"), "s/index.html", "index.html"),
        (Place("https://a.example", "index.html"), "stories/s/comments/2/#c-1",
         "stories/s/comments/2/index.html#c-1"),
        (Place("https://a.example"), "index.html", "/"),
        (Place("https://a.example"), "stories/s/index.html#c-1", "/stories/s/#c-1"),
        (Place("https://a.example"), "site-1.css", "/site-1.css"),
        (Place("https://a.example", abroad=True), "terms/index.html#c4", "https://a.example/terms/#c4"),
        (Place("https://a.example"), 'a"b/<x>.png', "/a%22b/%3Cx%3E.png"),
    ],
)  # fmt: skip
def test_a_place_writes_a_link(place, address, link):
    assert place.link(address) == link


def test_the_page_of_a_comment_is_read_from_its_address():
    assert addresses.page_of("stories/s/comments/12/index.html#c-a") == 12
    assert addresses.page_of("stories/s/replies/ab/index.html#c-a") == 0
    assert addresses.page_of("") == 0
