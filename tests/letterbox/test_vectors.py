"""The formats of docs/formats.md, held against vectors made without the product."""

from __future__ import annotations

import base64
import importlib.util
import json
import subprocess
import sys
from datetime import date

import pytest

from letterslot.letterbox import letters, receipts
from letterslot.letterbox.epochs import Cost, KeyFile
from letterslot.letterbox.receipts import Answer, Receipt
from letterslot.letterbox.tokens import TokenKey


@pytest.fixture(scope="module")
def folder(repository):
    return repository / "tests" / "vectors"


@pytest.fixture(scope="module")
def generator(folder):
    spec = importlib.util.spec_from_file_location("generate_vectors", folder / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def vector(folder):
    return lambda name: json.loads((folder / f"{name}.json").read_text("utf-8"))


def test_the_vectors_are_what_their_generator_makes(folder, generator):
    assert {path.name for path in folder.glob("*.json")} == set(generator.VECTORS)
    for name in generator.VECTORS:
        assert (folder / name).read_text("utf-8") == generator.written(name)


def opened(vector):
    return letters.read(
        base64.b64decode(vector["envelope"]),
        number=bytes.fromhex(vector["letter"]["number"]["hex"]),
        epoch=vector["epoch"],
        private_key=bytes.fromhex(vector["private_key"]),
    )


def shown(letter):
    plain = {k: {"hex": v.hex()} if isinstance(v, bytes) else v for k, v in vars(letter).items()}
    return {"kind": letter.kind, **plain}


def test_the_envelope_of_a_comment_is_read(vector):
    comment = vector("envelope-comment")
    assert shown(opened(comment)) == comment["letter"]


def test_the_envelope_of_a_wish_is_read(vector):
    asked = vector("envelope-wish")
    letter = opened(asked)
    assert shown(letter) == asked["letter"]
    wish = letters.open_wish(letter, bytes.fromhex(asked["private_key"]))
    assert (wish.verb, wish.details) == (asked["verb"], asked["details"])


def test_the_envelope_of_a_report_is_read(vector):
    report = vector("envelope-report")
    assert shown(opened(report)) == report["letter"]


def test_a_receipt_gives_its_keys_and_its_answer_id(vector):
    expected = vector("receipt")
    receipt = Receipt.parse(expected["printed"])
    assert {
        "code": receipt.code.hex(),
        "printed": receipt.printed,
        "private_key": receipt.private_key.hex(),
        "public_key": receipt.public_key.hex(),
        "answer_id": receipt.answer_id.hex(),
    } == expected


@pytest.mark.parametrize("which", ["answer", "answer-appealable", "answer-appeal"])
def test_a_sealed_answer_is_opened(vector, which):
    expected = vector(which)
    receipt = Receipt.parse(expected["receipt"])
    assert receipt.answer_id.hex() == expected["answer_id"]
    answer = receipts.open_answer(base64.b64decode(expected["sealed"]), receipt)
    assert answer == Answer(**expected["answer"])


def test_a_token_admits_to_its_row_and_receipt(vector):
    expected = vector("token")
    key = TokenKey(bytes.fromhex(expected["key"]))
    day = date.fromisoformat(expected["day"])
    admitted = key.check(expected["token"], tuple(expected["fields"]), day)
    assert admitted.number.hex() == expected["number"]
    assert admitted.receipt.printed == expected["receipt"]


@pytest.mark.parametrize("key_in_hex", [True, False])
def test_the_script_of_the_docs_opens_an_envelope(vector, repository, tmp_path, key_in_hex):
    comment = vector("envelope-comment")
    key = comment["private_key"]
    (tmp_path / "envelope").write_bytes(base64.b64decode(comment["envelope"]))
    (tmp_path / "key").write_bytes(f"{key}\n".encode() if key_in_hex else bytes.fromhex(key))
    done = subprocess.run(
        [sys.executable, repository / "docs" / "open_envelope.py", "envelope", "key"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8"},
        check=True,
    )
    expected = {k: v["hex"] if isinstance(v, dict) else v for k, v in comment["letter"].items()}
    assert done.stdout == "".join(f"{name}: {value}\n" for name, value in ordered(expected))


def ordered(fields):
    """As canonical CBOR has them: shorter names first, then by their bytes."""
    return sorted(fields.items(), key=lambda field: (len(field[0]), field[0]))


def test_the_passage_of_the_docs_opens_a_key_of_the_key_file(repository, tmp_path):
    made, code = KeyFile.create(
        tmp_path / "keys.json",
        "six words",
        first_day=date(2026, 11, 23),
        days=1,
        cost=Cost(1, 8192),
    )
    passage = (repository / "docs" / "formats.md").read_text("utf-8").split("```python\n")[1]
    source = passage.split("```")[0]
    content = made.path.read_text("utf-8")
    private = made.unlock("six words").private_key("2026-11-23")
    for way, secret in (("passphrase", "six words"), ("recovery", code)):
        names = {}
        exec(source.replace('["master"]["passphrase"]', f'["master"]["{way}"]'), names)
        assert names["epoch_private_key"](content, secret, "2026-11-23") == private


def test_the_docs_show_the_receipt_of_the_vectors(repository, vector):
    assert vector("receipt")["printed"] in (repository / "docs" / "formats.md").read_text("utf-8")


def test_the_script_of_the_docs_is_short(repository):
    lines = (repository / "docs" / "open_envelope.py").read_text("utf-8").splitlines()
    assert len(lines) <= 36
