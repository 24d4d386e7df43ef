"""A small shelf, its key, and what reads it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import minisign
import pytest

from letterslot.shelf.manifest import RootFacts, Rule
from letterslot.shelf.printing import Printing
from letterslot.shelf.serve import ShelfReader

SLOT_TIME = 1_795_392_000  # of the first edition; each later one is a quarter of an hour on

Contents = Mapping[str, bytes]
Print = Callable[..., bytes]


def make_facts(edition: int = 1, **changes: object) -> RootFacts:
    fields: dict[str, object] = {
        "publication": "The Courier 신문",
        "url": "https://courier.example",
        "edition": edition,
        "slot": 100 + edition,
        "date": date(2026, 11, 23),
        "ledger_entries": 3 * edition,
        "ledger_head": hashlib.sha256(b"%d" % edition).hexdigest(),
        "rule": Rule("prompt"),
        "expires": date(2026, 12, 27),
    }
    return RootFacts(**(fields | changes))  # type: ignore[arg-type]


def html(words: str) -> bytes:
    """A page long enough to be worth compressing."""
    return b"<!doctype html><title>x</title>" + f"<p>{words}</p>".encode() * 40


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flushing is the crash tests' business, and they record it; the disk need not spin."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@pytest.fixture(scope="session")
def key() -> minisign.SecretKey:
    return minisign.KeyPair.generate().secret_key


@pytest.fixture(scope="session")
def public_key(key: minisign.SecretKey) -> bytes:
    return bytes(key.get_public_key()) + b"\n"


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "shelf"


@pytest.fixture
def print_edition(shelf: Path, key: minisign.SecretKey) -> Print:
    """Writes files, removes others, and finishes: one edition."""

    def print_it(
        edition: int, written: Contents, removed: tuple[str, ...] = (), *, into: Path = shelf
    ) -> bytes:
        with Printing(into, mtime=SLOT_TIME + 900 * edition) as printing:
            for path, content in written.items():
                printing.write(path, content)
            for path in removed:
                printing.remove(path)
            return printing.finish(make_facts(edition), key)

    return print_it


FIRST: Contents = {
    "index.html": html("stories"),
    "site-0123456789abcdef.css": b"p { color: black }\n" * 30,
    "door.json": b'{"embed_hosts":["https://news.example"],"version":1}',
    "terms/index.html": html("terms"),
    "stories/harvest/index.html": html("harvest"),
    "stories/harvest/lite/index.html": html("harvest, lite"),
    "stories/harvest/thread.html": html("thread"),
    "stories/harvest/embed/index.html": html("embed"),
    "stories/harvest/market.jpg": bytes(range(256)) * 8,
    "stories/river/index.html": html("river"),
    "answers/1.idx": b"a" * 16,
    "answers/1.bin": b"b" * 1024,
}

# One file changed, one new, one gone with its folder, one list gone.
SECOND: Contents = {
    "stories/harvest/index.html": html("harvest, with a comment"),
    "stories/harvest/comments/1/index.html": html("a comment"),
}
SECOND_REMOVED = ("stories/river/index.html", "stories/harvest/lite/index.html")


@pytest.fixture
def first(print_edition: Print, shelf: Path) -> Path:
    """The shelf with its first edition."""
    print_edition(1, FIRST)
    return shelf


@pytest.fixture
def reader(first: Path, public_key: bytes) -> ShelfReader:
    return ShelfReader(first, public_key)


def everything(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """Bytes, time of change and mode of every file that the shelf shows, folders with them."""
    return {
        str(path.relative_to(folder)): (
            path.read_bytes() if path.is_file() else b"",
            path.stat().st_mtime_ns,
            path.stat().st_mode,
        )
        for path in sorted(folder.rglob("*"))
        if not path.relative_to(folder).parts[0].startswith(".")
    }


@pytest.fixture(scope="session")
def sample() -> SimpleNamespace:
    """Two editions and the ways to make and compare them."""
    return SimpleNamespace(
        first=FIRST,
        second=SECOND,
        second_removed=SECOND_REMOVED,
        slot_time=SLOT_TIME,
        facts=make_facts,
        html=html,
        everything=everything,
    )
