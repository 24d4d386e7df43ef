"""One shift follows another: nobody is turned away, and what was read goes with who read it."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from pathlib import Path

import httpx
import pytest
from at_work.processes import family, is_in_memory, resident, shifts

from letterslot.intake import server, shift

AS_JSON = {"accept": "application/json"}
CANARY = "canary-" + os.urandom(6).hex()
COMMENT = {"story": "open", "text": f"{CANARY} It is raining.", "name": ""}


def until(holds, what: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return
        time.sleep(0.02)
    pytest.fail(f"It took too long until {what}.")


def follow(door) -> None:
    """Let the next shift begin, and wait until the one before has gone."""
    before = shifts(door.process.pid)
    door.process.send_signal(signal.SIGHUP)
    until(
        lambda: not set(shifts(door.process.pid)) & set(before) and shifts(door.process.pid),
        "the shift before had gone",
    )


def send(client: httpx.Client, comment: dict[str, str] = COMMENT) -> httpx.Response:
    looked = client.post("/comment/preview", data=comment, headers=AS_JSON)
    assert looked.status_code == 200, looked.text
    fields = comment | {"token": looked.json()["token"]}
    return client.post("/comment", data=fields, headers=AS_JSON)


def test_nobody_is_turned_away_and_nothing_lost_while_shifts_follow(running, newsroom) -> None:
    door = running(newsroom)
    statuses: list[int] = []
    faults: list[Exception] = []
    done = threading.Event()

    def keep_sending() -> None:
        with door.client() as client:
            while not done.is_set():
                try:
                    statuses.append(send(client).status_code)
                except Exception as fault:
                    faults.append(fault)

    readers = [threading.Thread(target=keep_sending) for _ in range(4)]
    for reader in readers:
        reader.start()
    for _ in range(2):
        follow(door)
    done.set()
    for reader in readers:
        reader.join()

    assert faults == []
    assert set(statuses) == {201}
    assert len(statuses) > 50
    assert door.stored() == len(statuses)
    assert door.stop() == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root reads another process's memory")
def test_what_was_read_is_in_no_memory_once_the_next_shift_has_begun(running, newsroom) -> None:
    door = running(newsroom)
    with door.client() as client:
        for _ in range(20):
            assert send(client).status_code == 201
    first = shifts(door.process.pid)
    assert [is_in_memory(pid, CANARY.encode()) for pid in first] == [True]

    follow(door)

    left = family(door.process.pid)
    assert door.process.pid in left
    assert len(left) >= 2
    assert [pid for pid in left if is_in_memory(pid, CANARY.encode())] == []


def test_the_next_shift_begins_unasked(running, newsroom, monkeypatch) -> None:
    assert server.SHIFT_SECONDS == 30 * 60
    monkeypatch.setenv("SHIFT_SECONDS", "1")

    door = running(newsroom)
    first = set(shifts(door.process.pid))

    until(lambda: not set(shifts(door.process.pid)) & first, "the first shift had gone")
    with door.client() as client:
        assert client.get("/healthz").text == "ok"


def test_a_head_that_has_begun_is_answered_by_the_shift_that_leaves(running, newsroom) -> None:
    door = running(newsroom)
    head = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.create_connection(("127.0.0.1", door.port), timeout=20) as line:
        line.sendall(head[:30])
        before = shifts(door.process.pid)
        door.process.send_signal(signal.SIGHUP)
        until(lambda: len(shifts(door.process.pid)) == 2, "the next shift had begun")
        time.sleep(2 * shift.LEAVING_SECONDS)  # those that say nothing are closed by then
        line.sendall(head[30:])
        answer = line.recv(65536)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"connection: close" in answer
    until(lambda: not set(shifts(door.process.pid)) & set(before), "the shift before had gone")


def test_a_shift_that_was_killed_is_followed_by_another(running, newsroom) -> None:
    door = running(newsroom)
    (first,) = shifts(door.process.pid)

    os.kill(first, signal.SIGKILL)

    with door.client() as client:  # the socket stays open: who comes meanwhile waits
        assert send(client).status_code == 201
    assert first not in shifts(door.process.pid)


def test_a_shift_ends_with_the_process_that_keeps_the_door_open(running, newsroom) -> None:
    door = running(newsroom)
    (first,) = shifts(door.process.pid)

    door.process.kill()
    door.process.wait()

    until(lambda: not Path(f"/proc/{first}").exists(), "the shift had gone too")


def test_the_keeper_stays_small_however_many_shifts_follow(running, newsroom) -> None:
    door = running(newsroom)
    follow(door)
    before = resident(door.process.pid), len(family(door.process.pid))

    for _ in range(2):
        follow(door)

    assert len(family(door.process.pid)) == before[1]
    assert resident(door.process.pid) < before[0] + 512 * 1024
    assert resident(door.process.pid) < 40 * 1024 * 1024


def test_no_process_of_the_door_leaves_a_core_dump(running, newsroom) -> None:
    door = running(newsroom)
    processes = [door.process.pid, *shifts(door.process.pid)]
    assert len(processes) == 2

    for pid in processes:
        limits = Path(f"/proc/{pid}/limits").read_text().splitlines()
        assert [line.split()[4:6] for line in limits if "core file" in line] == [["0", "0"]]


# Times


@pytest.mark.parametrize(("now", "left"), [(0.0, 900.0), (899.5, 0.5), (900.0, 900.0)])
def test_a_quarter_ends_at_full_quarters_of_the_clock(now, left) -> None:
    assert shift.seconds_to_the_quarter(now) == left


def test_a_fault_that_a_request_may_have_caused_is_said_at_the_quarter(caplog) -> None:
    log = logging.getLogger("letterslot.intake.test")
    held = shift.Held()
    log.addFilter(held.hold)
    for _ in range(3):
        log.error("ValueError at forms.py:7")
    log.warning("The shelf: in order again.")
    assert caplog.messages == ["The shelf: in order again."]

    held.say(log)
    held.say(log)

    assert caplog.messages[1:] == ["ValueError at forms.py:7"]
