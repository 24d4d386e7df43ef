"""Clients that are slow on purpose: while they are at it, everybody else is answered."""

from __future__ import annotations

import contextlib
import resource
import socket
import time

import pytest

AS_JSON = {"accept": "application/json"}
COMMENT = {"story": "open", "text": "It is raining.", "name": ""}
HEAD = b"POST /comment HTTP/1.1\r\nHost: localhost\r\n"
BODY = HEAD + b"Content-Type: application/json\r\nContent-Length: 150000\r\n\r\n{"
CONNECTIONS = 500


@pytest.fixture(autouse=True)
def enough_files():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def lines():
    """Opens connections that send this and then nothing; closes them at the end."""
    with contextlib.ExitStack() as stack:

        def open_lines(port, sent, count=CONNECTIONS):
            opened = []
            for _ in range(count):
                line = stack.enter_context(socket.create_connection(("127.0.0.1", port), 20))
                line.sendall(sent)
                opened.append(line)
            return opened

        yield open_lines


def still_open(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        return line.recv(1, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True


@pytest.mark.parametrize("sent", [b"", HEAD, BODY], ids=["silent", "a head", "a body"])
def test_while_500_connections_are_slow_a_comment_is_taken_in(
    running, newsroom, lines, sent
) -> None:
    door = running(newsroom)
    slow = lines(door.port, sent)

    with door.client() as client:
        looked = _until_admitted(client, "/comment/preview", COMMENT)
        token = looked.json()["token"]
        sent_off = _until_admitted(client, "/comment", COMMENT | {"token": token})
        receipt = sent_off.json()["receipt"]
        asked = client.post("/receipt", data={"receipt": receipt}, headers=AS_JSON)

    assert (looked.status_code, sent_off.status_code, asked.status_code) == (200, 201, 200)
    assert door.stored() == 1
    # Those that announced too much for all of them to wait are given up, the oldest first.
    assert sum(map(still_open, slow)) >= (CONNECTIONS if sent != BODY else 100)


def _until_admitted(client, path, fields):
    """What a reader does who is told to try again. A body counts as slow after half a second."""
    for _ in range(40):
        answer = client.post(path, data=fields, headers=AS_JSON)
        if answer.status_code != 503:
            return answer
        assert "not stored" in answer.text
        time.sleep(0.1)
    pytest.fail("never admitted")


def test_a_body_that_was_given_up_is_told_so(running, newsroom, lines) -> None:
    door = running(newsroom)
    first, *_ = lines(door.port, BODY)

    first.settimeout(30)

    answer = first.recv(65536)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"not stored" in answer


def test_readers_of_the_shelf_wait_for_nobody(running, newsroom, lines) -> None:
    door = running(newsroom)
    lines(door.port, BODY)

    with door.client() as client:
        assert client.get("/").status_code == 200
        assert client.get("/healthz").status_code == 200


def test_a_line_goes_on_after_a_small_body_was_refused_unread(running, newsroom) -> None:
    """The answer to the second request is its own, and nothing of the first body is one."""
    door = running(newsroom, budget=1)
    body = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    head = HEAD + b"Accept: application/json\r\nContent-Type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", door.port), 20) as line:
        for _ in range(80):  # beyond those whose text is given back
            line.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            answer = _answer(line)
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        healthy = _answer(line)

    assert b"could not read it" in answer
    assert healthy.startswith(b"HTTP/1.1 200 ")


def _answer(line: socket.socket) -> bytes:
    """One whole answer."""
    came = b""
    while b"\r\n\r\n" not in came:
        came += line.recv(65536)
    head, _, body = came.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += line.recv(65536)
    assert len(body) == length
    return head + body
