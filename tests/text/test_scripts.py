"""Which script a text is in, which way it runs, and its language mark."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterslot.text.scripts import (
    comment_lang,
    direction,
    language_direction,
    likely_region,
    main_script,
)


def test_every_sample_is_known_by_its_script(samples):
    for sample in samples:
        assert (sample.tag, main_script(sample.text)) == (sample.tag, sample.script)
        assert (sample.tag, direction(sample.text)) == (sample.tag, sample.dir)


def test_every_sample_takes_the_language_of_its_own_story(samples):
    assert [comment_lang(sample.text, sample.tag) for sample in samples] == [
        sample.tag for sample in samples
    ]


def test_every_sample_runs_as_its_language_does(samples):
    assert [language_direction(sample.tag) for sample in samples] == [s.dir for s in samples]


def test_39_languages_keep_their_mark_and_direction(declarations):
    wrong = {
        tag
        for tag, way, text in declarations
        if (comment_lang(text, tag), direction(text), language_direction(tag)) != (tag, way, way)
    }
    assert wrong == set()


def test_naughty_strings_have_a_direction(naughty_strings):
    assert {direction(string) for string in naughty_strings} == {"ltr", "rtl"}


@pytest.mark.parametrize("text", ["", "12:30 …", "👍🏽", "\u0301", "()"])
def test_a_text_of_no_script_takes_the_story_language(text):
    assert main_script(text) is None
    assert comment_lang(text, "ar") == "ar"
    assert direction(text) == "ltr"


@pytest.mark.parametrize(
    ("text", "story_language", "lang"),
    [
        ("안녕하세요", "en", "und-Hang"),
        ("Good morning", "ko", "und-Latn"),
        ("大韓民國", "ko", "ko"),  # Korean has two scripts
        ("カタカナ", "ja", "ja"),
        ("繁體字", "zh-Hant", "zh-Hant"),
        ("简体字", "zh", "zh"),
        ("شكرا", "en", "und-Arab"),
        ("oʻzbek", "uz-Cyrl", "und-Latn"),
        ("ўзбек", "uz-Cyrl", "uz-Cyrl"),
        ("Seoul에서 온 편지를 읽었습니다", "ko", "ko"),
    ],
)
def test_a_comment_is_marked_by_its_main_script(text, story_language, lang):
    assert comment_lang(text, story_language) == lang


@pytest.mark.parametrize(
    ("tag", "way"),
    [
        ("en", "ltr"),
        ("he", "rtl"),
        ("ug", "rtl"),
        ("ug-Latn", "ltr"),
        ("pa-PK", "rtl"),
        ("pa", "ltr"),
        ("ckb", "rtl"),
        ("dv", "rtl"),
        ("und-Hebr", "rtl"),
        ("und-Hang", "ltr"),
        ("zh-Hant-TW", "ltr"),
        ("nqo", "rtl"),
        ("", "ltr"),
        ("x", "ltr"),
        ("not a tag!", "ltr"),
    ],
)
def test_a_language_runs_as_its_script_does(tag, way):
    assert language_direction(tag) == way


@pytest.mark.parametrize(
    ("tag", "region"), [("ko", "KR"), ("en-GB", "GB"), ("my", "MM"), ("", None)]
)
def test_a_language_has_a_likely_region(tag, region):
    assert likely_region(tag) == region


@given(st.text(), st.text())
def test_any_text_and_any_tag_have_a_mark(text, tag):
    assert comment_lang(text, tag) in {tag, f"und-{main_script(text)}"}
    assert language_direction(tag) in {"ltr", "rtl"}
