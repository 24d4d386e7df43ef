"""Bytes that are no proper HTTP: one well-framed refusal, nothing behind it, the door goes on."""

from __future__ import annotations

import contextlib
import json
import socket
from dataclasses import dataclass
from urllib.parse import urlencode

import h11
import httpx
import pytest

from letterslot.intake.forms import BODY_BYTES
from letterslot.shelf.headers import security_headers

HOST = b"Host: localhost\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
POST = b"POST /comment HTTP/1.1\r\n" + HOST + FORM
GET = b"GET /healthz HTTP/1.1\r\n" + HOST
SMUGGLED = GET + b"\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n"
GUARDS = security_headers("https://courier.example")
SILENCE = 0.1  # seconds without a byte after a whole answer: no second one is coming


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    rest: bytes  # whatever came after the answer's end
    closed: bool


def ask(port: int, sent: bytes) -> Answer | None:
    """Send, and read one answer by its own framing; None where the line was closed without one."""
    reading = h11.Connection(h11.CLIENT)
    reading.send(h11.Request(method="POST", target="/", headers=[("Host", "localhost")]))
    reading.send(h11.EndOfMessage())
    response, body = None, b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        with contextlib.suppress(OSError):  # it answered before it had heard all
            line.sendall(sent)
        while True:
            event = reading.next_event()
            if event is h11.NEED_DATA:
                try:
                    got = line.recv(65536)
                except ConnectionResetError:
                    return None
                if not got and response is None:
                    return None
                reading.receive_data(got)
            elif isinstance(event, h11.Response):
                response = event
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                break
        rest, closed = _after(line, reading.trailing_data[0])
    headers = {name.decode(): value.decode() for name, value in response.headers}
    assert len(headers) == len(response.headers)
    return Answer(response.status_code, headers, body, rest, closed)


def _after(line: socket.socket, rest: bytes) -> tuple[bytes, bool]:
    line.settimeout(SILENCE)
    try:
        while more := line.recv(65536):
            rest += more
    except TimeoutError:
        return rest, False
    except ConnectionResetError:
        pass
    return rest, True


def chunks(*pieces: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (*pieces, b""))


LINE = "edge"
PARTS = b"POST /comment HTTP/1.1\r\n" + HOST
PARTS += b"Content-Type: multipart/form-data; boundary=%s\r\n" % LINE.encode()


def parts(body: bytes, head: bytes = PARTS) -> bytes:
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def part(name: bytes, value: bytes = b"a", more: bytes = b"") -> bytes:
    return b'--edge\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n' % (
        name, more, value,
    )  # fmt: skip


NESTED = part(b"story", b"--inner\r\n\r\nx\r\n--inner--\r\n", b"").replace(
    b"\r\n\r\n", b"\r\nContent-Type: multipart/mixed; boundary=inner\r\n\r\n", 1
)
FILE = part(b"up", b"\x89PNG" * 30_000, b'; filename="a.png"')

# What is sent, and the status.
ABUSE: list[tuple[str, bytes, int]] = [
    # Lengths
    ("a list of lengths", POST + b"Content-Length: 3, 3\r\n\r\nabc", 400),
    ("two lengths", POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
    ("a length with a sign", POST + b"Content-Length: +3\r\n\r\nabc", 400),
    ("a negative length", POST + b"Content-Length: -3\r\n\r\nabc", 400),
    ("a length in hexadecimal", POST + b"Content-Length: 0x3\r\n\r\nabc", 400),
    ("a length beyond counting", POST + b"Content-Length: " + b"9" * 30 + b"\r\n\r\nabc", 400),
    ("an empty length", POST + b"Content-Length:\r\n\r\nabc", 400),
    ("an announcement of 100 GB", POST + b"Content-Length: 99999999999\r\n\r\nabc", 413),
    ("a question whether to send 10 MB",
     POST + b"Content-Length: 9999999\r\nExpect: 100-continue\r\n\r\n", 413),
    # Chunks
    ("a chunk with a sign", CHUNKED + b"\r\n-3\r\nabc\r\n0\r\n\r\n", 400),
    ("a chunk in 0x", CHUNKED + b"\r\n0x3\r\nabc\r\n0\r\n\r\n", 400),
    ("a chunk beyond counting", CHUNKED + b"\r\n" + b"f" * 17 + b"\r\nabc\r\n0\r\n\r\n", 400),
    ("a chunk longer than it says", CHUNKED + b"\r\n3\r\nabcXX0\r\n\r\n", 400),
    ("chunks with bare LF", CHUNKED + b"\r\n3\nabc\n0\n\n", 400),
    ("a chunk's endless extension", CHUNKED + b"\r\n3;" + b"a" * 600_000 + b"\r\nabc\r\n", 400),
    ("trailers", CHUNKED + b"\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n", 400),
    ("5,000 trailers", CHUNKED + b"\r\n3\r\nabc\r\n0\r\n" + b"X: y\r\n" * 5000 + b"\r\n", 400),
    ("200,000 chunks", CHUNKED + b"\r\n" + chunks(*[b"a"] * 200_000), 400),
    ("chunks beyond the limit", CHUNKED + b"\r\n" + chunks(*[b"a" * 9999] * 21), 413),
    ("an unknown coding", POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
    ("a packed coding", POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
    ("chunked not last", POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400),
    ("a hidden coding", POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n", 400),
    ("chunks in HTTP/1.0", CHUNKED.replace(b"1.1", b"1.0") + b"\r\n0\r\n\r\n", 400),
    # Smuggling: what stands behind the body must not be answered.
    ("length, then chunks", CHUNKED + b"Content-Length: 3\r\n\r\n3\r\na=b\r\n0\r\n\r\n" + SMUGGLED,
     400),
    ("chunks, then length", POST + b"Content-Length: 8\r\nTransfer-Encoding: chunked\r\n\r\n"
     b"3\r\na=b\r\n0\r\n\r\n" + SMUGGLED, 400),
    ("chunks twice", CHUNKED + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED, 400),
    ("a blank before the colon", POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
     400),
    ("a folded line", GET + b"X: a\r\n b\r\n\r\n", 400),
    ("a folded first line", b"GET / HTTP/1.1\r\n Host: localhost\r\n\r\n", 400),
    ("bare CR", b"GET / HTTP/1.1\rHost: localhost\r\r", 400),
    ("CR in a value", GET + b"X: a\rb\r\n\r\n", 400),
    ("NUL in a value", GET + b"X: a\0b\r\n\r\n", 400),
    ("NUL in a name", GET + b"X\0: b\r\n\r\n", 400),
    ("NUL in the address", b"GET /\0 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    ("a line without a colon", GET + b"garbage\r\n\r\n", 400),
    ("a header without a name", GET + b": v\r\n\r\n", 400),
    ("a proxy's greeting", b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + SMUGGLED, 400),
    # Methods and versions
    ("no method", b" / HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    ("a method with a bracket", b"G(T / HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    ("a long method", b"A" * 20_000 + b" / HTTP/1.1\r\n" + HOST + b"\r\n", 405),
    ("a method in small letters", b"get / HTTP/1.1\r\n" + HOST + b"\r\n", 405),
    ("TRACE", b"TRACE / HTTP/1.1\r\n" + HOST + b"Cookie: a=b\r\n\r\n", 405),
    ("PUT", b"PUT / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\n\r\nabc", 405),
    ("HTTP/0.9", b"GET /\r\n", 400),
    ("HTTP/1.2", b"GET / HTTP/1.2\r\n" + HOST + b"\r\n", 400),
    ("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9), 400),
    ("HTTP/2.0", b"GET / HTTP/2.0\r\n" + HOST + b"\r\n", 400),
    ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200), 400),
    ("every byte", bytes(range(256)) * 40, 400),
    # Hosts
    ("no host", b"GET / HTTP/1.1\r\n\r\n", 400),
    ("two hosts", b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n", 400),
    ("a list of hosts", b"GET / HTTP/1.1\r\nHost: localhost, evil.example\r\n\r\n", 421),
    ("a user in the host", b"GET / HTTP/1.1\r\nHost: a@localhost\r\n\r\n", 421),
    ("another's address", b"GET http://evil.example/ HTTP/1.1\r\n" + HOST + b"\r\n", 421),
    ("a tunnel", b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + b"\r\n", 421),
    ("a host that is no text", b"GET / HTTP/1.1\r\nHost: \xff\r\n\r\n", 421),
    ("no host in HTTP/1.0", b"GET / HTTP/1.0\r\n\r\n", 400),
    # Addresses
    ("a way up", b"GET /../token.key HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    ("an encoded way up", b"GET /%2e%2e/token.key HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    ("an encoded NUL", b"GET /%00 HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    ("an address that is no text", b"GET /\xff HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    ("options of everything", b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    # Heads
    ("101 headers", GET + b"X: y\r\n" * 101 + b"\r\n", 431),
    ("5,000 headers", GET + b"X: y\r\n" * 5000 + b"\r\n", 431),
    ("a head of a megabyte", GET + b"X: " + b"y" * 1_000_000 + b"\r\n\r\n", 431),
    ("an address of 30,000 bytes", b"GET /" + b"y" * 30_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
     404),
    ("an address of a megabyte", b"GET /" + b"y" * 1_000_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
     431),
    # Parts
    ("10,000 parts", parts(b"--edge\r\n\r\n\r\n" * 10_000 + b"--edge--"), 400),
    ("parts without an end", parts(part(b"story", b"open") + part(b"text")), 400),
    ("a part without an end", parts(part(b"story", b"open")[:-3]), 400),
    ("parts inside a part", parts(NESTED + b"--edge--\r\n"), 404),
    ("a boundary without an end",
     parts(b"--edge\r\n\r\n", PARTS.replace(b"edge", b"e" * 9000)), 400),
    ("no boundary", parts(b"--edge--", PARTS.replace(b"boundary=edge", b"")), 400),
    ("a part's endless head", parts(b"--edge\r\nX: " + b"y" * 150_000), 400),
    ("a part with 9,000 headers", parts(b"--edge\r\n" + b"X: y\r\n" * 9000 + b"\r\na\r\n"), 400),
    ("a file", parts(FILE + b"--edge--\r\n"), 400),
    ("a line of dashes", parts(b"-" * 200_000), 400),
]  # fmt: skip


@pytest.mark.parametrize(("what", "sent", "status"), ABUSE, ids=[row[0] for row in ABUSE])
def test_abuse_is_refused_once_and_stores_nothing(public_door, what, sent, status) -> None:
    before = public_door.stored()

    answer = ask(public_door.port, sent)

    assert answer is not None
    assert (answer.status, answer.rest) == (status, b"")
    _is_guarded(answer)
    with public_door.client() as client:
        assert client.get("/healthz").text == "ok"
    assert public_door.stored() == before


def _is_guarded(answer: Answer) -> None:
    """Every answer carries every guard, also to what is no request; and says what is wrong."""
    assert answer.body
    for name, value in [*GUARDS, ("cache-control", "no-store")]:
        assert answer.headers[name] == value
    assert not answer.headers.keys() & {"set-cookie", "etag", "last-modified"}


@pytest.mark.parametrize("upgrade", [b"h2c", b"websocket", b"TLS/1.0"])
def test_no_other_protocol_is_taken_up(public_door, upgrade) -> None:
    more = b"Connection: Upgrade\r\nUpgrade: " + upgrade
    more += b"\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

    answer = ask(public_door.port, GET + more)

    assert answer is not None
    assert (answer.status, answer.body, answer.rest) == (200, b"ok", b"")


def test_who_asks_before_sending_is_told_to_go_on_and_answered_once(public_door) -> None:
    with socket.create_connection(("127.0.0.1", public_door.port), timeout=20) as line:
        line.sendall(POST + b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        assert line.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        line.sendall(b"a=b")
        answer = line.recv(65536)
        assert answer.startswith(b"HTTP/1.1 404 ")
        rest, _ = _after(line, b"")
    assert rest == b""


def test_a_coding_is_known_in_capitals_too(public_door) -> None:
    answer = ask(
        public_door.port, POST + b"Transfer-Encoding: CHUNKED\r\n\r\n" + chunks(b"story=nowhere")
    )

    assert answer is not None
    assert (answer.status, answer.closed) == (404, False)  # read, and no such story


def test_requests_behind_one_another_are_answered_in_their_order(public_door) -> None:
    sent = (POST + b"Content-Length: 3\r\n\r\na=b" + SMUGGLED) * 3
    with socket.create_connection(("127.0.0.1", public_door.port), timeout=20) as line:
        line.sendall(sent)
        came, _ = _after(line, b"")

    assert [int(one[:3]) for one in came.split(b"HTTP/1.1 ")[1:]] == [404, 200] * 3


FLOODS = {
    "1,000 requests": SMUGGLED * 1000,
    "a body": POST + b"Content-Length: 150000\r\n\r\n" + b"x" * 100_000,
    "much that is nothing": b"x" * 200_000,
}


@pytest.mark.parametrize("behind", FLOODS.values(), ids=FLOODS)
def test_what_comes_too_far_ahead_is_not_kept(public_door, client, behind) -> None:
    """Answered is what came before it, and perhaps some of it; then the connection ends."""
    first = POST + b"Content-Length: 3\r\n\r\na=b"
    with socket.create_connection(("127.0.0.1", public_door.port), timeout=20) as line:
        with contextlib.suppress(OSError):
            line.sendall(first + behind)
        came = b""
        with contextlib.suppress(ConnectionResetError):
            while more := line.recv(65536):
                came += more

    statuses = [int(one[:3]) for one in came.split(b"HTTP/1.1 ")[1:]]
    assert statuses[0] == 404
    assert len(statuses) < 100
    last = came.rpartition(b"HTTP/1.1 ")[2].partition(b"\r\n\r\n")[0]
    assert b"connection: close" in last  # so that nobody waits for the others
    assert client.get("/healthz").text == "ok"


def test_a_body_that_lies_unread_is_not_taken_for_the_next_request(public_door) -> None:
    hidden = SMUGGLED * 400
    head = b"GET /nowhere HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n\r\n" % len(hidden)

    answer = ask(public_door.port, head + hidden)

    assert answer is not None
    assert (answer.status, answer.rest) == (404, b"")


# Sizes, to the byte


def _of_size(kind: str, size: int) -> tuple[str, bytes]:
    """A form of that many bytes, its text as long as it takes."""
    if kind == "json":
        bare = json.dumps({"story": "open", "text": ""}).encode()
        return "application/json", bare.replace(b'""', b'"%b"' % (b"x" * (size - len(bare))))
    if kind == "parts":
        bare = part(b"story", b"open") + part(b"text", b"") + b"--edge--\r\n"
        text = part(b"text", b"x" * (size - len(bare)))
        return "multipart/form-data; boundary=edge", part(
            b"story", b"open"
        ) + text + b"--edge--\r\n"
    bare = urlencode({"story": "open", "text": ""}).encode()
    return "application/x-www-form-urlencoded", bare + b"x" * (size - len(bare))


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("kind", ["encoded", "parts", "json"])
def test_a_body_may_have_200_kib_and_not_a_byte_more(client, kind, chunked) -> None:
    """One byte below the limit and at it the text is read, and found too long; above it is not."""
    statuses = []
    for size in (BODY_BYTES - 1, BODY_BYTES, BODY_BYTES + 1):
        content_type, body = _of_size(kind, size)
        assert len(body) == size
        answer = client.post(
            "/comment/preview",
            content=iter([body[:9000], body[9000:]]) if chunked else body,
            headers={"content-type": content_type},
        )
        statuses.append((answer.status_code, "x" * 1000 in answer.text))

    assert BODY_BYTES == 200 * 1024
    assert statuses[2] == (413, False)
    assert {status for status, _ in statuses[:2]} == {400}


def test_a_comment_as_long_as_may_be_is_taken_in_the_widest_coding(client) -> None:
    """Burmese, nine bytes a letter once it is url-encoded."""
    text = "က" * 5_000
    body = urlencode({"story": "open", "text": text}).encode()
    assert len(body) > 45_000

    answer = client.post(
        "/comment/preview", content=body,
        headers={"content-type": "application/x-www-form-urlencoded"},
    )  # fmt: skip

    assert answer.status_code == 200
    assert text in answer.text


def test_no_answer_sets_a_cookie_or_puts_a_secret_into_an_address(client, cast) -> None:
    fields = {"story": "open", "text": "It is raining.", "name": ""}
    looked = client.post("/comment/preview", data=fields)
    token = client.post(
        "/comment/preview", data=fields, headers={"accept": "application/json"}
    ).json()["token"]
    receipt = cast["published"].printed
    answers: list[httpx.Response] = [
        looked,
        client.post("/comment", data=fields | {"token": token}),
        client.post("/receipt", data={"receipt": receipt}),
        client.post("/receipt/withdraw", data={"receipt": receipt}),
        client.post("/receipt", data={"receipt": "mistyped"}),
    ]

    assert [answer.status_code for answer in answers] == [200, 201, 200, 202, 400]
    secrets = {token, receipt, receipt.replace(" ", ""), receipt.replace(" ", "-")}
    for answer in answers:
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert not answer.headers.keys() & {"location", "refresh", "link", "content-location"}
        for address in _addresses(answer.text):
            assert not any(secret in address for secret in secrets)


def _addresses(page: str) -> list[str]:
    import html5lib

    tree = html5lib.parse(page, namespaceHTMLElements=False)
    kinds = ("href", "src", "action", "formaction", "content")
    return [value for element in tree.iter() for kind in kinds if (value := element.get(kind, ""))]
