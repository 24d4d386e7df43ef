"""What could be wrong with a deployment: looked for one by one, each with what to do."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from letterslot.project.datafolder import DataFolder

LEAST_FREE: Final = 200 * 1024 * 1024  # bytes of disk
KEYS_LEFT: Final = timedelta(days=28)
PRIVATE: Final = ("keys.json", "token.key", "desk/secret.key")


def findings(folder: DataFolder, now: datetime) -> list[str]:
    """Everything found wrong, a sentence each; empty where all holds."""
    if not folder.exists:
        return [f"There is no publication in {folder.root}: run `init` there first."]
    found: list[str] = []
    for look in LOOKS:
        found += look(folder, now)
    return found


def _configuration(folder: DataFolder, _now: datetime) -> Iterator[str]:
    from letterslot.newsroom import publication, terms

    try:
        newsroom = publication.load(folder.root)
        for language in newsroom.languages:
            terms.load(folder.root, newsroom, language)
        if newsroom.two_hosts and folder.keys.exists() and folder.spool.exists():
            yield (
                "`two_hosts` in publication.toml promises readers that the door has no keys, and "
                "both lie here: set it to false."
            )
        if newsroom.second_factor == "optional" and newsroom.desk_url.startswith("https:"):
            yield (
                "The desk is reached over the network, and `second_factor` in publication.toml "
                'lets moderators in with a password alone: set it to "required".'
            )
    except (publication.PublicationFault, terms.WordsFault) as fault:
        yield str(fault)


def _onion(folder: DataFolder, _now: datetime) -> Iterator[str]:
    """Where Tor brings the readers of the onion service, and nobody else may come."""
    from letterslot.newsroom import publication

    try:
        path = Path(publication.load(folder.root).onion_socket or folder.root)
        mode = path.parent.stat().st_mode
    except publication.PublicationFault:
        return  # said already
    except OSError:
        yield (
            f"There is no folder {path.parent} for `onion_socket`: make one that the user of the "
            "door may write in and the user of Tor may enter."
        )
        return
    if path != folder.root and mode & stat.S_IWOTH:
        yield (
            f"Anybody on this machine may put a socket into {path.parent}: put `onion_socket` "
            "into a folder of its own."
        )


def _private_files(folder: DataFolder, _now: datetime) -> Iterator[str]:
    for name in PRIVATE:
        path = folder.root / name
        if not path.exists():
            yield f"{path} is missing: bring it back from a backup."
        elif stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield f"Others on this machine may read {path}: run `chmod 600 {path}`."


def _notices(folder: DataFolder, now: datetime) -> Iterator[str]:
    """What notices need, and what became of the last one."""
    from letterslot.newsroom import publication, receivers, sent_notices

    try:
        newsroom = publication.load(folder.root)
    except publication.PublicationFault:
        return  # said already
    private = folder.root / receivers.FOLDER
    for path in private.glob("*"):
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield f"Others on this machine may read {path}: run `chmod 600 {path}`."
    if newsroom.notices.webhook and not (private / receivers.SECRET).exists():
        yield "The webhook has no signing secret: run `letterslot notices secret`."
    told = sent_notices.fault(folder.root, newsroom, now)
    if told:
        yield told


def _passphrase_beside(folder: DataFolder, _now: datetime) -> Iterator[str]:
    """A passphrase on the same disk opens everything that the sealing protects."""
    import os

    named = os.environ.get("LETTERSLOT_PASSPHRASE_FILE")
    if named and Path(named).resolve().is_relative_to(folder.root):
        yield f"The passphrase lies in the data folder ({named}): keep it off this disk."


def _keys(folder: DataFolder, now: datetime) -> Iterator[str]:
    from letterslot.letterbox.epochs import KeyFile

    try:
        keys = KeyFile.load(folder.keys)
        left = date.fromisoformat(keys.last_day) - now.date()
        if keys.publication_key != folder.public_key.read_bytes():
            yield "publication.pub is not the key in keys.json: bring both back from one backup."
    except (OSError, ValueError) as fault:
        yield f"The key file cannot be read ({type(fault).__name__}): bring it back from a backup."
        return
    if left < KEYS_LEFT:
        yield (
            f"Epoch keys last for {max(left.days, 0)} more days, and then the door answers 503: "
            "unlock the worker, or run `letterslot edition`; either makes more."
        )


def _databases(folder: DataFolder, _now: datetime) -> Iterator[str]:
    for path in (folder.spool, folder.database):
        if not path.exists():
            yield f"{path} is missing: bring it back from a backup."
            continue
        try:
            with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10) as database:
                answer = database.execute("PRAGMA integrity_check").fetchone()[0]
        except sqlite3.DatabaseError as fault:
            answer = str(fault)
        if answer != "ok":
            yield f"{path} is damaged ({answer}): stop the doors and bring it back from a backup."


def _migrations(folder: DataFolder, _now: datetime) -> Iterator[str]:
    if not folder.database.exists():
        return
    from letterslot.project.commands.call import start_django

    start_django(folder.root)
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield "The desk's database is of another version than this program."


def _disk(folder: DataFolder, _now: datetime) -> Iterator[str]:
    free = shutil.disk_usage(folder.root).free
    if free < LEAST_FREE:
        yield f"Only {free // 2**20} MiB of disk are free: make room, or comments are refused soon."


def _clock(folder: DataFolder, now: datetime) -> Iterator[str]:
    """A clock that is behind what was printed already has been set back."""
    from letterslot.shelf import manifest

    path = folder.shelf / "manifest.json"
    if not path.exists():
        return
    try:
        printed = manifest.read_root(path.read_bytes()).facts.date
    except manifest.BadManifest:
        return  # the look at the shelf says so
    if printed > (now + timedelta(days=1)).date():
        yield f"The clock says {now:%Y-%m-%d}, the shelf says {printed}: set the clock."


def _shelf(folder: DataFolder, now: datetime) -> Iterator[str]:
    from letterslot.shelf.verify import verify

    if not (folder.shelf / "manifest.json").exists():
        yield "There is no shelf yet: run `letterslot edition`."
        return
    key = folder.public_key.read_bytes()
    yield from verify(folder.shelf, key, today=now.date())


def _store(folder: DataFolder, _now: datetime) -> Iterator[str]:
    """What stands in the store beside what stands here, asked of the store itself."""
    from letterslot.newsroom import publication

    try:
        if publication.load(folder.root).store is None:
            return
    except publication.PublicationFault:
        return  # said already
    from letterslot.project.delivering import fault_of_store

    fault = fault_of_store(folder.root)
    if fault:
        yield fault


def _ledger(_folder: DataFolder, _now: datetime) -> Iterator[str]:
    from letterslot.discussion import ledger

    fault = ledger.verify()
    if fault:
        yield fault


LOOKS: Final[tuple[Callable[[DataFolder, datetime], Iterator[str]], ...]] = (
    _configuration,
    _onion,
    _private_files,
    _notices,
    _passphrase_beside,
    _keys,
    _databases,
    _migrations,
    _disk,
    _clock,
    _shelf,
    _store,
    _ledger,
)
