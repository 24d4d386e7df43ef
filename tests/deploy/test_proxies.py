"""The shipped proxy configurations: they hold, and what passes them says nothing of a reader."""

from __future__ import annotations

import http.client
import http.server
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from at_work.ports import free_port
from at_work.proxies import DEPLOY, copy_for_this_machine, nginx

from letterslot.intake.admission import WISHES
from letterslot.intake.routes import ROUTES
from letterslot.shelf.headers import security_headers

TELLING = (
    "X-Forwarded-For", "X-Real-IP", "Forwarded", "Via", "User-Agent", "Referer", "Cookie",
    "Accept-Language",
)  # fmt: skip
BODY = b"x" * 250_000  # larger than any comment, and than what nginx keeps in memory by itself


@dataclass
class Door:
    """What came through to a stand-in for the public door."""

    port: int = 0
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)


@pytest.fixture
def door() -> Iterator[Door]:
    seen = Door()

    class Listening(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.headers.append(dict(self.headers))
            seen.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(201)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listening)
    seen.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield seen
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def proxied(tmp_path: Path, door: Door) -> Iterator[http.client.HTTPConnection]:
    """The shipped configuration."""
    port = free_port()
    copy = copy_for_this_machine(tmp_path, door=door.port, port=port)
    with nginx(tmp_path, copy, port) as connection:
        yield connection


@pytest.fixture
def careless(tmp_path: Path, door: Door) -> Iterator[http.client.HTTPConnection]:
    """The same with nginx's usual buffer for bodies."""
    port = free_port()
    copy = copy_for_this_machine(tmp_path, door=door.port, port=port)
    text = copy.read_text("utf-8").replace(
        "client_body_buffer_size 256k", "client_body_buffer_size 16k"
    )
    copy.write_text(text, "utf-8")
    with nginx(tmp_path, copy, port) as connection:
        yield connection


def _post(connection: http.client.HTTPConnection, body: bytes) -> http.client.HTTPResponse:
    headers = {"Host": "courier.example", **dict.fromkeys(TELLING, "203.0.113.9")}
    connection.request("POST", "/comment", body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer


def test_nginx_tells_the_door_nothing_of_the_reader(
    proxied: http.client.HTTPConnection, door: Door
) -> None:
    assert _post(proxied, b"text=a").status == 201
    named = {name.lower() for name in door.headers[0]}
    assert named == {"host", "content-length", "accept-encoding"}
    assert "203.0.113.9" not in str(door.headers)
    assert "127.0.0.1" not in str(door.headers)


def test_nginx_needs_no_file_for_the_largest_body(
    proxied: http.client.HTTPConnection, door: Door
) -> None:
    assert _post(proxied, BODY).status == 201
    assert door.bodies == [BODY]


def test_a_usual_nginx_would_have_needed_one(
    careless: http.client.HTTPConnection, door: Door
) -> None:
    assert _post(careless, BODY).status == 500
    assert door.bodies == []


def test_nginx_refuses_what_it_could_not_keep_in_memory_and_says_so(
    proxied: http.client.HTTPConnection, door: Door
) -> None:
    headers = {"Host": "courier.example"}
    proxied.request("POST", "/comment", b"x" * 300_000, headers)
    answer = proxied.getresponse()
    assert answer.status == 413
    assert b"not stored" in answer.read()
    assert door.bodies == []


def test_too_many_from_one_network_are_told_that_nothing_is_stored(
    proxied: http.client.HTTPConnection,
) -> None:
    statuses = [_post(proxied, b"text=a").status for _ in range(40)]
    assert set(statuses) == {201, 503}
    assert statuses[:30] == [201] * 30
    proxied.request("POST", "/comment", b"text=a", {"Host": "courier.example"})
    answer = proxied.getresponse()
    assert answer.headers["Retry-After"] == "60"
    assert b"not stored" in answer.read()


def test_the_buffer_for_a_body_is_as_large_as_the_largest_body() -> None:
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    sizes = [
        re.search(rf"{name} (\S+);", text)
        for name in ("client_max_body_size", "client_body_buffer_size")
    ]
    assert [size[1] for size in sizes if size] == ["256k", "256k"]


def test_no_configuration_logs_visits_or_shows_the_desk() -> None:
    nginx = (DEPLOY / "nginx.conf").read_text("utf-8")
    assert set(re.findall(r"^\s*access_log (.*);", nginx, re.M)) == {"off"}
    assert set(re.findall(r"^\s*error_log (.*);", nginx, re.M)) == {"/dev/null crit"}
    caddy = (DEPLOY / "Caddyfile").read_text("utf-8")
    assert "output discard" in caddy
    for text in (nginx, caddy):
        told = re.sub(r"^\s*#.*$", "", text, flags=re.M)
        assert "8001" not in told


NAMED = b" HTTP/1.1\r\nHost: courier.example\r\n"
REFUSED_BY_NGINX = [
    ("no host", b"GET / HTTP/1.1\r\n\r\n", 400),
    ("a NUL in a header", b"GET /" + NAMED + b"X: a\0b\r\n\r\n", 400),
    ("a broken first line", b"G(T /" + NAMED + b"\r\n", 400),
    ("two lengths", b"POST /comment" + NAMED + b"Content-Length: 3\r\n"
     b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("an unknown coding", b"POST /comment" + NAMED + b"Transfer-Encoding: gzip\r\n\r\n", 400),
    ("TRACE", b"TRACE /" + NAMED + b"\r\n", 405),
    ("a long address", b"GET /" + b"y" * 40_000 + NAMED + b"\r\n", 414),
    ("a long head", b"GET /" + NAMED + b"X: " + b"y" * 40_000 + b"\r\n\r\n", 431),
    ("too much", b"POST /comment" + NAMED + b"Content-Length: 300000\r\n\r\n", 413),
    ("a page of nginx's own", b"GET /refusals/503" + NAMED + b"\r\n", 404),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "sent", "status"), REFUSED_BY_NGINX, ids=[row[0] for row in REFUSED_BY_NGINX]
)
def test_what_nginx_refuses_itself_carries_the_doors_guards(
    proxied: http.client.HTTPConnection, door: Door, what: str, sent: bytes, status: int
) -> None:
    with socket.create_connection(("127.0.0.1", proxied.port), timeout=10) as line:
        line.sendall(sent)
        answer = http.client.HTTPResponse(line)
        answer.begin()
        body = answer.read()

    assert answer.status == status
    assert door.headers == []
    guards = [pair for pair in security_headers("https://courier.example") if pair[0] != "server"]
    for name, value in [*guards, ("cache-control", "no-store")]:
        assert answer.headers.get_all(name) == [value]
    assert answer.headers["server"] == "nginx"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert b"nginx" not in body
    assert body.isascii()


def test_a_door_that_does_not_answer_is_said_to_store_nothing(tmp_path: Path) -> None:
    port = free_port()
    copy = copy_for_this_machine(tmp_path, door=free_port(), port=port)
    with nginx(tmp_path, copy, port) as proxied:
        answer = _post(proxied, b"text=a")

    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
    assert answer.headers["Cache-Control"] == "no-store"


def _statuses(
    connection: http.client.HTTPConnection, path: str, times: int, method: str = "POST"
) -> list[int]:
    found = []
    for _ in range(times):
        connection.request(method, path, b"text=a", {"Host": "courier.example"})
        answer = connection.getresponse()
        answer.read()
        found.append(answer.status)
    return found


def test_previews_have_a_limit_of_their_own(proxied: http.client.HTTPConnection) -> None:
    statuses = _statuses(proxied, "/comment/preview", 90)

    assert set(statuses) == {201, 503}
    assert statuses[:60] == [201] * 60
    assert _post(proxied, b"text=a").status == 201


def test_each_wish_and_a_report_has_a_limit_of_its_own(
    proxied: http.client.HTTPConnection,
) -> None:
    wishes = [path for path, route in ROUTES.items() if route.post and route.allowance is WISHES]
    assert len(wishes) == 5
    for path in wishes:
        statuses = _statuses(proxied, path, 45)
        assert set(statuses) == {201, 503}, path
        assert statuses[:30] == [201] * 30, path
    assert _post(proxied, b"text=a").status == 201
    assert _statuses(proxied, "/comment/preview", 1) == [201]


def test_reading_a_form_counts_for_nothing(proxied: http.client.HTTPConnection) -> None:
    assert set(_statuses(proxied, "/report?story=a&comment=b", 60, "GET")) == {200}
    assert _statuses(proxied, "/report", 1) == [201]


def test_looking_up_receipts_has_none(proxied: http.client.HTTPConnection) -> None:
    """Who guesses would keep those away who share the network; the door sees to guesses itself."""
    assert set(_statuses(proxied, "/receipt", 300)) == {201}
