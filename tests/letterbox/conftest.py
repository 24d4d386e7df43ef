"""A day's key pair, a reader's receipt, a letter, and a key file that opens quickly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from nacl.public import PrivateKey

from letterslot.letterbox.epochs import Cost, KeyFile
from letterslot.letterbox.letters import CommentLetter
from letterslot.letterbox.receipts import Receipt

# A busy machine is no fault of the code: no example has to be quick.
settings.register_profile(
    "unhurried", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")

DAY = date(2026, 11, 23)
EPOCH = DAY.isoformat()
QUICK = Cost(passes=1, memory=8192)
PASSPHRASE = "six words that nobody would guess"


@dataclass(frozen=True)
class KeyPair:
    private: bytes
    public: bytes


@pytest.fixture(scope="session")
def epoch_key() -> KeyPair:
    key = PrivateKey(bytes(range(32)))
    return KeyPair(bytes(key), bytes(key.public_key))


@pytest.fixture(scope="session")
def receipt() -> Receipt:
    return Receipt.from_code_bytes(bytes(range(16)))


@pytest.fixture(scope="session")
def strangers_receipt() -> Receipt:
    return Receipt.from_code_bytes(bytes(range(16, 32)))


@pytest.fixture(scope="session")
def letter(receipt: Receipt) -> CommentLetter:
    return CommentLetter(
        number=b"n" * 16,
        epoch=EPOCH,
        story="harvest-festival",
        language="ko",
        name="강가의 독자",
        text="시장은 여덟 시에 문을 엽니다.\n\n바구니를 가져오세요.",
        reply_to="",
        group="yes",
        edits=True,
        receipt=receipt.public_key,
    )


@pytest.fixture(scope="session")
def changed(letter: CommentLetter) -> Callable[..., CommentLetter]:
    """The letter with some fields changed."""
    return lambda **fields: replace(letter, **fields)


@pytest.fixture
def key_file(tmp_path: Path) -> KeyFile:
    """Keys of ten days from the 23rd; not of a year, to be quick."""
    made, _ = KeyFile.create(tmp_path / "keys.json", PASSPHRASE, first_day=DAY, days=10, cost=QUICK)
    return made
