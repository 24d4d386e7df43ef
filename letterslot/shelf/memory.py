"""A bounded memory that costs one dictionary look-up to read."""

from __future__ import annotations

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Generations(Generic[K, V]):
    """Keeps at most `limit` bytes, in two generations: what is asked for moves to the young one;
    when that is full it becomes the old one, and what nobody asked for since is let go.

    Unlike a list of recent use, a hit changes nothing, so that it needs neither lock nor order.
    """

    def __init__(self, limit: int) -> None:
        self._half = limit // 2
        self._young: dict[K, tuple[V, int]] = {}
        self._old: dict[K, tuple[V, int]] = {}
        self._weight = 0

    def get(self, key: K) -> V | None:
        kept = self._young.get(key)
        if kept is not None:
            return kept[0]
        kept = self._old.pop(key, None)
        if kept is None:
            return None
        self.put(key, *kept)
        return kept[0]

    def put(self, key: K, value: V, weight: int) -> None:
        """Keep a value of so many bytes; one larger than half the limit is not kept."""
        if weight > self._half:
            return
        if self._weight + weight > self._half:
            self._old, self._young, self._weight = self._young, {}, 0
        self._young[key] = (value, weight)
        self._weight += weight

    @property
    def weight(self) -> int:
        """Bytes kept, counted once more for what was replaced."""
        return self._weight + sum(weight for _, weight in self._old.values())
