"""`python -m bench.desk`: the desk with a million comments, ten thousand of them waiting.

Prints how long a page of the queue, a decision and a search take over HTTP, the server on one core;
how long unlocking takes until everything can be searched; and what happens when fifty moderators
decide at once: whether any comment is decided twice or any decision lost.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from bench.door import Publication
from bench.figures import table
from bench.filled_desk import SYLLABLES, Texts
from bench.servers import SERVER_CORE, free_port, tree_memory

SAMPLES = 300  # of each kind of request
PACE = 5.0  # seconds from one decision of a moderator to the next, on average
KINDS = (
    "a page of the queue",
    "a decision",
    "a search by words",
    "a search by moderator and clause",
)
FORM = re.compile(
    r'<form[^>]*action="(/comments/[^"/]+/decide/[^"]*)"[^>]*>(.*?)</form>', re.DOTALL
)
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')


@dataclass
class Browser:
    """One moderator's browser without scripts, on a connection that stays open."""

    port: int
    cookies: dict[str, str]
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, path: str) -> tuple[int, str, str]:
        return self._ask("GET", path, None)

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, str, str]:
        return self._ask("POST", path, urlencode(fields))

    def _ask(self, verb: str, path: str, body: str | None) -> tuple[int, str, str]:
        """Status, the address it leads on to, and the page."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Host": f"localhost:{self.port}", "Cookie": cookies}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(verb, path, body, headers)
        answer = self.connection.getresponse()
        page = answer.read().decode()
        for header in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), page


@dataclass(frozen=True)
class Open:
    """The open comment of a page of the queue: where its form goes, and what the form carries."""

    id: str
    action: str
    fields: dict[str, str]


def opened(page: str) -> Open | None:
    """None where nothing is open to be decided."""
    form = FORM.search(page)
    if form is None:
        return None
    fields = {}
    for hidden in HIDDEN.findall(form[2]):
        attributes = dict(ATTRIBUTE.findall(hidden))
        fields[attributes["name"]] = unescape(attributes.get("value", ""))
    return Open(form[1].split("/")[2], unescape(form[1]), fields)


class Newsroom:
    """A data folder with its filled desk, and the process that serves it."""

    def __init__(self, folder: Path, *, stored: int, held: int) -> None:
        self.publication = Publication.found(folder, story="quay")
        self.passphrase = self.publication.passphrase_file.read_text().strip()
        self.stored, self.held = stored, held
        self.port = free_port()

    def fill(self) -> dict[str, Any]:
        with self._process("fill", stored=self.stored, held=self.held) as (_, lines):
            for facts in lines:
                if "say" in facts:
                    print(f"… {facts['say']}", file=sys.stderr, flush=True)
                else:
                    return facts
        raise RuntimeError("the desk could not be filled")

    @contextmanager
    def serving(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """The process's number, and what it told when it was ready."""
        with self._process("serve", port=self.port) as (process, lines):
            ready = next(lines)
            for _ in range(200):
                try:
                    Browser(self.port, {}).get("/sign-in/")
                    break
                except OSError:
                    time.sleep(0.05)
            yield process, ready

    @contextmanager
    def _process(self, verb: str, **facts: Any) -> Iterator[tuple[int, Iterator[dict[str, Any]]]]:
        wanted = {"verb": verb, "data": str(self.publication.data), "passphrase": self.passphrase}
        process = subprocess.Popen(
            ["taskset", "-c", SERVER_CORE, sys.executable, "-m", "bench.desk_server",
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


def milliseconds(samples: Sequence[float], share: float) -> float:
    ordered = sorted(samples)
    return 1000 * ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def measure(browser: Browser, words: list[str]) -> dict[str, list[float]]:
    """Seconds that each kind of request took, one after the other."""
    times: dict[str, list[float]] = {name: [] for name in KINDS}
    draw = random.Random(5)
    for number in range(SAMPLES):
        page = _timed(times["a page of the queue"], lambda: browser.get("/queue/"))
        letter = opened(page)
        if letter is None:
            raise RuntimeError("the queue shows nothing to decide")
        fields = letter.fields | {"decision": "approve"}
        _timed(times["a decision"], lambda: browser.post(letter.action, fields), status=302)  # noqa: B023
        word = quote(words[number % len(words)])
        _timed(times["a search by words"], lambda: browser.get(f"/search/?q={word}"))  # noqa: B023
        narrowed = f"moderator=colleague-{draw.randrange(50)}&clause={draw.randint(1, 6)}"
        _timed(times["a search by moderator and clause"],
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


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.desk", description=__doc__)
    parser.add_argument("--stored", type=int, default=1_000_000)
    parser.add_argument("--held", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=60, help="in which all decide at once")
    parser.add_argument("--folder", type=Path, default=None, help="a real disk, not memory")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="letterslot-desk-", dir=arguments.folder) as folder:
        newsroom = Newsroom(Path(folder) / "newsroom", stored=arguments.stored, held=arguments.held)
        filled = newsroom.fill()
        before = newsroom.decisions()
        with newsroom.serving() as (process, ready):
            times = measure(Browser(newsroom.port, ready["cookies"][0]), search_words())
            print("… all decide at once", file=sys.stderr, flush=True)
            shifts = decide_at_once(newsroom, ready["cookies"], arguments.seconds)
            resident = tree_memory(process).rss
        print(_figures(arguments, filled, ready, times, shifts, resident))
        return _check(newsroom.decisions() - before, shifts)


def _figures(
    arguments: argparse.Namespace, filled: dict[str, Any], ready: dict[str, Any],
    times: dict[str, list[float]], shifts: list[Shift], resident: int,
) -> str:  # fmt: skip
    together = [second for shift in shifts for second in shift.seconds]
    rows = [_row(name, samples) for name, samples in times.items()]
    rows.append(_row(f"{len(shifts)} moderators at once, each page and decision", together))
    decided = sum(len(shift.acknowledged) for shift in shifts)
    size = f"{arguments.stored:,} comments stored, {arguments.held:,} of them held"
    return "\n\n".join([
        table(["milliseconds", "median", "p95", "p99"], rows),
        f"{size}. Unlocked after {ready['unlocked']:.2f} s, everything searchable after "
        f"{ready['searchable']:.2f} s, all signals found after {ready['noticed']:.2f} s. "
        f"{decided:,} decisions in {arguments.seconds} s at once, one every {PACE:.0f} s from each "
        f"moderator; {sum(shift.refused for shift in shifts)} refused. "
        f"{resident / 2**20:,.0f} MB resident. "
        f"Indexing what is printed took {filled['indexed']:.0f} s. "
        f"{os.getloadavg()[0]:.1f} processes at work at the end.",
    ])  # fmt: skip


def _row(name: str, samples: Sequence[float]) -> list[str]:
    return [name, *(f"{milliseconds(samples, share):.0f}" for share in (0.5, 0.95, 0.99))]


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
