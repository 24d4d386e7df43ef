"""Who is signed in, in the memory of the desk's process and nowhere else.

A row of a session on a disk would tell to the second when a moderator signed in. Here nothing
outlives the process: a restart, which locks the desk as well, signs everybody out. Neither an
address nor a browser's name is asked for, so none can be told.
"""

from __future__ import annotations

import copy
import threading
import time
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.utils.crypto import get_random_string

IDLE: Final = 15 * 60  # seconds without a person's act after which a session locks
HALFWAY: Final = 10 * 60  # seconds for the second step of signing in
MOST: Final = 20  # sessions of one account; the one that was unused longest makes room
BEGAN: Final = "began"  # in a session: the day it began, and the part of that day
# Counts on while the machine sleeps, where the system has such a clock; time.monotonic may stand.
_CLOCK: Final[int] = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def clock() -> float:
    """Seconds since some moment. Who closed the lid was away."""
    return time.clock_gettime(_CLOCK)


@dataclass
class Session:
    """One session. `handle` names it on the page of sessions and opens nothing; seconds are those
    of `clock`."""

    handle: str
    born: float
    seen: float  # when a person last did something
    sure: float  # when its owner last said who it is
    content: dict[str, Any] = field(default_factory=dict)
    locked: bool = False  # its owner was away, and has to say who it is

    @property
    def account(self) -> str:
        """The key of its moderator; empty before somebody has signed in."""
        return str(self.content.get(SESSION_KEY, ""))

    @property
    def ends(self) -> float:
        """Who has shown no more than a password has some minutes."""
        return self.born + (settings.SESSION_COOKIE_AGE if self.account else HALFWAY)

    @property
    def began(self) -> tuple[str, str]:
        """Day and part of the day; empty words where nobody noted them."""
        day, part = self.content.get(BEGAN) or ("", "")
        return day, part


class Sessions:
    """All sessions of this process; safe to share among threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._kept: dict[str, Session] = {}

    def find(self, key: str | None) -> Session | None:
        """The session under this key, unless it has ended."""
        with self._lock:
            found = self._kept.get(key or "")
            if found and found.ends <= clock():
                del self._kept[key or ""]
                return None
            return found

    def put(self, key: str, content: dict[str, Any], *, new: bool) -> None:
        """Keep what a session holds. Raises CreateError where there is one, UpdateError where it
        has ended meanwhile."""
        with self._lock:
            found = self.find(key)
            if new and found:
                raise CreateError
            if not new and not found:
                raise UpdateError
            if not found:
                now = clock()
                found = self._kept[key] = Session(get_random_string(16), now, now, now)
            found.content = copy.deepcopy(content)
            self._make_room(found)

    def drop(self, key: str | None) -> None:
        with self._lock:
            self._kept.pop(key or "", None)

    def is_awake(self, key: str | None, *, by_person: bool) -> bool:
        """Whether somebody was there within the last minutes. Only what a person does keeps it so;
        once locked it stays locked until it is woken."""
        with self._lock:
            found = self.find(key)
            if found is None:
                return False
            if clock() - found.seen >= IDLE:
                found.locked = True
            if by_person and not found.locked:
                found.seen = clock()
            return not found.locked

    def lock(self, key: str | None) -> None:
        """Whoever goes on has to say first who it is."""
        with self._lock:
            found = self.find(key)
            if found:
                found.locked = True

    def wake(self, key: str | None) -> None:
        """Its owner has said who it is."""
        with self._lock:
            found = self.find(key)
            if found:
                found.locked, found.seen, found.sure = False, clock(), clock()

    def of(self, account: str = "") -> list[Session]:
        """Sessions of people who have signed in; of one account where its key is given."""
        with self._lock:
            for key in list(self._kept):
                self.find(key)
            return [one for one in self._kept.values() if account in ("", one.account)
                    and one.account]  # fmt: skip

    def end(self, handles: set[str]) -> None:
        """End these sessions at once, wherever they are open."""
        with self._lock:
            for key, one in list(self._kept.items()):
                if one.handle in handles:
                    del self._kept[key]

    def _make_room(self, newest: Session) -> None:
        others = [one for one in self.of(newest.account) if one is not newest]
        if newest.account and len(others) >= MOST:
            self.end({min(others, key=lambda one: one.seen).handle})


sessions: Final = Sessions()


class SessionStore(SessionBase):
    """What Django reads and writes a session by."""

    def load(self) -> dict[str, Any]:
        found = sessions.find(self.session_key)
        if found is None:
            self._session_key = None
            return {}
        return copy.deepcopy(found.content)

    def exists(self, session_key: str) -> bool:
        return sessions.find(session_key) is not None

    def create(self) -> None:
        self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]  # missing in the stubs
        self.save(must_create=True)
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            return self.create()
        content = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # the same
        sessions.put(self.session_key, content, new=must_create)
        return None

    def delete(self, session_key: str | None = None) -> None:
        sessions.drop(session_key or self.session_key)
