"""The keyholder: where the one process that may open letters keeps its keys while unlocked."""

from __future__ import annotations

import threading
from collections.abc import Callable

from letterslot.letterbox.epochs import KeyFile, Keyring


class Keyholder:
    """A place for a keyring, safe to share among threads. It starts locked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ring: Keyring | None = None
        self._when_locked: list[Callable[[], None]] = []

    @property
    def ring(self) -> Keyring | None:
        """The keys, or None while locked. Take it once per task: it may be locked meanwhile."""
        with self._lock:
            return self._ring

    @property
    def locked(self) -> bool:
        return self.ring is None

    def unlock(self, key_file: KeyFile, passphrase: str) -> Keyring:
        """Open the key file and keep its keys. Raises WrongPassphrase; takes about a second."""
        ring = key_file.unlock(passphrase)  # outside the lock: Argon2id is slow on purpose
        with self._lock:
            self._ring = ring
        return ring

    def when_locked(self, forget: Callable[[], None]) -> None:
        """Have `forget` called whenever the keys are forgotten: for what was opened with them."""
        self._when_locked.append(forget)

    def lock(self) -> None:
        """Forget the keys, and what was opened with them."""
        with self._lock:
            self._ring = None
        for forget in self._when_locked:
            forget()


keyholder = Keyholder()
