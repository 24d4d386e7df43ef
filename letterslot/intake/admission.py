"""Whether a request may store anything, decided before its body is parsed."""

from __future__ import annotations

import enum
import hashlib
import ipaddress
import secrets
import time
from array import array
from collections.abc import Callable
from typing import Final

MOST_IN_FLIGHT: Final = 256  # submissions read but not yet on disk
MOST_GIVEN_BACK: Final = 64  # refused bodies read at once, only to give their text back
MINUTE: Final = 60.0
_KEY_SECONDS: Final = 3600.0
_CELLS: Final = 1 << 16


class Verdict(enum.Enum):
    """What is to be done with a submission."""

    ADMIT = "admit"
    GIVE_BACK = "give back"  # refused; its body is read only to give the text back
    TURN_AWAY = "turn away"  # refused, unread


class Budget:
    """How much one network may send in a minute, without remembering who sent.

    Networks (/24, /56) are counted in a table of cells under a keyed hash. The key lives in
    memory and changes every hour, the table is emptied every minute. Two networks may share a
    cell: then they share its budget for that minute.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """`per_minute` 0: no budget."""
        self.per_minute = min(per_minute, 0xFFFF)
        self._clock = clock
        self._counts = array("H", bytes(2 * _CELLS))
        self._minute_ends = self._key_ends = 0.0
        self._key = b""

    def take(self, client: str) -> int:
        """0 if this client's network may send once more now, else the seconds to wait.

        `client` is the address and port of the connection, as the server names it.
        """
        if not self.per_minute:
            return 0
        now = self._clock()
        if now >= self._minute_ends:
            self._begin_minute(now)
        cell = self._cell(network(client))
        if self._counts[cell] >= self.per_minute:
            return max(1, int(self._minute_ends - now) + 1)
        self._counts[cell] += 1
        return 0

    def _begin_minute(self, now: float) -> None:
        self._minute_ends = now + MINUTE
        self._counts = array("H", bytes(2 * _CELLS))
        if now >= self._key_ends:
            self._key, self._key_ends = secrets.token_bytes(32), now + _KEY_SECONDS

    def _cell(self, prefix: bytes) -> int:
        digest = hashlib.blake2b(prefix, key=self._key, digest_size=2).digest()
        return int.from_bytes(digest, "big")


def network(client: str) -> bytes:
    """The network of "192.0.2.7:50123" or "[2001:db8::1]:50123": the first 3 bytes, or 7."""
    host = client.rpartition(":")[0].strip("[]")
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return b""  # a Unix socket: one neighbour, one budget
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return b"6" + address.packed[:7]
        address = address.ipv4_mapped
    return b"4" + address.packed[:3]


class Gate:
    """How many submissions are in hand. Not for several threads: the event loop's alone."""

    def __init__(self, most: int = MOST_IN_FLIGHT, most_given_back: int = MOST_GIVEN_BACK) -> None:
        self._most = most
        self._most_given_back = most_given_back
        self.in_flight = 0
        self.giving_back = 0

    def enter(self, *, refused: bool = False) -> Verdict:
        """Take a place; `leave` with the same verdict must follow."""
        if not refused and self.in_flight < self._most:
            self.in_flight += 1
            return Verdict.ADMIT
        if self.giving_back < self._most_given_back:
            self.giving_back += 1
            return Verdict.GIVE_BACK
        return Verdict.TURN_AWAY

    def leave(self, verdict: Verdict) -> None:
        if verdict is Verdict.ADMIT:
            self.in_flight -= 1
        elif verdict is Verdict.GIVE_BACK:
            self.giving_back -= 1
