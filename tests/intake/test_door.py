"""A running door, asked over HTTP."""

from __future__ import annotations

import contextlib
import gzip
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from letterslot.letterbox.receipts import Receipt
from letterslot.shelf.headers import security_headers

URL = "https://courier.example"
AS_JSON = {"accept": "application/json"}
COMMENT = {"story": "open", "text": "canary-7f3a It is raining.", "name": "Maria"}


def as_parts(fields):
    return {name: (None, value) for name, value in fields.items()}


def token_for(client, **changes):
    return client.post("/comment/preview", data=COMMENT | changes, headers=AS_JSON).json()["token"]


def raw(port: int, *pieces: bytes, wait: float = 5) -> bytes:
    """Send bytes, and give back all that comes until the door closes or is silent."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as line:
        for piece in pieces:
            line.sendall(piece)
        out = b""
        try:
            while more := line.recv(65536):
                out += more
        except TimeoutError:
            pass
        return out


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


# The shelf


def test_a_printed_page_comes_packed_with_a_strong_etag(client) -> None:
    plain = client.get("/stories/open/", headers={"accept-encoding": "identity"})
    packed = client.get("/stories/open/", headers={"accept-encoding": "gzip"})

    assert (plain.status_code, packed.status_code) == (200, 200)
    assert packed.headers["content-encoding"] == "gzip"
    assert plain.content == packed.content
    assert plain.headers["etag"] != packed.headers["etag"]


def test_a_page_that_did_not_change_is_304(client) -> None:
    first = client.get("/")

    again = client.get("/", headers={"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/", "/stories/open/", "/comment/new?story=open", "/healthz"])
def test_head_is_get_without_the_body(client, path) -> None:
    headers = {"accept-encoding": "identity"}

    got, asked = client.get(path, headers=headers), client.head(path, headers=headers)

    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers["content-length"] == got.headers["content-length"]


def test_a_new_root_is_noticed(running, newsroom) -> None:
    door = running(newsroom)
    with door.client() as client:
        fields = {"story": "open", "text": "x"}
        assert client.post("/comment/preview", data=fields).status_code == 200

        newsroom.print(close="open")

        for _ in range(300):
            if client.post("/comment/preview", data=fields).status_code == 409:
                break
            time.sleep(0.02)
        else:
            pytest.fail("The door still thinks that the story is open.")


def test_an_unknown_story_has_an_empty_thread_to_include(client) -> None:
    response = client.get("/stories/nowhere/thread.html")

    assert (response.status_code, response.content) == (200, b"")


# Sending


@pytest.mark.parametrize("how", ["encoded", "parts", "json"])
def test_a_comment_is_stored_once_and_its_receipt_shown_each_time(client, public_door, how) -> None:
    before = public_door.stored()
    fields = COMMENT | {"token": token_for(client)}
    sent = {"encoded": {"data": fields}, "parts": {"files": as_parts(fields)}, "json": {
        "json": fields}}[how]  # fmt: skip

    answers = [client.post("/comment", headers=AS_JSON, **sent) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.json()["receipt"] for answer in answers}) == 1
    assert answers[0].json()["state"] == "waiting"
    assert public_door.stored() == before + 1


def test_20_sends_at_once_of_one_token_make_one_row(client, public_door) -> None:
    before = public_door.stored()
    fields = COMMENT | {"token": token_for(client)}
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(
                lambda _: client.post("/comment", data=fields, headers=AS_JSON), range(20)
            )
        )  # fmt: skip

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["receipt"] for answer in answers}) == 1
    assert public_door.stored() == before + 1


def test_sending_again_after_a_restart_gives_the_same_receipt(running, newsroom) -> None:
    first = running(newsroom)
    with first.client() as client:
        fields = COMMENT | {"token": token_for(client)}
        receipt = client.post("/comment", data=fields, headers=AS_JSON).json()["receipt"]
    first.process.kill()
    first.process.wait()

    second = running(newsroom)

    with second.client() as client:
        answer = client.post("/comment", data=fields, headers=AS_JSON)
    assert (answer.status_code, answer.json()["receipt"]) == (201, receipt)
    assert second.stored() == 1


def test_a_wish_is_stored_once(client, public_door, cast) -> None:
    before = public_door.stored()
    fields = {"receipt": cast["withdrawn"].printed}

    answers = [client.post("/receipt/withdraw", data=fields) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [202] * 3
    assert public_door.stored() == before + 1


def test_no_word_of_a_comment_or_a_client_is_written_anywhere(running, newsroom, canary) -> None:
    door = running(newsroom)
    headers = {"user-agent": f"browser-{canary}", "referer": f"https://{canary}.example/",
               "accept-language": canary}  # fmt: skip
    with door.client(headers=headers) as client:
        fields = {"story": "open", "text": f"{canary} x", "name": canary}
        token = client.post("/comment/preview", data=fields, headers=AS_JSON).json()["token"]
        assert client.post("/comment", data=fields | {"token": token}).status_code == 201
        assert client.post("/comment", data=fields | {"token": "x"}).status_code == 400
        assert client.get(f"/{canary}?{canary}").status_code == 404
    door.stop()

    written = [path for path in newsroom.data.rglob("*") if path.is_file()]
    assert (newsroom.data / "door" / "spool.sqlite3") in written
    assert [p for p in written if canary.encode() in p.read_bytes()] == []
    assert canary not in door.said


def test_a_browser_that_says_nothing_of_where_it_comes_from_may_write(client, public_door, cast):
    """Tor Browser sends `Origin: null` from a page it will not name, no referrer and no cookie."""
    before = public_door.stored()
    silent = {"origin": "null", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    fields = COMMENT | {"token": token_for(client)}

    looked = client.post("/comment/preview", data=COMMENT, headers=silent)
    sent = client.post("/comment", data=fields, headers=silent)
    asked = client.post("/receipt", data={"receipt": cast["published"].printed}, headers=silent)

    assert [one.status_code for one in (looked, sent, asked)] == [200, 201, 200]
    assert public_door.stored() == before + 1


def test_whoever_holds_a_receipt_is_answered_beside_300_who_guess(public_door, cast) -> None:
    with contextlib.ExitStack() as lines:
        guessing = []
        for number in range(300):
            guess = Receipt.from_code_bytes(number.to_bytes(16, "big")).printed.replace(" ", "")
            line = socket.create_connection(("127.0.0.1", public_door.port), timeout=60)
            guessing.append(lines.enter_context(line))
            line.sendall(LOOK_UP % (len(guess) + 8, guess.encode()))
        with public_door.client() as holder:
            told = holder.post(
                "/receipt", data={"receipt": cast["published"].printed}, headers=AS_JSON
            )
        guessed = {line.recv(64)[:13] for line in guessing}

    assert (told.status_code, told.json()["state"]) == (200, "published")
    assert guessed == {b"HTTP/1.1 200 "}


# Headers

EVERYWHERE = [
    ("GET", "/", {}, 200),
    ("GET", "/stories/open", {}, 301),
    ("GET", "/nowhere", {}, 404),
    ("GET", "/comment/new?story=open", {}, 200),
    ("GET", "/comment", {}, 405),
    ("DELETE", "/", {}, 405),
    ("OPTIONS", "/comment", {}, 405),
    ("BREW", "/healthz", {}, 405),
    ("POST", "/comment", {}, 415),
    ("GET", "/healthz", {}, 200),
    ("GET", "/", {"host": "elsewhere.example"}, 421),
    ("POST", "/comment", {"host": "elsewhere.example"}, 421),
]


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize(
    ("method", "path", "headers", "status"), EVERYWHERE,
    ids=[f"{row[0]} {row[1]} {row[3]}" for row in EVERYWHERE],
)  # fmt: skip
def test_every_answer_is_guarded(client, method, path, headers, status, as_json) -> None:
    more = AS_JSON if as_json else {}

    response = client.request(method, path, headers=headers | more)

    assert response.status_code == status
    _is_guarded(response)
    if status not in (200, 301):
        _is_kept_nowhere(response)


def _is_guarded(response) -> None:
    for name, value in security_headers(URL):
        assert response.headers.get_list(name) == [value]
    assert "set-cookie" not in response.headers
    assert "last-modified" not in response.headers


def _is_kept_nowhere(response) -> None:
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers


@pytest.mark.parametrize("as_json", [False, True])
def test_every_answer_to_a_form_is_guarded_and_kept_nowhere(client, cast, as_json) -> None:
    headers = AS_JSON if as_json else {}
    fields = COMMENT | {"token": token_for(client)}
    receipt = {"receipt": cast["declined"].printed}
    asked = [
        ("/comment/preview", COMMENT, 200),
        ("/comment/preview", COMMENT | {"story": "closed"}, 409),
        ("/comment/preview", COMMENT | {"text": ""}, 400),
        ("/comment", fields, 201),
        ("/comment", fields | {"text": "Another."}, 409),
        ("/comment", COMMENT | {"story": "nowhere"}, 404),
        ("/comment", COMMENT | {"text": "x" * 210_000}, 413),
        ("/receipt", receipt, 200),
        ("/receipt", {"receipt": "mistyped"}, 400),
        ("/receipt/withdraw", receipt, 202),
        ("/receipt/refuse-edit", receipt, 202),
        ("/receipt/appeal", receipt | {"words": "Read it again."}, 202),
        ("/report", {"comment": "b1", "story": "open", "reason": "A private person."}, 202),
    ]

    answers = [client.post(path, data=sent, headers=headers) for path, sent, _ in asked]

    assert [one.status_code for one in answers] == [status for _, _, status in asked]
    for one in answers:
        _is_guarded(one)
        _is_kept_nowhere(one)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/comment", "POST"), ("/comment/new", "GET, HEAD"), ("/receipt", "GET, HEAD, POST"),
     ("/", "GET, HEAD"), ("/healthz", "GET, HEAD")],
)  # fmt: skip
def test_a_wrong_method_is_told_the_right_ones(client, path, allowed) -> None:
    assert client.request("PUT", path).headers["allow"] == allowed


# Hosts


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "courier.example"])
def test_the_doors_own_names_are_answered(client, host) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["canary.example", "courier.example.evil.example", "", "[::1", "localhost@evil.example"]
)
def test_an_unknown_host_is_421_and_never_repeated(client, host) -> None:
    response = client.get("/", headers={"host": host})

    assert response.status_code == 421
    assert "canary" not in response.text
    assert "evil" not in response.text


def test_the_doors_own_name_may_stand_in_the_address_too(public_door) -> None:
    ask = b"GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

    assert status_of(raw(public_door.port, ask)) == 200


LOOK_UP = (
    b"POST /receipt HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nreceipt=%b"
)
POST = b"POST /comment HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


def test_a_client_that_leaves_in_the_middle_of_a_body_harms_nobody(public_door, client) -> None:
    before = public_door.stored()
    for head in (b"Content-Length: 99\r\n\r\n{", b"Transfer-Encoding: chunked\r\n\r\n5\r\nab"):
        with socket.create_connection(("127.0.0.1", public_door.port)) as line:
            line.sendall(POST + head)

    assert client.get("/healthz").text == "ok"
    assert public_door.stored() == before


def test_many_slow_clients_do_not_keep_others_out(public_door, client) -> None:
    slow = [socket.create_connection(("127.0.0.1", public_door.port)) for _ in range(200)]
    try:
        for line in slow:
            line.sendall(POST + b"Content-Length: 99\r\n\r\n{")
        assert client.get("/").status_code == 200
        assert client.post("/comment", content=b"{}", headers=AS_JSON).status_code == 415
    finally:
        for line in slow:
            line.close()


def test_gzip_of_a_printed_page_is_gzip(public_door) -> None:
    ask = b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"

    head, _, body = raw(public_door.port, ask).partition(b"\r\n\r\n")

    assert b"content-encoding: gzip" in head.lower()
    assert gzip.decompress(body).startswith(b"<!doctype html>")
