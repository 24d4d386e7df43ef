"""The record of decisions, taken out of the newsroom for whoever keeps watch."""

from __future__ import annotations

from collections.abc import Iterator

from letterslot.discussion import ledger
from letterslot.discussion.models import LedgerEntry


def lines() -> Iterator[str]:
    """The lines of the ledger, oldest first, without line ends."""
    return ledger.export()


def fault_of_head(committed: tuple[int, str] | None) -> str | None:
    """Whether the ledger still contains the head that an edition once committed to.

    `committed` is (entries, hash of the last of them); a ledger that was cut or rewritten since
    cannot show that line any more.
    """
    if committed is None or committed[0] == 0:
        return None
    entries, digest = committed
    held = LedgerEntry.objects.filter(number=entries).values_list("hash", flat=True).first()
    if held is None:
        return f"The edition knew {entries} lines of the ledger, and line {entries} is gone."
    if held != digest:
        return f"Line {entries} of the ledger is not the one that the edition committed to."
    return None
