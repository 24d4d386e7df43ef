"""A small newsroom at its desk: a reader, a moderator, a colleague, a chief, and letters."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from letterslot.desk.attempts import patience
from letterslot.desk.sessions import sessions
from letterslot.discussion import ledger, wording
from letterslot.discussion.models import Comment, Edition, Printed, Story
from letterslot.letterbox.epochs import Cost, KeyFile, Keyring
from letterslot.letterbox.keyholder import keyholder
from letterslot.letterbox.letters import CommentLetter, ReportLetter, write_wish
from letterslot.letterbox.receipts import Receipt
from letterslot.letterbox.spool import Spool
from letterslot.newsroom import publication, terms
from letterslot.newsroom.models import Moderator
from letterslot.text import scripts

EPOCH = "2026-11-23"
PASSPHRASE = "herring tide lamp stone quay bell"
PASSWORD = "a long enough password"
CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> KeyFile:
    """Keys of five days, under a passphrase that is cheap to try."""
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    made, _ = KeyFile.create(
        path, PASSPHRASE, first_day=date(2026, 11, 20), days=5, cost=Cost(1, 8 * 1024)
    )
    return made


@pytest.fixture(scope="session")
def passphrase() -> str:
    """What unlocks the desk."""
    return PASSPHRASE


@pytest.fixture(scope="session")
def password() -> str:
    """Everybody's, in these tests."""
    return PASSWORD


@dataclass
class Desk:
    """The newsroom's data folder and open keys, and what happens in it."""

    data: Path
    ring: Keyring

    def letter(
        self,
        text: str = "The stones were heavier than the scales said.",
        *,
        name: str = "Mina",
        story: str = "east-quay",
        slot: int = 1,
        comment_id: str = "",
        **fields: object,
    ) -> Comment:
        """A comment that was collected and is held."""
        comment = Comment(
            id=comment_id or secrets.token_hex(4),
            story_id=story,
            epoch=EPOCH,
            receipt=fields.pop("receipt", secrets.token_bytes(32)),
            **fields,
        )
        sealed = wording.seal(wording.Wording(name, text), EPOCH, self.ring)
        return ledger.receive(comment, sealed, slot=slot)

    def printed(
        self, text: str = "A printed word.", *, edition: int = 1, place: int = 0, **fields: object
    ) -> Comment:
        """A comment that an edition printed, as press leaves it."""
        comment = self.letter(text, **fields)
        for act, hand in (
            ("approve", ledger.Hand("tomas", "moderator")),
            ("publish", ledger.Hand(via="press")),
        ):
            ledger.act(comment.id, act, hand=hand, slot=1)
        Printed.objects.create(
            comment=comment,
            story=comment.story,
            conversation=comment.id,
            place=place,
            edition=edition,
            position=0,
            revision=1,
            name=str(fields.get("name", "Mina")),
            text=text,
            lang=scripts.comment_lang(text, comment.story.language),
            dir=scripts.direction(text),
        )
        comment.refresh_from_db()
        return comment

    def edition(self, number: int, *, slot: int, scheduled: bool = True) -> Edition:
        return Edition.objects.create(
            number=number,
            slot=slot,
            date=date(2026, 11, 23),
            seed=b"0" * 32,
            scheduled=scheduled,
            finished=True,
        )

    def post(
        self,
        text: str = "Sent through the slot.",
        *,
        story: str = "east-quay",
        receipt: Receipt | None = None,
        number: bytes = b"",
        **fields: object,
    ) -> bytes:
        """Put a sealed letter into the spool, as the public door does; its number."""
        receipt = receipt or Receipt.from_code_bytes(secrets.token_bytes(16))
        letter = CommentLetter(
            number=number or secrets.token_bytes(16),
            epoch=EPOCH,
            story=story,
            language="en",
            name=str(fields.get("name", "")),
            text=text,
            reply_to=str(fields.get("reply_to", "")),
            group="yes",
            edits=bool(fields.get("edits", True)),
            receipt=receipt.public_key,
        )
        return self._put(letter.number, letter.seal(self.ring.public_key(EPOCH)))

    def wish(self, receipt: Receipt, verb: str, *, number: bytes = b"", **details: str) -> bytes:
        """Put what the holder of a receipt asks for into the spool; its number."""
        number, key = number or secrets.token_bytes(16), self.ring.public_key(EPOCH)
        letter = write_wish(
            receipt, verb, number=number, epoch=EPOCH, epoch_public_key=key, details=details
        )
        return self._put(number, letter.seal(key))

    def report(self, comment_id: str, reason: str = "It names a child.") -> bytes:
        """Put what a reader says about a printed comment into the spool; its number."""
        letter = ReportLetter(secrets.token_bytes(16), EPOCH, comment_id, reason)
        return self._put(letter.number, letter.seal(self.ring.public_key(EPOCH)))

    def declined(self, receipt: Receipt | None = None, *, by: str = "ines") -> Comment:
        """A comment that was declined, and whose writer an edition told so."""
        key = receipt.public_key if receipt else secrets.token_bytes(32)
        comment = self.letter("A declined word.", receipt=key)
        reason = wording.seal_reason("It is not about the story.", EPOCH, self.ring)
        hand = ledger.Hand(by, "moderator")
        ledger.act(comment.id, "decline", hand=hand, slot=1, clause=2, sealed_reason=reason)
        return self.told(comment)

    def told(self, comment: Comment, number: int = 1) -> Comment:
        """As an edition leaves a comment that brought its writer an answer."""
        if not Edition.objects.filter(pk=number).exists():
            self.edition(number, slot=number)
        Comment.objects.filter(pk=comment.pk).update(answer_due=False, told=number)
        comment.refresh_from_db()
        return comment

    def rubbish(self) -> bytes:
        """Put an envelope into the spool that nobody can open; its number."""
        return self._put(secrets.token_bytes(16), b"\x01" + secrets.token_bytes(1023))

    def _put(self, number: bytes, envelope: bytes) -> bytes:
        with self.spool() as spool:
            spool.add_many([(number, EPOCH, envelope)])
        return number

    def spool(self) -> Spool:
        return Spool.open(self.data / "door" / "spool.sqlite3")

    def text_of(self, comment_id: str) -> str:
        """What the comment says now."""
        comment = Comment.objects.get(pk=comment_id)
        return wording.current([comment], self.ring)[comment_id].text


@pytest.fixture
def desk(db: None, tmp_path: Path, key_file: KeyFile, settings: Any) -> Iterator[Desk]:
    """An open desk with two stories."""
    data = tmp_path / "data"
    data.mkdir()
    settings.DATA = data
    (data / "keys.json").write_bytes(key_file.path.read_bytes())
    write_words(data)
    add_stories()
    ring = keyholder.unlock(KeyFile.load(data / "keys.json"), PASSPHRASE)
    yield Desk(data, ring)
    keyholder.lock()


def write_words(data: Path) -> None:
    (data / "publication.toml").write_text(
        publication.template(
            name="Saltreach Courier",
            url="https://courier.example",
            languages=("en", "ko"),
            policy="prompt",
            second_factor="optional",
        )
    )
    terms.write_defaults(data, ("en", "ko"))


def add_stories() -> None:
    Story.objects.create(
        slug="east-quay",
        language="en",
        date=date(2026, 11, 19),
        headline="At the east quay, the stones check the scales",
        summary="Fishers who doubted the new electronic scales put river stones on the pan.",
    )
    Story.objects.create(
        slug="bada", language="ko", date=date(2026, 11, 20), headline="부두의 저울을 돌이 검사한다"
    )


@pytest.fixture
def people(db: None) -> dict[str, Moderator]:
    """The cast: one of each role, and a colleague."""
    return {
        name: Moderator.objects.create(name=name, role=role, password=make_password(PASSWORD))
        for name, role in (
            ("rosa", "reader"),
            ("ines", "moderator"),
            ("tomas", "moderator"),
            ("lise", "chief"),
        )
    }


@pytest.fixture(autouse=True)
def nobody_was_here() -> None:
    """Attempts and sessions are in memory, and a test's accounts have the numbers of the last
    test's."""
    patience._counts.clear()
    sessions.end({one.handle for one in sessions.of()})


@pytest.fixture
def sign_in(people: dict[str, Moderator]) -> Callable[[str], Client]:
    """A browser in which somebody has signed in."""

    def browser(name: str) -> Client:
        client = Client()
        client.force_login(people[name])
        return client

    return browser


@pytest.fixture
def ines(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("ines")


@pytest.fixture
def tomas(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("tomas")


@pytest.fixture
def lise(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("lise")


@pytest.fixture
def rosa(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("rosa")


@pytest.fixture
def stranger() -> Client:
    return Client()


@dataclass
class ServedDesk:
    """A desk in a process of its own, and a browser before it."""

    data: Path
    address: str
    server: subprocess.Popen[bytes]
    browser: Browser
    password: str = PASSWORD

    def sign_in(self, name: str = "ines", **options: Any) -> Page:
        """A page on which somebody has signed in."""
        page = self.browser.new_context(base_url=self.address, **options).new_page()
        page.set_default_timeout(10_000)
        page.goto("/sign-in/")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_text("Waiting:")).to_be_visible()
        return page

    def decided(self, story: str) -> list[list[Any]]:
        """State, last clause, last moderator, and number of decisions of a story's comments."""
        self.server.stdin.write(f"{story}\n".encode())
        self.server.stdin.flush()
        return json.loads(self.server.stdout.readline())


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, key_file: KeyFile) -> Iterator[ServedDesk]:
    """A desk with ines and tomas, and a browser."""
    if not CHROMIUM.exists():
        pytest.skip("Debian's chromium is not installed")
    script = Path(__file__).with_name("serving_to_a_browser.py")
    data = tmp_path_factory.mktemp("data")
    server = subprocess.Popen(
        [sys.executable, script, data, key_file.path],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    address = f"http://127.0.0.1:{int(server.stdout.readline())}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield ServedDesk(data, address, server, browser)
        browser.close()
    server.stdin.close()
    server.wait(timeout=10)
    server.stdout.close()
