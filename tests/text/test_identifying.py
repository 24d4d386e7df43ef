"""What could identify a person. All numbers and names are invented or reserved for examples."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterslot.text.identifying import cleaned, find


def passages(text, language="ko"):
    return [(finding.kind, finding.passage) for finding in find(text, language)]


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("전화 010-1234-5678 로", "ko", "010-1234-5678"),
        ("my number is 010-1234-5678.", "en", "010-1234-5678"),
        ("call (202) 555-0143 now", "en", "(202) 555-0143"),
        ("ring +44 20 7946 0018", "ko", "+44 20 7946 0018"),
        ("０１０－１２３４－５６７８", "ko", "０１０－１２３４－５６７８"),
    ],
)
def test_telephone_numbers_are_found(text, language, number):
    assert passages(text, language) == [("telephone", number)]


def test_a_bracket_around_a_number_is_no_part_of_it():
    text = "Ask the harbour (+44 20 7946 0958) about it."
    (found,) = find(text, "en")
    assert found.passage == "+44 20 7946 0958"
    assert cleaned(text, [found]) == "Ask the harbour ([…]) about it."


@pytest.mark.parametrize(
    "text",
    [
        "on 2026-11-23 at 12:30 we paid 12,500,000 won",
        "between 1996-2006, 3.5 of 100",
        "see https://news.example/0212345678/ for more",
        "문화재 제1234호, 1988년 9월 17일",
    ],
)
def test_dates_sums_and_addresses_are_not_telephone_numbers(text):
    assert passages(text) == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("write to ann.b+news@mail.example.org.", "ann.b+news@mail.example.org"),
        ("메일은 ann@example.com으로", None),
        ("<ann@example.com>", "ann@example.com"),
        ("안녕@예시.한국", "안녕@예시.한국"),
    ],
)
def test_mail_addresses_are_found(text, address):
    found = passages(text)
    assert [kind for kind, _ in found] == ["email"]
    assert address is None or found == [("email", address)]


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("ask @river_market there", "@river_market"),
        ("t.me/river_market is mine", "t.me/river_market"),
        ("https://www.instagram.com/river.market/", "https://www.instagram.com/river.market"),
        ("카톡 아이디: river77", "river77"),
        ("Telegram: river77", "river77"),
        ("my WeChat id is river_77", "river_77"),
        ("微信号 river77", "river77"),
    ],
)
def test_accounts_are_found(text, account):
    assert passages(text) == [("account", account)]


@pytest.mark.parametrize(
    "text",
    ["Telegram is blocked here", "at 5 @ the market", "on x.com they say", "a@b", "카톡으로"],
)
def test_the_name_of_a_service_is_not_an_account(text):
    assert passages(text) == []


@pytest.mark.parametrize(
    ("text", "marks", "kept"),
    [
        (
            "https://news.example/a?utm_source=x&id=3&fbclid=y#top",
            ["utm_source=x", "fbclid=y"],
            "https://news.example/a?id=3#top",
        ),
        (
            "https://news.example/a?id=3&utm_source=x&utm_medium=y&page=2",
            ["utm_source=x&utm_medium=y"],
            "https://news.example/a?id=3&page=2",
        ),
        ("(https://news.example/?gclid=1)", ["gclid=1"], "(https://news.example/)"),
        ("https://news.example/?gclid&si#x", ["gclid&si"], "https://news.example/#x"),
        (
            "https://video.example/watch?v=abc&si=def.",
            ["si=def"],
            "https://video.example/watch?v=abc.",
        ),
        ("https://news.example/?&UTM_id=1&", ["UTM_id=1"], "https://news.example/?&"),
    ],
)
def test_only_the_tracking_marks_of_a_link_are_marked_and_cut(text, marks, kept):
    findings = find(text, "en")
    assert [(finding.kind, finding.passage) for finding in findings] == [
        ("tracking", mark) for mark in marks
    ]
    holds_together(text, findings)
    assert cleaned(text, findings) == kept
    assert find(kept, "en") == []


def test_a_link_without_tracking_marks_is_left_alone():
    assert find("https://news.example/a?id=3&page=2", "en") == []


def test_a_cleaned_text_has_marks_in_place_of_what_was_found():
    text = "Ann, 010-1234-5678, ann@example.com, @ann_b"
    assert cleaned(text, find(text, "ko")) == "Ann, […], […], […]"


def test_ordinary_texts_raise_no_question(samples):
    assert [find(sample.text, sample.tag) for sample in samples] == [[] for _ in samples]


def test_2283_paragraphs_raise_no_question(declarations):
    assert [text for tag, _, text in declarations if find(text, tag)] == []


def holds_together(text, findings):
    end = 0
    for finding in findings:
        assert end <= finding.start < finding.end <= len(text)
        assert text[finding.start : finding.end] == finding.passage
        end = finding.end


bits = st.sampled_from(
    ["ann@example.com", "@ann", "010-1234-5678", "https://a.example/?fbclid=1&b=2", "t.me/ann?si=1",
     " ", "?", "&", "@", ".", "카톡:", "0", "+82", "\u200d", "가"]
)  # fmt: skip


@given(st.lists(bits, max_size=12).map("".join))
def test_findings_are_in_order_and_do_not_overlap(text):
    findings = find(text, "ko")
    holds_together(text, findings)
    cleaned(text, findings)


@settings(max_examples=50)
@given(st.text(max_size=300), st.text(max_size=10))
def test_any_text_can_be_searched(text, language):
    holds_together(text, find(text, language))


def test_naughty_strings_can_be_searched(naughty_strings):
    for string in naughty_strings:
        holds_together(string, find(string, "en"))
