"""What the public door hands out, header by header."""

from __future__ import annotations

import errno
import gzip
import hashlib
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import brotli
import minisign
import pytest

from letterslot.shelf import files
from letterslot.shelf.answering import Guards
from letterslot.shelf.headers import SECURITY_HEADERS, content_security_policy, security_headers
from letterslot.shelf.printing import Printing
from letterslot.shelf.serve import Served, ShelfReader, preferred_codings

PAGE = "stories/harvest/index.html"
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self' https://courier.example; base-uri 'none'; frame-ancestors 'none'"
)
GUARDS = [
    ("content-security-policy", CSP),
    *SECURITY_HEADERS,
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
]
ACROSS = [
    ("content-security-policy", CSP),
    *SECURITY_HEADERS,
    ("cross-origin-resource-policy", "cross-origin"),
    ("x-frame-options", "DENY"),
    ("access-control-allow-origin", "*"),
]


def etag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def header(served, name: str) -> str | None:
    found = [value for key, value in served.headers if key == name]
    assert len(found) <= 1
    return found[0] if found else None


# A page


def test_a_page_is_served_whole_with_exactly_these_headers(reader, sample) -> None:
    content = sample.first[PAGE]
    served = reader.answer("GET", "/stories/harvest/", "", "")
    assert served == Served(
        200,
        [
            ("content-type", "text/html; charset=utf-8"),
            ("content-length", str(len(content))),
            ("etag", etag(content)),
            ("cache-control", "no-cache"),
            *GUARDS,
            ("vary", "accept-encoding"),
        ],
        content,
    )


def test_both_forms_of_an_address_give_the_page(reader) -> None:
    for path in ("/stories/harvest/", "/stories/harvest/index.html"):
        assert reader.answer("GET", path).body == reader.read(PAGE)
    assert reader.answer("GET", "/").body == reader.read("index.html")


def test_head_has_the_headers_of_get_and_no_body(reader) -> None:
    for coding in ("", "gzip", "br"):
        got = reader.answer("GET", "/stories/harvest/", coding, "")
        unread = Served(200, got.headers, b"")
        assert reader.answer("HEAD", "/stories/harvest/", coding, "") == unread


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_unchanged_page_is_answered_304_with_exactly_these_headers(
    reader, sample, method: str
) -> None:
    tag = etag(sample.first[PAGE])
    assert reader.answer(method, "/stories/harvest/", "", tag) == Served(
        304,
        [
            ("etag", tag),
            ("cache-control", "no-cache"),
            *GUARDS,
            ("vary", "accept-encoding"),
        ],
        b"",
    )


@pytest.mark.parametrize("if_none_match", ["W/{tag}", '"x", {tag}', '"x",W/{tag} ,"y"', "*", " * "])
def test_other_ways_to_name_the_etag(reader, sample, if_none_match: str) -> None:
    given = if_none_match.format(tag=etag(sample.first[PAGE]))
    assert reader.answer("GET", "/stories/harvest/", "", given).status == 304


@pytest.mark.parametrize("if_none_match", ["", '"x"', "x", '"', ", ,", '"' * 10_000])
def test_another_etag_gets_the_page(reader, if_none_match: str) -> None:
    assert reader.answer("GET", "/stories/harvest/", "", if_none_match).status == 200


def test_the_etag_of_one_variant_does_not_stand_for_another(reader) -> None:
    tags = {
        header(reader.answer("GET", "/stories/harvest/", coding), "etag")
        for coding in ("", "gzip", "br")
    }
    assert len(tags) == 3
    for tag in tags:
        answers = [
            reader.answer("GET", "/stories/harvest/", coding, tag).status
            for coding in ("", "gzip", "br")
        ]
        assert sorted(answers) == [200, 200, 304]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "", "get"])
def test_other_methods_are_refused(reader, method: str) -> None:
    assert reader.answer(method, "/stories/harvest/") == Served(
        405,
        [
            ("allow", "GET, HEAD"),
            ("content-length", "0"),
            ("cache-control", "no-store"),
            *GUARDS,
        ],
        b"",
    )


# Variants


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("br", "br"),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("gzip ; q = 0.2 , br ; q = 0.1", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0, *", "gzip"),
        ("*", "br"),
        ("*;q=0", None),
        ("identity", None),
        ("deflate", None),
        ("", None),
        ("gzip;q=x, br;q=0", None),
        ("brotli", None),
        (";;;,,,", None),
    ],
)
def test_the_variant_follows_what_the_reader_accepts(
    reader, sample, accept: str, coding: str | None
) -> None:
    served = reader.answer("GET", "/stories/harvest/", accept, "")
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding]
    assert header(served, "content-encoding") == coding
    assert header(served, "vary") == "accept-encoding"
    assert header(served, "content-length") == str(len(served.body))
    assert header(served, "etag") == etag(served.body)
    assert unpack(served.body) == sample.first[PAGE]


def test_brotli_comes_first_where_the_reader_does_not_care() -> None:
    assert preferred_codings("gzip, br") == "br,gzip"
    assert preferred_codings("gzip;q=0.9, br;q=0.8") == "gzip,br"


def test_many_kinds_of_accept_encoding_do_not_fill_the_memory(reader) -> None:
    for n in range(2000):
        reader.answer("GET", "/stories/harvest/", f"gzip;q=0.{n}", "")
    assert len(reader._codings) <= 256


def test_a_picture_is_not_compressed_and_does_not_vary(reader, sample) -> None:
    content = sample.first["stories/harvest/market.jpg"]
    served = reader.answer("GET", "/stories/harvest/market.jpg", "gzip, br", "")
    assert served == Served(
        200,
        [
            ("content-type", "image/jpeg"),
            ("content-length", str(len(content))),
            ("etag", etag(content)),
            ("cache-control", "no-cache"),
            *GUARDS,
        ],
        content,
    )


# What may be kept


def test_only_names_that_tell_the_content_are_kept_for_ever(
    print_edition, shelf, public_key
) -> None:
    picture = b"\xff\xd8" * 50
    digest = hashlib.sha256(picture).hexdigest()
    print_edition(
        1,
        {
            "site-1a2b3c4d.css": b"p {}",
            f"stories/a/picture-{digest[:12]}-640.jpg": picture,
            "stories/a/rally-20261120.jpg": picture,
            "index.html": b"x",
        },
    )
    reader = ShelfReader(shelf, public_key)
    kept = {
        path: header(reader.answer("GET", path), "cache-control")
        for path in (
            "/site-1a2b3c4d.css",
            f"/stories/a/picture-{digest[:12]}-640.jpg",
            "/stories/a/rally-20261120.jpg",
            "/",
            "/manifest.json",
        )
    }
    assert list(kept.values()) == [
        "public, max-age=31536000, immutable",
        "public, max-age=31536000, immutable",
        "no-cache",
        "no-cache",
        "no-cache",
    ]


# Across origins


def test_fragments_may_be_read_by_other_sites(reader, sample) -> None:
    served = reader.answer("GET", "/stories/harvest/thread.html", "", "")
    assert served.headers[4:] == [*ACROSS, ("vary", "accept-encoding")]
    assert served.body == sample.first["stories/harvest/thread.html"]


@pytest.mark.parametrize("path", ["thread.js", "thread.schema.json", "stories/a/comments.atom"])
def test_so_may_all_that_is_made_for_them_and_nothing_else(path: str) -> None:
    guards = Guards("https://courier.example", ())
    assert guards.of(path) == ACROSS
    assert dict(guards.of(f"x/{path}")) == dict(guards.of("index.html"))
    assert ("cross-origin-resource-policy", "same-origin") in guards.of("index.html")


@pytest.mark.parametrize("name", ["thread.html", "form.html"])
@pytest.mark.parametrize("slug", ["unknown", "Unknown", "%2e%2e", "..", "축제", "a" * 500])
def test_a_fragment_of_an_unknown_story_is_empty(reader, name: str, slug: str) -> None:
    assert reader.answer("GET", f"/stories/{slug}/{name}", "gzip", "") == Served(
        200,
        [
            ("content-type", "text/html; charset=utf-8"),
            ("content-length", "0"),
            ("cache-control", "no-cache"),
            *ACROSS,
        ],
        b"",
    )


def test_the_embedded_page_may_be_framed_by_the_hosts_of_the_publication_alone(reader) -> None:
    served = reader.answer("GET", "/stories/harvest/embed/")
    assert header(served, "content-security-policy").endswith(
        "frame-ancestors https://news.example"
    )
    assert header(served, "x-frame-options") is None
    other = reader.answer("GET", "/stories/harvest/")
    assert header(other, "content-security-policy").endswith("frame-ancestors 'none'")


def test_hosts_that_would_break_out_of_the_policy_are_left_out(
    print_edition, shelf, public_key
) -> None:
    door = b'{"embed_hosts":["*","x; script-src *","https://a b","https://ok.example:8443",7]}'
    print_edition(1, {"door.json": door, "stories/a/embed/index.html": b"x"})
    served = ShelfReader(shelf, public_key).answer("GET", "/stories/a/embed/")
    assert header(served, "content-security-policy").endswith(
        "frame-ancestors https://ok.example:8443"
    )


def test_the_policy_of_a_door_without_an_address_names_only_itself() -> None:
    assert "form-action 'self'; " in content_security_policy("")
    assert "form-action 'self' https://a.example; " in content_security_policy(
        "https://a.example/x"
    )
    names = [name for name, _ in security_headers("https://a.example")]
    assert len(names) == len(set(names))


# What is not there


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/nothing",
        "/stories/unknown/",
        "stories/harvest/",
        "//stories/harvest",
        "//evil.example/stories/harvest",
        "/../shelf/index.html",
        "/stories/../index.html",
        "/.previous/index.html",
        "/.staging/journal.json",
        "/stories/harvest//",
        "/index.html\x00",
        "/index.html/",
        "/\ud800",
        "/stories/harvest/index.html?x",
        "/lists",
        "/" + "a/" * 5000,
    ],
)
def test_what_does_not_stand_on_the_shelf_is_not_answered(reader, path: str) -> None:
    assert reader.answer("GET", path, "gzip", "") is None


@pytest.mark.parametrize("path", ["/stories/harvest", "/terms"])
def test_a_folder_without_its_slash_is_redirected(reader, path: str) -> None:
    served = reader.answer("GET", path, "gzip", "*")
    assert served == Served(
        301,
        [
            ("location", f"{path}/"),
            ("content-length", "0"),
            ("cache-control", "no-cache"),
            *GUARDS,
        ],
        b"",
    )


def test_files_that_no_list_names_are_not_served(reader, first: Path) -> None:
    (first / "extra.html").write_bytes(b"x")
    assert reader.answer("GET", "/extra.html") is None
    assert reader.read("extra.html") is None


def test_what_vouches_for_the_shelf_is_served(reader, first: Path) -> None:
    names = [
        "manifest.json",
        "manifest.json.minisig",
        "publication.pub",
        *(str(path.relative_to(first)) for path in first.glob("lists/**/*.json")),
        "answers/1.idx",
        "answers/1.bin",
        "door.json",
        "index.html.gz",
    ]
    for name in names:
        served = reader.answer("GET", f"/{name}", "", "")
        assert (served.status, served.body) == (200, (first / name).read_bytes())
        assert header(served, "content-encoding") is None
    assert header(reader.answer("GET", "/publication.pub"), "content-type").startswith("text/plain")


# Damage and links


def test_damaged_bytes_are_never_served(reader, first: Path) -> None:
    (first / PAGE).write_bytes(b"defaced")
    served = reader.answer("GET", "/stories/harvest/")
    assert served.status == 503
    assert b"defaced" not in served.body
    assert header(served, "cache-control") == "no-store"
    assert header(served, "content-security-policy") == CSP
    assert reader.read(PAGE) is None


def test_what_may_not_be_read_is_answered_503_and_not_with_a_traceback(reader, monkeypatch) -> None:
    def refuse(*given: object) -> int:
        raise PermissionError(errno.EACCES, "not yours")

    monkeypatch.setattr(files, "open_beneath", refuse)
    assert reader.answer("GET", "/stories/harvest/").status == 503
    assert reader.read(PAGE) is None


def test_links_are_not_followed_even_to_the_right_bytes(reader, first, tmp_path) -> None:
    shutil.move(first / "stories", tmp_path / "outside")
    (first / "stories").symlink_to(tmp_path / "outside")
    assert reader.read(PAGE) is None
    (first / "index.html").rename(tmp_path / "front")
    (first / "index.html").symlink_to(tmp_path / "front")
    assert reader.read("index.html") is None


def test_memory_is_bounded(print_edition, shelf, public_key) -> None:
    pages = {f"stories/a/comments/{n}/index.html": b"%d" % n * 4000 for n in range(1, 60)}
    print_edition(1, pages)
    reader = ShelfReader(shelf, public_key, memory=100_000)
    for _ in range(2):
        for n in range(1, 60):
            path = f"/stories/a/comments/{n}/"
            assert reader.answer("GET", path).body == pages[f"{path[1:]}index.html"]
            assert reader._held.ready.weight <= 100_000


def test_a_file_larger_than_the_memory_is_not_read_into_it(
    print_edition, shelf, public_key
) -> None:
    print_edition(1, {"answers/1.bin": b"x" * 300_000})
    reader = ShelfReader(shelf, public_key, memory=100_000)
    assert reader.answer("GET", "/answers/1.bin").status == 503
    assert reader.read_part("answers/1.bin", 299_990, 100) == b"x" * 10


# A new root


def test_a_new_root_is_noticed_and_taken_up_whole(
    reader, print_edition, sample, first: Path
) -> None:
    assert not reader.refresh()
    reader.answer("GET", "/stories/harvest/")
    print_edition(2, sample.second, sample.second_removed)

    assert reader.answer("GET", "/stories/harvest/").body == sample.first[PAGE]
    assert reader.answer("GET", "/stories/harvest/lite/").status == 200
    assert reader.answer("GET", "/stories/harvest/comments/1/") is None
    assert reader.root.facts.edition == 1

    assert reader.refresh()
    assert reader.answer("GET", "/stories/harvest/").body == sample.second[PAGE]
    assert reader.answer("GET", "/stories/harvest/lite/") is None
    assert reader.answer("GET", "/stories/harvest/comments/1/").status == 200
    assert reader.root.facts.edition == 2
    assert not reader.refresh()


def test_a_reader_two_switches_behind_takes_up_the_newest(reader, print_edition, sample) -> None:
    print_edition(2, {PAGE: b"second"})
    print_edition(3, {PAGE: b"third"})
    assert reader.read(PAGE) == b"third"
    assert reader.root.facts.edition == 3
    assert reader.refresh(), "whoever watches must hear of it, though a read took it up"
    assert not reader.refresh()


def test_two_switches_within_one_slot_are_both_noticed(first, print_edition, public_key) -> None:
    reader = ShelfReader(first, public_key)
    for word in (b"one", b"two", b"six", b"ten"):
        print_edition(1, {PAGE: word})
        assert reader.refresh()
        assert reader.read(PAGE) == word


def test_what_is_not_signed_by_the_newsroom_is_not_taken_up(
    reader, first: Path, print_edition, sample, tmp_path
) -> None:
    stranger = minisign.KeyPair.generate().secret_key
    with Printing(tmp_path / "forged", mtime=sample.slot_time) as printing:
        printing.write(PAGE, b"forged")
        printing.finish(sample.facts(2), stranger)
    for name in ("manifest.json", "manifest.json.minisig"):
        shutil.copy(tmp_path / "forged" / name, first / name)
    assert not reader.refresh()
    assert reader.fault == "The signature was made with another key than the newsroom's."
    assert reader.read(PAGE) == sample.first[PAGE]


def test_an_older_root_is_not_taken_up(
    first: Path, print_edition, sample, public_key, tmp_path
) -> None:
    shutil.copytree(first, tmp_path / "old")
    print_edition(2, sample.second)
    reader = ShelfReader(first, public_key)
    shutil.copytree(tmp_path / "old", first, dirs_exist_ok=True)
    assert not reader.refresh()
    assert reader.fault.startswith("The root is older than the one held")
    assert reader.root.facts.edition == 2


def test_a_root_whose_list_does_not_match_is_not_taken_up(
    first: Path, print_edition, sample, reader
) -> None:
    print_edition(2, sample.second)
    for path in first.glob("lists/*.json"):
        path.write_bytes(path.read_bytes() + b"\n")
    assert not reader.refresh()
    assert reader.fault.endswith("is not on the shelf as it was signed.")
    assert reader.root.facts.edition == 1


def test_a_damaged_door_file_does_not_stop_the_shelf(
    first: Path, print_edition, sample, public_key
) -> None:
    (first / "door.json").write_bytes(b"damaged")
    reader = ShelfReader(first, public_key)
    assert reader.answer("GET", "/stories/harvest/").status == 200
    served = reader.answer("GET", "/stories/harvest/embed/")
    assert header(served, "x-frame-options") == "DENY"
    print_edition(2, sample.second)
    assert reader.refresh()


def test_lists_damaged_under_a_reader_give_no_names_and_no_traceback(
    first: Path, public_key
) -> None:
    reader = ShelfReader(first, public_key, memory=64)  # too little to keep a list
    assert reader.names(PAGE)[0] == "stories/harvest/embed/index.html"
    for path in first.glob("lists/*.json"):
        path.write_bytes(b"damaged")
    assert reader.names(PAGE) == []
    assert reader.sha256(PAGE) is None
    assert reader.read(PAGE) is None
    assert reader.answer("GET", "/stories/harvest/").status == 503


def test_before_there_is_a_shelf_nothing_is_answered(tmp_path, public_key) -> None:
    reader = ShelfReader(tmp_path / "shelf", public_key)
    assert reader.root is None
    assert reader.answer("GET", "/") is None
    assert reader.answer("GET", "/stories/x/thread.html") is None
    assert reader.read("index.html") is None
    assert reader.fault == "There is no shelf here yet."


def test_a_shelf_that_comes_later_is_taken_up(shelf, print_edition, public_key, sample) -> None:
    reader = ShelfReader(shelf, public_key)
    print_edition(1, sample.first)
    assert reader.refresh()
    assert reader.answer("GET", "/").status == 200


@pytest.fixture
def quick_threads() -> Iterator[None]:
    """Without this a printing waits 5 ms for busy readers at each of its file operations."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0001)
    yield
    sys.setswitchinterval(before)


def test_readers_during_many_switches_see_whole_editions_in_order(
    shelf: Path,
    key: minisign.SecretKey,
    public_key: bytes,
    sample: SimpleNamespace,
    quick_threads: None,
) -> None:
    """Two readers ask while 25 editions are printed: every answer is one edition's, none is
    missing, and none is older than the one before."""
    paths = ["index.html", *(f"stories/s{n}/index.html" for n in range(4))]

    def print_it(edition: int) -> None:
        with Printing(shelf, mtime=sample.slot_time) as printing:
            for path in paths:
                printing.write(path, b"%d" % edition)
            printing.finish(sample.facts(edition), key)

    print_it(1)
    ended = threading.Event()
    seen: list[list[int]] = [[], []]

    def ask(own: list[int], refreshes: bool) -> None:
        reader = ShelfReader(shelf, public_key, memory=64)  # every answer from disk
        while not ended.is_set():
            for path in paths:
                served = reader.answer("GET", "/" + path)
                own.append(int(served.body) if served and served.status == 200 else -1)
            if refreshes:
                reader.refresh()

    threads = [
        threading.Thread(target=ask, args=(own, refreshes))
        for own, refreshes in zip(seen, (True, False), strict=True)
    ]
    for thread in threads:
        thread.start()
    for edition in range(2, 27):
        print_it(edition)
    ended.set()
    for thread in threads:
        thread.join()
    for own in seen:
        assert own == sorted(own)
        assert own
        assert own[0] >= 1
