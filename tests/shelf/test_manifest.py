"""Root and lists: one spelling each, anything else refused."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterslot.shelf.layout import list_of
from letterslot.shelf.manifest import (
    LARGEST_ROOT,
    BadManifest,
    Entry,
    Root,
    find,
    read_list,
    read_root,
    write_list,
    write_root,
)

DIGEST = "5" * 64
LIST = list_of("stories/harvest/index.html")


@pytest.fixture
def root(sample: SimpleNamespace) -> Root:
    return Root(sample.facts(3), 9, "7" * 64, {"lists/00.json": Entry(DIGEST, 12)})


def test_a_root_is_read_back_as_it_was_written(root: Root) -> None:
    assert read_root(write_root(root)) == root


def test_a_root_is_plain_json_with_the_fields_of_the_format(root: Root) -> None:
    assert json.loads(write_root(root)) == {
        "version": 2,
        "publication": "The Courier 신문",
        "url": "https://courier.example",
        "serial": 9,
        "edition": 3,
        "slot": 103,
        "date": "2026-11-23",
        "previous": "7" * 64,
        "ledger": {"entries": 9, "head": root.facts.ledger_head},
        "policy": {"name": "prompt", "k_min": 0, "hold": 0, "pool": 0, "alone_after": 0},
        "expires": "2026-12-27",
        "lists": [{"path": "lists/00.json", "sha256": DIGEST, "size": 12}],
    }


def test_the_first_root_has_no_previous_one(sample: SimpleNamespace) -> None:
    root = Root(sample.facts(1), 1, None, {})
    assert read_root(write_root(root)) == root


@pytest.mark.parametrize(
    "respell",
    [
        lambda c: c + b"\n",
        lambda c: c.replace(b'"serial":9', b'"serial": 9'),
        lambda c: c.replace(b'"serial":9', b'"serial":9.0'),
        lambda c: c.replace(b'"serial":9', b'"serial":true'),
        lambda c: c.replace(b'"serial":9', b'"serial":-9'),
        lambda c: c.replace(b'"serial":9', b'"serial":9,\n"serial":9'),
        lambda c: c.replace(b'"serial":9', b'"serial":' + b"9" * 5000),
        lambda c: c.replace(b'"version":2', b'"version":1'),
        lambda c: c.replace(b'"version":2', b'"version":3'),
        lambda c: c.replace(b"\n", b""),
        lambda c: c.replace("신문".encode(), b"\\uc2e0\\ubb38"),
        lambda c: c.replace("신문".encode(), b"\\ud800"),
        lambda c: c.replace("신문".encode(), b"\xff"),
        lambda c: c.replace(b"lists/00.json", b"lists/../x.js"),
        lambda c: c.replace(b"2026-11-23", b"20261123"),
        lambda c: c.replace(b'"size":12', b'"size":99999999999'),
        lambda c: c.replace(DIGEST.encode(), DIGEST[:-1].encode()),
        lambda c: c.replace(b'"url"', b'"more":1,\n"url"'),
        lambda c: c.replace(b"{", b"[").replace(b"}", b"]"),
        lambda c: b"",
        lambda c: b"null",
        lambda c: b"[" * 100_000,
        lambda c: b" " * (LARGEST_ROOT + 1),
    ],
)
def test_a_root_spelled_otherwise_is_refused(respell, root: Root) -> None:
    respelled = respell(write_root(root))
    assert respelled != write_root(root)
    with pytest.raises(BadManifest):
        read_root(respelled)


NAMES = st.text("abc019.-_", min_size=1, max_size=12).map(lambda name: f"stories/harvest/x{name}")
DIGESTS = st.binary(min_size=32, max_size=32).map(bytes.hex)
ENTRIES = st.dictionaries(NAMES, st.builds(Entry, DIGESTS, st.integers(0, 2**40)), max_size=12)


@given(ENTRIES)
def test_a_list_is_read_back_and_searched_as_it_was_written(entries: dict[str, Entry]) -> None:
    content = write_list(entries)
    assert read_list(content, LIST) == entries
    assert {path: find(content, path) for path in entries} == entries
    assert find(content, "stories/harvest") is None
    assert find(content, "stories/harvest/_") is None


@pytest.mark.parametrize(
    ("entries", "fault"),
    [
        ({"../outside": [DIGEST, 1]}, "'../outside', which is not a path"),
        ({"/etc/passwd": [DIGEST, 1]}, "'/etc/passwd', which is not a path"),
        ({"stories/harvest/../../../x": [DIGEST, 1]}, "which is not a path"),
        ({".previous/index.html": [DIGEST, 1]}, "which is not a path"),
        ({"stories/river/index.html": [DIGEST, 1]}, "belongs in lists/"),
        ({"stories/harvest/a": [DIGEST, -1]}, "is not a list"),
        ({"stories/harvest/a": [DIGEST, 1.5]}, "is not a list"),
        ({"stories/harvest/a": [DIGEST.upper().replace("5", "A"), 1]}, "is not a list"),
    ],
)
def test_a_list_naming_what_does_not_belong_is_refused(
    entries: dict[str, list[object]], fault: str
) -> None:
    written = {path: {"sha256": sha, "size": size} for path, (sha, size) in entries.items()}
    with pytest.raises(BadManifest, match=fault):
        read_list(json.dumps(written).encode(), LIST)


def test_a_list_spelled_otherwise_is_refused() -> None:
    content = write_list({"stories/harvest/a": Entry(DIGEST, 1)})
    for respelled in (content + b" ", content.replace(b"\n", b""), b"[]", b"", b'{"a":1}'):
        with pytest.raises(BadManifest):
            read_list(respelled, LIST)
