"""Commands about the shelf: editions, checking a copy, carrying it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from letterslot.project.commands.call import Call, Refused

if TYPE_CHECKING:
    from letterslot.press.edition import EditionResult


def edition(call: Call) -> int:
    """`edition [--slot next] [--dry-run]`"""
    call.use_database()
    from letterslot.press import edition as press
    from letterslot.project.keys_ahead import keep_ahead
    from letterslot.project.settling import settle

    result = press.make(
        data=call.data,
        ring=call.ring,
        now=call.now,
        move_on=call.arguments.slot == "next",
        dry_run=call.arguments.dry_run,
    )
    if not call.arguments.dry_run:
        keep_ahead(call.data, call.ring, call.now)
        settle(call.folder)
    return call.answer(dataclasses.asdict(result), lambda: _told(result))


def _told(result: EditionResult) -> str:
    if result.edition is None:
        return result.why
    return (
        f"Edition {result.edition}: {result.published} new, {result.removed} taken out, "
        f"{result.answers} answers. {result.why}"
    )


def verify(call: Call) -> int:
    """`verify PATH [--key FILE]`. Works without the newsroom's side installed."""
    from letterslot.shelf.verify import verify as verify_shelf

    path = Path(call.arguments.path)
    if not path.exists():
        raise Refused(f"There is nothing at {path}.")
    key = _public_key(call)
    faults = verify_shelf(path, key, today=call.now.date(), seen=_own_root(call, path, key))
    holds = "It holds: every file is as the newsroom signed it."
    call.answer({"holds": not faults, "faults": faults}, "\n".join(faults) or holds)
    return 1 if faults else 0


def _own_root(call: Call, path: Path, key: bytes) -> bytes | None:
    """The root of the newsroom's own shelf, where it is here: no copy of it may be older."""
    own = call.folder.shelf / "manifest.json"
    if not own.exists() or own.parent.samefile(path):
        return None
    if call.folder.public_key.read_bytes() != key:
        return None
    return own.read_bytes()


def _public_key(call: Call) -> bytes:
    """The newsroom's key, from --key or the data folder; never from the copy itself."""
    named = call.arguments.key
    path = Path(named) if named else call.folder.public_key
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise Refused(
            f"There is no key at {path}: name the newsroom's publication.pub with --key; "
            "the one inside a copy proves nothing."
        ) from None


def export_mirror(call: Call) -> int:
    """`export-mirror FILE`"""
    from letterslot.shelf.mirror import export_mirror as export

    if not (call.folder.shelf / "manifest.json").exists():
        raise Refused(f"There is no shelf in {call.data} yet: run `init` there first.")
    file = Path(call.arguments.file)
    export(call.folder.shelf, file)
    return call.answer({"file": str(file), "bytes": file.stat().st_size}, f"Written to {file}.")
