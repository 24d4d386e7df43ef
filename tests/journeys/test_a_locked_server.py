"""A server that starts locked: it takes letters, shows nothing, and leaves nothing on its disk."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from at_work.newsroom import Newsroom
from at_work.ports import free_ports
from at_work.readers import send_by_json

pytestmark = pytest.mark.journey

CANARY = "The heron of the north basin stood on one leg."
NAME = "Basin Heron Watcher"
SLUG = "north-basin-canary"


class Served:
    """All doors of a newsroom, started without a passphrase."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.newsroom = newsroom
        port, desk_port = free_ports(2)
        self.site, self.desk = f"http://localhost:{port}", f"http://localhost:{desk_port}"
        self.log = newsroom.folder / "log"
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "letterslot", "serve", "--data", str(newsroom.data),
                 "--port", str(port), "--desk-port", str(desk_port)],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        for _ in range(600):
            try:
                for address in (f"{self.site}/healthz", f"{self.desk}/sign-in/"):
                    httpx.get(address, timeout=2)
            except httpx.TransportError:
                assert self.process.poll() is None, self.log.read_text()
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the doors do not answer")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=40)


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Served]:
    newsroom = Newsroom(tmp_path)
    newsroom.init(languages="en")
    newsroom.add_story(SLUG)
    told = newsroom.data / "publication.toml"
    told.write_text(
        told.read_text().replace('second_factor = "required"', 'second_factor = "optional"')
    )
    newsroom.command("moderator", "add", "ines", "--role", "moderator", "--password-file",
                     str(_password(tmp_path)))  # fmt: skip
    served = Served(newsroom)
    yield served
    if served.process.poll() is None:
        served.process.kill()
        served.process.wait()


def _password(folder: Path) -> Path:
    path = folder / "password"
    path.write_text("quay lantern barley\n")
    return path


def _signed_in(desk: str) -> httpx.Client:
    client = httpx.Client(base_url=desk, follow_redirects=True, timeout=30)
    client.get("/sign-in/")
    _post(client, "/sign-in/", {"name": "ines", "password": "quay lantern barley"})
    return client


def _post(client: httpx.Client, path: str, fields: dict[str, str]) -> httpx.Response:
    """A form of the desk, with the hidden field that Django asks for."""
    page = client.get(path if path.endswith("in/") or path.endswith("unlock/") else "/queue/")
    hidden = page.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    return client.post(path, data={**fields, "csrfmiddlewaretoken": hidden})


def _on_disk(data: Path, words: str) -> list[str]:
    """Files that hold these words in clear, in one of the usual encodings."""
    needles = [words.encode(), words.encode("utf-16-le"), words.encode("utf-16-be")]
    return [
        str(path.relative_to(data))
        for path in data.rglob("*")
        if path.is_file() and any(needle in path.read_bytes() for needle in needles)
    ]


def test_a_locked_server_takes_letters_and_shows_nothing(locked: Served) -> None:
    send_by_json(locked.site, {"story": SLUG, "text": CANARY, "name": NAME})
    data = locked.newsroom.data
    assert _on_disk(data, CANARY) == []
    assert _on_disk(data, NAME) == []
    assert [f for f in _on_disk(data, SLUG) if f.startswith("door/")] == []

    with closing(_signed_in(locked.desk)) as moderator:
        assert moderator.get("/queue/").url.path == "/unlock/"
        wrong = _post(moderator, "/unlock/", {"passphrase": "not these words"})
        assert wrong.url.path == "/unlock/"
        assert moderator.get("/queue/").url.path == "/unlock/"

        words = locked.newsroom.passphrase_file.read_text().strip()
        _post(moderator, "/unlock/", {"passphrase": words})
        _post(moderator, "/collect/", {})
        assert CANARY in moderator.get("/queue/").text
    # Collected, opened, shown; and still nowhere on the disk.
    assert _on_disk(data, CANARY) == []
    assert _on_disk(data, NAME) == []
    assert locked.stop() == 0
    assert "Traceback" not in locked.log.read_text()
    assert _on_disk(data, CANARY) == []


def test_signed_out_nobody_gets_any_content(locked: Served) -> None:
    for address in ("/", "/queue/", "/printed/", "/editions/", "/unlock/", "/terms/", "/nowhere/",
                    "/comments/abcdefgh/", "/collect/", "/editions/print/"):  # fmt: skip
        answer = httpx.get(locked.desk + address, follow_redirects=False, timeout=30)
        assert (answer.status_code, answer.headers["location"]) == (302, "/sign-in/")


def test_a_desk_whose_public_door_was_killed_ends_too(locked: Served) -> None:
    locked.process.kill()
    locked.process.wait()
    for _ in range(100):
        try:
            httpx.get(f"{locked.desk}/sign-in/", timeout=2)
        except httpx.TransportError:
            return
        time.sleep(0.1)
    raise AssertionError("the desk goes on alone")
