"""The two loopback addresses: a door on loopback answers to 127.0.0.1 and to [::1]."""

from __future__ import annotations

import socket
from typing import Final

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1", "[::1]")


def is_loopback(host: str) -> bool:
    """Whether `host` names this machine alone."""
    return host in LOOPBACK


def has_ipv6() -> bool:
    """Whether this machine has the address ::1."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
