"""Sends notices at their fixed hours, locked or not, apart from the worker's other work."""

from __future__ import annotations

import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from letterslot.newsroom import notices, receivers, sent_notices
from letterslot.newsroom import publication as publications
from letterslot.newsroom.notices import Hour
from letterslot.newsroom.publication import Publication, PublicationFault
from letterslot.newsroom.receivers import SENT, Notice
from letterslot.newsroom.sent_notices import Hours

LOOK_EVERY: Final = 1.0  # seconds between looks at the clock
TRY_EVERY: Final = 300.0  # seconds between tries; from 7:30 past a quarter none falls on the next
PATIENCE: Final = 2.0  # seconds that a try under way gets when the process ends


class Notifying(threading.Thread):
    """A thread of the worker's process, never of the public door's.

    It knows the clock and publication.toml, and neither keys nor comments: nothing that a reader
    does can make a notice come earlier, later, or not at all.
    """

    def __init__(self, data: Path) -> None:
        super().__init__(name="notifying", daemon=True)
        self.data = data
        self.ending = threading.Event()
        self.hours: Hours | None = sent_notices.read(data)
        self.open: Hour | None = None  # the hour whose notice is being sent
        self.tried = -TRY_EVERY  # when, by the machine's own clock, which never jumps
        self._read: tuple[int, Publication] | None = None  # by the file's time of change

    def run(self) -> None:
        """Look at the clock each second. Nothing ends it but `stop`."""
        while not self.ending.wait(LOOK_EVERY):
            try:
                self.look(datetime.now(UTC))
            except PublicationFault:
                pass  # the worker says so
            except OSError as fault:
                self._say(f"A notice could not be recorded: {fault.strerror}. Look at the disk.")
                self.ending.wait(TRY_EVERY)

    def stop(self) -> None:
        """End; a try under way that takes longer is left to itself."""
        self.ending.set()
        self.join(PATIENCE)

    def look(self, now: datetime) -> None:
        """Send what is due at this moment. Raises PublicationFault and OSError."""
        publication = self._publication()
        due = notices.due(publication.notices, publication.zone, now)
        if self.open is not None and (due is None or due.name != self.open.name):
            self._give_up(self.open)
            self.open = None
        if not publication.notices.hours:
            return
        if self.hours is None:
            # The first start ever: an hour that has begun already is not caught up with.
            self._begin({due.name: {}} if due else {})
        if due is None:
            return
        self._open(due, publication)
        if self.open is not None and time.monotonic() - self.tried >= TRY_EVERY:
            self._try(due, publication, now)

    def _publication(self) -> Publication:
        """As the file is now; it is read again only when it has changed."""
        try:
            changed = (self.data / publications.FILE).stat().st_mtime_ns
        except FileNotFoundError:
            changed = 0
        if self._read is None or self._read[0] != changed:
            self._read = (changed, publications.load(self.data))
        return self._read[1]

    def _begin(self, hours: Hours) -> None:
        """Write down what is to be sent before anything is: what cannot be recorded would be
        repeated with every start."""
        sent_notices.write(self.data, hours)
        self.hours = hours

    def _open(self, due: Hour, publication: Publication) -> None:
        """Whether something waits to be sent for this hour."""
        hours = self.hours or {}
        if due.name not in hours:
            self._begin(hours | {due.name: dict.fromkeys(publication.notices.ways, "")})
        waits = any(why != SENT for why in (self.hours or {})[due.name].values())
        if waits and self.open is None:
            self.tried = time.monotonic() - TRY_EVERY
        self.open = due if waits else None

    def _try(self, due: Hour, publication: Publication, now: datetime) -> None:
        """Once by each way that has not taken it; what became of it is remembered, and recorded."""
        self.tried = time.monotonic()
        told = dict((self.hours or {})[due.name])
        notice = Notice(f"look-{due.name}", due.at)
        for way in publication.notices.ways:
            if told.get(way, SENT) != SENT:
                told[way] = receivers.send(
                    way, notice, data=self.data, publication=publication, now=now
                )
                # In mind first: what a full disk cannot record is still not sent twice.
                self.hours = (self.hours or {}) | {due.name: dict(told)}
                sent_notices.write(self.data, self.hours)

    def _give_up(self, hour: Hour) -> None:
        for way, why in (self.hours or {}).get(hour.name, {}).items():
            if why != SENT:
                self._say(f"The notice of {hour.name} was not sent ({way}: {why})")

    def _say(self, sentence: str) -> None:
        sys.stderr.write(f"letterslot: {sentence}\n")
