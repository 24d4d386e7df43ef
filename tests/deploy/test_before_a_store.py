"""docs/store.md's lines for nginx: pages come from the store, and all else from the door."""

from __future__ import annotations

import http.client
import http.server
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from at_work.ports import free_port
from at_work.proxies import copy_before_a_store, nginx

from letterslot.shelf.headers import content_security_policy

PAGE = "/courier-comments/comments/stories/quay/index.html"


@dataclass
class Asked:
    """A server that answers some paths, and what it was asked."""

    port: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def server(name: bytes, *, paths: tuple[str, ...] | None = None) -> Iterator[Asked]:
    seen = Asked()

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            seen.asked.append((self.command, self.path))
            seen.headers.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(200 if paths is None or self.path in paths else 403)
            self.send_header("Set-Cookie", "who=reader")
            self.send_header("Last-Modified", "Mon, 23 Nov 2026 10:07:31 GMT")
            self.send_header("Content-Length", str(len(name)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(name)

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as listening:
        seen.port = listening.server_address[1]
        threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True).start()
        yield seen
        listening.shutdown()


@dataclass
class Site:
    """nginx with a door and a store behind it."""

    door: Asked
    store: Asked
    connection: http.client.HTTPConnection

    def ask(self, method: str, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        told = {"Host": "courier.example", "User-Agent": "a phone", "Cookie": "a=b", **headers}
        self.connection.request(method, path, b"a=b" if method == "POST" else None, told)
        answer = self.connection.getresponse()
        return answer, answer.read()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    port = free_port()
    with ExitStack() as running:
        door = running.enter_context(server(b"door"))
        store = running.enter_context(server(b"store", paths=(PAGE,)))
        copy = copy_before_a_store(tmp_path, door=door.port, port=port, store=store.port)
        connection = running.enter_context(nginx(tmp_path, copy, port))
        door.asked.clear()
        store.asked.clear()
        store.headers.clear()
        yield Site(door, store, connection)


def test_a_page_comes_from_the_store_with_its_guards_without_a_cookie_or_an_hour(
    site: Site,
) -> None:
    for path in ("/stories/quay/", "/stories/quay/index.html"):
        answer, body = site.ask("GET", path)
        assert (answer.status, body) == (200, b"store")
        policy = answer.headers["Content-Security-Policy"]
        assert policy == content_security_policy("https://courier.example")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert not {"Set-Cookie", "Last-Modified"} & set(answer.headers)
    assert site.store.asked == [("GET", PAGE)] * 2
    assert site.door.asked == []


def test_the_store_is_told_nothing_of_the_reader(site: Site) -> None:
    site.ask("GET", "/stories/quay/?versionId=1", **{"If-None-Match": '"a"', "Range": "bytes=0-1"})
    assert site.store.asked == [("GET", PAGE)]
    assert site.store.headers == [{"host": "s3.eu-central-1.amazonaws.com", "if-none-match": '"a"'}]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/.press.json", "/none"),
        ("/x%20HTTP/1.1%0d%0aHost:%20theirs%0d%0a", "/x%20HTTP/1.1%0D%0AHost:%20theirs%0D%0A"),
        ("/a%3facl", "/a%3Facl"),
        ("/a/..%2f..%2f../theirs", None),
    ],
)
def test_no_path_leads_out_of_the_shelf(site: Site, path: str, asked: str | None) -> None:
    answer, body = site.ask("GET", path)
    assert body != b"store"
    assert answer.status == (403 if asked else 400)
    found = [("GET", f"/courier-comments/comments{asked}")] if asked else []
    assert site.store.asked == found


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/comment"),
        ("POST", "/comment/preview"),
        ("POST", "/receipt"),
        ("POST", "/receipt/withdraw"),
        ("POST", "/report"),
        ("POST", "/stories/quay/"),
        ("GET", "/comment/new?story=quay"),
        ("GET", "/report?story=quay&comment=a"),
        ("GET", "/healthz"),
    ],
)
def test_forms_and_whatever_is_sent_go_to_the_door(site: Site, method: str, path: str) -> None:
    _, body = site.ask(method, path)
    assert body == b"door"
    assert site.door.asked == [(method, path)]
    assert site.door.headers[-1]["host"] == "courier.example"
    assert not {"user-agent", "cookie"} & site.door.headers[-1].keys()
    assert site.store.asked == []
