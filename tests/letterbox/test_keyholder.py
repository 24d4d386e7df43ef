"""Where the process that may open letters keeps its keys."""

from __future__ import annotations

import pytest

from letterslot.letterbox.epochs import WrongPassphrase
from letterslot.letterbox.keyholder import Keyholder

PASSPHRASE = "six words that nobody would guess"


def test_it_starts_locked():
    assert Keyholder().locked
    assert Keyholder().ring is None


def test_it_holds_the_keys_from_unlocking_to_locking(key_file):
    holder = Keyholder()
    ring = holder.unlock(key_file, PASSPHRASE)
    assert holder.ring is ring
    assert not holder.locked
    holder.lock()
    assert holder.locked


def test_a_wrong_passphrase_leaves_it_as_it_was(key_file):
    holder = Keyholder()
    with pytest.raises(WrongPassphrase):
        holder.unlock(key_file, "wrong")
    assert holder.locked
    ring = holder.unlock(key_file, PASSPHRASE)
    with pytest.raises(WrongPassphrase):
        holder.unlock(key_file, "wrong")
    assert holder.ring is ring


def test_what_was_opened_with_the_keys_is_forgotten_with_them(key_file):
    holder, opened = Keyholder(), ["a letter"]
    holder.when_locked(opened.clear)
    holder.unlock(key_file, PASSPHRASE)
    assert opened == ["a letter"]
    holder.lock()
    assert opened == []
