"""What is printed goes to the store; what stands in its way is told, and loses nothing here."""

from __future__ import annotations

from pathlib import Path

import pytest
from at_work import store as at_work
from at_work.store import S3, print_edition

from letterslot.newsroom import places, publication
from letterslot.newsroom.places import Store
from letterslot.press import bucket as buckets
from letterslot.press.bucket import Bucket
from letterslot.project import delivering
from letterslot.project.delivering import Delivering

NOWHERE = '[shelf]\nstore = "http://127.0.0.1:9"\nbucket = "quay"\nfolder = "comments"\n'


@pytest.fixture(autouse=True)
def one_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "_TRIES", 1)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder whose publication prints to a store that is not there."""
    text = publication.template(
        name="Quay", url="https://quay.example", languages=("en",), policy="prompt"
    )
    (tmp_path / publication.FILE).write_text(text + NOWHERE)
    (tmp_path / "publication.pub").write_bytes(at_work.PUBLIC_KEY)
    keys = tmp_path / places.KEYS
    keys.write_text(f"{at_work.KEYS.key}\n{at_work.KEYS.secret}\n")
    keys.chmod(0o600)
    print_edition(tmp_path / "shelf", 1, {"index.html": b"edition 1"})
    return tmp_path


def name_store(data: Path, s3: S3) -> Store:
    """A new bucket in a store that is there, in publication.toml."""
    store = s3.new_bucket()
    there = NOWHERE.replace("http://127.0.0.1:9", s3.endpoint).replace("quay", store.bucket)
    change(data, NOWHERE, there)
    return store


def change(data: Path, old: str, new: str) -> None:
    file = data / publication.FILE
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def test_without_a_store_there_is_nothing_to_do(data, capsys) -> None:
    change(data, NOWHERE, "")
    assert delivering.delivery_fault(data) == ""
    assert delivering.fault_of_store(data) == ""


def test_a_command_says_that_the_store_is_behind_and_what_is_printed_stands(data, capsys) -> None:
    delivering.after_command(data)
    told = capsys.readouterr().err
    assert told.startswith(
        "letterslot: It is printed here, and not in the store. The store at http://127.0.0.1:9 "
        "cannot be reached"
    )
    assert told.count("\n") == 1
    assert (data / "shelf/index.html").read_bytes() == b"edition 1"
    assert "cannot be reached" in delivering.fault_of_store(data)


def test_keys_that_are_missing_are_told(data) -> None:
    (data / places.KEYS).unlink()
    assert delivering.delivery_fault(data).startswith("There are no keys for the store")


@pytest.mark.parametrize(
    ("old", "new"), [("127.0.0.1:9", "127..0.1:9"), ('"quay"', '"quay"\nregion = "-"')]
)
def test_a_place_where_no_store_can_be_is_told(data, old, new) -> None:
    change(data, "http://127.0.0.1:9", "https://127.0.0.1:9")
    change(data, old, new)
    assert delivering.delivery_fault(data).startswith("No store can be at https://127.")


def test_the_worker_tells_a_fault_once_and_brings_the_edition_when_the_store_is_back(
    data, capsys, monkeypatch
) -> None:
    monkeypatch.setattr(delivering, "REST", 0.0)
    hand = Delivering(data)
    for _ in range(3):
        assert hand._is_due()
        hand._deliver()
        hand._again = 0.0
    assert capsys.readouterr().err.count("cannot be reached") == 1
    with at_work.running() as s3:
        store = name_store(data, s3)
        assert delivering.fault_of_store(data).startswith("The store has no shelf yet")
        assert hand._is_due()
        hand._deliver()
        assert not hand._is_due()
        assert delivering.fault_of_store(data) == ""
        root = print_edition(data / "shelf", 2, {"index.html": b"edition 2"})
        assert delivering.fault_of_store(data).startswith("The store has the shelf with serial 1")
        assert hand._is_due()
        hand._deliver()
        held = Bucket(store, at_work.KEYS).get("manifest.json", 10**5)
    assert held is not None
    assert held.content == root
    assert capsys.readouterr().err == ""


def test_what_nobody_foresaw_is_told_by_its_kind_and_tried_again(data, capsys, monkeypatch) -> None:
    def fail(*_given: object) -> str:
        raise RuntimeError("a name nobody may read")

    monkeypatch.setattr(delivering, "REST", 0.0)
    monkeypatch.setattr(delivering, "delivery_fault", fail)
    hand = Delivering(data)
    hand._deliver()
    told = capsys.readouterr().err
    assert told == "letterslot: The shelf could not be carried to the store (RuntimeError).\n"
    assert hand._again is not None


def test_before_the_first_print_there_is_nothing_to_carry(data) -> None:
    (data / "shelf/manifest.json").unlink()
    assert not Delivering(data)._is_due()


def test_the_end_of_the_process_waits_for_no_whole_delivery(data, capsys) -> None:
    with at_work.running() as s3:
        store = name_store(data, s3)
        hand = Delivering(data)
        hand.ending.set()
        hand._deliver()
        assert Bucket(store, at_work.KEYS).get("manifest.json", 10) is None
    assert capsys.readouterr().err == ""
