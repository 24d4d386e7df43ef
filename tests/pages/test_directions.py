"""Languages and directions on one page: the story's, the furniture's, each comment's."""

from dataclasses import replace
from datetime import date

import pytest

from letterslot.pages import languages


@pytest.fixture
def uyghur(pages, story, thread, parsed):
    """A story without a catalogue of its own, written from right to left."""
    return parsed(pages.story(replace(story, language="ug"), thread))


def test_the_page_takes_the_storys_language_and_direction(uyghur):
    assert (uyghur.get("lang"), uyghur.get("dir")) == ("ug", "rtl")


def test_furniture_in_another_language_says_so(uyghur):
    heading = uyghur.find(".//h2[@id='ch']")
    assert (heading.text, heading.get("lang"), heading.get("dir")) == ("Comments", "en", "ltr")
    form = uyghur.find(".//section[@id='write-comment']/div")
    assert (form.get("lang"), form.get("dir")) == ("en", "ltr")


def test_furniture_keeps_its_direction_inside_a_comment_of_its_own_language(uyghur):
    mark = uyghur.find(".//p[@class='comment-edited']")
    assert (mark.get("lang"), mark.get("dir")) == ("en", "ltr")


def test_furniture_in_the_pages_language_carries_no_marks(pages, story, thread, parsed):
    root = parsed(pages.story(story, thread))
    assert root.find(".//h2[@id='ch']").get("lang") is None
    assert root.find(".//article[@id='c-aa']//a").get("lang") is None
    assert root.find(".//article[@id='c-ae']//a").get("lang") == "en"


def test_a_translation_is_named_in_its_own_language(pages, story, thread, parsed):
    links = list(parsed(pages.story(story, thread)).find(".//nav").iter("a"))
    assert [(a.text, a.get("lang"), a.get("dir")) for a in links] == [
        ("한국어", "ko", "ltr"),
        ("ئۇيغۇرچە", "ug", "rtl"),
    ]


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("vi", "Tiếng Việt"),
        ("zh-Hans", "中文 (简体)"),
        ("fr", "Français"),
        ("xx-unknown", "xx-unknown"),
    ],
)
def test_a_language_has_a_name(tag, name):
    assert languages.autonym(tag) == name


@pytest.mark.parametrize(
    ("language", "day"),
    [("en", "20 November 2026"), ("ko", "2026년 11월 20일"), ("xx-unknown", "2026-11-20")],
)
def test_a_day_is_written_as_its_language_writes_it(language, day):
    assert languages.long_date(date(2026, 11, 20), language) == day
