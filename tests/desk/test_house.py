"""The publication's words, read again when they change."""

from __future__ import annotations

import os

from letterslot.desk import house


def test_words_that_changed_are_read_again(desk):
    path = desk.data / "words" / "en" / "terms.md"
    before = house.terms(desk.data, "en").version
    path.write_text(path.read_text().replace(f"Version: {before}", "Version: 77", 1))
    os.utime(path, ns=(1, 1))
    assert (before != "77", house.terms(desk.data, "en").version) == (True, "77")


def test_a_file_that_an_editor_has_open_breaks_no_page(desk, ines):
    (desk.data / "words" / "en" / ".#terms.md").symlink_to("ines@desk.1234:1")
    assert ines.get("/terms/").status_code == 200
