"""`python -m bench.desk`: the desk with a million comments, ten thousand of them waiting.

Prints how long a page of the queue, a decision and a search take over HTTP, the server on one core;
how long unlocking takes until everything can be searched; and what happens when fifty moderators
decide at once: whether any comment is decided twice or any decision lost. Of several rounds the
best of each kind is shown, beside the range of all: other work on the machine only adds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.desk_browser import Browser, opened
from bench.door import Publication
from bench.figures import table, write_between_marks
from bench.filled_desk import SYLLABLES, Texts
from bench.servers import LOAD_CORE, SERVER_CORE, free_port, tree_memory

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
MARKS = "figures of the desk"
SAMPLES = 300  # of each kind of request in a round
PACE = 5.0  # seconds from one decision of a moderator to the next, on average
KINDS = (
    "a page of the queue",
    "a decision",
    "a search by words",
    "a search by moderator and clause",
)


class Newsroom:
    """A data folder with its filled desk, and the process that serves it."""

    def __init__(self, folder: Path, *, stored: int, held: int) -> None:
        self.is_new = not folder.exists()
        self.publication = (
            Publication.found(folder, story="quay") if self.is_new else Publication(folder)
        )
        self.passphrase = self.publication.passphrase_file.read_text().strip()
        self.stored, self.held = stored, held
        self.port = free_port()

    def fill(self) -> None:
        """Fill the database, and beside it, on the other core, the index of what is printed."""
        began = time.monotonic()
        wanted = {"stored": self.stored, "held": self.held}
        with (
            self._process("fill", core=LOAD_CORE, **wanted) as (_, filled),
            self._process("index", core=SERVER_CORE, **wanted) as (_, indexed),
        ):
            for facts in filled:
                print(f"… {facts['say']}", file=sys.stderr, flush=True)
            if not any("indexed" in facts for facts in indexed):
                raise RuntimeError("the desk could not be filled")
        print(f"… filled in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)

    @contextmanager
    def serving(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """The process's number, and what it told when it was ready."""
        with self._process("serve", port=self.port) as (process, lines):
            ready = next(lines)
            wait_for(self.port)
            yield process, ready

    @contextmanager
    def _process(
        self, verb: str, *, core: str = SERVER_CORE, **facts: Any
    ) -> Iterator[tuple[int, Iterator[dict[str, Any]]]]:
        wanted = {"verb": verb, "data": str(self.publication.data), "passphrase": self.passphrase}
        process = subprocess.Popen(
            ["taskset", "-c", core, sys.executable, "-m", "bench.desk_server",
             json.dumps(wanted | facts)],
            stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert process.stdout is not None
        try:
            yield process.pid, map(json.loads, process.stdout)
        finally:
            process.terminate()
            process.wait()

    def decisions(self) -> Counter[str]:
        """How often each comment was approved by one of the bench's people since it was filled."""
        path = f"file:{self.publication.data}/desk/desk.sqlite3?mode=ro"
        database = sqlite3.connect(path, uri=True)
        rows = database.execute(
            "SELECT comment_id FROM discussion_decision WHERE act = 'approve' AND comment_id IN "
            "(SELECT id FROM discussion_comment WHERE state = 'approved')"
        ).fetchall()
        database.close()
        return Counter(row[0] for row in rows)


def wait_for(port: int) -> None:
    """Until the desk answers."""
    for _ in range(200):
        with suppress(OSError):
            Browser(port, {}).get("/sign-in/")
            return
        time.sleep(0.05)
    raise RuntimeError("the desk does not answer")


def milliseconds(samples: Sequence[float], share: float) -> float:
    ordered = sorted(samples)
    return 1000 * ordered[min(int(len(ordered) * share), len(ordered) - 1)]


@dataclass
class Taken:
    """What requests of one kind took, in seconds: each by the clock, all together of the server's
    processor, which other work on the machine hardly lengthens."""

    each: list[float] = field(default_factory=list)
    processor: float = 0.0


def processor_seconds(process: int) -> float:
    """What a process has used of a processor, in all its threads that still run."""
    threads = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(one.read_text().split()[0]) for one in threads) / 1e9


def measure(browser: Browser, server: int, words: list[str]) -> dict[str, Taken]:
    """What each kind of request takes, one after the other; `server`: its process."""
    times = {name: Taken() for name in KINDS}
    draw = random.Random(5)

    def timed(kind: str, ask: Any, *, status: int = 200) -> str:
        used = processor_seconds(server)
        page = _timed(times[kind].each, ask, status=status)
        times[kind].processor += processor_seconds(server) - used
        return page

    for number in range(SAMPLES):
        page = timed("a page of the queue", lambda: browser.get("/queue/"))
        letter = opened(page)
        if letter is None:
            raise RuntimeError("the queue shows nothing to decide")
        fields = letter.fields | {"decision": "approve"}
        timed("a decision", lambda: browser.post(letter.action, fields), status=302)  # noqa: B023
        word = quote(words[number % len(words)])
        timed("a search by words", lambda: browser.get(f"/search/?q={word}"))  # noqa: B023
        narrowed = f"moderator=colleague-{draw.randrange(50)}&clause={draw.randint(1, 6)}"
        timed("a search by moderator and clause",
              lambda: browser.get(f"/search/?{narrowed}"))  # noqa: B023 # fmt: skip
    return times


def _timed(times: list[float], ask: Any, *, status: int = 200) -> str:
    began = time.perf_counter()
    answered, _, page = ask()
    times.append(time.perf_counter() - began)
    if answered != status:
        raise RuntimeError(f"answered {answered} instead of {status}")
    return str(page)


@dataclass
class Shift:
    """What one moderator did in the minute when all decide."""

    acknowledged: list[str] = field(default_factory=list)
    refused: int = 0
    seconds: list[float] = field(default_factory=list)  # of the decision, and of the next page
    fault: str = ""

    def work(self, browser: Browser, until: float, draw: random.Random) -> None:
        try:
            time.sleep(draw.uniform(0, PACE))
            _, _, page = browser.get("/queue/")
            while time.monotonic() < until:
                page = self._decide(browser, page)
                time.sleep(draw.uniform(0.2, 1.8) * PACE)
        except Exception as fault:
            self.fault = f"{type(fault).__name__}: {fault}"

    def _decide(self, browser: Browser, page: str) -> str:
        letter = opened(page)
        if letter is None:
            raise RuntimeError("nothing to decide")
        began = time.perf_counter()
        status, onward, page = browser.post(letter.action, letter.fields | {"decision": "approve"})
        self.seconds.append(time.perf_counter() - began)
        if status == 302:
            self.acknowledged.append(letter.id)
        elif status == 409:
            self.refused += 1
        else:
            raise RuntimeError(f"a decision was answered {status}")
        began = time.perf_counter()
        _, onward_again, page = browser.get(onward or "/queue/")
        if onward_again:
            _, _, page = browser.get(onward_again)
        self.seconds.append(time.perf_counter() - began)
        return page


def decide_at_once(
    newsroom: Newsroom, cookies: list[dict[str, str]], seconds: float
) -> list[Shift]:
    """All moderators at their desks for so long."""
    until = time.monotonic() + seconds
    shifts = [Shift() for _ in cookies]
    threads = [
        threading.Thread(
            target=shift.work, args=(Browser(newsroom.port, dict(one)), until, random.Random(n))
        )
        for n, (shift, one) in enumerate(zip(shifts, cookies, strict=True))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return shifts


def search_words() -> list[str]:
    """Frequent and rare words, one and two together, and single Korean syllables."""
    texts = Texts(1)
    korean, english = texts.words["ko"], texts.words["en"]
    ranks = (0, 3, 10, 40, 200, 1000, 5000, 15000)
    words = [words[rank] for rank in ranks for words in (korean, english)]
    words += [f"{korean[rank]} {korean[rank + 1]}" for rank in ranks]
    words += [f"{english[rank]} {english[rank + 5]}" for rank in ranks]
    return [*words, SYLLABLES["ko"][0], "mina@example.org", "nothingofthekind"]


@dataclass
class Round:
    """What one round measured."""

    times: dict[str, Taken]  # by kind of request
    shifts: list[Shift]
    busy: float  # processes at work when it ended, of the bench and of others


def run(newsroom: Newsroom, arguments: argparse.Namespace) -> int:
    """Serve, measure, show. 0 where every decision stands once."""
    before = newsroom.decisions()
    with newsroom.serving() as (process, ready):
        rounds = [
            _round(newsroom, process, ready["cookies"], arguments) for _ in range(arguments.rounds)
        ]
        resident = tree_memory(process).rss
    figures = _figures(arguments, ready, rounds, resident)
    print(figures)
    fault = _check(newsroom.decisions() - before, [one for each in rounds for one in each.shifts])
    if arguments.write and not fault:
        write_between_marks(DOCUMENT, figures, MARKS)
    return fault


def _round(
    newsroom: Newsroom, server: int, cookies: list[dict[str, str]], arguments: argparse.Namespace
) -> Round:
    times = measure(Browser(newsroom.port, dict(cookies[0])), server, search_words())
    print("… all decide at once", file=sys.stderr, flush=True)
    used = processor_seconds(server)
    shifts = decide_at_once(newsroom, cookies, arguments.seconds)
    each = [second for shift in shifts for second in shift.seconds]
    used = processor_seconds(server) - used
    times[f"{len(shifts)} moderators at once, each page and decision"] = Taken(each, used)
    return Round(times, shifts, os.getloadavg()[0])


def main() -> int:
    arguments = _arguments()
    wanted = {"stored": arguments.stored, "held": arguments.held}
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
        newsroom = Newsroom(arguments.keep / "newsroom", **wanted)
        if newsroom.is_new:
            newsroom.fill()
        return run(newsroom, arguments)
    with tempfile.TemporaryDirectory(prefix="letterslot-desk-", dir=arguments.folder) as folder:
        newsroom = Newsroom(Path(folder) / "newsroom", **wanted)
        newsroom.fill()
        return run(newsroom, arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.desk", description=__doc__)
    parser.add_argument("--stored", type=int, default=1_000_000)
    parser.add_argument("--held", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=60, help="in which all decide at once")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=None, help="a real disk, not memory")
    parser.add_argument("--keep", type=Path, default=None,
                        help="a folder whose desk is filled once and measured again")  # fmt: skip
    parser.add_argument("--write", action="store_true",
                        help="put the figures into docs/performance.md")  # fmt: skip
    return parser.parse_args()


def _figures(
    arguments: argparse.Namespace, ready: dict[str, Any], rounds: Sequence[Round], resident: int
) -> str:
    rows = [_row(name, [one.times[name] for one in rounds]) for name in rounds[0].times]
    shifts = [shift for one in rounds for shift in one.shifts]
    busy = sorted(one.busy for one in rounds)
    return "\n\n".join([
        table(["milliseconds", "median", "p95", "p99", "p95 of every round", "processor"], rows),
        f"{datetime.now(UTC):%-d %B %Y}: the best of {len(rounds)} rounds for each row; "
        "`processor` is what a request takes of the server's on average. The server on one core, "
        f"{platform.machine()}, Python {platform.python_version()}; {busy[0]:.1f} to "
        f"{busy[-1]:.1f} processes at work, those of the bench among them. "
        f"{arguments.stored:,} comments stored, {arguments.held:,} of them held. Unlocked after "
        f"{ready['unlocked']:.1f} s, everything searchable after {ready['searchable']:.1f} s, all "
        f"signals found after {ready['noticed']:.1f} s, in the background. "
        f"{sum(len(shift.acknowledged) for shift in shifts):,} decisions in "
        f"{len(rounds) * arguments.seconds} s of {len(rounds[0].shifts)} moderators at once, one "
        f"every {PACE:.0f} s from each; {sum(shift.refused for shift in shifts)} refused, none "
        f"twice, none lost. {resident / 2**20:,.0f} MB resident.",
    ])  # fmt: skip


def _row(name: str, rounds: Sequence[Taken]) -> list[str]:
    best = min(rounds, key=lambda taken: milliseconds(taken.each, 0.95)).each
    every = sorted(milliseconds(taken.each, 0.95) for taken in rounds)
    shown = [f"{milliseconds(best, share):.0f}" for share in (0.5, 0.95, 0.99)]
    processor = min(1000 * taken.processor / len(taken.each) for taken in rounds)
    return [name, *shown, ", ".join(f"{p95:.0f}" for p95 in every), f"{processor:.0f}"]


def _check(decided: Counter[str], shifts: list[Shift]) -> int:
    """0 where every acknowledged decision stands exactly once."""
    acknowledged = Counter(one for shift in shifts for one in shift.acknowledged)
    faults = [shift.fault for shift in shifts if shift.fault]
    twice = [one for one, times in acknowledged.items() if times > 1]
    twice += [one for one, times in decided.items() if times > 1]
    lost = [one for one in acknowledged if not decided[one]]
    for sentence, found in (("decided twice", twice), ("lost", lost), ("broken off", faults)):
        print(f"{len(found)} {sentence}{': ' + ', '.join(found[:3]) if found else ''}")
    return 1 if twice or lost or faults else 0


if __name__ == "__main__":
    sys.exit(main())
