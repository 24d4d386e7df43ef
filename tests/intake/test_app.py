"""The adapter: what it does when something is wrong, with a server and a line made for the test."""

from __future__ import annotations

import asyncio
import json
import logging
import time

import pytest
import uvloop

from letterslot.intake import app, bodies, gate, handlers
from letterslot.intake.app import PublicDoor, Settings
from letterslot.intake.gate import Gate
from letterslot.intake.routes import Route
from letterslot.letterbox.receipts import Receipt
from letterslot.shelf.serve import Served

ENCODED = "application/x-www-form-urlencoded"
COMMENT = b"story=open&text=canary-7f3a&token=x"


class Headers:
    def __init__(self, **named):
        self._named = {name.replace("_", "-"): value for name, value in named.items()}

    def get(self, key, default=None):
        return self._named.get(key, default)

    def get_all(self, key):
        return [self._named[key]] if key in self._named else []


class Scope:
    proto = "http"
    authority = None
    query_string = ""

    def __init__(self, method, path, client="192.0.2.1:5000", **named):
        self.method, self.path, self.client = method, path, client
        self.headers = Headers(host="localhost", content_type=ENCODED, **named)


class Line:
    """A request's body, and the answer that came."""

    def __init__(self, body=b"", *, never=False):
        self._body, self._never = body, never
        self.served = None

    async def __call__(self):
        if self._never:
            await asyncio.Event().wait()
        return self._body

    async def __aiter__(self):
        yield await self()

    def response_bytes(self, status, headers, body):
        assert self.served is None, "one request, one answer"
        self.served = Served(status, headers, body)


@pytest.fixture
def ask(newsroom):
    """Asks a door; `door` is it, opened."""

    def ask_it(*requests, door=None, prepare=lambda door: None):
        async def all_at_once():
            one = door or PublicDoor(Settings(newsroom.data, ("localhost",), 0))
            one.__rsgi_init__(asyncio.get_running_loop())
            prepare(one)
            try:
                await asyncio.gather(*(one.__rsgi__(scope, line) for scope, line in requests))
            finally:
                one.__rsgi_del__(asyncio.get_running_loop())
            return [line.served for _, line in requests]

        return asyncio.run(all_at_once())

    return ask_it


def post(body=COMMENT, path="/comment", *, never=False, **named):
    return Scope("POST", path, content_length=str(len(body)), **named), Line(body, never=never)


def test_a_fault_of_ours_is_a_page_and_only_its_kind_and_place_are_logged(
    ask, monkeypatch, caplog
) -> None:
    def broken(door, asked):
        raise ValueError(asked.fields["text"])

    monkeypatch.setitem(app.ROUTES, "/comment", Route(post=broken))
    with caplog.at_level(logging.INFO):
        page, told = ask(post(), post(accept="application/json"))

    assert (page.status, told.status) == (500, 500)
    assert b"Something went wrong here." in page.body
    assert json.loads(told.body).keys() == {"error", "field"}
    assert ("cache-control", "no-store") in page.headers
    assert "canary" not in caplog.text
    assert {record.getMessage().partition(":")[0] for record in caplog.records} == {
        "ValueError at test_app.py"
    }


def test_more_than_the_door_can_have_in_hand_is_refused_with_the_text(ask) -> None:
    def full(places):
        return lambda door: door._clearnet.gates.update({"/comment": Gate(0, given_back=places)})

    (one,) = ask(post(), prepare=full(1))
    (two,) = ask(post(), prepare=full(0))

    assert (one.status, two.status) == (503, 503)
    assert b"canary-7f3a" in one.body
    assert b"not stored" in two.body
    assert b"canary-7f3a" not in two.body
    assert all("retry-after" in dict(served.headers) for served in (one, two))


@pytest.mark.parametrize(("size", "stays"), [("16384", True), ("16385", False), (None, False)])
def test_a_line_stays_open_only_where_what_is_unread_is_small(ask, size, stays) -> None:
    def full(door):
        door._clearnet.gates["/comment"] = Gate(0, given_back=0)

    named = {"content_length": size} if size else {}
    (served,) = ask((Scope("POST", "/comment", **named), Line()), prepare=full)

    assert served.status == 503
    assert (("connection", "close") not in served.headers) is stays


def test_a_page_does_not_wait_for_the_look_ups_before_it(ask) -> None:
    answered = []

    class Noting(Line):
        def response_bytes(self, status, headers, body):
            answered.append((status, b"Waiting" in body))

    look_up = b"receipt=" + Receipt(b"unknown---------").printed.replace(" ", "-").encode()
    look_ups = [(post(look_up, "/receipt")[0], Noting(look_up)) for _ in range(40)]

    ask(*look_ups, (Scope("GET", "/healthz"), Noting()))

    assert answered == [(200, False)] + [(200, True)] * 40


def test_places_are_given_back_whatever_happens(ask, monkeypatch) -> None:
    door = None

    def keep(one):
        nonlocal door
        door = one

    def broken(door, asked):
        raise ValueError

    ask(post(), post(b"\xff"), prepare=keep)
    monkeypatch.setitem(app.ROUTES, "/comment", Route(post=broken))
    ask(post(), prepare=keep)

    assert {(one.in_hand, one.giving_back, one.slow) for one in door._gates} == {(0, 0, 0)}


def test_a_body_that_does_not_come_is_408(ask, monkeypatch) -> None:
    monkeypatch.setattr(gate, "PATIENCE", 0.01)
    monkeypatch.setattr(gate, "SLOW_AFTER", 0.01)

    (served,) = ask(post(never=True))

    assert served.status == 408
    assert ("connection", "close") in served.headers


class LaggingLine(Line):
    """A body that is there in time, while the door is busy with something else."""

    async def __call__(self):
        loop = asyncio.get_running_loop()
        came = loop.create_future()
        loop.call_soon_threadsafe(came.set_result, self._body)
        due = time.monotonic() + 2 * app._LOOK_SECONDS
        while time.monotonic() < due:
            pass
        return await came


def test_a_body_is_not_given_up_because_the_door_lags(newsroom, monkeypatch) -> None:
    """On uvloop, as the door runs: there a timer goes before what was told meanwhile."""
    monkeypatch.setattr(app, "_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(gate, "SLOW_AFTER", 0.0)
    monkeypatch.setattr(gate, "PATIENCE", 0.0)
    line = LaggingLine(COMMENT)

    async def answered():
        door = PublicDoor(Settings(newsroom.data, ("localhost",), 0))
        door.__rsgi_init__(asyncio.get_running_loop())
        await asyncio.sleep(0)  # it has begun to watch
        await door.__rsgi__(post()[0], line)
        door.__rsgi_del__(asyncio.get_running_loop())

    uvloop.run(answered())

    assert line.served.status == 400  # read, and told that it has no good token


def test_more_than_can_be_drained_is_refused_at_once(ask, monkeypatch) -> None:
    monkeypatch.setattr(bodies, "DRAINED_BYTES", bodies.BODY_BYTES + 10)
    scope = Scope("POST", "/comment", content_length=str(bodies.BODY_BYTES + 11))

    (served,) = ask((scope, Line(b"", never=True)))

    assert served.status == 413
    assert ("connection", "close") in served.headers


def test_a_disk_that_does_not_take_it_is_not_stored(ask, monkeypatch) -> None:
    monkeypatch.setattr(app.Receiver, "store", _no_space)
    row = (b"n" * 16, "2026-11-23", bytes(1024))
    stores = Route(post=lambda door, asked: handlers.Store(row, None))
    monkeypatch.setitem(app.ROUTES, "/comment", stores)

    page, told = ask(post(), post(accept="application/json"))

    assert (page.status, told.status) == (503, 503)
    assert b"canary-7f3a" in page.body
    assert "not stored" in json.loads(told.body)["error"]


async def _no_space(self, row):
    return OSError("no space left for canary-7f3a")


def test_a_door_that_cannot_store_is_not_healthy(ask, monkeypatch) -> None:
    monkeypatch.setattr(app.Receiver, "broken", True)

    (served,) = ask((Scope("GET", "/healthz"), Line()))

    assert served.status == 503


def test_settings_come_from_the_environment(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("LETTERSLOT_DATA", str(tmp_path))
    monkeypatch.setenv("LETTERSLOT_DOOR_HOSTS", "one.example, two.example,")
    monkeypatch.setenv("LETTERSLOT_BUDGET", "7")

    settings = Settings.from_environment()

    assert settings == Settings(tmp_path, ("one.example", "two.example"), 7)
