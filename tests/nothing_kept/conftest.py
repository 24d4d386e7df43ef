"""A newsroom whose processes write nowhere but below one folder, and its readers with canaries."""

from __future__ import annotations

import contextlib
import http.client
import os
import secrets
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from at_work.newsroom import Newsroom


class WatchedNewsroom(Newsroom):
    """Its temporary files lie in `temporary`; its door waits a second for a body, not fifty."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.slug = f"east-quay-{secrets.token_hex(4)}"
        self.budget = 0
        self.tracing: list[str] = []  # a command that runs the door's
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self.more_environment = {"TMPDIR": str(self.temporary)}

    def found(self) -> None:
        self.init(languages="en")
        self.add_story(self.slug)

    def _program(self) -> list[str]:
        return [*self.tracing, sys.executable, str(Path(__file__).with_name("impatient.py"))]

    def door_words(self) -> list[str]:
        return [*super().door_words(), "--budget", str(self.budget)]


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> WatchedNewsroom:
    """One newsroom for all tests here, whose door is closed between them."""
    newsroom = WatchedNewsroom(tmp_path_factory.mktemp("newsroom"))
    newsroom.found()
    return newsroom


@pytest.fixture
def newsroom(founded: WatchedNewsroom) -> Iterator[WatchedNewsroom]:
    founded.budget, founded.tracing = 0, []
    yield founded
    if founded.door is not None:
        founded.kill_door()


@dataclass
class Reader:
    """Sends from an unusual address, with words in every header that tells of a reader."""

    port: int
    host: str
    address: str = "127.66.77.88"
    statuses: list[int] = field(default_factory=list)
    mark: str = field(default_factory=lambda: secrets.token_hex(6))

    @property
    def words(self) -> dict[str, str]:
        """Canaries, each with letters beyond ASCII or not as its place allows."""
        return {
            "text": f"zähes Gerücht {self.mark}",
            "name": f"Frau Müller {self.mark}",
            "browser": f"Browser/{self.mark}-agent",
            "referrer": f"https://elsewhere-{self.mark}.example/page",
            "language": f"x-{self.mark}",
            "slug": f"unknown-{self.mark}",
            "token": f"token-{self.mark}",
        }

    @property
    def addresses(self) -> tuple[str, ...]:
        return (self.address, "203.0.113.77", "2001:db8:77:88::99", "198.51.100.177")

    @property
    def headers(self) -> dict[str, str]:
        words = self.words
        return {
            "Host": self.host,
            "User-Agent": words["browser"],
            "Referer": words["referrer"],
            "Accept-Language": words["language"],
            "Cookie": f"session={words['token']}",
            "X-Forwarded-For": "203.0.113.77, 198.51.100.177",
            "X-Real-IP": "203.0.113.77",
            "Forwarded": 'for="[2001:db8:77:88::99]";by=198.51.100.177',
            "Accept": "application/json",
        }

    def ask(
        self, method: str, path: str, body: bytes | None = None, more: Mapping[str, str] = {}
    ) -> bytes:
        """One request on a line of its own; the body of the answer."""
        line = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=30, source_address=(self.address, 0)
        )
        with contextlib.closing(line):
            try:
                line.request(method, path, body, {**self.headers, **more})
                answer = line.getresponse()
                self.statuses.append(answer.status)
                return answer.read()
            except (BrokenPipeError, ConnectionResetError):  # refused before it had all
                return b""

    def say(self, sent: bytes) -> None:
        """Bytes as they are, with the headers where `HEADERS` stands; the status is noted."""
        told = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        with socket.create_connection(
            ("127.0.0.1", self.port), timeout=30, source_address=(self.address, 0)
        ) as line:
            with contextlib.suppress(OSError):
                line.sendall(sent.replace(b"HEADERS", told.encode()))
            answer = http.client.HTTPResponse(line)
            with contextlib.suppress(http.client.HTTPException, ConnectionResetError):
                answer.begin()
                self.statuses.append(answer.status)
                answer.read()


@pytest.fixture
def reader(newsroom: WatchedNewsroom) -> Reader:
    return Reader(newsroom.port, f"localhost:{newsroom.port}")


@pytest.fixture
def began() -> float:
    """When the test began, as files tell it."""
    return time.time() - 0.05


@pytest.fixture
def places() -> list[Path]:
    """Where a program of this machine may write besides the newsroom's folder."""
    named = ("/var/log", "/var/lib/nginx", "/var/tmp", "/dev/shm", "/run", "/var/lib/systemd")
    return [Path(name) for name in named if os.access(name, os.R_OK)]
