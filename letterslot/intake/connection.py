"""HTTP/1.1 on one connection: llhttp reads what comes, and one request after another is answered.

See docs/decisions/the-doors-own-server.md for why the door does this itself.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, cast

import httptools

from letterslot.intake.app import log_kind
from letterslot.intake.bodies import Body
from letterslot.intake.gate import SMALL_BYTES
from letterslot.intake.request import HEARD, ONCE, Headers, Request, request
from letterslot.shelf.headers import Header
from letterslot.shelf.serve import Served

if TYPE_CHECKING:
    from letterslot.intake.entrance import Entrance

HEAD_BYTES: Final = 32 * 1024
HEADERS: Final = 100
HEAD_SECONDS: Final = 20.0  # for the head of a request, and for idling between two
CROWDED_SECONDS: Final = 3.0  # the same for a silent one while others wait to be let in
STALL_SECONDS: Final = 20.0  # an answer of which nothing more is fetched for so long is given up
LINGER_SECONDS: Final = 2.0  # for what a client still sends after the last answer
# What may have come before the request before it is answered. None of it has a place at the gate,
# so it must be little: 2,048 connections may be at it.
AHEAD: Final = 16  # requests
AHEAD_BYTES: Final = 16 * 1024  # not read yet
AHEAD_BODY_BYTES: Final = 1024  # of each request

_CLOSE: Final = ("connection", "close")
_GO_ON: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_A_METHOD: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+ [!-~]+ HTTP/1\.[01]\r?\n")
_LONG_METHOD: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{100}")

# A request and its body, or the status of the refusal of what could not be read.
_Asked = tuple[Request, Body | None] | int


class _Refused(Exception):
    """Raised within the parser, which then reads no further."""


class Connection(asyncio.Protocol):
    """One client's connection. What is asked is answered in its order, by `entrance.door`."""

    __slots__ = (
        "_ahead", "_asked", "_body", "_clogged", "_deaf", "_fields", "_gone", "_head_bytes",
        "_heard_all", "_left", "_parser", "_raw", "_refusal", "_target", "_task", "_unsent",
        "client", "deadline", "entrance", "transport",
    )  # fmt: skip

    transport: asyncio.Transport

    def __init__(self, entrance: Entrance) -> None:
        self.entrance = entrance
        self.client = ""
        self.deadline = entrance.idle_until
        self._parser = httptools.HttpRequestParser(self)
        self._fields: list[tuple[bytes, bytes]] = []  # of the head that is read
        self._target = b""  # of the same; empty again when it is complete
        self._head_bytes = 0  # in former pieces of that head
        self._raw = 0  # bytes that came for the body, and around its chunks
        self._left = 0  # bytes of answers that were not fetched at the last look
        self._unsent: tuple[bytes, ...] = ()  # an answer, until all that are ready are sent
        self._clogged = False  # an answer is unsent, or is not being fetched
        self._gone = False
        self._deaf = False  # nothing more is read: the last answer is made, or being made
        self._heard_all = False  # the other side has said that it will send no more
        self._refusal = 400
        self._body: Body | None = None  # of the request that is being read
        self._task: asyncio.Task[None] | None = None  # that answers
        self._asked: deque[_Asked] = deque()  # read, and not begun to answer
        self._ahead = b""  # came while an answer was being made, and not read

    # The line

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class
        self.client = _client(transport.get_extra_info("peername"))
        self.entrance.came(self)

    def data_received(self, data: bytes) -> None:
        if self._deaf:
            return
        body = self._body
        if body is None and self._is_busy():  # the next request, and this one is not answered
            self._keep(data)
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as fault:
            self._stop_at(fault, data)
        except Exception as fault:
            log_kind(fault)
            self.transport.abort()
        else:
            if self._target:
                self._look_at_head(data)
            elif body is not None:
                self._raw += len(data)
                body.framed_by(self._raw)

    def _keep(self, data: bytes) -> None:
        if len(self._ahead) + len(data) > AHEAD_BYTES:
            self._stop_reading()
            return
        self._ahead += data
        self.transport.pause_reading()

    def eof_received(self) -> bool:
        """A client that has said all may still wait for its answer."""
        self._heard_all = True
        if self._body is not None:
            self._body.break_off()
        if self._is_busy() and not self._deaf:
            self._stop_reading()
        return self._is_busy()

    def pause_writing(self) -> None:
        self._clogged = True

    def resume_writing(self) -> None:
        self._clogged = False
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        self._deaf = self._gone = True
        self._asked.clear()
        if self._body is not None:
            self._body.break_off()
        del self._parser  # which knows this connection: a circle less
        self.entrance.went(self)

    def look(self, now: float, *, crowded: bool) -> None:
        """To be called each second: an end to what takes too long. `crowded`: others wait to be let
        in, so that whoever says nothing is given less time."""
        before, self._left = self._left, self.transport.get_write_buffer_size()
        left = self._left
        if left != before:
            self.deadline = now + STALL_SECONDS
        deadline = self.deadline
        if crowded and not (left or self._deaf or self._target):
            deadline -= HEAD_SECONDS - CROWDED_SECONDS
        if now < deadline or (self._task is not None and not left):  # the gate bounds a task
            return
        if left or self.transport.is_closing() or self._deaf:
            self.transport.abort()
        elif self._target:
            self._refuse(408)
        else:
            self.transport.close()

    def leave(self) -> None:
        """No further request: this connection ends with the answer to what has come, or has begun
        to come. The answers themselves say so where the door leaves without haste."""
        self.send()
        if self._task is None and not (self._asked or self._target):
            self.transport.close()

    def hurry(self) -> None:
        """Wait no longer for the rest of a head."""
        if self._target:
            self._refuse(408)

    # Reading

    def _look_at_head(self, data: bytes) -> None:
        """Of a head that has not come whole."""
        self._head_bytes += len(data)
        if self._head_bytes > HEAD_BYTES:
            self._refuse(431)
        elif b"\n" in data.lstrip() and self._parser.get_http_version()[0] == "0":
            self._refuse(400)  # HTTP/0.9 has no end of a head

    def _stop_at(self, fault: Exception, data: bytes) -> None:
        if isinstance(fault, httptools.HttpParserUpgrade):
            self._deaf = True  # it was answered, and nothing that follows is HTTP
        elif isinstance(fault, httptools.HttpParserInvalidMethodError):
            is_method = _A_METHOD.match(data) or _LONG_METHOD.match(data)
            self._refuse(405 if is_method else 400)
        elif not self._deaf:
            self._refuse(self._refusal)

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._fields.append((name, value))

    def on_headers_complete(self) -> None:
        parser, headers = self._parser, self._heard()
        target, self._target = self._target.decode("latin-1"), b""
        method, version = parser.get_method().decode(), parser.get_http_version()
        has_body = "content-length" in headers or "transfer-encoding" in headers
        if version != "1.1" and (version != "1.0" or "transfer-encoding" in headers):
            raise _Refused
        takes_over = "upgrade" in headers or method == "CONNECT"
        if takes_over and has_body:
            raise _Refused  # where the body ends is not for us to say
        stays = version == "1.1" and parser.should_keep_alive() and not takes_over
        head = request(method, target, headers, self.client, stays)
        self._head_bytes = self._raw = 0
        self._body = body = Body(headers) if has_body else None
        if self._is_busy():
            self._put_off(head, body)
        else:
            self._answer(head, body)

    def _heard(self) -> Headers:
        """What the door hears of the head that is complete. Raises _Refused."""
        fields = self._fields
        headers: Headers = {}
        size = len(self._target)
        for name, value in fields:
            size += len(name) + len(value)
            key = HEARD.get(name) or HEARD.get(name.lower())
            if key is None:
                continue
            if key not in headers:
                headers[key] = value.decode("latin-1")
            elif key in ONCE:
                raise _Refused
        if size > HEAD_BYTES or len(fields) > HEADERS:
            self._refusal = 431
            raise _Refused
        fields.clear()
        return headers

    def on_body(self, piece: bytes) -> None:
        if self._body is not None:
            self._body.add(piece)

    def on_message_complete(self) -> None:
        body = self._body
        if body is not None:
            if self._fields:  # trailers, which no form has
                body.break_off()
            body.end()
            self._body = None

    def _refuse(self, status: int) -> None:
        """What comes cannot be read; what was asked before it is answered first."""
        if self._body is not None:  # whoever waits for it answers, or has answered
            self._body.break_off()
            status = 0
        self._stop_reading(status)
        self._next()

    def _stop_reading(self, status: int = 0) -> None:
        """After all that was asked the connection ends, with this refusal or with none."""
        self._deaf = True
        self._asked.append(status)

    # Answering

    def _is_busy(self) -> bool:
        return self._task is not None or self._clogged or bool(self._asked)

    def _put_off(self, head: Request, body: Body | None) -> None:
        if len(self._asked) >= AHEAD or (body and not body.is_small(AHEAD_BODY_BYTES)):
            self._body = None
            self._stop_reading()
            raise _Refused
        self._asked.append((head, body))

    def _answer(self, head: Request, body: Body | None) -> None:
        served = self.entrance.answer_at_once(head)
        if served is not None:
            self._say(head, served, body)
            return
        if body is None:
            body = Body({})
            body.end()
        self._task = self.entrance.loop.create_task(self._answer_later(head, body))

    async def _answer_later(self, head: Request, body: Body) -> None:
        """For what has a body to be waited for, or a disk."""
        served = await self.entrance.answer(head, body, self._go_on)
        self._task = None
        if not self._gone:
            self._say(head, served, body)
            self._next()

    def _next(self) -> None:
        """Go on with what came meanwhile."""
        while self._asked and self._task is None and not self._clogged and not self._gone:
            asked = self._asked.popleft()
            if isinstance(asked, int):
                self._end_with(asked)
            else:
                self._answer(*asked)
        if self._ahead and not self._is_busy() and not self._deaf:
            data, self._ahead = self._ahead, b""
            self.transport.resume_reading()
            self.data_received(data)

    def _say(self, head: Request, served: Served, body: Body | None) -> None:
        ends = self._deaf and bool(self._asked) and self._asked[0] == 0
        stays = head.stays and not (ends or self.entrance.leaving or _CLOSE in served.headers)
        unread = body is not None and not body.ended
        if body is not None and unread:
            body.discard()
            stays = stays and body.is_small(SMALL_BYTES)
        self._write(served, stays=stays, has_body=head.method != "HEAD")
        self.deadline = self.entrance.idle_until
        if not stays:
            self._hang_up(unread=unread or ends)

    def _end_with(self, status: int) -> None:
        """The last answer; none for 0, where nobody asked for one."""
        if status:
            accept = dict(self._fields).get(b"Accept", b"").decode("latin-1")
            self._write(self.entrance.door.unreadable(status, accept), stays=False)
        self._hang_up(unread=True)

    def _hang_up(self, *, unread: bool) -> None:
        self._deaf = True
        self._asked.clear()
        if unread and not self._heard_all:
            # Closed while something is still coming, the answer could be lost on its way.
            if self._ahead:
                self.transport.resume_reading()
            self.transport.write_eof()
            self.deadline = self.entrance.now + LINGER_SECONDS
        else:
            self.transport.close()

    def _go_on(self) -> None:
        if not self._gone:
            self.transport.write(_GO_ON)

    def _write(self, served: Served, *, stays: bool, has_body: bool = True) -> None:
        head, body = served.wire or _render(served), served.body
        if not stays:
            head += self.entrance.last_lines
            self.transport.writelines((head, body) if body and has_body else (head,))
            return
        head += self.entrance.last_line
        self._unsent = (head, body) if body and has_body else (head,)
        self._clogged = True
        self.entrance.to_send(self)

    def send(self) -> None:
        """Write the answer that is ready, and go on with what came behind its request."""
        if not self._unsent or self._gone:
            return
        answer, self._unsent = self._unsent, ()
        self._clogged = False
        self.transport.writelines(answer)
        if self._asked or self._ahead:
            self._next()


def _render(served: Served) -> bytes:
    """The first line and the headers as they go over the wire, up to the date. Kept with what is
    served more than once."""
    head, has_length = _head(served.status, tuple(served.headers))
    served.wire = head if has_length else b"%bcontent-length: %d\r\n" % (head, len(served.body))
    return served.wire


@lru_cache(maxsize=256)
def _head(status: int, headers: tuple[Header, ...]) -> tuple[bytes, bool]:
    """And whether it says the length, or needs not to."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers if (name, value) != _CLOSE]
    has_length = status == HTTPStatus.NOT_MODIFIED or "content-length" in dict(headers)
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1"), has_length


def _client(peer: object) -> str:
    """The other side's address and port, as `admission.network` reads it."""
    if not isinstance(peer, tuple):
        return ""
    host, port = peer[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
