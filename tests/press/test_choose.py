"""The order of an edition: fixed by its seed, and by nothing else."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from letterslot.press.choose import lot

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
