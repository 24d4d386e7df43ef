"""Sample texts: a few harmless ones of our own, and the large ones where they are present."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no fault of the code: no example has to be quick.
settings.register_profile(
    "unhurried", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")


@dataclass(frozen=True)
class Sample:
    tag: str
    script: str
    dir: str
    text: str


@pytest.fixture(scope="session")
def samples(repository: Path) -> list[Sample]:
    """Two sentences in each of twelve languages and nine scripts."""
    lines = (repository / "tests" / "data" / "scripts" / "sample.jsonl").read_text("utf-8")
    return [Sample(**json.loads(line)) for line in lines.splitlines()]


# The corpus names its languages in its own way.
TAGS = {
    "amh": "am", "arb": "ar", "bel": "be", "ben": "bn", "bod": "bo", "cmn_hans": "zh-Hans",
    "cmn_hant": "zh-Hant", "ckb": "ku", "div": "dv", "eng": "en", "heb": "he", "hin": "hi",
    "kaz": "kk", "khk": "mn", "khm": "km", "kmr": "ku", "kor": "ko", "lao": "lo", "mnw": "mnw",
    "mya": "my", "nep": "ne", "pbu": "ps", "pes_1": "fa", "rus": "ru", "shn": "shn", "sin": "si",
    "som": "so", "spa": "es", "tam": "ta", "tgk": "tg", "tha": "th", "tir": "ti",
    "tuk_latn": "tk-Latn", "uig_arab": "ug", "uig_latn": "ug-Latn", "ukr": "uk", "urd": "ur",
    "uzn_cyrl": "uz-Cyrl", "vie": "vi",
}  # fmt: skip


@pytest.fixture(scope="session")
def declarations(shared_data: Path | None) -> list[tuple[str, str, str]]:
    """(tag, direction, text) of 2,283 paragraphs in 39 languages."""
    if shared_data is None or not (shared_data / "scripts").is_dir():
        pytest.skip("the large sample of scripts is not on this machine")
    lines = (shared_data / "scripts" / "udhr_paragraphs.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [(TAGS[row["code"]], row["dir"], row["text"]) for row in rows]


@pytest.fixture(scope="session")
def naughty_strings(shared_data: Path | None) -> list[str]:
    """515 strings that have broken other programs. Never print one."""
    if shared_data is None or not (shared_data / "blns").is_dir():
        pytest.skip("the list of naughty strings is not on this machine")
    strings: list[str] = json.loads((shared_data / "blns" / "blns.json").read_text("utf-8"))
    return strings


@pytest.fixture(scope="session")
def byte_sequences(shared_data: Path | None) -> list[bytes]:
    """222 byte sequences, 145 of them no UTF-8."""
    if shared_data is None or not (shared_data / "utf8").is_dir():
        pytest.skip("the tests of UTF-8 decoders are not on this machine")
    lines = (shared_data / "utf8" / "utf8tests.txt").read_text("utf-8").splitlines()
    found = [re.match(r"[\d.]+: ?(?:in)?valid hex:([\dA-Fa-f ]+)", line) for line in lines]
    return [bytes.fromhex(case.group(1)) for case in found if case]
