"""Characters that mark a copy unseen, and the same ones where a script needs them."""

from __future__ import annotations

import pytest

from letterslot.text import invisible
from letterslot.text.identifying import cleaned, find

ZWSP, ZWNJ, ZWJ, SHY, BOM, WJ = "\u200b", "\u200c", "\u200d", "\u00ad", "\ufeff", "\u2060"


def runs(text):
    return [text[start:end] for start, end in invisible.find(text)]


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"har{ZWSP}vest", [ZWSP]),
        (f"har{ZWNJ}vest", [ZWNJ]),
        (f"har{ZWJ}vest", [ZWJ]),
        (f"har{SHY}vest", [SHY]),
        (f"{BOM}harvest", [BOM]),
        (f"수{ZWNJ}확{WJ}제", [ZWNJ, WJ]),
        (f"a{ZWSP}{ZWNJ}{ZWJ}b{ZWSP}", [ZWSP + ZWNJ + ZWJ, ZWSP]),
        ("a\ufe0fb", ["\ufe0f"]),
        ("a\U000e0101b", ["\U000e0101"]),
        ("가\u3164나", ["\u3164"]),
        ("a\u2062b\u206ac\u180ed", ["\u2062", "\u206a", "\u180e"]),
        ("a\u200eb\u2066c\u2069", ["\u200e", "\u2066", "\u2069"]),
        ("one\u2009two\u00a0three\u2003four", ["\u2009", "\u00a0", "\u2003"]),
        ("one\u2800two\u2028three", ["\u2800", "\u2028"]),
        ("a\u3000b", ["\u3000"]),
        (f"می{ZWNJ}{ZWNJ}خواهم", [ZWNJ]),  # one is needed, the second tells something
        ("abc \u202eتاش", ["\u202e"]),  # an override never helps
        (f"5{ZWJ}6", [ZWJ]),
    ],
)  # fmt: skip
def test_what_no_script_needs_is_found(text, hidden):
    assert runs(text) == hidden


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("Persian", f"می{ZWNJ}خواهم کتاب{ZWNJ}ها را"),
        ("Persian with a vowel sign", f"همهٔ کِ{ZWNJ}ها"),
        ("Kurdish at a word's end", f"ه{ZWNJ} ل"),
        ("an Arabic abbreviation", f"ه{ZWJ}."),
        ("Hindi", f"क्{ZWJ}ष और क्{ZWNJ}ष"),
        ("Bengali", f"র্{ZWJ}য"),
        ("an older Malayalam chillu", f"അവന്{ZWJ}"),
        ("Sinhala", f"ශ්{ZWJ}රී ලංකා ක්{ZWJ}ෂ"),
        ("Burmese", f"မြန်{ZWSP}မာ{ZWNJ} စာ{WJ}"),
        ("Khmer", f"ខ្ញុំ{ZWSP}ទៅ"),
        ("Thai and Lao", f"ภาษา{ZWSP}ไทย ພາສາ{ZWSP}ລາວ"),
        ("Mongolian", "ᠮᠣᠩᠭᠣᠯ\u202fᠤᠨ ᠰᠠᠨ\u180b"),
        ("Hebrew with marks", "הַ\u200f, (א)\u200e ב\u2067ג\u2069"),
        ("Uyghur beside Latin", "تاش \u2066quay\u2069 \u200fچ"),
        ("old Hangul", "\u115f\u1161 \u1100\u1160"),
        ("a family", f"👨{ZWJ}👩{ZWJ}👧{ZWJ}👦"),
        ("a heart, a keycap, a runner", f"❤️ 5️⃣ 🏃🏽{ZWJ}♀️ 🏳️{ZWJ}🌈"),
        ("the flag of Wales", "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"),
        ("a Chinese paragraph", "\u3000\u3000石头很重。\u3000是的"),
        ("an ideographic variant", "葛\U000e0100城"),
        ("French", "«\u00a0Vraiment\u202f?\u00a0» dit-il\u00a0: 10\u202f000\u00a0%"),
        ("a Russian dash", "камень\u00a0— не лжёт"),
        ("plain words", "The stones were heavier.\nTwo lines."),
    ],
)  # fmt: skip
def test_what_a_script_needs_is_left_alone(what, text):
    assert runs(text) == []


def test_every_paragraph_of_39_languages_is_left_alone(declarations):
    assert [text for _, _, text in declarations if runs(text)] == []


def test_it_is_named_as_unicode_names_it():
    assert (
        invisible.named(ZWSP + ZWJ + ZWSP)
        == "ZERO WIDTH SPACE (U+200B), ZERO WIDTH JOINER (U+200D)"
    )
    (found,) = find(f"har{SHY}vest", "en")
    assert (found.kind, found.start, found.characters) == ("invisible", 3, "SOFT HYPHEN (U+00AD)")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"har{ZWSP}{ZWJ}vest می{ZWNJ}خواهم", f"harvest می{ZWNJ}خواهم"),
        ("one\u2009two\u00a0three", "one two three"),
        ("one\u2028two", "one\ntwo"),
        ("e\u034f\u0301", "é"),  # what then composes is in normal form again
    ],
)
def test_a_cleaned_text_has_it_no_more(text, clean):
    assert cleaned(text, find(text, "en")) == clean
    assert find(clean, "en") == []
