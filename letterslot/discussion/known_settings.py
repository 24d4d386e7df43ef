"""The newsroom's settings as the ledger knows them: each change of one is a line.

Settings are files on the server, so nobody signs in to change one: a line says "server" and no
name. It is written when a print first uses the change, before the edition that commits to it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import datetime, time
from pathlib import Path
from typing import Final

from django.db import transaction

from letterslot.discussion import ledger, slots
from letterslot.discussion.models import KnownSetting
from letterslot.newsroom.notices import Notices
from letterslot.newsroom.publication import Publication

_ON_THE_SERVER: Final = ledger.Hand(via="server")
# A digest of an address is found by trying addresses, so a line says only that these changed.
_UNTOLD: Final = frozenset(
    f"notices.{name}" for name in ("mail_to", "mail_from", "smtp", "webhook")
)
_WORDS: Final = "words/"
_LONGEST: Final = 200  # characters of a value that a line tells; of a longer one its digest


@transaction.atomic
def notice(data: Path, publication: Publication, now: datetime) -> int:
    """Write down what changed since the last time; how many settings that were.

    No line tells of the first time: that is how things began. Nor of a key that came, or went,
    with a release of Letterslot.
    """
    known = dict(KnownSetting.objects.values_list("name", "value"))
    found = _settings(data, publication)
    names = sorted(name for name in known | found if known.get(name) != found.get(name))
    _keep(names, found)
    told = [name for name in names if known and _is_told(name, known, found)]
    if told:
        slot = slots.current(publication, now)
        for name in told:
            values = {"old": known.get(name), "new": found.get(name)}
            facts = {} if name in _UNTOLD else values
            ledger.note("change-setting", hand=_ON_THE_SERVER, slot=slot, setting=name, **facts)
    return len(told)


def _keep(names: list[str], found: dict[str, str]) -> None:
    KnownSetting.objects.filter(name__in=names).delete()
    KnownSetting.objects.bulk_create(
        KnownSetting(name=name, value=found[name]) for name in names if name in found
    )


def _is_told(name: str, known: dict[str, str], found: dict[str, str]) -> bool:
    """A file may come and go; a key that does, does so with a release."""
    return name.startswith(_WORDS) or (name in known and name in found)


def _settings(data: Path, publication: Publication) -> dict[str, str]:
    """Every setting by its name in publication.toml, and every file of words by its path."""
    told = _values("", publication, but="notices") | _values("notices.", publication.notices)
    files = (path for path in (data / "words").glob("*/*") if _is_of_words(path))
    return told | {path.relative_to(data).as_posix(): _digest(path.read_bytes()) for path in files}


def _is_of_words(path: Path) -> bool:
    """Not what an editor leaves beside a file while it is open, a link that leads nowhere at times:
    `.#terms.md`."""
    return path.suffix in (".md", ".txt") and not path.name.startswith(".")


def _values(prefix: str, part: Publication | Notices, *, but: str = "") -> dict[str, str]:
    fields = [field.name for field in dataclasses.fields(part) if field.name != but]
    told = {prefix + name: _in_words(getattr(part, name)) for name in fields}
    return {name: _digest(v.encode()) if name in _UNTOLD else v for name, v in told.items()}


def _in_words(value: object) -> str:
    """A value as publication.toml has it; its digest where that is long."""
    if isinstance(value, str):
        words = value
    elif isinstance(value, (bool, int)):
        words = json.dumps(value)
    elif isinstance(value, tuple):
        words = json.dumps([_in_text(one) for one in value], ensure_ascii=False)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        words = json.dumps(dataclasses.asdict(value), ensure_ascii=False)
    else:
        words = "" if value is None else str(value)
    return words if len(words) <= _LONGEST else _digest(words.encode())


def _in_text(one: object) -> str:
    return one.isoformat("minutes") if isinstance(one, time) else str(one)


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
