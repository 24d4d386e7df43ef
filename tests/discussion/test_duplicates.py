"""Letters that say the same."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest

from letterslot.discussion.duplicates import Duplicates, shared

CAMPAIGN = (
    "The harbour office must close the east quay at once, because the scales there have been "
    "wrong since spring and nobody has answered our letters. Sign here and pass it on."
)
KOREAN = (
    "동쪽 부두의 저울은 봄부터 틀렸는데 아무도 편지에 답하지 않았습니다. 부두를 당장 닫아야 합니다."
)


@pytest.fixture
def known() -> Duplicates:
    return Duplicates()


@pytest.mark.parametrize(
    "other",
    [
        CAMPAIGN.upper(),
        CAMPAIGN.replace(" ", "  ").replace(",", ""),
        CAMPAIGN.replace("harbour", "ｈａｒｂｏｕｒ"),
        "\u200b".join(CAMPAIGN),
        CAMPAIGN.replace(".", "!!!"),
    ],
)
def test_the_same_words_in_another_dress_are_exactly_alike(known, other):
    known.add("a", CAMPAIGN)
    known.add("b", other)
    assert [(twin.id, twin.exact) for twin in known.twins("a")] == [("b", True)]


@pytest.mark.parametrize(
    ("text", "changed"),
    [(CAMPAIGN, CAMPAIGN.replace("at once", "today")), (KOREAN, KOREAN.replace("당장", "오늘"))],
)
def test_a_changed_word_makes_them_nearly_alike(known, text, changed):
    known.add("a", text)
    known.add("b", changed)
    assert [(twin.id, twin.exact) for twin in known.twins("b")] == [("a", False)]


def test_letters_on_the_same_matter_are_not_alike(known):
    known.add("a", CAMPAIGN)
    known.add("b", "I weigh my herring at the east quay each morning and the scales are right.")
    assert (known.twins("a"), known.groups()) == ([], [])


def test_short_letters_are_alike_only_exactly(known):
    known.add("a", "Well said!")
    known.add("b", "Well said.")
    known.add("c", "Well sad.")
    assert known.groups() == [frozenset("ab")]


def test_groups_join_what_leads_from_one_to_another_and_come_largest_first(known):
    for place, letter_id in enumerate("abcd"):
        known.add(letter_id, CAMPAIGN + f" {place}")
    known.add("x", KOREAN)
    known.add("y", KOREAN)
    assert known.groups() == [frozenset("abcd"), frozenset("xy")]
    assert known.groups(among="axy") == [frozenset("xy")]


def test_a_letter_that_is_forgotten_is_nobodys_twin(known):
    for letter_id in "abc":
        known.add(letter_id, CAMPAIGN)
    known.remove("b")
    assert known.groups() == [frozenset("ac")]
    known.remove("a")
    known.remove("c")
    known.add("d", CAMPAIGN)
    assert known.twins("d") == []


def test_another_wording_of_a_letter_takes_the_place_of_the_first(known):
    known.add("a", CAMPAIGN)
    known.add("b", CAMPAIGN)
    known.add("b", KOREAN)
    assert known.twins("a") == []


def test_a_text_of_stops_alone_is_like_no_other(known):
    known.add("a", "...")
    known.add("b", "!!!")
    assert known.groups() == []


def test_what_two_letters_share_is_shown_in_the_words_of_the_one():
    text = "Dear all! " + CAMPAIGN + " Greetings from Mina."
    spans = shared(text, CAMPAIGN)
    assert [text[start:end] for start, end in spans] == [CAMPAIGN.rstrip(".")]


CORPUS = (
    Path(__file__).parents[3]
    / "shared/data/corpora/kocohub+korean-hate-speech/unlabeled_comments_5.part.txt"
)


@pytest.mark.skipif(not CORPUS.exists(), reason="the shared corpora are not here")
def test_real_repeats_among_real_comments_are_all_found():
    with CORPUS.open(encoding="utf-8", newline="") as file:
        lines = [row[0] for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row]
    random.Random(1).shuffle(lines)
    known = Duplicates()
    lines = lines[:3000]
    for number, line in enumerate(lines):
        known.add(str(number), line)
    repeated = {line for line in lines if lines.count(line) > 1 and any(map(str.isalnum, line))}
    grouped = {lines[int(one)] for group in known.groups() for one in group}
    assert repeated
    assert repeated <= grouped
    assert len(grouped) < len(lines) / 4  # and most of a newspaper's comments stand alone
