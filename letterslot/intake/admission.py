"""Whether a request may be taken in, decided before its body is parsed and without an identity."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import time
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from letterslot.intake.gate import MOST_GIVEN_BACK, Gate
from letterslot.intake.hosts import Hosts

DEFAULT_BUDGET: Final = 30
CONNECTIONS: Final = 2048  # at a time on each way in; slow ones are closed after their timeout
MINUTE: Final = 60.0
_KEY_SECONDS: Final = 3600.0
_CELLS: Final = 1 << 16


@dataclass(frozen=True)
class Allowance:
    """What one address of the door takes in: POSTs a minute from one network, and places."""

    a_minute: int
    at_once: int = 64
    large: int | None = None  # of these places, how many large bodies take; None: all
    slow: int = 128
    given_back: int = MOST_GIVEN_BACK
    if_pressed: bool = False  # the budget binds only while a quarter of the places are taken


# Each has its own, so that no flood of one kind shuts out another. `/comment` has --budget.
COMMENTS: Final = Allowance(DEFAULT_BUDGET, at_once=256, slow=512)
PREVIEWS: Final = Allowance(120, at_once=128, slow=256)
# Guessing is hopeless, and must not keep those away who share a network with it. So there is a
# place for every connection: who looks up a receipt waits behind those who came before, a second or
# two at most, and is not refused by chance.
LOOK_UPS: Final = Allowance(120, at_once=CONNECTIONS, large=256, given_back=0, if_pressed=True)
WISHES: Final = Allowance(30)  # withdrawals, appeals, reports and the like


class Budget:
    """How much one network may send in a minute, without remembering who sent.

    Networks (/24, /56) are counted in a table of cells under a keyed hash. The key lives in
    memory and changes every hour, the table is emptied every minute. Two networks may share a
    cell: then they share its budget for that minute.
    """

    def __init__(
        self,
        per_minute: int,
        clock: Callable[[], float] = time.monotonic,
        *,
        spares_loopback: bool = False,
    ) -> None:
        """`per_minute` 0: no budget. `spares_loopback`: behind 127.0.0.1 stands a proxy, and with
        it everybody, so what comes from there is not counted."""
        self.per_minute = min(per_minute, 0xFFFF)
        self._clock = clock
        self._spares_loopback = spares_loopback
        self._counts = array("H", bytes(2 * _CELLS))
        self._minute_ends = self._key_ends = 0.0
        self._key = b""

    def take(self, client: str, *, once: int = 1) -> int:
        """0 if this client's network may send once more now, else the seconds to wait. `once` 0
        only asks.

        `client` is the address and port of the connection, as the server names it; a header is
        never asked.
        """
        if not self.per_minute or (self._spares_loopback and is_loopback(client)):
            return 0
        now = self._clock()
        if now >= self._minute_ends:
            self._begin_minute(now)
        cell = self._cell(network(client))
        if self._counts[cell] >= self.per_minute:
            return max(1, int(self._minute_ends - now) + 1)
        self._counts[cell] += once
        return 0

    def _begin_minute(self, now: float) -> None:
        self._minute_ends = now + MINUTE
        self._counts = array("H", bytes(2 * _CELLS))
        if now >= self._key_ends:
            self._key, self._key_ends = secrets.token_bytes(32), now + _KEY_SECONDS

    def _cell(self, prefix: bytes) -> int:
        digest = hashlib.blake2b(prefix, key=self._key, digest_size=2).digest()
        return int.from_bytes(digest, "big")


def is_loopback(client: str) -> bool:
    """Whether a connection comes from this machine: "127.0.0.1:50123"."""
    return client.startswith(("127.", "[::1]", "::1", "[::ffff:127."))


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


class Lane:
    """One way into the door: what it answers to, and places that no other way can take.

    The clearnet's tells networks apart. The onion service's cannot, for all of Tor is one
    neighbour: it has its places alone, and what Tor itself does against floods.
    """

    def __init__(
        self, allowances: Mapping[str, Allowance], *, budget: int = 0, by_network: bool
    ) -> None:
        """`allowances` by path; `budget` is that of `/comment`, and the one that 0 switches off."""
        self.hosts = Hosts(())
        self._allowances = allowances
        self.gates = {
            path: Gate(one.at_once, one.slow, one.given_back, large=one.large)
            for path, one in allowances.items()
        }
        self._budgets: dict[str, Budget] = {}
        if by_network:
            self._budgets = {
                path: Budget(budget)
                if one is COMMENTS
                else Budget(one.a_minute, spares_loopback=True)
                for path, one in allowances.items()
            }

    def wait(self, path: str, client: str, *, once: int = 1) -> int:
        """The seconds that this client's network has to wait before a POST to `path`; 0: none.

        A POST counts once its body is there; before, `once` is 0. Else a network's budget would be
        used up by whoever in it begins much and sends nothing.
        """
        budget = self._budgets.get(path)
        seconds = 0 if budget is None else budget.take(client, once=once)
        if seconds and self._allowances[path].if_pressed:
            pressed = self.gates[path].in_hand >= self._allowances[path].at_once // 4
            return seconds if pressed else 0
        return seconds
