"""A newsroom to print for: a data folder, open keys, letters that come in and are decided."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from letterslot.discussion import appeals, ledger, slots
from letterslot.discussion.models import Comment, Edition, Story
from letterslot.letterbox import sealing
from letterslot.letterbox.epochs import Cost, KeyFile, Keyring
from letterslot.letterbox.receipts import Answer, Receipt, open_answer
from letterslot.newsroom import publication as publications
from letterslot.newsroom import terms
from letterslot.press import edition as press
from letterslot.shelf import layout
from letterslot.shelf.verify import verify

FIRST_DAY = date(2026, 11, 16)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
EPOCH = "2026-11-23"
INES = ledger.Hand(by="ines", role="moderator", via="desk")
WRITER = ledger.Hand(via="receipt")


@dataclass
class Newsroom:
    """A publication in a folder of its own; its clock is moved by hand."""

    data: Path
    ring: Keyring
    policy: str
    now: datetime = NOON
    receipts: dict[str, Receipt] = field(default_factory=dict)

    @property
    def shelf(self) -> Path:
        return self.data / "shelf"

    def story(self, slug: str = "harvest", **fields: object) -> Story:
        given = {
            "language": "en",
            "headline": "Harvest festival",
            "date": date(2026, 11, 20),
            "markdown": "The stalls opened at *nine*.",
        }
        return Story.objects.create(slug=slug, **(given | fields))

    def speak_korean_too(self) -> None:
        settings = self.data / publications.FILE
        settings.write_text(settings.read_text().replace('["en"]', '["en", "ko"]'))
        terms.write_defaults(self.data, ("ko",))

    def letter(
        self, text: str = "A word.", *, story: str = "harvest", name: str = "", reply_to: str = ""
    ) -> str:
        """A comment that came in and is held; its id."""
        comment_id, receipt = secrets.token_hex(6), Receipt(secrets.token_bytes(16))
        comment = Comment(
            id=comment_id,
            story_id=story,
            reply_to=reply_to,
            epoch=EPOCH,
            slot=1,
            receipt=receipt.public_key,
        )
        ledger.receive(comment, self._sealed({"name": name, "text": text}), slot=1)
        self.receipts[comment_id] = receipt
        return comment_id

    def approved(self, text: str = "A word.", **fields: str) -> str:
        comment_id = self.letter(text, **fields)
        self.act(comment_id, "approve")
        return comment_id

    def approve_many(self, count: int, **fields: str) -> list[str]:
        """None says the same as another."""
        return [self.approved(f"{secrets.token_hex(8)}, word {n}.", **fields) for n in range(count)]

    def act(
        self,
        comment_id: str,
        act: str,
        *,
        clause: int | None = None,
        reason: str = "",
        to_revision: int | None = None,
    ) -> None:
        ledger.act(
            comment_id,
            act,
            hand=WRITER if act in ("withdraw", "refuse-edit") else INES,
            slot=1,
            clause=clause,
            sealed_reason=self._sealed({"reason": reason}) if reason else None,
            to_revision=to_revision,
        )

    def edit(self, comment_id: str, text: str, *, clause: int = 4, name: str = "") -> None:
        ledger.act(
            comment_id,
            "edit",
            hand=INES,
            slot=1,
            clause=clause,
            new_revision=self._sealed({"name": name, "text": text}),
        )

    def appeal(self, comment_id: str) -> bool:
        """The writer appeals on the day of the newsroom's clock."""
        comment, sent_on = Comment.objects.get(pk=comment_id), str(self.now.date())
        sealed = self._sealed({"reason": "I kept to the facts."})
        return appeals.lodge(comment, sealed_words=sealed, epoch=sent_on, slot=1, days=14)

    def undo_edit(self, comment_id: str) -> None:
        ledger.act(comment_id, "undo", hand=INES, slot=1, to_revision=1)

    def _sealed(self, payload: dict[str, object]) -> bytes:
        return sealing.seal(payload, self.ring.public_key(EPOCH))

    def make(self, **wishes: bool) -> press.EditionResult:
        return press.make(data=self.data, ring=self.ring, now=self.now, **wishes)

    def make_next(self) -> press.EditionResult:
        """The edition of the next slot."""
        self.next_slot()
        return self.make()

    def next_slot(self) -> None:
        self.now += timedelta(minutes=15) if self.policy == "prompt" else timedelta(days=1)

    def print_stories(self, *slugs: str) -> list[str]:
        return press.print_stories(data=self.data, ring=self.ring, now=self.now, slugs=slugs)

    def page(self, path: str) -> str:
        return (self.shelf / path).read_text("utf-8")

    def json(self, path: str) -> dict:
        return json.loads(self.page(path))

    def faults(self) -> list[str]:
        """What a stranger with the newsroom's public key finds wrong with the shelf."""
        public_key = bytes(self.ring.signing_key.get_public_key()) + b"\n"
        return verify(self.shelf, public_key)

    def answer(self, comment_id: str) -> Answer | None:
        """What the newest edition that has an answer tells the writer of a comment."""
        receipt = self.receipts[comment_id]
        for edition in Edition.objects.order_by("-number"):
            row = edition.answer_set.filter(receipt_id=receipt.answer_id).first()
            if row:
                return open_answer(bytes(row.sealed), receipt)
        return None

    def files(self) -> dict[str, bytes]:
        """Everything that stands on the shelf, without the room the switch works in."""
        return {
            str(path.relative_to(self.shelf)): path.read_bytes()
            for path in sorted(self.shelf.rglob("*"))
            if path.is_file() and not path.relative_to(self.shelf).parts[0].startswith(".")
        }


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """That files outlast a power cut is tested with the shelf; here it only costs time."""
    monkeypatch.setattr(os, "fsync", lambda file: None)


@pytest.fixture
def five_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of five conversations, which fill sooner."""
    monkeypatch.setattr(layout, "PAGE", 5)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Keyring]:
    """A key file of two months and its open keyring."""
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    cost = Cost(passes=1, memory=64 * 1024)
    key_file, _ = KeyFile.create(path, "six words", first_day=FIRST_DAY, days=70, cost=cost)
    return path, key_file.unlock("six words")


def _newsroom(folder: Path, keys: tuple[Path, Keyring], policy: str) -> Newsroom:
    folder.mkdir(exist_ok=True)
    key_path, ring = keys
    shutil.copy(key_path, folder / "keys.json")
    languages = ("en",)
    (folder / publications.FILE).write_text(
        publications.template(
            name="Saltreach Courier",
            url="https://courier.example",
            languages=languages,
            policy=policy,
        )
    )
    terms.write_defaults(folder, languages)
    return Newsroom(folder, ring, policy)


@pytest.fixture
def newsroom(tmp_path: Path, keys: tuple[Path, Keyring], db: None) -> Newsroom:
    """Prints promptly: every slot, whatever is approved. One story stands ready."""
    courier = _newsroom(tmp_path / "data", keys, "prompt")
    courier.story()
    return courier


@pytest.fixture
def guarded(tmp_path: Path, keys: tuple[Path, Keyring], db: None) -> Newsroom:
    """Prints once a day, at least ten new comments together. One story stands ready, and letters
    were sent in the first slot, two slots ago."""
    courier = _newsroom(tmp_path / "data", keys, "guarded")
    courier.story()
    for _ in range(2):
        slots.current(publications.load(courier.data), courier.now, move_on=True)
    return courier
