"""`python -m bench.overload`: the door under five times its load, slow clients, and guessing."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import secrets
import socket
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import uvloop

from bench import hostile, letters
from bench.door import Publication
from bench.figures import UNDER_LOAD, table, write_between_marks
from bench.pressing import Press, Seen, request
from bench.sealed_letters import SUBMISSION_STORY, SealedLetters
from bench.servers import LOAD_CORE, Server
from letterslot.letterbox.receipts import Receipt

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
TIMES = 5
SLOW = 500
GUESSES = 1000.0  # a second
NORMAL_MS = 100.0  # a send that takes no longer is as usual
HEAD = b"POST /comment HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
SLOW_STARTS = (b"", HEAD, HEAD + b"Content-Length: 9000\r\n\r\n{")


class Sender:
    """Letters to send, each once; what was refused is sent again later, as readers do."""

    def __init__(self, publication: Publication) -> None:
        self._sealed = SealedLetters(publication, "en")
        self._again: deque[bytes] = deque()
        self._number = 0

    def next(self) -> bytes:
        if self._again:
            return self._again.popleft()
        self._number += 1
        return request("/comment", self._sealed.body(self._number), letters.MULTIPART)

    def refused(self, sent: bytes) -> None:
        self._again.append(sent)


def main() -> int:
    arguments = _arguments()
    busy = os.getloadavg()[0]
    os.sched_setaffinity(0, {int(LOAD_CORE)})
    with tempfile.TemporaryDirectory(prefix="letterslot-bench-", dir=arguments.folder) as folder:
        blank = Publication.found(Path(folder) / "blank", story=SUBMISSION_STORY)
        rows = [
            *_pressed(blank.copy(Path(folder) / "pressed"), arguments.seconds),
            *_beside_slow_ones(blank.copy(Path(folder) / "slow")),
            *_guessed(blank.copy(Path(folder) / "guessed"), arguments.seconds),
            *hostile.rows(),
        ]
    method = (
        f"One run, {arguments.seconds} s of each flood; one core for the door, one for the load; "
        f"{busy:.1f} other processes at work when it began."
    )
    figures = f"{table(['under load', 'figure', 'aim'], rows)}\n\n{method}"
    print(figures)
    if arguments.write:
        write_between_marks(DOCUMENT, figures, UNDER_LOAD)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.overload", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="of overload, and of guessing")
    parser.add_argument("--folder", type=Path, default=None, help="where files may be put")
    parser.add_argument(
        "--write", action="store_true", help="put the figures into docs/performance.md"
    )
    return parser.parse_args()


# Five times what it can do


def _pressed(publication: Publication, seconds: int) -> list[list[str]]:
    with publication.door() as door:
        sender, weighed = Sender(publication), _Weighed(door)
        with weighed:
            capacity, seen, after = uvloop.run(_press(door, sender, seconds))
        stored = publication.rows_stored()
    created = capacity.count(201) + seen.count(201) + sum(status == 201 for status, _ in after)
    can = capacity.count(201) / capacity.seconds
    return [
        ["what it takes in at most, a second", f"{can:,.0f}", "–"],
        [f"offered for {seconds} s, times that", f"{seen.sent / seconds / can:.1f}", f"{TIMES}"],
        ["of these taken in, a second", f"{seen.count(201) / seconds:,.0f}", "–"],
        ["taken in, p99", f"{seen.p99(201):,.0f} ms", "2,000 ms"],
        ["told “not stored”, p99", f"{seen.p99(503):,.0f} ms", "–"],
        ["got no answer", f"{seen.count(0):,} of {seen.sent:,}", "–"],
        ["acknowledged and not stored", f"{max(0, created - stored):,} of {created:,}", "0"],
        ["memory at most", f"{weighed.most / 2**20:,.0f} MB", "300 MB"],
        ["sends as usual again after", _until_normal(after), "10 s"],
    ]


async def _press(
    door: Server, sender: Sender, seconds: int
) -> tuple[Seen, Seen, list[tuple[int, float]]]:
    press = Press(door.port)
    await press.press(sender.next, rate=200, seconds=1, refused=sender.refused)
    capacity = await _as_fast_as_it_goes(press, sender, 4)
    rate = TIMES * capacity.count(201) / capacity.seconds
    seen = await press.press(sender.next, rate=rate, seconds=seconds, refused=sender.refused)
    after = []
    for _ in range(40):
        after.append(await Press(door.port).ask(sender.next()))
        await asyncio.sleep(0.25)
    return capacity, seen, after


async def _as_fast_as_it_goes(press: Press, sender: Sender, seconds: int) -> Seen:
    """64 clients, each of whom sends again as soon as it has its answer."""
    seen = Seen(seconds=seconds)
    until = time.perf_counter() + seconds

    async def client() -> None:
        while time.perf_counter() < until:
            seen.add(*await press.ask(sender.next()))

    await asyncio.gather(*(client() for _ in range(64)))
    return seen


def _until_normal(after: list[tuple[int, float]]) -> str:
    """When the last send that was refused or slow had its answer."""
    late = [n for n, (status, took) in enumerate(after) if status != 201 or took > NORMAL_MS]
    return f"{(late[-1] + 1) * 0.25:.2f} s" if late else "at once"


class _Weighed:
    """The most that a server had in memory meanwhile, looked at each half second, in bytes."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._over = threading.Event()
        self.most = 0

    def __enter__(self) -> None:
        self._looking = threading.Thread(target=self._look)
        self._looking.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._looking.join()

    def _look(self) -> None:
        while not self._over.wait(0.5):
            self.most = max(self.most, self._server.memory().pss)


# Slow clients


def _beside_slow_ones(publication: Publication) -> list[list[str]]:
    rows = []
    with publication.door() as door:
        sender = Sender(publication)
        for name, start in zip(("nothing", "a head", "a body"), SLOW_STARTS, strict=True):
            with _slow_lines(door.port, start):
                answers = uvloop.run(_normal(door.port, sender))
            taken = [took for status, took in answers if status == 201]
            worst = f"{max(taken):,.0f} ms" if len(taken) == len(answers) else "refused"
            what = f"a send beside {SLOW} that sent {name} and wait"
            rows.append([what, worst, "5,000 ms"])
    return rows


@contextlib.contextmanager
def _slow_lines(port: int, start: bytes) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for _ in range(SLOW):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", port), 30))
            line.sendall(start)
        time.sleep(1)  # what a reader needs to write would be longer
        yield


async def _normal(port: int, sender: Sender) -> list[tuple[int, float]]:
    return [await Press(port).ask(sender.next()) for _ in range(40)]


# Guessing


def _guessed(publication: Publication, seconds: int) -> list[list[str]]:
    with publication.door() as door:
        seen, holder = uvloop.run(_guess(door.port, Sender(publication), min(seconds, 60)))
    worst = max(took for _, took in holder)
    right = sum(status == 200 for status, _ in holder)
    return [
        ["guesses a second, answered", f"{seen.count(200) / seconds:,.0f}", f"{GUESSES:,.0f}"],
        ["the true holder meanwhile, the slowest", f"{worst:,.0f} ms", "5,000 ms"],
        ["the true holder meanwhile, answered", f"{right} of {len(holder)}", "all"],
    ]


async def _guess(port: int, sender: Sender, seconds: int) -> tuple[Seen, list[tuple[int, float]]]:
    press = Press(port)
    true = _look_up(await _sent(port, sender))
    guessing = asyncio.ensure_future(
        press.press(
            lambda: _look_up(Receipt.from_code_bytes(secrets.token_bytes(16)).printed),
            rate=GUESSES, seconds=seconds,
        )
    )  # fmt: skip
    holder = []
    while not guessing.done():
        holder.append(await Press(port).ask(true))
        await asyncio.sleep(0.5)
    return await guessing, holder


def _look_up(receipt: str) -> bytes:
    return request("/receipt", urlencode({"receipt": receipt}).encode(), letters.URLENCODED)


async def _sent(port: int, sender: Sender) -> str:
    """The receipt of a comment that was sent just now."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sender.next().replace(b"text/html", b"application/json", 1))
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    told = json.loads(await reader.readexactly(length))
    writer.close()
    return str(told["receipt"])


if __name__ == "__main__":
    sys.exit(main())
