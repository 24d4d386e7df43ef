"""Which fixed hours had their notice: a small file, so that a restart sends none twice."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Final

from letterslot.letterbox import private_files
from letterslot.newsroom import notices
from letterslot.newsroom.publication import Publication
from letterslot.newsroom.receivers import FOLDER, SENT

FILE: Final = "sent.json"
KEPT: Final = 100  # hours: four days, if every hour has its notice

# By hour: what became of each way, SENT, a sentence, or "" while it was not yet tried.
Hours = dict[str, dict[str, str]]


def read(data: Path) -> Hours | None:
    """The hours on record, oldest first; None where none ever came, or the file is damaged."""
    try:
        hours = json.loads((data / FOLDER / FILE).read_text(encoding="utf-8"))
        return {str(hour): {str(w): str(told) for w, told in ways.items()}
                for hour, ways in hours.items()}  # fmt: skip
    except (FileNotFoundError, ValueError, AttributeError):
        return None


def write(data: Path, hours: Hours) -> None:
    """Put the newest of them on disk. Raises OSError."""
    (data / FOLDER).mkdir(mode=private_files.FOLDER_MODE, exist_ok=True)
    newest = dict(list(hours.items())[-KEPT:])
    private_files.replace(data / FOLDER / FILE, json.dumps(newest, indent=1).encode())


def fault(data: Path, publication: Publication, now: datetime) -> str | None:
    """What became of the last hour that is over, where it was not as it should be."""
    hours = read(data)
    last = notices.last_over(publication.notices, publication.zone, now)
    if not hours or last is None:
        return None
    told = hours.get(last.name)
    if told is None:
        return (
            f"The notice of {last.name} did not go out: the worker did not run then. Let "
            "`letterslot serve` run, or take its hour out of `[notices]`."
        )
    failed = [f"{way}: {why or 'It was not tried.'}" for way, why in told.items() if why != SENT]
    if not failed:
        return None
    return (
        f"The notice of {last.name} did not arrive everywhere ({' '.join(failed)}) "
        "`letterslot notices send` tries it now."
    )
