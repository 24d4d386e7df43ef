"""The rule of `guarded`, and the order of an edition: fixed by its seed, and by nothing else."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterslot.discussion.models import Comment
from letterslot.discussion.wording import Wording
from letterslot.newsroom import publication as publications
from letterslot.press.gate import Letter, lot, released

ids = st.lists(st.text("0123456789abcdef", min_size=12, max_size=12), unique=True, max_size=30)


@given(ids=ids, seed=st.binary(min_size=32, max_size=32), chance=st.randoms())
def test_the_order_does_not_depend_on_who_came_first(ids, seed, chance):
    shuffled = list(ids)
    chance.shuffle(shuffled)
    in_order = sorted(ids, key=lambda one: lot(one, seed))
    assert in_order == sorted(shuffled, key=lambda one: lot(one, seed))


def test_over_many_editions_the_order_tells_nothing_of_arrival():
    """Mean rank correlation of arrival and place over 400 editions of 20 is next to none."""
    chance = random.Random(20261123)
    total = 0.0
    for _ in range(400):
        arrived = [f"{chance.getrandbits(48):012x}" for _ in range(20)]
        seed = chance.randbytes(32)
        printed = sorted(arrived, key=lambda one: lot(one, seed))
        gaps = sum((n - printed.index(one)) ** 2 for n, one in enumerate(arrived))
        total += 1 - 6 * gaps / (20 * (20**2 - 1))
    assert abs(total / 400) < 0.04


# Which letters go

SEED = bytes(32)
WORDS = ["quay", "lantern", "barley", "tin", "seven", "crossing", "ferry", "stone", "winter"]


def publication(**changes):
    table = {"name": "Courier", "url": "https://courier.example", "policy": "guarded"}
    return publications.from_table(table | changes)


def letter(number, *, sent=1, approved=1, group="yes", text=""):
    chance = random.Random(number)
    text = text or " ".join(chance.choice(WORDS) + str(chance.random()) for _ in range(12))
    comment = Comment(id=f"{number:012x}", slot=sent, group=group)
    return Letter(comment, Wording("", text), approved)


def letters(count, **fields):
    return [letter(number, **fields) for number in range(count)]


@pytest.mark.parametrize(("slot", "gone"), [(1, 0), (2, 0), (3, 12), (9, 12)])
def test_a_whole_slot_lies_between_sending_and_printing(slot, gone):
    assert len(released(letters(12), publication(), slot, SEED)) == gone


def test_under_prompt_all_go_at_once():
    assert len(released(letters(3), publication(policy="prompt"), 1, SEED)) == 3


def test_who_was_sent_too_late_neither_goes_nor_counts():
    late = [letter(100 + n, sent=2) for n in range(5)]
    assert released([*letters(9), *late], publication(), 3, SEED) == []
    assert released([*letters(10), *late], publication(), 3, SEED) == letters(10)


CAMPAIGN = "The harbour office must close the east quay at once, the scales have been wrong since "


@pytest.mark.parametrize(
    ("different", "alike", "gone"),
    [(9, 1, 10), (9, 30, 39), (8, 30, 0), (0, 30, 0)],
)
def test_letters_that_say_nearly_the_same_count_as_one(different, alike, gone):
    flood = [letter(100 + n, text=f"{CAMPAIGN}spring {n}") for n in range(alike)]
    assert len(released([*letters(different), *flood], publication(), 3, SEED)) == gone


@pytest.mark.parametrize(
    ("group", "slot", "goes"),
    [("yes", 9, False), ("within-3-days", 3, False), ("within-3-days", 4, True)],
)
def test_who_chose_to_go_alone_goes_the_third_slot_after_the_approval(group, slot, goes):
    alone = letter(1, group=group)
    assert released([alone], publication(), slot, SEED) == ([alone] if goes else [])


def test_also_who_goes_alone_waits_a_whole_slot_after_sending():
    alone = letter(1, group="within-3-days", sent=4, approved=1)
    assert released([alone], publication(), 5, SEED) == []


@given(seed=st.binary(min_size=32, max_size=32), count=st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_a_pool_keeps_some_back_and_never_lets_fewer_than_the_minimum_go(seed, count):
    waiting = letters(count)
    gone = released(waiting, publication(pool=30), 3, seed)
    assert set(gone) <= set(waiting)
    assert len({one.comment.pk for one in gone}) == len(gone)
    if count < 10:
        assert gone == []
    else:
        assert 10 <= len(gone) <= max(10, count - 3)


def test_a_pool_keeps_back_about_as_many_as_it_says():
    chance = random.Random(7)
    kept = [
        100 - len(released(letters(100), publication(pool=30), 3, chance.randbytes(32)))
        for _ in range(30)
    ]
    assert 25 < sum(kept) / len(kept) < 35


def test_a_pool_keeps_nobody_who_waited_as_long_as_agreed():
    alone = [letter(number, group="within-3-days") for number in range(40)]
    assert len(released(alone, publication(pool=50), 4, SEED)) == 40
