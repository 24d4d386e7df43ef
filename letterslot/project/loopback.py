"""The other loopback address.

A door on loopback answers to 127.0.0.1 and to [::1]. The public door's server listens on one
address; a few lines of asyncio carry the other over. Loopback only: nothing from outside comes
this way, so nothing is lost by the extra step.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress
from typing import Final

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1", "[::1]")
CHUNK: Final = 64 * 1024


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


def carry_over(port: int) -> threading.Thread:
    """Carry what comes to [::1]:port over to 127.0.0.1:port. The thread ends with the process."""
    thread = threading.Thread(target=lambda: asyncio.run(_listen(port)), daemon=True)
    thread.start()
    return thread


async def _listen(port: int) -> None:
    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            to, back = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(_pump(reader, back), _pump(to, writer))

    with suppress(OSError):  # taken by another: 127.0.0.1 still answers
        server = await asyncio.start_server(carry, "::1", port)
        async with server:
            await server.serve_forever()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(CHUNK):
            writer.write(chunk)
            await writer.drain()
    with suppress(OSError):
        writer.close()
