"""The newsroom's own words: found as a reader of the language would find them."""

from __future__ import annotations

import pytest

from letterslot.desk import wordlist
from letterslot.text.folding import folded


@pytest.fixture
def marked(tmp_path):
    """What a list of these lines marks in a text."""

    def find(lines: str, text: str) -> list[str]:
        folder = tmp_path / "words" / "ko"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / wordlist.NAME).write_text(lines, encoding="utf-8")
        hits = wordlist.load(tmp_path).hits(folded(text))
        return [text[hit.start : hit.end] for hit in hits]

    return find


@pytest.mark.parametrize(
    ("line", "text", "found"),
    [
        ("scale", "A SCALE, a scales, the ｓｃａｌｅ", ["SCALE", "ｓｃａｌｅ"]),
        ("scale*", "the scales", ["scale"]),
        ("*scale*", "timescales", ["scale"]),
        ("저울", "저울은 틀렸고 저울질은 아니다", ["저울"]),
        ("저울*", "저울질", ["저울"]),
        ("저울", "저\u200b울에서", ["저\u200b울"]),
        ("秤", "港口的秤不准", ["秤"]),
        ("bến cảng", "ra Bến Cảng chơi", ["Bến Cảng"]),
        ("bến", "ben cang", []),
        ("ကန်", "ကန်ရေ", ["ကန်"]),
        ("က", "ကန်ရေ", []),
        ("# scale", "scale", []),
        ("", "scale", []),
    ],
)
def test_a_word_is_marked_where_it_stands_as_a_word(marked, line, text, found):
    assert marked(line + "\n", text) == found


def test_a_changed_list_is_read_again(tmp_path):
    path = tmp_path / "words" / "en" / wordlist.NAME
    path.parent.mkdir(parents=True)
    path.write_text("quay\n")
    assert len(wordlist.load(tmp_path).hits(folded("quay tin"))) == 1
    path.write_text("quay\ntin\n")
    assert len(wordlist.load(tmp_path).hits(folded("quay tin"))) == 2


def test_the_list_that_comes_along_explains_itself_and_marks_nothing(tmp_path):
    wordlist.write_defaults(tmp_path, ("en", "ko"))
    text = (tmp_path / "words" / "ko" / wordlist.NAME).read_text("utf-8")
    assert "한 줄에 하나씩" in text
    assert wordlist.load(tmp_path).hits(folded(text)) == []


def test_a_list_that_is_there_is_left_alone(tmp_path):
    wordlist.write_defaults(tmp_path, ("en",))
    path = tmp_path / "words" / "en" / wordlist.NAME
    path.write_text("quay\n")
    wordlist.write_defaults(tmp_path, ("en",))
    assert path.read_text() == "quay\n"
