"""Epochs: a key pair for every day, kept in one file under the newsroom's passphrase.

The file has one random master key, wrapped twice: by the passphrase and by the recovery code.
Every private key is wrapped by the master key on its own, so that one can be destroyed without
the passphrase. See docs/formats.md.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from minisign import KeyPair, SecretKey
from nacl.bindings import crypto_scalarmult_base

from letterslot.letterbox import codes, private_files, wrapping
from letterslot.letterbox.wrapping import MODERATE, Cost, DamagedKeyFile

__all__ = [
    "MODERATE",
    "Cost",
    "DamagedKeyFile",
    "EpochDestroyed",
    "KeyFile",
    "Keyring",
    "UnknownEpoch",
    "WrongPassphrase",
    "epoch_of",
]

VERSION: Final = 1
RECOVERY_BYTES: Final = 20  # 160 bits: seven groups on the recovery sheet

# The two ways to the master key, as the file names them.
_BY_PASSPHRASE: Final = "passphrase"  # noqa: S105 - a name in the file, not a secret
_BY_RECOVERY: Final = "recovery"
_MASTER_LABEL: Final = "master key"
_SIGNING_LABEL: Final = "signing key"


class WrongPassphrase(ValueError):
    """Neither the passphrase nor the recovery code of this key file."""


class EpochDestroyed(LookupError):
    """The private key of this epoch is gone; nothing sealed to it can be opened any more."""


class UnknownEpoch(EpochDestroyed):
    """This key file never had a key for this epoch."""


def epoch_of(moment: datetime) -> str:
    """The epoch of a moment: its UTC day as "2026-11-23". The moment must have a zone."""
    if moment.tzinfo is None:
        raise ValueError("An epoch needs a moment with a time zone.")
    return moment.astimezone(UTC).date().isoformat()


class Keyring:
    """The keys of an unlocked key file. Secret: it shows none of them in its `repr`."""

    def __init__(self, master: bytes, private_keys: dict[str, bytes], signing_key: bytes) -> None:
        self._master = master
        self._private_keys = private_keys
        self._public_keys = {e: crypto_scalarmult_base(k) for e, k in private_keys.items()}
        self._signing_key = SecretKey.from_bytes(signing_key)

    @property
    def signing_key(self) -> SecretKey:
        """The key that signs editions, in minisign's format."""
        return self._signing_key

    def epochs(self) -> list[str]:
        """The epochs whose keys are here, oldest first."""
        return sorted(self._private_keys)

    def private_key(self, epoch: str) -> bytes:
        """32 bytes. Raises EpochDestroyed, also for an epoch that never was."""
        return _of_epoch(self._private_keys, epoch)

    def public_key(self, epoch: str) -> bytes:
        """32 bytes, made from the private key and not read from the file. Raises EpochDestroyed."""
        return _of_epoch(self._public_keys, epoch)

    def forget(self, epochs: Iterable[str]) -> None:
        """Drop the keys of these epochs, as `KeyFile.destroy` does in the file."""
        for epoch in epochs:
            self._private_keys.pop(epoch, None)
            self._public_keys.pop(epoch, None)

    def new_entries(self, first: date, days: int) -> dict[str, Any]:
        """Entries of a key file for days to come; `take_up` brings their keys to this ring."""
        return _new_epochs(self._master, first, days)

    def take_up(self, entries: dict[str, Any]) -> None:
        """Take those keys of a key file that are not here yet. Raises DamagedKeyFile."""
        private = {
            epoch: wrapping.unwrap(self._master, epoch, entry["private"])
            for epoch, entry in entries.items()
            if entry is not None and epoch not in self._private_keys
        }
        public = {epoch: crypto_scalarmult_base(key) for epoch, key in private.items()}
        # Put in place whole: other threads read meanwhile.
        self._private_keys = self._private_keys | private
        self._public_keys = self._public_keys | public


def _of_epoch(keys: dict[str, bytes], epoch: str) -> bytes:
    try:
        return keys[epoch]
    except KeyError:
        raise EpochDestroyed(
            f"The key of {epoch} is not here; it may have been destroyed."
        ) from None


class KeyFile:
    """The key file of a publication. What it shows without a passphrase is public."""

    def __init__(self, path: Path, content: dict[str, Any]) -> None:
        self.path = path
        self._content = content

    @classmethod
    def create(
        cls,
        path: Path,
        passphrase: str,
        *,
        first_day: date,
        days: int = 401,
        cost: Cost = MODERATE,
    ) -> tuple[KeyFile, str]:
        """A new key file (mode 0600) and its recovery code, which is nowhere else.

        Makes a key pair for each of `days` days from `first_day`, and the pair that signs.
        Raises FileExistsError.
        """
        if path.exists():
            raise FileExistsError(f"{path.name} is there already; keys are never overwritten.")
        master = secrets.token_bytes(wrapping.KEY_BYTES)
        recovery_code = codes.printed(secrets.token_bytes(RECOVERY_BYTES))
        content = {
            "version": VERSION,
            "master": {
                _BY_PASSPHRASE: _wrap_master(master, passphrase, cost),
                _BY_RECOVERY: _wrap_master(master, recovery_code, cost),
            },
            "signing": _new_signing_pair(master),
            "epochs": _new_epochs(master, first_day, days),
        }
        _write(path, content)
        return cls(path, content), recovery_code

    @classmethod
    def load(cls, path: Path) -> KeyFile:
        """Raises OSError or DamagedKeyFile."""
        return cls(path, _read(path))

    @property
    def publication_key(self) -> bytes:
        """The content of publication.pub: the public key of the editions, in minisign's format."""
        return str(self._content["signing"]["public"]).encode("ascii", "replace")

    @property
    def last_day(self) -> str:
        """The last epoch for which there is a key."""
        return str(max(self._content["epochs"]))

    def unlock(self, passphrase: str) -> Keyring:
        """The keys, by the passphrase or by the recovery code; takes about a second.

        Raises WrongPassphrase, or DamagedKeyFile where a public key does not belong to its
        private one: then somebody has changed the file.
        """
        content = self._content
        master = _unwrap_master(content, passphrase)
        private = {
            epoch: wrapping.unwrap(master, epoch, entry["private"])
            for epoch, entry in content["epochs"].items()
            if entry is not None
        }
        signing = wrapping.unwrap(master, _SIGNING_LABEL, content["signing"]["private"])
        ring = Keyring(master, private, signing)
        self._check_public_keys(ring)
        return ring

    def _check_public_keys(self, ring: Keyring) -> None:
        for epoch in ring.epochs():
            public = wrapping.from_base64(self._content["epochs"][epoch]["public"])
            if public != ring.public_key(epoch):
                raise DamagedKeyFile(f"The public key of {epoch} in {self.path.name} is not ours.")
        if bytes(ring.signing_key.get_public_key()) + b"\n" != self.publication_key:
            raise DamagedKeyFile(f"The publication's public key in {self.path.name} is not ours.")

    def rewrap(self, old_secret: str, new_passphrase: str, *, cost: Cost | None = None) -> None:
        """Change the passphrase, knowing the old one or the recovery code, which stays good.

        The cost stays what it was unless a new one is given. Raises WrongPassphrase.
        """

        def change(content: dict[str, Any]) -> None:
            master = _unwrap_master(content, old_secret)
            kept = content["master"][_BY_PASSPHRASE]
            new_cost = cost or Cost(kept["passes"], kept["memory"])
            content["master"][_BY_PASSPHRASE] = _wrap_master(master, new_passphrase, new_cost)

        self._change(change)

    def extend(self, ring: Keyring, last_day: date) -> None:
        """Make keys for the days after the last one, up to `last_day`. The ring has all of the
        file's from then on, those too that another process made."""

        def change(content: dict[str, Any]) -> None:
            first = date.fromisoformat(max(content["epochs"])) + timedelta(days=1)
            content["epochs"] |= ring.new_entries(first, (last_day - first).days + 1)
            ring.take_up(content["epochs"])

        self._change(change)

    def destroy(self, epochs: Iterable[str]) -> None:
        """Destroy the private keys of these epochs; no passphrase is needed. Raises UnknownEpoch.

        Older copies of the file still have them, and must be destroyed as well.
        """
        named = list(epochs)

        def change(content: dict[str, Any]) -> None:
            for epoch in named:
                if epoch not in content["epochs"]:
                    raise UnknownEpoch(f"There never was a key of {epoch}.")
                content["epochs"][epoch] = None

        self._change(change)

    def _change(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Change what is on disk now, which another process may have changed since we read it."""
        with _alone(self.path.parent):
            content = _read(self.path)
            change(content)
            _write(self.path, content)
        self._content = content


def _new_epochs(master: bytes, first: date, days: int) -> dict[str, Any]:
    entries = {}
    for day in (first + timedelta(days=n) for n in range(days)):
        private = secrets.token_bytes(32)
        entries[day.isoformat()] = {
            "public": wrapping.to_base64(crypto_scalarmult_base(private)),
            "private": wrapping.wrap(master, day.isoformat(), private),
        }
    return entries


def _new_signing_pair(master: bytes) -> dict[str, str]:
    pair = KeyPair.generate()
    return {
        "public": (bytes(pair.public_key) + b"\n").decode("ascii"),
        "private": wrapping.wrap(master, _SIGNING_LABEL, bytes(pair.secret_key)),
    }


def _wrap_master(master: bytes, secret: str, cost: Cost) -> dict[str, Any]:
    salt = secrets.token_bytes(wrapping.SALT_BYTES)
    return {
        "kdf": "argon2id",
        "salt": wrapping.to_base64(salt),
        "passes": cost.passes,
        "memory": cost.memory,
        "master": wrapping.wrap(wrapping.stretch(secret, salt, cost), _MASTER_LABEL, master),
    }


def _unwrap_master(content: dict[str, Any], secret: str) -> bytes:
    """The master key by whichever of the two secrets this is. Raises WrongPassphrase."""
    for name, spelled in _readings(secret):
        entry = content["master"][name]
        cost = Cost(entry["passes"], entry["memory"])
        key = wrapping.stretch(spelled, wrapping.from_base64(entry["salt"]), cost)
        with contextlib.suppress(DamagedKeyFile):
            return wrapping.unwrap(key, _MASTER_LABEL, entry["master"])
    raise WrongPassphrase("This is not the passphrase of the newsroom's keys.")


def _readings(secret: str) -> Iterator[tuple[str, str]]:
    """What a secret may be: the recovery code if it is spelled like one, or the passphrase."""
    with contextlib.suppress(codes.MistypedCode):
        yield _BY_RECOVERY, codes.printed(codes.parsed(secret, RECOVERY_BYTES))
    yield _BY_PASSPHRASE, secret


def _read(path: Path) -> dict[str, Any]:
    """The content of the file, of the right shape. Raises OSError or DamagedKeyFile."""
    try:
        content = json.loads(path.read_bytes())
        _check_shape(content)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise DamagedKeyFile(f"{path.name} is no whole key file; bring back a copy.") from None
    return dict(content)


def _check_shape(content: dict[str, Any]) -> None:
    """Raises one of several errors where a part that we read is missing or of another type."""
    if content["version"] != VERSION:
        raise ValueError(f"version {VERSION} is the only one known")
    for name in (_BY_PASSPHRASE, _BY_RECOVERY):
        entry = content["master"][name]
        if not isinstance(entry["passes"], int) or not isinstance(entry["memory"], int):
            raise TypeError(name)
        _check_base64(entry["salt"], entry["master"])
    _check_base64(content["signing"]["private"])
    content["signing"]["public"].encode("ascii")
    max(content["epochs"])
    for epoch, entry in content["epochs"].items():
        date.fromisoformat(epoch)
        if entry is not None:
            _check_base64(entry["public"], entry["private"])


def _check_base64(*texts: str) -> None:
    for text in texts:
        wrapping.from_base64(text)


def _write(path: Path, content: dict[str, Any]) -> None:
    private_files.replace(path, json.dumps(content, indent=1).encode("ascii") + b"\n")


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time changes keys in this folder; released when the process ends."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
