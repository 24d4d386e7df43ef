"""Commands about the ledger."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from letterslot.project.commands.call import Call, Refused


def verify(call: Call) -> int:
    """`audit verify [--head FILE]`"""
    call.use_database()
    from letterslot.discussion import ledger
    from letterslot.exchange import record

    fault = ledger.verify() or record.fault_of_head(_head(call.arguments.head))
    end = ledger.head()
    document = {"holds": fault is None, "fault": fault, "entries": end.entries, "head": end.hash}
    call.answer(document, fault or f"The ledger holds: {end.entries} lines, head {end.hash}.")
    return 1 if fault else 0


def _head(name: str | None) -> tuple[int, str] | None:
    """Entries and hash that an edition's root committed to."""
    if name is None:
        return None
    try:
        committed = json.loads(Path(name).read_text(encoding="utf-8"))["ledger"]
        return int(committed["entries"]), str(committed["head"])
    except (ValueError, KeyError, TypeError):
        raise Refused(f"{name} is not the manifest.json of an edition.") from None


def export(call: Call) -> int:
    """`audit export`: the lines themselves, one a line, so that a sum of each can be checked."""
    call.use_database()
    from letterslot.exchange import record

    lines = list(record.lines())
    if call.wants_json:
        return call.answer([json.loads(line) for line in lines], "")
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0
