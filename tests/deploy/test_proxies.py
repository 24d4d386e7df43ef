"""The shipped proxy configurations: they hold, and what passes them says nothing of a reader."""

from __future__ import annotations

import http.client
import http.server
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
TELLING = (
    "X-Forwarded-For", "X-Real-IP", "Forwarded", "Via", "User-Agent", "Referer", "Cookie",
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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _copy_for_this_machine(into: Path, *, door: int, port: int) -> Path:
    """nginx.conf with the ports and folders of a test, and its site without TLS."""
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    text = re.sub(r"^user .*\n", "", text, flags=re.M)
    text = re.sub(r"^pid .*;", f"pid {into}/nginx.pid;", text, flags=re.M)
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{door}")
    text = re.sub(r"_temp_path [^;]*;", lambda m: f"_temp_path {into}/{m.start()};", text)
    text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.M)
    text = re.sub(r"listen 443 ssl http2;", f"listen 127.0.0.1:{port};", text)
    text = re.sub(r"listen 443 .*default_server;\n", "", text)
    text = re.sub(r"listen 80\b", f"listen 127.0.0.1:{_free_port()}", text)
    text = re.sub(
        r"^ *ssl_(certificate|certificate_key|reject_handshake) .*\n", "", text, flags=re.M
    )
    for other in ("fastcgi", "uwsgi", "scgi"):
        text = text.replace("http {", f"http {{\n{other}_temp_path {into}/{other};", 1)
    copy = into / "nginx.conf"
    copy.write_text(text, "utf-8")
    return copy


def _nginx(into: Path, copy: Path, port: int) -> Iterator[http.client.HTTPConnection]:
    """A running nginx that can write no temporary file: where its folders were, files stand."""
    if shutil.which("nginx", path=os.defpath + ":/usr/sbin") is None:
        pytest.skip("nginx is not installed")
    nginx = subprocess.Popen(
        ["nginx", "-e", "/dev/null", "-c", str(copy), "-g", "daemon off;"],
        env={**os.environ, "PATH": os.environ.get("PATH", "") + ":/usr/sbin"},
    )
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for _ in range(500):
        try:
            connection.connect()
            break
        except ConnectionRefusedError:
            time.sleep(0.02)
    for folder in [path for path in into.iterdir() if path.is_dir()]:
        folder.rmdir()
        folder.touch()
    yield connection
    connection.close()
    nginx.terminate()
    nginx.wait(10)


@pytest.fixture
def proxied(tmp_path: Path, door: Door) -> Iterator[http.client.HTTPConnection]:
    """The shipped configuration."""
    port = _free_port()
    yield from _nginx(tmp_path, _copy_for_this_machine(tmp_path, door=door.port, port=port), port)


@pytest.fixture
def careless(tmp_path: Path, door: Door) -> Iterator[http.client.HTTPConnection]:
    """The same with nginx's usual buffer for bodies."""
    port = _free_port()
    copy = _copy_for_this_machine(tmp_path, door=door.port, port=port)
    text = copy.read_text("utf-8").replace(
        "client_body_buffer_size 256k", "client_body_buffer_size 16k"
    )
    copy.write_text(text, "utf-8")
    yield from _nginx(tmp_path, copy, port)


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
