"""Seeking words, language by language, as a person would expect."""

from __future__ import annotations

import pytest

from letterslot.text import folding, seeking


def found(words: str, text: str) -> list[str] | None:
    """The passages found, or None where the text does not match."""
    query = seeking.parse(words)
    folded = folding.fold(text)
    if query.rank(folded, folding.without_marks(folded)) is None:
        return None
    return [text[start:end] for start, end in query.spans(text)]


@pytest.mark.parametrize(
    ("words", "text", "passages"),
    [
        # English: beginnings of words; short words whole; case does not matter
        ("weigh", "She WEIGHED the stones", ["WEIGH"]),
        ("art", "a party for artists", None),
        ("art", "the art of it, Art!", ["art", "Art"]),
        ("stones scales", "The scales and the stones", ["scales", "stones"]),
        ("stones herring", "The scales and the stones", None),
        ('"east quay"', "at the East\nQuay today", ["East\nQuay"]),
        ('"east quay"', "the quay in the east", None),
        ("don't", "I don't know", ["don't"]),
        # Korean: anywhere, also words of one or two syllables
        ("물가", "고물가가 문제다", ["물가"]),
        ("저울", "저울은 틀렸고 저울질은", ["저울", "저울"]),
        ("값", "생선값이 올랐다", ["값"]),
        ("저울 부두", "부두의 저울", ["부두", "저울"]),
        ('"동쪽 부두"', "동쪽 부두에서", ["동쪽 부두"]),
        # Chinese
        ("秤不准", "港口的秤不准了", ["秤不准"]),
        ("港", "港口", ["港"]),
        # Vietnamese: what is typed with tones is meant, what is typed without is found either way
        ("bến cảng", "ra BẾN CẢNG chơi", ["BẾN", "CẢNG"]),
        ("ben cang", "ra bến cảng chơi", ["bến", "cảng"]),
        ("bền", "ra bến cảng", None),
        ("duong", "Đường dài", ["Đường"]),
        # Burmese: no half syllables
        ("ငါး", "ဆိပ်ကမ်းမှာငါးရောင်း", ["ငါး"]),
        ("က", "ကန်ရေ", None),
        # Uyghur: beginnings, suffixes follow; letters that keyboards confuse are the same
        ("بېلىق", "بېلىقلارنى ساتتى", ["بېلىق"]),
        ("لىق", "بېلىق ساتتى", None),
        # Hidden characters and width
        ("scale", "the s\u200bcale", ["s\u200bcale"]),
        ("ＡＰＴ", "apt 가격", ["apt"]),
    ],
)
def test_words_are_found_as_a_person_would_expect(words, text, passages):
    assert found(words, text) == passages


def test_what_stands_there_as_typed_ranks_before_what_only_looks_like_it():
    query = seeking.parse("ben")
    exact, loose = (folding.fold(text) for text in ("Uncle Ben said", "ra bến cảng"))
    assert query.rank(exact, folding.without_marks(exact)) == 0
    assert query.rank(loose, folding.without_marks(loose)) == 1


@pytest.mark.parametrize("words", ["", "   ", "…", '""', "?!"])
def test_nothing_typed_seeks_nothing(words):
    assert not seeking.parse(words)


def test_at_most_twelve_words_are_sought():
    assert len(seeking.parse(" ".join(f"word{n}" for n in range(40))).terms) == 12
