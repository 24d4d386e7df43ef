"""A small publication on a shelf, its door as handlers see it, and a real door on loopback."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import minisign
import pytest
from at_work.ports import free_port
from nacl.public import PrivateKey

from letterslot.intake.handlers import Door
from letterslot.intake.knowledge import Knowledge
from letterslot.intake.speaking import Voice
from letterslot.letterbox import receipts
from letterslot.letterbox.spool import Spool
from letterslot.letterbox.tokens import TokenKey
from letterslot.shelf import layout
from letterslot.shelf.answers import write_answers
from letterslot.shelf.manifest import RootFacts, Rule
from letterslot.shelf.printing import Printing
from letterslot.shelf.serve import ShelfReader
from letterslot.text import questions

CANARY = "canary-7f3a"
URL = "https://courier.example"
PAGE = b"<!doctype html><title>x</title>" + b"<p>A printed page.</p>" * 60

PUBLISHED = receipts.Receipt.from_code_bytes(b"published-------")
EDITED = receipts.Receipt.from_code_bytes(b"edited----------")
DECLINED = receipts.Receipt.from_code_bytes(b"declined--------")
REMOVED = receipts.Receipt.from_code_bytes(b"removed---------")
WITHDRAWN = receipts.Receipt.from_code_bytes(b"withdrawn-------")
UPHELD = receipts.Receipt.from_code_bytes(b"upheld----------")
RESTORED = receipts.Receipt.from_code_bytes(b"restored--------")
TOO_LATE = receipts.Receipt.from_code_bytes(b"too late--------")
UNKNOWN = receipts.Receipt.from_code_bytes(b"unknown---------")

ANSWERS = {
    PUBLISHED: receipts.Answer("published", address="stories/open/comments/1/#c-b1", edition=1),
    EDITED: receipts.Answer(
        "published",
        4,
        "A number was cut.",
        "stories/open/comments/1/#c-b2",
        1,
        edited=True,
        appeal_until="2999-12-31",
    ),
    DECLINED: receipts.Answer(
        "declined", 1, "“Liar” is <not> an argument.", edition=1, appeal_until="2999-12-31"
    ),
    TOO_LATE: receipts.Answer("declined", 1, edition=1, appeal_until="2026-01-01"),
    REMOVED: receipts.Answer(
        "removed", 1, "r" * 600, "stories/open/comments/1/#c-b3", 1, appeal_until="2999-12-31"
    ),
    UPHELD: receipts.Answer("declined", 1, "I read it too.", edition=1, appeal="upheld"),
    RESTORED: receipts.Answer("waiting", edition=1, appeal="overturned"),
    WITHDRAWN: receipts.Answer("withdrawn"),
}


@dataclass
class Newsroom:
    """The newsroom's side, as far as a door can tell: it prints, and it could open letters."""

    data: Path
    policy: str = "prompt"
    signing: minisign.SecretKey = field(
        default_factory=lambda: minisign.KeyPair.generate().secret_key
    )
    epoch_key: PrivateKey = field(default_factory=PrivateKey.generate)
    edition: int = 0
    questions: dict[str, dict[str, object]] = field(default_factory=dict)  # by story

    def open(self) -> None:
        self.data.mkdir(exist_ok=True)
        (self.data / "publication.pub").write_bytes(bytes(self.signing.get_public_key()) + b"\n")
        TokenKey.create(self.data / "token.key")
        self.print()

    def print(self, *, today: date | None = None, keys: int = 35, close: str = "") -> None:
        """An edition on the shelf; `keys` days of epoch keys; `close` is one more closed story."""
        self.edition += 1
        today = today or datetime.now(UTC).date()
        public = base64.b64encode(bytes(self.epoch_key.public_key)).decode()
        index, data = write_answers(
            [(r.answer_id, receipts.seal_answer(a, r.public_key)) for r, a in ANSWERS.items()]
            + [receipts.dummy(b"seed", n) for n in range(16 - len(ANSWERS))]
        )
        yesterday = (today - timedelta(days=1)).isoformat()
        with Printing(self.data / "shelf", mtime=1_795_392_000) as paper:
            paper.write("index.html", PAGE)
            paper.write("receipt/index.html", PAGE)
            paper.write("site-0123456789abcdef.css", b"p { color: black }\n" * 40)
            paper.write(layout.PUBLIC_KEY, (self.data / "publication.pub").read_bytes())
            for path, content in zip(layout.answers(1), (data, index), strict=True):
                paper.write(path, content)
            self._json(paper, layout.door(), {
                "version": 1, "name": "The Courier", "url": URL, "languages": ["en", "ko"],
                "policy": self.policy, "k_min": 10 if self.policy == "guarded" else 0,
                "stylesheet": "site-0123456789abcdef.css",
                "epochs": {
                    (today + timedelta(days=n - 1)).isoformat(): public for n in range(keys)
                },
                "clauses": {"en": [[1, "Respect"], [4, "Private persons"]]},
                "embed_hosts": [],
                "words": {"en": {"guidelines": "<p>Be kind.</p>", "disclaimer": "<p>No.</p>"}},
            })  # fmt: skip
            stories = {
                "open": ("en", "closed" if close == "open" else "open"),
                "closed": ("en", "closed"),
                "korean": ("ko", "open"),
                "last-day": ("en", today.isoformat()),
                "over": ("en", yesterday),
            }
            for slug, (language, comments) in stories.items():
                told = {"headline": f"About {slug}", "language": language, "comments": comments}
                if slug in self.questions:
                    told["question"] = self.questions[slug]
                self._json(paper, layout.story_door(slug), told)
                self._json(paper, layout.story_names(slug), {"b1": "Ines", "b2": ""})
                paper.write(layout.story_page(slug), PAGE + slug.encode())
                paper.write(layout.thread_fragment(slug), PAGE)
            paper.finish(self._facts(today), self.signing)

    def _json(self, paper: Printing, path: str, told: object) -> None:
        paper.write(path, json.dumps(told).encode())

    def _facts(self, today: date) -> RootFacts:
        return RootFacts(
            publication="The Courier", url=URL, edition=self.edition, slot=self.edition,
            date=today, ledger_entries=0, ledger_head=hashlib.sha256(b"").hexdigest(),
            rule=Rule(self.policy), expires=today + timedelta(days=90),
        )  # fmt: skip

    def reader(self) -> ShelfReader:
        return ShelfReader(self.data / "shelf", (self.data / "publication.pub").read_bytes())

    def door(self, today: date | None = None) -> Door:
        """A door as handlers see it."""
        knowledge = Knowledge(self.reader())
        token_key = TokenKey.load(self.data / "token.key")
        today = today or datetime.now(UTC).date()
        return Door(knowledge, Voice(knowledge.pages), token_key, today, today)


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """A newsroom that prints once; do not print here again."""
    newsroom = Newsroom(tmp_path_factory.mktemp("printed") / "data")
    newsroom.open()
    return newsroom


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    newsroom = Newsroom(tmp_path_factory.mktemp("guarded") / "data", policy="guarded")
    newsroom.open()
    return newsroom


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    """A newsroom of the test's own."""
    newsroom = Newsroom(tmp_path / "data")
    newsroom.open()
    return newsroom


@pytest.fixture(scope="session")
def newsroom_that_asks() -> Callable[..., Door]:
    """Makes a door of a newsroom whose story asks a question."""

    def make(folder: Path, slug: str, ask: str, answers: list[str]) -> Door:
        digests = sorted(questions.digest(answer, slug) for answer in answers)
        newsroom = Newsroom(folder / "data", questions={slug: {"ask": ask, "answers": digests}})
        newsroom.open()
        return newsroom.door()

    return make


@pytest.fixture(scope="session")
def door(printed: Newsroom) -> Door:
    return printed.door()


_PROGRAM = Path(__file__).with_name("serving.py")


@dataclass
class RunningDoor:
    """A door in a process of its own. `said` is all that it wrote anywhere but to its clients."""

    newsroom: Newsroom
    port: int
    process: subprocess.Popen[bytes]
    said_in: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        return self.said_in.read_text()

    def stored(self) -> int:
        with Spool(self.newsroom.data / "door" / "spool.sqlite3") as spool:
            return spool.waiting()

    def client(self, **options: object) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=20, trust_env=False, **options)  # type: ignore[arg-type]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


def start_door(
    newsroom: Newsroom, port: int, budget: int = 0, tor: tuple[str, ...] = ()
) -> RunningDoor:
    said = newsroom.data.parent / f"door-{port}.log"
    with said.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, str(_PROGRAM), str(newsroom.data), "127.0.0.1", str(port),
             str(budget), *tor],
            stdout=out, stderr=out, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
    return RunningDoor(newsroom, port, process, said)


def wait_until_open(running: RunningDoor) -> None:
    for _ in range(400):
        if running.process.poll() is not None:
            pytest.fail(f"The door did not start: {running.said}")
        with contextlib.suppress(httpx.TransportError), running.client() as client:
            if client.get("/healthz").status_code == 200:
                return
        time.sleep(0.025)
    pytest.fail("The door did not open in time.")


Running = Callable[..., RunningDoor]


@pytest.fixture
def running() -> Iterator[Running]:
    """Starts doors, and stops them at the end."""
    started: list[RunningDoor] = []

    def start(newsroom: Newsroom, budget: int = 0, tor: tuple[str, ...] = ()) -> RunningDoor:
        one = start_door(newsroom, free_port(), budget, tor)
        started.append(one)
        wait_until_open(one)
        return one

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


@pytest.fixture(scope="session")
def public_door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDoor]:
    """One running door for all tests that leave it as it was, with no budget."""
    newsroom = Newsroom(tmp_path_factory.mktemp("public") / "data")
    newsroom.open()
    one = start_door(newsroom, free_port())
    wait_until_open(one)
    yield one
    one.stop()


@pytest.fixture
def client(public_door: RunningDoor) -> Iterator[httpx.Client]:
    with public_door.client() as client:
        yield client


@pytest.fixture(scope="session")
def cast() -> dict[str, receipts.Receipt]:
    """A receipt for each thing that can have become of a comment, and one that is not ours."""
    return {
        "published": PUBLISHED,
        "edited": EDITED,
        "declined": DECLINED,
        "removed": REMOVED,
        "withdrawn": WITHDRAWN,
        "upheld": UPHELD,
        "restored": RESTORED,
        "too late": TOO_LATE,
        "unknown": UNKNOWN,
    }


@pytest.fixture(scope="session")
def canary() -> str:
    """A word that must be in no log."""
    return CANARY


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def start() -> Iterator[Running]:
    """Starts a door and does not wait for it: for those that must not open."""
    started: list[RunningDoor] = []

    def start_one(newsroom: Newsroom, port: int, tor: tuple[str, ...] = ()) -> RunningDoor:
        started.append(start_door(newsroom, port, tor=tor))
        return started[-1]

    yield start_one
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()
