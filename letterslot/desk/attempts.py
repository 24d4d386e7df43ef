"""How often a secret may be tried: a wait that grows with every attempt that fails.

Counted for each account, never for an address: guesses from one place must not shut out a newsroom
that signs in from the same place, through one tunnel. Nor must guesses from everywhere on all the
names: a browser in which somebody has signed in before has a count of its own, and a session that
is open needs none. All in memory; nothing says who was guessed at when.
"""

from __future__ import annotations

import hashlib
import math
import re
import secrets
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac

from letterslot.newsroom.models import Moderator

FREE: Final = 5  # attempts without a wait
LONGEST: Final = 300  # seconds that somebody waits for another attempt
FORGOTTEN: Final = 24 * 3600  # seconds after the last attempt
STRANGERS: Final = 1024  # counts that all the names share that nobody has
KNOWN_DAYS: Final = 90  # for which a browser is known
SHARING: Final = 12  # people for whom one browser is known, the last to sign in in it

_NUMBER: Final = re.compile(r"[0-9a-f]{32}")
_MARK: Final = re.compile(r"[0-9a-f]{64}")

clock: Callable[[], float] = time.monotonic


@dataclass
class _Count:
    failed: int = 0
    free_at: float = 0.0


class Patience:
    """Counts of attempts by whatever is guessed at; safe to share among threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[Hashable, _Count] = {}

    def begin(self, *what: Hashable) -> int:
        """Seconds to wait before another attempt. 0: try now; it counts as failed until `succeed`
        says otherwise, so that many at once are not all free."""
        with self._lock:
            now = clock()
            count = self._counts.get(what) or _Count()
            if now < count.free_at:
                return math.ceil(count.free_at - now)
            if now > count.free_at + FORGOTTEN:
                count = _Count()
            count.failed += 1
            count.free_at = now + _wait(count.failed)
            self._counts[what] = count
            return 0

    def succeed(self, *what: Hashable) -> None:
        """It was no guess: the count begins anew."""
        with self._lock:
            self._counts.pop(what, None)

    def failed(self, *what: Hashable) -> int:
        """How many attempts have failed since the last that did not."""
        with self._lock:
            count = self._counts.get(what)
            return count.failed if count else 0


def _wait(failed: int) -> float:
    """Seconds after so many failed attempts: none, then 2, 4, 8 … up to five minutes."""
    return float(min(2 ** min(failed - FREE + 1, 16), LONGEST)) if failed >= FREE else 0.0


patience: Final = Patience()


def who_tries(request: HttpRequest, name: str) -> tuple[Hashable, ...]:
    """What an attempt to sign in under this name counts for."""
    found = Moderator.objects.filter(name=name, is_active=True).first()
    if found is None:
        digest = hashlib.blake2b(name.encode(), key=settings.SECRET_KEY.encode()[:64]).digest()
        return ("stranger", int.from_bytes(digest[:4], "big") % STRANGERS)
    return ("sign-in", found.pk, known(request, found))


def remember_browser(request: HttpRequest, answer: HttpResponseBase, moderator: Moderator) -> None:
    """Let this browser have a count of its own for this moderator from now on, beside those who
    signed in in it before. What it keeps names nobody; how many share it can be counted."""
    number, marks = _kept(request)
    mine = _mark(number, moderator)
    marks = [mine, *(mark for mark in marks if mark != mine)][:SHARING]
    answer.set_cookie(
        settings.KNOWN_BROWSER_COOKIE,
        ".".join([number, *marks]),
        max_age=KNOWN_DAYS * 24 * 3600,
        path="/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def known(request: HttpRequest, moderator: Moderator) -> str:
    """The number of this browser, if this moderator has signed in in it; else empty."""
    number, marks = _kept(request)
    mine = _mark(number, moderator)
    return number if any(constant_time_compare(mark, mine) for mark in marks) else ""


def _kept(request: HttpRequest) -> tuple[str, list[str]]:
    """The number of this browser and the marks of those who signed in in it, the last one first; a
    new number where it has none. Anybody may have written them: each mark is checked where used."""
    number, *marks = request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE, "").split(".")
    if not _NUMBER.fullmatch(number):
        return secrets.token_hex(16), []
    return number, [mark for mark in marks if _MARK.fullmatch(mark)][:SHARING]


def _mark(number: str, moderator: Moderator) -> str:
    said = f"{number}:{moderator.pk}:{moderator.generation}"
    return salted_hmac("letterslot.desk.attempts", said, algorithm="sha256").hexdigest()
