"""The one normal form of a text."""

from __future__ import annotations

import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from letterslot.text.plain import (
    beginning,
    cluster_count,
    is_blank,
    longer_than,
    normalise,
    one_line,
    paragraphs,
)

ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
# All of Unicode, lone surrogates included: JSON bodies may carry them.
any_text = st.text(st.characters())
odd_text = st.text(
    st.sampled_from("a \n\r\t\x00\x85\u0301\u00e9\u200d\ufe0f\ud800\U0001f3f4")
    | st.sampled_from(ENGLAND)
    | st.just("\U000e0001")
)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("e\u0301", "\u00e9"),
        ("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
        ("a\tb", "a b"),
        ("a\x00b\x1fc\x7fd\x9fe\x85f", "abcdef"),
        (" \n a \u3000\n", "a"),
        ("a\ud800b", "a\ufffdb"),
        # A mark and its letter meet once what stood between them is gone.
        ("e\x00\u0301", "\u00e9"),
        ("e\U000e0041\u0301", "\u00e9"),
        # Compatibility characters stay: this is not NFKC.
        ("ﬁ № ½ ＡＢ", "ﬁ № ½ ＡＢ"),
    ],
)
def test_a_text_takes_its_one_form(written, normal):
    assert normalise(written) == normal


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",  # Persian needs the non-joiner
        "ක්\u200dර",  # Sinhala needs the joiner
        "👩\u200d🌾 ❤\ufe0f",
        "葛\U000e0100城",  # a variant of an ideograph
        "ភាសា\u200bខ្មែរ",  # Khmer breaks lines at it
        ENGLAND,
        f"{ENGLAND}{ENGLAND} and on",
    ],
)
def test_what_a_script_or_a_flag_needs_stays(text):
    assert normalise(text) == text


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("plain\U000e0068\U000e0069\U000e007f", "plain"),
        # A black flag with anything but the three is a black flag.
        ("\U0001f3f4\U000e0068\U000e0065\U000e006c\U000e006c\U000e006f\U000e007f", "\U0001f3f4"),
        (ENGLAND[:-1], "\U0001f3f4"),
        (ENGLAND + "\U000e0067", ENGLAND),
        ("\U000e0001", ""),
    ],
)
def test_tag_characters_outside_flags_go(written, normal):
    assert normalise(written) == normal


@given(any_text | odd_text)
def test_normalising_twice_changes_nothing(text):
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not regex.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", once)
    once.encode("utf-8")


@given(any_text | odd_text)
def test_the_quick_path_and_the_long_one_agree(text):
    # A tag character that goes again forces the long path.
    assert normalise(text) == normalise("\U000e0001" + text)


def test_large_samples_change_by_nothing_but_nfc(declarations):
    for _, _, text in declarations:
        assert normalise(text) == unicodedata.normalize("NFC", text).strip()


def test_our_own_sample_is_left_alone(samples):
    assert [normalise(sample.text) for sample in samples] == [s.text for s in samples]


def test_naughty_strings_come_out_printable(naughty_strings):
    for string in naughty_strings:
        normal = normalise(string)
        assert normalise(normal) == normal
        assert all(unicodedata.category(c) != "Cc" or c == "\n" for c in normal)


@pytest.mark.parametrize("errors", ["replace", "surrogateescape", "surrogatepass"])
def test_bytes_that_are_no_utf_8_come_out_as_text(byte_sequences, errors):
    assert len(byte_sequences) >= 200
    for sequence in byte_sequences:
        try:
            decoded = sequence.decode("utf-8", errors)
        except UnicodeDecodeError:
            continue
        normalise(decoded).encode("utf-8")


def test_a_name_is_one_line():
    assert one_line(" Ann\r\nof\t the \u3000 Hill ") == "Ann of the Hill"


@pytest.mark.parametrize(
    ("text", "clusters"),
    [
        ("", 0),
        ("abc\n", 4),
        ("e\u0301", 1),
        ("👩\u200d🌾", 1),
        ("🇰🇷🇯🇵", 2),
        ("🇰🇷🇯", 2),
        (ENGLAND, 1),
        ("한국", 2),
        ("\u1112\u1161\u11ab", 1),  # one syllable of three letters
        ("क्षि", 1),
    ],
)
def test_a_cluster_is_what_a_reader_takes_for_a_character(text, clusters):
    assert cluster_count(text) == clusters


@given(st.text(st.sampled_from("🇦🇧x\u0301\u200d👩🏽\u0600가\n\u1100")))
def test_counting_flags_ahead_changes_no_count(text):
    assert cluster_count(text) == len(regex.findall(r"\X", text))


def test_longer_than_counts_clusters_and_not_code_points():
    burmese = "ကြို" * 100
    assert len(burmese) > 100
    assert not longer_than(burmese, 100)
    assert longer_than(burmese, 99)


@pytest.mark.parametrize("text", ["", " \n", "\u200b\u2060", "\u3164\u115f", "\ufeff", "\u00a0"])
def test_nothing_to_see_is_blank(text):
    assert is_blank(text)


@pytest.mark.parametrize("text", [".", "가", "👍", " \u0301"])
def test_anything_to_see_is_not_blank(text):
    assert not is_blank(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("one", [["one"]]),
        ("one\ntwo", [["one", "two"]]),
        ("one\n\ntwo\nthree\n \n\nfour", [["one"], ["two", "three"], ["four"]]),
        ("\n\none\n", [["one"]]),
    ],
)
def test_blank_lines_stand_between_paragraphs(text, expected):
    assert paragraphs(text) == expected


@pytest.mark.parametrize(
    ("text", "clusters", "expected"),
    [
        ("Short.", 10, "Short."),
        ("One line,\n\nand another.", 30, "One line, and another."),
        ("Four metres off the top, and more", 24, "Four metres off the…"),
        ("Four metres off the top, and more", 27, "Four metres off the top…"),
        ("Incomprehensibilities", 6, "Incomp…"),
        ("돌은 거짓말을 하지 않는다", 9, "돌은 거짓말을…"),
        ("石头不会说谎，我母亲常这么说", 7, "石头不会说谎…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301e\u0301…"),
    ],
)
def test_the_beginning_of_a_text_is_cut_where_a_reader_would(text, clusters, expected):
    assert beginning(text, clusters) == expected
