"""The data folder: where each thing lies in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DataFolder:
    """The places of one publication's data folder."""

    root: Path

    @property
    def publication(self) -> Path:
        return self.root / "publication.toml"

    @property
    def keys(self) -> Path:
        return self.root / "keys.json"

    @property
    def public_key(self) -> Path:
        return self.root / "publication.pub"

    @property
    def token_key(self) -> Path:
        return self.root / "token.key"

    @property
    def spool(self) -> Path:
        return self.root / "door" / "spool.sqlite3"

    @property
    def door_lock(self) -> Path:
        return self.root / "door" / "lock"

    @property
    def database(self) -> Path:
        return self.root / "desk" / "desk.sqlite3"

    @property
    def desk_secret(self) -> Path:
        return self.root / "desk" / "secret.key"

    @property
    def shelf(self) -> Path:
        return self.root / "shelf"

    @property
    def exists(self) -> bool:
        return self.publication.exists() or self.keys.exists()
