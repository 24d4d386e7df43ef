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
from letterslot.intake.bodies import Body
from letterslot.intake.gate import Gate
from letterslot.intake.request import request
from letterslot.intake.routes import Route
from letterslot.letterbox.receipts import Receipt

ENCODED = "application/x-www-form-urlencoded"
COMMENT = b"story=open&text=canary-7f3a&token=x"


def asked(method, path, body=b"", *, client="192.0.2.1:5000", never=False, **named):
    """A request and its body, which has come whole unless it never does."""
    headers = {"host": "localhost", "content-type": ENCODED}
    headers |= {name.replace("_", "-"): value for name, value in named.items()}
    coming = Body(headers)
    if not never:
        coming.add(body)
        coming.end()
    return request(method, path, headers, client, True), coming


async def answered(door, head, body):
    """As a connection asks it."""
    lane = door.lane(over_tor=False)
    served = door.answer_at_once(lane, head)
    return served or await door.answer(lane, head, body, lambda: None)


@pytest.fixture
def ask(newsroom):
    """Asks a door, which `prepare` may change before."""

    def ask_it(*requests, prepare=lambda door: None):
        async def all_at_once():
            one = PublicDoor(Settings(newsroom.data, ("localhost",), 0))
            one.open()
            one.begin(asyncio.get_running_loop())
            prepare(one)
            try:
                return await asyncio.gather(*(answered(one, *request) for request in requests))
            finally:
                one.end()

        return asyncio.run(all_at_once())

    return ask_it


def post(body=COMMENT, path="/comment", **named):
    return asked("POST", path, body, content_length=str(len(body)), **named)


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


def test_a_page_does_not_wait_for_the_look_ups_before_it(newsroom) -> None:
    order = []
    look_up = b"receipt=" + Receipt(b"unknown---------").printed.replace(" ", "-").encode()
    requests = [post(look_up, "/receipt") for _ in range(40)] + [asked("GET", "/healthz")]

    async def noted(door, head, body):
        served = await answered(door, head, body)
        order.append((served.status, b"Waiting" in served.body))

    async def all_at_once():
        door = PublicDoor(Settings(newsroom.data, ("localhost",), 0))
        door.open()
        door.begin(asyncio.get_running_loop())
        await asyncio.gather(*(noted(door, *one) for one in requests))
        door.end()

    asyncio.run(all_at_once())

    assert order == [(200, False)] + [(200, True)] * 40


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


def test_a_body_is_not_given_up_because_the_door_lags(newsroom, monkeypatch) -> None:
    """On uvloop, as the door runs: there a timer goes before what was told meanwhile."""
    monkeypatch.setattr(app, "_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(gate, "SLOW_AFTER", 0.0)
    monkeypatch.setattr(gate, "PATIENCE", 0.0)
    head, body = post(never=True)

    async def with_a_lag():
        loop = asyncio.get_running_loop()
        door = PublicDoor(Settings(newsroom.data, ("localhost",), 0))
        door.open()
        door.begin(loop)
        await asyncio.sleep(0)  # it has begun to watch
        asking = loop.create_task(answered(door, head, body))
        await asyncio.sleep(0)  # and waits for the body
        body.add(COMMENT)
        loop.call_soon_threadsafe(body.end)
        due = time.monotonic() + 2 * app._LOOK_SECONDS
        while time.monotonic() < due:
            pass
        served = await asking
        door.end()
        return served

    assert uvloop.run(with_a_lag()).status == 400  # read, and told that it has no good token


def test_more_than_can_be_drained_is_refused_at_once(ask, monkeypatch) -> None:
    monkeypatch.setattr(bodies, "DRAINED_BYTES", bodies.BODY_BYTES + 10)
    length = str(bodies.BODY_BYTES + 11)

    (served,) = ask(asked("POST", "/comment", content_length=length, never=True))

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

    (served,) = ask(asked("GET", "/healthz"))

    assert served.status == 503
