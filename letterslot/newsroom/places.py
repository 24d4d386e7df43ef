"""Places to print to: the store that each edition is carried to from the shelf's folder."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from letterslot.newsroom.notices import LOOPBACK

KEYS: Final = "store.keys"  # in the data folder: two lines, the access key and its secret
KEY_VARIABLE: Final = "LETTERSLOT_STORE_KEY"
SECRET_VARIABLE: Final = "LETTERSLOT_STORE_SECRET"  # noqa: S105 - the variable's name
_KNOWN: Final = ("store", "bucket", "region", "folder")
_BUCKET: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]")
_REGION: Final = re.compile(r"[a-z0-9-]{1,40}")
_FOLDER: Final = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*")


class PlacesFault(ValueError):
    """Something about the store does not hold; the message says what to do."""


@dataclass(frozen=True)
class Store:
    """A bucket of an S3-compatible store. `folder` is empty or ends in a slash."""

    endpoint: str
    bucket: str
    region: str
    folder: str


@dataclass(frozen=True)
class StoreKeys:
    """What the store knows the press by."""

    key: str
    secret: str

    def __repr__(self) -> str:
        return "StoreKeys(…)"


def from_table(table: object) -> Store | None:
    """What `[shelf]` of publication.toml says; None where it names no store. Raises PlacesFault."""
    if not isinstance(table, dict):
        raise PlacesFault("`shelf` is a table of its own: write `[shelf]` above its keys.")
    for key in table:
        if key not in _KNOWN:
            raise PlacesFault(f"`[shelf]` has a key that means nothing here: {key}.")
    if not table:
        return None
    told = {key: table.get(key, "") for key in _KNOWN}
    return Store(
        endpoint=_endpoint(told["store"]),
        bucket=_like(told["bucket"], _BUCKET, "`bucket` in `[shelf]` is the name of a bucket."),
        region=_like(
            told["region"] or "us-east-1", _REGION, "`region` in `[shelf]` is like eu-central-1."
        ),
        folder=_like(
            f"{told['folder']}/".lstrip("/"), _FOLDER, "`folder` in `[shelf]` is like comments."
        ),
    )


def _endpoint(told: object) -> str:
    """The keys sign each request, but what is sent is read by whoever is on the line."""
    fault = "`store` in `[shelf]` is the address of the store, like https://s3.courier.example."
    try:
        parts = urlsplit(told if isinstance(told, str) else "")
        well = bool(parts.hostname) and not (parts.username or parts.query or parts.fragment)
        well = well and (parts.port is None or parts.port > 0)
    except ValueError:
        raise PlacesFault(fault) from None
    is_here = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not well or not (is_here or parts.scheme == "https"):
        raise PlacesFault(fault)
    return parts.geturl().rstrip("/")


def _like(told: object, pattern: re.Pattern[str], fault: str) -> str:
    if not isinstance(told, str) or not pattern.fullmatch(told):
        raise PlacesFault(fault)
    return told


def store_keys(data: Path) -> StoreKeys:
    """The keys of the store, from the environment or from `store.keys`. Raises PlacesFault."""
    key, secret = os.environ.get(KEY_VARIABLE), os.environ.get(SECRET_VARIABLE)
    if key and secret:
        return StoreKeys(key, secret)
    file = data / KEYS
    try:
        mode, lines = file.stat().st_mode, file.read_text(encoding="utf-8").split()
    except FileNotFoundError:
        raise PlacesFault(
            f"There are no keys for the store: put the access key and its secret, a line each, "
            f"into {file}, or into {KEY_VARIABLE} and {SECRET_VARIABLE}."
        ) from None
    except (OSError, UnicodeDecodeError):
        raise PlacesFault(f"{file} cannot be read.") from None
    if stat.S_IMODE(mode) & 0o077:
        raise PlacesFault(f"Others on this machine may read {file}: run `chmod 600 {file}`.")
    if len(lines) != 2:
        raise PlacesFault(f"{file} has two lines: the access key, and its secret.")
    return StoreKeys(*lines)
