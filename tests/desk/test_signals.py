"""What a letter shows of itself, each with the passage that caused it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from letterslot.desk import signals, wordlist
from letterslot.desk.signals import Context, Signal
from letterslot.desk.staff import Person, Staff
from letterslot.discussion.wording import Wording

NOBODY = Staff([])
Look = Callable[..., list[Signal]]


def look(text: str, *, name: str = "", language: str = "en", words=None, staff=NOBODY):
    context = Context(language, words or wordlist.WordList([]), staff)
    return signals.signals_of(Wording(name, text), context)


def shown(found: list[Signal], text: str) -> list[tuple[str, list[str]]]:
    return [(one.kind, [text[start:end] for start, end in one.spans]) for one in found]


def test_an_honest_letter_shows_nothing():
    assert look("The stones were heavier than the scales said.", name="Mina") == []


def test_what_identifies_somebody_is_shown_where_it_stands():
    text = "Write to mina@example.org or ring 010-2345-6789."
    found = look(text, language="ko-KR")
    assert shown(found, text)[:2] == [
        ("telephone", ["010-2345-6789"]),
        ("email", ["mina@example.org"]),
    ]
    assert found[0].note == "Whose is it?"


def test_links_are_gathered_by_host_and_the_host_is_the_one_that_is_looked_up():
    text = "See https://bücher.example/a, http://bücher.example/b and www.quay.example."
    found = [one for one in look(text) if one.kind == "link"]
    assert shown(found, text) == [
        ("link", ["https://bücher.example/a", "http://bücher.example/b"]),
        ("link", ["www.quay.example"]),
    ]
    assert [one.note for one in found] == [
        "It leads to xn--bcher-kva.example",
        "It leads to www.quay.example",
    ]


def test_a_link_that_pretends_shows_where_it_leads():
    found = look("Go to https://bank.example@other.example/ now, all of you please.")
    assert [one.note for one in found if one.kind == "link"] == ["It leads to other.example"]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Mina Park", "Signed with a name of the newsroom."),
        ("mina park", "Signed with a name of the newsroom."),
        ("Міnа Pаrk", "Signed with a name that looks like one of the newsroom."),
        ("Mina Parƙ", ""),
        ("Minas Parkway", ""),
        ("M1na Park", "Signed with a name that looks like one of the newsroom."),
    ],
)
def test_a_name_like_one_of_the_newsrooms_people_is_pointed_out(name, label):
    found = look("I wrote this myself.", name=name, staff=Staff([Person("Mina Park", "reporter")]))
    staff = [one for one in found if one.kind == "staff"]
    assert [one.label for one in staff] == ([label] if label else [])
    assert all((one.place, one.spans) == ("name", ((0, len(name)),)) for one in staff)


@pytest.mark.parametrize(
    ("text", "language", "note"),
    [
        ("저울은 틀리지 않았습니다.", "en", "Hangul, under a story in English."),
        (
            "The harbour master weighed every stone twice and wrote down the lower number.",
            "vi",
            "English, under a story in Vietnamese.",
        ),
    ],
)
def test_another_language_than_the_storys_is_named_where_it_is_sure(text, language, note):
    found = [one for one in look(text, language=language) if one.kind == "language"]
    assert [one.note for one in found] == [note]
    assert found[0].spans


@pytest.mark.parametrize(
    ("text", "language"),
    [("Good!", "vi"), ("OK.", "ko"), ("duong ve ben cang", "vi"), ("APT 가격", "ko")],
)
def test_a_text_too_short_to_say_is_said_nothing_about(text, language):
    assert "language" not in [one.kind for one in look(text, language=language)]


def test_a_word_in_two_alphabets_is_pointed_out():
    text = "Send it to the раypal office."
    found = [one for one in look(text) if one.kind == "mixture"]
    assert shown(found, text) == [("mixture", ["раypal"])]
    assert found[0].note == "Cyrillic, Latin"


@pytest.mark.parametrize("text", ["APT가격이 올랐다", "3D打印的东西很好", "Tシャツを買った"])
def test_honest_words_of_two_scripts_are_not(text):
    assert "mixture" not in [one.kind for one in look(text)]


def test_a_long_letter_shows_from_where_it_is_long():
    text = "가나다라 " * 500
    found = [one for one in look(text, language="ko") if one.kind == "length"]
    assert found[0].spans == ((2000, 2500),)
    assert found[0].note == "2500 characters."


def test_a_letter_of_three_characters_is_very_short():
    assert [one.label for one in look("ㅋㅋㅋ", language="ko")] == ["Very short."]


def test_kinds_come_in_one_order_with_what_endangers_people_first():
    found = look("раypal https://quay.example/ mina@example.org", name="Mina")
    assert [one.kind for one in found] == ["email", "link", "mixture"]
