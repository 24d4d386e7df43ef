"""Burmese in Zawgyi is told from Burmese, Shan and Mon in Unicode, and never guessed at."""

from __future__ import annotations

import unicodedata

import pytest

from letterslot.text.burmese import zawgyi_line

# "Myanmar", a common greeting, in both encodings.
IN_ZAWGYI = "ျမန္မာစာ ေရးပါ မင္းတို႔"
IN_UNICODE = "မြန်မာစာ ရေးပါ မင်းတို့"


def test_zawgyi_is_found_with_its_first_line():
    text = f"Hello.\n{IN_ZAWGYI}\nBye."
    start, end = zawgyi_line(text)
    assert text[start:end] == IN_ZAWGYI


@pytest.mark.parametrize("text", [IN_UNICODE, "", "Hello", "မ", "한국어", "10 000 ၁၂၃"])
def test_everything_else_is_left_alone(text):
    assert zawgyi_line(text) is None


def test_paragraphs_in_unicode_are_left_alone(declarations):
    assert [text for _, _, text in declarations if zawgyi_line(text)] == []


@pytest.mark.parametrize(
    ("file", "in_zawgyi"),
    [
        ("udhr_mya_zawgyi_out.txt", True),
        ("mmgov_zawgyi_src.txt", True),
        ("udhr_mya_unicode_src.txt", False),
        ("mmgov_unicode_out.txt", False),
    ],
)
def test_lines_of_both_kinds_are_told_apart(shared_data, file, in_zawgyi):
    if shared_data is None:
        pytest.skip("the lines in Zawgyi are not on this machine")
    lines = (shared_data / "zawgyi" / file).read_text("utf-8").splitlines()
    # As the door has them: in NFC, which reorders the marks of half of them.
    lines = [unicodedata.normalize("NFC", line) for line in lines]
    burmese = [line for line in lines if any("\u1000" <= sign <= "\u109f" for sign in line)]
    taken = [one for one in burmese if zawgyi_line(one)]
    assert len(burmese) > 40
    assert len(taken) >= len(burmese) - 1 if in_zawgyi else taken == []
