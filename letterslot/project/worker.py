"""The worker: collects the post and makes editions at their slots, while the keys are unlocked."""

from __future__ import annotations

import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from django.db import close_old_connections

from letterslot.desk import post, printed_index
from letterslot.desk.memory import memory
from letterslot.discussion import slots
from letterslot.letterbox.epochs import Keyring
from letterslot.letterbox.keyholder import Keyholder
from letterslot.newsroom import publication as publications
from letterslot.newsroom.publication import PublicationFault
from letterslot.newsroom.terms import WordsFault
from letterslot.press import edition
from letterslot.project.keys_ahead import keep_ahead
from letterslot.shelf.printing import ShelfDamaged

COLLECT_EVERY: Final = timedelta(minutes=15)
LOOK_EVERY: Final = 1.0  # seconds between looks at the clock and the keys
REST: Final = 30.0  # seconds before what went wrong is tried again


class Worker(threading.Thread):
    """A thread of the desk's process, which alone holds the keys.

    Rows of one slot are collected together: the time a letter waited at the door, at most a
    quarter of an hour, is the last trace of when it came.
    """

    def __init__(self, data: Path, keyholder: Keyholder) -> None:
        super().__init__(name="worker", daemon=True)
        self.data = data
        self.keyholder = keyholder
        self.ending = threading.Event()
        # Quarters of an hour that were worked; None: none yet.
        self._collected: int | None = None
        self._printed: int | None = None
        self._slot: int | None = None  # in which the wishes of receipts were taken

    def run(self) -> None:
        """Work each quarter of an hour once, as soon as the keys are there. Nothing ends the
        worker but `stop`: a door whose worker is gone looks sound, and prints nothing."""
        while not self.ending.wait(LOOK_EVERY):
            try:
                self._look()
            except (PublicationFault, WordsFault, ShelfDamaged) as fault:
                self._rest(str(fault))
            except Exception as fault:  # a text must not reach the log
                self._rest(f"The worker could not finish its round ({type(fault).__name__}).")

    def stop(self) -> None:
        """End after what is under way."""
        self.ending.set()
        self.join()

    def _look(self) -> None:
        now, ring = datetime.now(UTC), self.keyholder.ring
        quarter = int(now.timestamp() // COLLECT_EVERY.total_seconds())
        if ring is None or quarter == self._printed:
            return
        close_old_connections()
        try:
            self._work(ring, now, quarter)
            keep_ahead(self.data, ring, now)
            self._keep_in_mind(ring)
        finally:
            close_old_connections()

    def _work(self, ring: Keyring, now: datetime, quarter: int) -> None:
        """Collect, then print what is due by the slot or the calendar. When only printing failed,
        nothing is collected with the next try: the order of the rows would tell the half minute."""
        if quarter != self._collected:
            slot = slots.current(publications.load(self.data), now)
            # Once a slot, before its edition: their lines in the ledger then tell no more than it.
            post.collect(data=self.data, ring=ring, slot=slot, wishes=slot != self._slot)
            self._collected, self._slot = quarter, slot
        edition.make(data=self.data, ring=ring, now=now)
        edition.print_by_calendar(data=self.data, ring=ring, now=now)
        self._printed = quarter

    def _keep_in_mind(self, ring: Keyring) -> None:
        """What a moderator's first page, search or view by signal would else wait for."""
        memory.refresh(ring, self.data)
        printed_index.catch_up(self.data)
        memory.look_through()

    def _rest(self, sentence: str) -> None:
        sys.stderr.write(f"letterslot: {sentence}\n")
        self.ending.wait(REST)
