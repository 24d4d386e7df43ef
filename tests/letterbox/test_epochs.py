"""Epoch keys and the one file that keeps them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import minisign
import pytest
from nacl.bindings import crypto_scalarmult_base

from letterslot.letterbox import sealing
from letterslot.letterbox.epochs import (
    Cost,
    DamagedKeyFile,
    EpochDestroyed,
    KeyFile,
    UnknownEpoch,
    WrongPassphrase,
    epoch_of,
)

# As in conftest.py, whose fixture makes the file.
PASSPHRASE = "six words that nobody would guess"
DAY = date(2026, 11, 23)
QUICK = Cost(passes=1, memory=8192)


@pytest.mark.parametrize(
    ("moment", "epoch"),
    [
        (datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC), "2026-11-23"),
        (datetime(2026, 11, 24, 0, 0, tzinfo=UTC), "2026-11-24"),
        (datetime(2026, 11, 24, 8, 59, tzinfo=timezone(timedelta(hours=9))), "2026-11-23"),
    ],
)
def test_an_epoch_is_a_utc_day(moment, epoch):
    assert epoch_of(moment) == epoch


def test_a_moment_without_a_zone_has_no_epoch():
    with pytest.raises(ValueError, match="time zone"):
        epoch_of(datetime(2026, 11, 23))


def test_unlocking_gives_a_key_for_each_day(key_file):
    ring = key_file.unlock(PASSPHRASE)
    assert ring.epochs() == [(DAY + timedelta(days=n)).isoformat() for n in range(10)]
    assert key_file.last_day == "2026-12-02" == ring.epochs()[-1]
    for epoch in ring.epochs():
        assert crypto_scalarmult_base(ring.private_key(epoch)) == ring.public_key(epoch)
    assert len({ring.private_key(epoch) for epoch in ring.epochs()}) == 10


def test_what_is_sealed_to_a_day_opens_with_the_ring(key_file):
    envelope = sealing.seal({"t": "x"}, key_file.unlock(PASSPHRASE).public_key("2026-11-23"))
    ring = KeyFile.load(key_file.path).unlock(PASSPHRASE)
    assert sealing.unseal(envelope, ring.private_key("2026-11-23")) == {"t": "x"}


def test_the_signing_key_belongs_to_the_publications_key(key_file):
    signature = key_file.unlock(PASSPHRASE).signing_key.sign(b"root", trusted_comment="edition 1")
    public = minisign.PublicKey.from_bytes(key_file.publication_key)
    public.verify(b"root", signature)
    with pytest.raises(minisign.VerifyError):
        public.verify(b"another root", signature)


@pytest.mark.parametrize(
    "typed",
    [
        "six  words that nobody\twould guess ",
        "ｓｉｘ words that nobody would guess",
    ],
)
def test_blanks_and_widths_of_a_passphrase_make_no_difference(key_file, typed):
    assert len(key_file.unlock(typed).epochs()) == 10


@pytest.mark.parametrize("typed", ["", "Six words that nobody would guess", "six words", "\ud800"])
def test_another_passphrase_opens_nothing(key_file, typed):
    with pytest.raises(WrongPassphrase):
        key_file.unlock(typed)


def test_the_recovery_code_opens_what_the_passphrase_opens(tmp_path):
    made, code = KeyFile.create(tmp_path / "keys.json", "p", first_day=DAY, days=2, cost=QUICK)
    ring = made.unlock("p")
    for typed in (code, code.lower().replace(" ", "-"), code.replace("0", "o")):
        recovered = made.unlock(typed)
        assert [recovered.private_key(e) for e in ring.epochs()] == [
            ring.private_key(e) for e in ring.epochs()
        ]


def test_the_file_holds_neither_secret_nor_private_key(tmp_path):
    made, code = KeyFile.create(
        tmp_path / "keys.json", "canary passphrase", first_day=DAY, days=2, cost=QUICK
    )
    content = made.path.read_text("ascii")
    assert "canary" not in content
    assert code not in content
    ring = made.unlock(code)
    assert ring.private_key("2026-11-23").hex() not in content
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keys.json"]


def test_a_year_and_more_of_keys_is_made_unless_told_otherwise(tmp_path):
    made, _ = KeyFile.create(tmp_path / "keys.json", "p", first_day=DAY, cost=QUICK)
    assert len(made.unlock("p").epochs()) == 401


def test_keys_are_never_overwritten(key_file):
    with pytest.raises(FileExistsError):
        KeyFile.create(key_file.path, PASSPHRASE, first_day=DAY, cost=QUICK)


def test_a_changed_passphrase_is_the_only_good_one(key_file):
    before = key_file.unlock(PASSPHRASE).private_key("2026-11-23")
    key_file.rewrap(PASSPHRASE, "a new one")
    for file in (key_file, KeyFile.load(key_file.path)):
        assert file.unlock("a new one").private_key("2026-11-23") == before
        with pytest.raises(WrongPassphrase):
            file.unlock(PASSPHRASE)


def test_the_recovery_code_changes_a_lost_passphrase_and_stays_good(tmp_path):
    made, code = KeyFile.create(tmp_path / "keys.json", "lost", first_day=DAY, days=1, cost=QUICK)
    made.rewrap(code, "found")
    assert made.unlock("found").epochs() == made.unlock(code).epochs()


def test_a_wrong_passphrase_changes_nothing(key_file):
    before = key_file.path.read_bytes()
    with pytest.raises(WrongPassphrase):
        key_file.rewrap("wrong", "new")
    assert key_file.path.read_bytes() == before


def test_a_destroyed_epoch_opens_nothing_any_more(key_file):
    ring = key_file.unlock(PASSPHRASE)
    key_file.destroy(["2026-11-23", "2026-11-25"])
    after = KeyFile.load(key_file.path).unlock(PASSPHRASE)
    assert after.epochs() == [e for e in ring.epochs() if e not in {"2026-11-23", "2026-11-25"}]
    for ask in (after.private_key, after.public_key):
        with pytest.raises(EpochDestroyed, match="2026-11-23"):
            ask("2026-11-23")
    assert "2026-11-24" in after.epochs()


def test_a_ring_forgets_what_was_destroyed(key_file):
    ring = key_file.unlock(PASSPHRASE)
    ring.forget(["2026-11-23", "1999-01-01"])
    with pytest.raises(EpochDestroyed):
        ring.private_key("2026-11-23")
    assert len(ring.epochs()) == 9


def test_an_epoch_that_never_was_is_named_and_nothing_is_destroyed(key_file):
    with pytest.raises(UnknownEpoch, match="1999-01-01"):
        key_file.destroy(["2026-11-23", "1999-01-01"])
    assert len(KeyFile.load(key_file.path).unlock(PASSPHRASE).epochs()) == 10


def test_changes_by_two_processes_are_both_kept(key_file):
    other = KeyFile.load(key_file.path)
    other.destroy(["2026-11-23"])
    key_file.rewrap(PASSPHRASE, "new")
    ring = KeyFile.load(key_file.path).unlock("new")
    assert ring.epochs()[0] == "2026-11-24"
    assert key_file.unlock("new").epochs() == ring.epochs()


def test_keys_for_more_days_are_added(key_file):
    ring = key_file.unlock(PASSPHRASE)
    key_file.extend(ring, date(2026, 12, 5))
    assert key_file.last_day == "2026-12-05"
    again = KeyFile.load(key_file.path).unlock(PASSPHRASE)
    assert again.epochs() == ring.epochs()
    assert again.private_key("2026-12-05") == ring.private_key("2026-12-05")
    key_file.extend(ring, date(2026, 12, 1))
    assert key_file.last_day == "2026-12-05"


def test_keys_that_another_process_added_are_taken_up(key_file):
    ring, theirs = key_file.unlock(PASSPHRASE), key_file.unlock(PASSPHRASE)
    KeyFile.load(key_file.path).extend(theirs, date(2026, 12, 5))
    key_file.extend(ring, date(2026, 12, 5))
    assert ring.epochs() == theirs.epochs()
    assert ring.private_key("2026-12-05") == theirs.private_key("2026-12-05")


def test_keys_that_were_destroyed_are_not_taken_up_again(key_file):
    ring = key_file.unlock(PASSPHRASE)
    key_file.destroy(["2026-11-23"])
    ring.forget(["2026-11-23"])
    key_file.extend(ring, date(2026, 12, 5))
    assert ring.epochs()[0] == "2026-11-24"
    assert KeyFile.load(key_file.path).unlock(PASSPHRASE).epochs() == ring.epochs()


def changed_file(key_file, change):
    content = json.loads(key_file.path.read_bytes())
    change(content)
    key_file.path.write_text(json.dumps(content))
    return KeyFile.load(key_file.path)


def test_a_public_key_that_somebody_put_there_is_found(key_file):
    def change(content):
        days = content["epochs"]
        days["2026-11-23"]["public"] = days["2026-11-24"]["public"]

    with pytest.raises(DamagedKeyFile, match="2026-11-23"):
        changed_file(key_file, change).unlock(PASSPHRASE)


def test_entries_that_changed_places_are_found(key_file):
    def change(content):
        days = content["epochs"]
        days["2026-11-23"], days["2026-11-24"] = days["2026-11-24"], days["2026-11-23"]

    with pytest.raises(DamagedKeyFile, match="another's place"):
        changed_file(key_file, change).unlock(PASSPHRASE)


def test_another_publications_public_key_is_found(key_file, tmp_path):
    (tmp_path / "other").mkdir()
    other, _ = KeyFile.create(
        tmp_path / "other" / "keys.json", "p", first_day=DAY, days=1, cost=QUICK
    )

    def change(content):
        content["signing"]["public"] = other.publication_key.decode()

    with pytest.raises(DamagedKeyFile, match="publication's public key"):
        changed_file(key_file, change).unlock(PASSPHRASE)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"{}", b'{"version": 2}', b"\xff", b"[" * 100_000,
     b'{"version": 1, "master": {}, "signing": {}, "epochs": {}}',
     b'{"version": 1, "master": 7, "signing": 7, "epochs": 7}'],
)  # fmt: skip
def test_what_is_no_key_file_is_refused(tmp_path, content):
    (tmp_path / "keys.json").write_bytes(content)
    with pytest.raises(DamagedKeyFile):
        KeyFile.load(tmp_path / "keys.json")


@pytest.mark.parametrize("part", ["salt", "passes", "memory", "master"])
@pytest.mark.parametrize("value", [None, "é", [], "AAAA", -1])
def test_a_damaged_part_is_refused_in_words(key_file, part, value):
    def change(content):
        content["master"]["passphrase"][part] = value

    with pytest.raises((DamagedKeyFile, WrongPassphrase)):
        changed_file(key_file, change).unlock(PASSPHRASE)


def test_a_crash_while_writing_leaves_the_old_keys(key_file, monkeypatch):
    before = key_file.path.read_bytes()

    def crash(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.replace", crash)
    with pytest.raises(KeyboardInterrupt):
        key_file.destroy(["2026-11-23"])
    monkeypatch.undo()
    assert key_file.path.read_bytes() == before
    key_file.destroy(["2026-11-23"])
    assert KeyFile.load(key_file.path).unlock(PASSPHRASE).epochs()[0] == "2026-11-24"


def test_a_ring_shows_no_key(key_file):
    ring = key_file.unlock(PASSPHRASE)
    assert repr(ring.private_key("2026-11-23")) not in repr(ring)
