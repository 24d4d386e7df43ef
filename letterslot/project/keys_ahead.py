"""Keys of days to come: `init` makes them for 400 days, and those of the next month follow."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from letterslot.letterbox.epochs import KeyFile, Keyring
from letterslot.project.datafolder import DataFolder
from letterslot.project.founding import EPOCH_DAYS

AHEAD: Final = timedelta(days=EPOCH_DAYS - 1)
A_MONTH: Final = timedelta(days=30)  # and not each day anew: each time the whole file is written


def keep_ahead(data: Path, ring: Keyring, now: datetime) -> None:
    """Make keys up to 400 days from now, in the key file and on the ring, once a month of that has
    passed. Raises OSError or DamagedKeyFile."""
    wanted = now.date() + AHEAD
    if date.fromisoformat(ring.epochs()[-1]) <= wanted - A_MONTH:
        KeyFile.load(DataFolder(data).keys).extend(ring, wanted)
