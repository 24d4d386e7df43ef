"""The memory of ready answers stays within its bound."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from letterslot.shelf.memory import Generations


def test_what_is_asked_for_stays_and_what_is_not_goes() -> None:
    memory: Generations[int, str] = Generations(100)
    memory.put(0, "asked for", 10)
    for key in range(1, 50):
        memory.put(key, "passing", 10)
        assert memory.get(0) == "asked for"
    assert memory.get(1) is None


def test_what_is_larger_than_half_the_memory_is_not_kept() -> None:
    memory: Generations[str, bytes] = Generations(100)
    memory.put("large", b"", 51)
    assert memory.get("large") is None


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 60), st.booleans())))
def test_the_memory_never_holds_more_than_its_limit(
    steps: list[tuple[int, int, bool]],
) -> None:
    memory: Generations[int, int] = Generations(100)
    for key, weight, is_read in steps:
        if is_read:
            memory.get(key)
        else:
            memory.put(key, weight, weight)
        assert memory.weight <= 100
