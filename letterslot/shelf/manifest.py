"""The root and the lists under it: what stands on the shelf, in a spelling with no second form.

Both are JSON with sorted keys and one entry a line, so that `sed` and `sha256sum` can read them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - `date` is a field's name here
from typing import Any, NamedTuple

from letterslot.shelf.layout import is_path, is_root_list, list_of

VERSION = 2
LARGEST_ROOT = 128 * 1024  # bytes; 256 lists take 29 KB
LARGEST_LIST = 16 * 1024 * 1024  # bytes; about 120,000 files
LARGEST_FILE = 1024 * 1024 * 1024  # bytes

_SHA256 = re.compile(r"[0-9a-f]{64}")
_LARGEST_NUMBER = 2**53 - 1  # the largest whole number every JSON reader agrees about


class BadManifest(ValueError):
    """A root or list that is not as it is always written. The message is one sentence."""


class OutdatedManifest(BadManifest):
    """The root of an earlier format, which the next print replaces. `serial` is its own."""

    def __init__(self, serial: int) -> None:
        super().__init__("manifest.json is of an earlier version of Letterslot.")
        self.serial = serial


class Entry(NamedTuple):
    """A file as a list names it: its SHA-256 in lower-case hex and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Rule:
    """By which rule comments come out. `k_min` counts comments, `hold` and `alone_after` slots."""

    policy: str  # "prompt" or "guarded"
    k_min: int = 0  # new comments that come out together, at least
    hold: int = 0  # whole slots between sending and printing, at least
    pool: int = 0  # percent: how likely a comment that could come out stays for another time
    alone_after: int = 0  # after the approval, for a writer who chose so


@dataclass(frozen=True)
class RootFacts:
    """What press says about an edition."""

    publication: str
    url: str
    edition: int  # raised by editions only; 0 before the first
    slot: int
    date: Date  # of the slot
    ledger_entries: int
    ledger_head: str  # hex
    rule: Rule
    expires: Date  # last day the epoch keys on the shelf are good for; the door stays open


@dataclass(frozen=True)
class Root:
    """The signed root."""

    facts: RootFacts
    serial: int  # raised by every signing
    previous: str | None  # SHA-256 of the root before, hex
    lists: dict[str, Entry]  # by path


def write_root(root: Root) -> bytes:
    """The one spelling of a root."""
    facts = root.facts
    fields: dict[str, object] = {
        "version": VERSION,
        "publication": facts.publication,
        "url": facts.url,
        "serial": root.serial,
        "edition": facts.edition,
        "slot": facts.slot,
        "date": facts.date.isoformat(),
        "previous": root.previous,
        "ledger": {"entries": facts.ledger_entries, "head": facts.ledger_head},
        "policy": _policy(facts.rule),
        "expires": facts.expires.isoformat(),
    }
    lines = {name: _json(value) for name, value in fields.items()}
    lists = (
        _json({"path": path, "sha256": entry.sha256, "size": entry.size})
        for path, entry in sorted(root.lists.items())
    )
    lines["lists"] = "[\n" + ",\n".join(lists) + "\n]"
    return _object(lines)


def write_list(entries: Mapping[str, Entry]) -> bytes:
    """The one spelling of a list."""
    return _object(
        {
            path: f'{{"sha256":"{entry.sha256}","size":{entry.size:d}}}'
            for path, entry in entries.items()
        }
    )


def read_root(content: bytes) -> Root:
    """The root these bytes spell; raises BadManifest where `write_root` would not spell it so."""
    if len(content) > LARGEST_ROOT:
        raise BadManifest("manifest.json is too large to be a root.")
    try:
        fields = _parse(content)
        _check_version(fields)
        root = _root(fields)
    except BadManifest:
        raise
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BadManifest("manifest.json is not the root of a shelf.") from None
    if write_root(root) != content:
        raise BadManifest("manifest.json is not spelled the one way it is written.")
    return root


def read_list(content: bytes, path: str) -> dict[str, Entry]:
    """The entries of the list at `path`; raises BadManifest, naming what does not belong."""
    try:
        raw = _parse(content)
        entries = {name: Entry(**value) for name, value in raw.items()}
        for entry in entries.values():
            _check_entry(entry)
    except (TypeError, ValueError, AttributeError):
        raise BadManifest(f"{path} is not a list of files.") from None
    if not all(map(is_path, entries)):
        stray = next(name for name in entries if not is_path(name))
        raise BadManifest(f"{path} names {stray[:80]!r}, which is not a path on a shelf.")
    for name in entries:
        if list_of(name) != path:
            raise BadManifest(f"{path} names {name}, which belongs in {list_of(name)}.")
    if write_list(entries) != content:
        raise BadManifest(f"{path} is not spelled the one way it is written.")
    return entries


def find(content: bytes, path: str) -> Entry | None:
    """One file's entry in a list's bytes, found without reading the list as JSON.

    A list has one entry a line, and a path holds nothing that JSON escapes. 25 times cheaper
    than parsing, and the bytes are all that need be kept in memory.
    """
    start = content.find(b'\n"%b":{"sha256":"' % path.encode("ascii"))
    if start < 0:
        return None
    digest = start + len(path) + 15
    size = digest + 64 + len('","size":')
    number = content[size : content.index(b"}", size)]
    return Entry(content[digest : digest + 64].decode("ascii"), int(number))


def _check_version(fields: dict[str, Any]) -> None:
    version = _number(fields["version"])
    if version < VERSION:
        raise OutdatedManifest(_number(fields["serial"]))
    if version > VERSION:
        raise BadManifest("manifest.json is of a later version of Letterslot: bring this up to it.")


def _policy(rule: Rule) -> dict[str, object]:
    numbers = {"k_min": rule.k_min, "hold": rule.hold, "pool": rule.pool}
    return {"name": rule.policy, **numbers, "alone_after": rule.alone_after}


def _rule(fields: dict[str, Any]) -> Rule:
    numbers = [_number(fields[name]) for name in ("k_min", "hold", "pool", "alone_after")]
    return Rule(_text(fields["name"]), *numbers)


def _root(fields: dict[str, Any]) -> Root:
    ledger = fields["ledger"]
    facts = RootFacts(
        publication=_text(fields["publication"]),
        url=_text(fields["url"]),
        edition=_number(fields["edition"]),
        slot=_number(fields["slot"]),
        date=Date.fromisoformat(fields["date"]),
        ledger_entries=_number(ledger["entries"]),
        ledger_head=_text(ledger["head"]),
        rule=_rule(fields["policy"]),
        expires=Date.fromisoformat(fields["expires"]),
    )
    previous = fields["previous"]
    if previous is not None and not _SHA256.fullmatch(previous):
        raise ValueError
    lists = {entry["path"]: _list_entry(entry) for entry in fields["lists"]}
    return Root(facts, _number(fields["serial"]), previous, lists)


def _list_entry(fields: dict[str, Any]) -> Entry:
    entry = Entry(fields["sha256"], fields["size"])
    _check_entry(entry)
    if not is_root_list(fields["path"]) or entry.size > LARGEST_LIST:
        raise ValueError
    return entry


def _check_entry(entry: Entry) -> None:
    if not _SHA256.fullmatch(entry.sha256):
        raise ValueError
    _number(entry.size)


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value <= _LARGEST_NUMBER:
        raise ValueError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    value.encode()  # a lone surrogate has no bytes, and raises ValueError
    return value


def _parse(content: bytes) -> dict[str, Any]:
    try:
        value = json.loads(content.decode("utf-8"))
    except RecursionError:
        raise ValueError from None
    if not isinstance(value, dict):
        raise TypeError
    return value


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _object(lines: Mapping[str, str]) -> bytes:
    """A JSON object with sorted keys, one to a line, from names and values already spelled."""
    body = ",\n".join(f"{_json(name)}:{lines[name]}" for name in sorted(lines))
    return f"{{\n{body}\n}}\n".encode() if body else b"{}\n"
