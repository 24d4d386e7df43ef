"""Starting, stopping and refusing: the door alone on its port and in its folder."""

from __future__ import annotations

import base64
import contextlib
import json
import signal
import socket
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from nacl.public import PrivateKey

from letterslot.shelf import layout
from letterslot.shelf.headers import security_headers

AS_JSON = {"accept": "application/json"}
COMMENT = {"story": "open", "text": "canary-7f3a", "name": ""}


def test_a_second_door_on_the_port_does_not_start(running, newsroom, printed, start) -> None:
    first = running(newsroom)

    second = start(printed, first.port)

    assert second.process.wait(20) == 1
    assert second.said.strip().splitlines()[-1].startswith("Cannot listen on 127.0.0.1 port")
    with first.client() as client:
        assert client.get("/healthz").status_code == 200


def test_a_second_door_in_the_folder_does_not_start(running, newsroom, start, port) -> None:
    first = running(newsroom)

    second = start(newsroom, port)

    assert second.process.wait(20) == 1
    assert "Another door serves" in second.said
    assert first.process.poll() is None


def test_another_server_on_the_port_stops_the_door_from_starting(newsroom, start) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()

        door = start(newsroom, other.getsockname()[1])

        assert door.process.wait(20) == 1
        assert "Cannot listen" in door.said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_door_stops_cleanly_and_another_takes_its_place(running, newsroom, number) -> None:
    first = running(newsroom)

    first.process.send_signal(number)

    assert first.process.wait(20) == 0
    assert first.said == ""
    running(newsroom)


@pytest.mark.parametrize("asked", ["GET / HTTP/1.1", "CONNECT localhost:443 HTTP/1.1"])
def test_who_wants_another_protocol_is_answered_and_nothing_is_logged(
    running, newsroom, asked
) -> None:
    door = running(newsroom)
    head = f"{asked}\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n"
    with socket.create_connection(("127.0.0.1", door.port), 20) as line:
        line.sendall(head.encode())
        assert line.recv(9) == b"HTTP/1.1 "

    assert door.stop() == 0
    assert door.said == ""


def test_a_client_that_never_finishes_does_not_keep_the_door_from_closing(
    running, newsroom
) -> None:
    door = running(newsroom)
    with socket.create_connection(("127.0.0.1", door.port)) as slow:
        slow.sendall(
            b"POST /comment HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: 99\r\n\r\n{"
        )
        with door.client() as client:
            client.get("/healthz")
        door.process.send_signal(signal.SIGTERM)
        slow.settimeout(20)

        assert b" 503 " in slow.recv(65536)
    assert door.process.wait(20) == 0


def test_after_a_kill_the_next_door_starts_at_once(running, newsroom) -> None:
    first = running(newsroom)
    first.process.kill()
    first.process.wait()

    running(newsroom)


def test_a_network_over_its_budget_is_refused_with_its_text(running, newsroom) -> None:
    door = running(newsroom, budget=3)
    with door.client() as client:
        token = client.post("/comment/preview", data=COMMENT, headers=AS_JSON).json()["token"]
        fields = COMMENT | {"token": token}
        assert [client.post("/comment", data=fields).status_code for _ in range(3)] == [201] * 3

        refused = client.post("/comment", data=fields)
        told = client.post("/comment", data=fields, headers=AS_JSON)

    assert (refused.status_code, told.status_code) == (503, 503)
    assert "not stored" in refused.text.lower()
    assert COMMENT["text"] in refused.text
    # Whoever lost the first answer is here too: with another token it would be stored twice.
    assert 'action="/comment"' in refused.text
    assert f'name="token" value="{token}"' in refused.text
    assert 1 <= int(refused.headers["retry-after"]) <= 61
    for name, value in [
        *security_headers("https://courier.example"),
        ("cache-control", "no-store"),
    ]:
        assert [one.headers.get_list(name) for one in (refused, told)] == [[value]] * 2
    assert told.json().keys() == {"error", "field"}
    assert door.stored() == 1
    assert COMMENT["text"] not in door.said


def test_whoever_begins_much_and_sends_nothing_uses_up_no_budget(running, newsroom) -> None:
    door = running(newsroom, budget=2)
    begun = b"POST /comment HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
    with contextlib.ExitStack() as lines, door.client() as client:
        for _ in range(20):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", door.port), 20))
            line.sendall(begun)
        looked = client.post("/comment/preview", data=COMMENT, headers=AS_JSON)
        sent = COMMENT | {"token": looked.json()["token"]}
        statuses = [client.post("/comment", data=sent).status_code for _ in range(3)]
    assert statuses == [201, 201, 503]


def test_a_preview_costs_no_budget(running, newsroom) -> None:
    door = running(newsroom, budget=1)
    with door.client() as client:
        answers = [client.post("/comment/preview", data=COMMENT) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200] * 5


def test_a_spool_that_was_taken_away_is_not_stored_into_and_readers_go_on(
    running, newsroom
) -> None:
    door = running(newsroom)
    with door.client() as client:
        token = client.post("/comment/preview", data=COMMENT, headers=AS_JSON).json()["token"]
        for path in (newsroom.data / "door").glob("spool*"):
            path.unlink()

        answer = client.post("/comment", data=COMMENT | {"token": token})

        assert answer.status_code == 503
        assert "not stored" in answer.text.lower()
        assert COMMENT["text"] in answer.text
        assert client.get("/").status_code == 200
    assert COMMENT["text"] not in door.said


def test_what_was_acknowledged_while_stopping_is_stored(running, newsroom) -> None:
    door = running(newsroom)
    with door.client() as client:
        tokens = [
            client.post("/comment/preview", data=COMMENT, headers=AS_JSON).json()["token"]
            for _ in range(40)
        ]

        def send(token: str) -> bool:
            with contextlib.suppress(httpx.TransportError):
                return client.post("/comment", data=COMMENT | {"token": token}).status_code == 201
            return False

        with ThreadPoolExecutor(8) as pool:
            sent = [pool.submit(send, token) for token in tokens]
            sent[4].result()
            door.process.send_signal(signal.SIGTERM)
            acknowledged = sum(one.result() for one in sent)

    assert door.process.wait(20) == 0
    assert door.stored() >= acknowledged >= 5


def test_an_unprinted_publication_says_that_nothing_is_stored(running, tmp_path, newsroom) -> None:
    for path in sorted((newsroom.data / "shelf").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    door = running(newsroom)

    with door.client() as client:
        for answer in (client.get("/"), client.post("/comment", data=COMMENT)):
            assert answer.status_code == 503
            assert "retry-after" in answer.headers
        newsroom.edition = 0
        newsroom.print()
        for _ in range(200):
            looked = client.post("/comment/preview", data=COMMENT)
            if looked.status_code == 200:
                break
            time.sleep(0.02)
        assert looked.status_code == 200
        assert client.get("/").status_code == 200


def _by_another_newsroom(newsroom) -> None:
    """A whole shelf, in order in itself, that somebody else printed and signed."""
    other = type(newsroom)(newsroom.data, edition=newsroom.edition)
    other.print()


def _with_another_key(newsroom) -> None:
    """The newsroom's own shelf, with the keys for letters exchanged in place."""
    file = newsroom.data / "shelf" / layout.door()
    told = json.loads(file.read_bytes())
    other = base64.b64encode(bytes(PrivateKey.generate().public_key)).decode()
    told["epochs"] = dict.fromkeys(told["epochs"], other)
    file.write_bytes(json.dumps(told).encode())


@pytest.mark.parametrize("exchange", [_by_another_newsroom, _with_another_key])
def test_nothing_is_sealed_to_a_key_that_the_newsroom_did_not_sign(
    running, newsroom, exchange
) -> None:
    exchange(newsroom)
    door = running(newsroom)

    with door.client() as client:
        looked = client.post("/comment/preview", data=COMMENT)
        sent = client.post("/comment", data=COMMENT)

    assert (looked.status_code, sent.status_code) == (503, 503)
    assert "not stored" in sent.text.lower()
    assert door.stored() == 0


def test_the_spools_files_are_only_its_owners(running, newsroom) -> None:
    running(newsroom)

    files = list((newsroom.data / "door").iterdir())
    assert files
    assert {path.stat().st_mode & 0o077 for path in files} == {0}
    with sqlite3.connect(newsroom.data / "door" / "spool.sqlite3") as spool:
        assert spool.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    spool.close()
