"""The names that one way into the door answers to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from letterslot.intake import wording

_SPELLINGS_KEPT: Final = 32


class WrongHost(NamedTuple):
    """Why a request is not for this site, as it is answered."""

    status: int
    sentence: str


_NONE: Final = WrongHost(400, wording.NO_HOST)
_ANOTHER: Final = WrongHost(421, wording.WRONG_HOST)


class Hosts:
    """A set of host names, and how headers have spelt them so far."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(name.lower() for name in names if name)
        self._spelt: set[str] = set()

    def refuse(self, named: str | None, authority: str | None) -> WrongHost | None:
        """None where a request is for us. RFC 9110, 7.4: it may be for another door.

        `named` is its Host header, `authority` what its target names, if it does.
        """
        if authority is None and named in self._spelt:
            return None
        if named is None:
            return _NONE
        asked_for = [named] if authority is None else [named, authority]
        if not all(host_name(name) in self._names for name in asked_for):
            return _ANOTHER
        if len(self._spelt) < _SPELLINGS_KEPT:
            self._spelt.add(named)
        return None


def host_name(host: str) -> str:
    """The name in a Host header, lower-case, without its port: "[::1]:8000" is "[::1]"."""
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower()
