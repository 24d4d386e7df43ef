"""How many conversations a page may show."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from letterslot.press.fitting import most_that_fit, weight


def noise(n):
    return "".join(chr(33 + (k * k * 7919 + k * 104729) % 90) for k in range(n * 40))


@given(most=st.integers(0, 30), least=st.integers(0, 2), budget=st.integers(20, 2000))
def test_the_page_shows_all_that_fit_and_not_one_more(most, least, budget):
    least = min(least, most)
    page = most_that_fit(noise, most=most, least=least, budget=budget)
    shown = len(page) // 40
    assert least <= shown <= most
    assert shown == least or weight(page) <= budget
    assert shown == most or weight(noise(shown + 1)) > budget
