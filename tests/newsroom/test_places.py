"""`[shelf]` in publication.toml and the keys of the store: what is taken, and a sentence for each
fault."""

from __future__ import annotations

import pytest

from letterslot.newsroom import places, publication
from letterslot.newsroom.places import PlacesFault, Store, StoreKeys

WHOLE = {"store": "https://s3.example/", "bucket": "quay", "region": "eu-1", "folder": "a/b"}


def test_a_store_reads_as_it_was_written() -> None:
    assert places.from_table(WHOLE) == Store("https://s3.example", "quay", "eu-1", "a/b/")
    assert places.from_table({"store": "http://localhost:9000", "bucket": "quay"}) == Store(
        "http://localhost:9000", "quay", "us-east-1", ""
    )
    assert places.from_table({}) is None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"store": "http://s3.example"}, "`store` in `\\[shelf\\]` is the address"),
        ({"store": "https://me:word@s3.example"}, "`store` in"),
        ({"store": "https://s3.example:port"}, "`store` in"),
        ({"store": 7}, "`store` in"),
        ({"bucket": ""}, "`bucket` in"),
        ({"bucket": "a/b"}, "`bucket` in"),
        ({"region": "Europe!"}, "`region` in"),
        ({"folder": "../up"}, "`folder` in"),
        ({"folder": ".hidden"}, "`folder` in"),
        ({"secret": "x"}, "means nothing here: secret"),
    ],
)
def test_a_fault_is_one_sentence(change, sentence) -> None:
    with pytest.raises(PlacesFault, match=sentence):
        places.from_table(WHOLE | change)


def test_the_publication_names_its_file_in_the_fault() -> None:
    text = publication.template(
        name="Q", url="https://quay.example", languages=("en",), policy="prompt"
    )
    assert publication.from_text(text).store is None
    table = '[shelf]\nstore = "https://s3.example"\nbucket = "quay"\n'
    store = publication.from_text(text + table).store
    assert store is not None
    assert store.bucket == "quay"
    with pytest.raises(publication.PublicationFault, match=r"^publication.toml: `bucket` in"):
        publication.from_text(text + table.replace("quay", "?"))


def test_keys_come_from_a_file_that_nobody_else_reads(tmp_path, monkeypatch) -> None:
    file = tmp_path / "store.keys"
    with pytest.raises(PlacesFault, match="There are no keys for the store"):
        places.store_keys(tmp_path)
    file.write_text("quay\nlantern\n")
    file.chmod(0o644)
    with pytest.raises(PlacesFault, match="run `chmod 600"):
        places.store_keys(tmp_path)
    file.chmod(0o600)
    assert places.store_keys(tmp_path) == StoreKeys("quay", "lantern")
    assert "lantern" not in repr(places.store_keys(tmp_path))
    file.write_text("quay\n")
    with pytest.raises(PlacesFault, match="has two lines"):
        places.store_keys(tmp_path)
    monkeypatch.setenv("LETTERSLOT_STORE_KEY", "pier")
    monkeypatch.setenv("LETTERSLOT_STORE_SECRET", "barley")
    assert places.store_keys(tmp_path) == StoreKeys("pier", "barley")
