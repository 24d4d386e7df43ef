"""Where words begin and end, script by script."""

from __future__ import annotations

import pytest

from letterslot.text import boundaries


@pytest.mark.parametrize(
    ("text", "word", "stands_there"),
    [
        ("the art of fishing", "art", True),
        ("the party", "art", False),
        ("art, they said", "art", True),
        ("저울은 틀렸다", "저울", True),
        ("저울들에게서도 배웠다", "저울", True),
        ("저울입니다", "저울", True),
        ("저울질했다", "저울", False),
        ("한저울", "저울", False),
        ("APT저울", "저울", True),
        ("저울app", "저울", True),
        ("港口的秤不准", "秤", True),
        ("港口scale不准", "scale", True),
        ("bến cảng", "bến", True),
        ("bếncảng", "bến", False),
        ("ကန်ရေ", "က", False),
        ("ကန်ရေ", "ကန်", True),
        ("သူကပြောတယ်", "က", True),
        ("ကားမောင်း", "က", False),
        ("پورت شەھىرى", "پورت", True),
        ("پورتلار", "پورت", False),
    ],
)
def test_a_word_is_found_where_a_reader_sees_one(text, word, stands_there):
    start = text.index(word)
    end = start + len(word)
    found = boundaries.begins_word(text, start) and boundaries.ends_word(text, end)
    assert found is stands_there
