"""The search for traces finds what was planted: else it would prove nothing."""

from __future__ import annotations

import gzip
import sqlite3

import brotli
import pytest
from at_work.searching import files_in, forms_of_address, forms_of_word, traces

WORD = "zähes Gerücht 7f3a"
ADDRESS = "127.66.77.88"
WORDS, ADDRESSES = forms_of_word(WORD), forms_of_address(ADDRESS)


@pytest.mark.parametrize("form", WORDS)
@pytest.mark.parametrize("around", [b"", b"a", b"ab"])
def test_a_word_is_found_in_each_form(tmp_path, form, around) -> None:
    (tmp_path / "log").write_bytes(around + WORDS[form] + b"behind")

    assert ("word", form, str(tmp_path / "log")) in traces(files_in(tmp_path), {"word": WORDS})


@pytest.mark.parametrize("form", ADDRESSES)
def test_an_address_is_found_in_each_form(tmp_path, form) -> None:
    (tmp_path / "log").write_bytes(b"before" + ADDRESSES[form] + b"behind")

    found = traces(files_in(tmp_path), {"reader": ADDRESSES})

    assert ("reader", form, str(tmp_path / "log")) in found


def test_base64_is_found_wherever_the_word_began(tmp_path) -> None:
    import base64

    for before in (b"", b"x", b"xy"):
        text = base64.b64encode(before + WORD.encode() + b" and more")
        (tmp_path / f"log-{len(before)}").write_bytes(text)

    assert len({file for _, _, file in traces(files_in(tmp_path), {"word": WORDS})}) == 3


def test_what_is_packed_is_found(tmp_path) -> None:
    line = f"a line with {WORD} in it".encode() * 50
    (tmp_path / "log.1.gz").write_bytes(gzip.compress(line))
    (tmp_path / "page.html.br").write_bytes(brotli.compress(line))
    (tmp_path / "archive").write_bytes(b"\0" * 700 + gzip.compress(line) + b"\0" * 700)

    assert len(traces(files_in(tmp_path), {"word": WORDS})) == 3


def test_what_is_in_a_database_or_its_log_is_found(tmp_path) -> None:
    database = sqlite3.connect(tmp_path / "some.sqlite3", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE letters (text TEXT)")
    database.execute("INSERT INTO letters VALUES (?)", (WORD,))

    found = traces(files_in(tmp_path), {"word": WORDS})
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    later = traces(files_in(tmp_path), {"word": WORDS})
    database.close()

    assert [(name, form) for name, form, _ in found] == [("word", "UTF-8")]
    assert [(name, form) for name, form, _ in later] == [("word", "UTF-8")]


def test_files_in_hidden_and_deeper_folders_are_searched(tmp_path) -> None:
    (tmp_path / ".hidden" / "deeper").mkdir(parents=True)
    (tmp_path / ".hidden" / "deeper" / ".log").write_text(WORD)

    assert len(traces(files_in(tmp_path), {"word": WORDS})) == 1
