"""Notices: at which fixed hours somebody is asked to look at the desk, and by which ways.

A notice goes out at each of its hours, whatever happens at the desk: one that came only when
something waits would tell whoever sees it pass that somebody has written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
# Between two collections, so that the work of neither can be told from when a notice goes out.
GOES_OUT_AFTER: Final = timedelta(minutes=7, seconds=30)
TRIED_FOR: Final = timedelta(hours=1)
_HOUR: Final = re.compile(r"([01]\d|2[0-3]):(00|15|30|45)")
_ADDRESS: Final = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+")
_MOST_ADDRESSES: Final = 50


class NoticesFault(ValueError):
    """Something in `[notices]` does not hold; the message says what to do."""


@dataclass(frozen=True)
class Notices:
    """The hours, in the publication's zone, and who is told. Without hours nobody is."""

    hours: tuple[time, ...] = ()
    mail_to: tuple[str, ...] = ()
    mail_from: str = ""
    smtp: str = "smtp://localhost:25"
    webhook: str = ""

    @property
    def ways(self) -> tuple[str, ...]:
        """By which ways a notice goes out: "mail", "webhook"."""
        return (("mail",) if self.mail_to else ()) + (("webhook",) if self.webhook else ())


NOBODY: Final = Notices()


@dataclass(frozen=True)
class Hour:
    """One fixed hour of one day. `at` is the moment, in UTC, at which its notice goes out."""

    name: str  # as in "2026-11-24T08:00", the newsroom's own time
    at: datetime

    @property
    def ends(self) -> datetime:
        """Until when it is tried."""
        return self.at + TRIED_FOR


def due(notices: Notices, zone: tzinfo, now: datetime) -> Hour | None:
    """The hour whose notice should be out by now and is still tried; at most one is."""
    come = [hour for hour in _around(notices, zone, now) if hour.at <= now < hour.ends]
    return max(come, key=lambda hour: hour.at, default=None)


def last_over(notices: Notices, zone: tzinfo, now: datetime) -> Hour | None:
    """The newest hour that is tried no more."""
    over = [hour for hour in _around(notices, zone, now) if hour.ends <= now]
    return max(over, key=lambda hour: hour.at, default=None)


def _around(notices: Notices, zone: tzinfo, now: datetime) -> list[Hour]:
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=back) for back in range(3)]
    return [_on(day, hour, zone) for day in days for hour in notices.hours]


def _on(day: date, hour: time, zone: tzinfo) -> Hour:
    moment = datetime.combine(day, hour, zone).astimezone(UTC)
    return Hour(f"{day}T{hour:%H:%M}", moment + GOES_OUT_AFTER)


def from_table(table: object) -> Notices:
    """What `[notices]` of publication.toml says. Raises NoticesFault."""
    if not isinstance(table, dict):
        raise NoticesFault("`notices` is a table of its own: write `[notices]` above its keys.")
    if not table:
        return NOBODY
    for key in table:
        if key not in ("hours", "mail_to", "mail_from", "smtp", "webhook"):
            raise NoticesFault(f"`[notices]` has a key that means nothing here: {key}.")
    notices = Notices(
        hours=_hours(table),
        mail_to=_addresses(table),
        mail_from=_sender(table),
        smtp=_smtp(table),
        webhook=_webhook(table),
    )
    if notices.hours and not notices.ways:
        raise NoticesFault("`[notices]` has hours and nobody to tell: name `mail_to` or `webhook`.")
    return notices


def _hours(table: Mapping[str, Any]) -> tuple[time, ...]:
    told = _texts(table, "hours")
    for hour in told:
        if not _HOUR.fullmatch(hour):
            raise NoticesFault(
                f"`hours` in `[notices]` are quarters of an hour, like 08:00 or 16:30, not {hour}."
            )
    minutes = sorted(int(hour[:2]) * 60 + int(hour[3:]) for hour in told)
    following = [*minutes[1:], *(first + 24 * 60 for first in minutes[:1])]
    if any(after - before < 60 for before, after in zip(minutes, following, strict=True)):
        raise NoticesFault("`hours` in `[notices]` lie an hour apart: a notice is tried so long.")
    return tuple(time(minute // 60, minute % 60) for minute in minutes)


def _addresses(table: Mapping[str, Any]) -> tuple[str, ...]:
    told = _texts(table, "mail_to")
    for address in told:
        if not _ADDRESS.fullmatch(address):
            raise NoticesFault("`mail_to` in `[notices]` is a list of mail addresses.")
    if len(told) > _MOST_ADDRESSES:
        raise NoticesFault(f"`mail_to` in `[notices]` has at most {_MOST_ADDRESSES} addresses.")
    return told


def _sender(table: Mapping[str, Any]) -> str:
    told = table.get("mail_from", "")
    if told == "" and not table.get("mail_to"):
        return ""
    if not isinstance(told, str) or not _ADDRESS.fullmatch(told):
        raise NoticesFault("`mail_from` in `[notices]` is the address that notices come from.")
    return told


def _smtp(table: Mapping[str, Any]) -> str:
    told = table.get("smtp", Notices.smtp)
    parts = _parts(told)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path or parts.query:
        raise NoticesFault(
            "`smtp` in `[notices]` is like smtps://letterslot@mail.courier.example:465."
        )
    if parts.password is not None:
        raise NoticesFault(
            "`smtp` in `[notices]` holds a password: put it into notices/smtp.password, which only "
            "the newsroom's user reads, and take it out here."
        )
    return str(told)


def _webhook(table: Mapping[str, Any]) -> str:
    told = table.get("webhook", "")
    if told == "":
        return ""
    parts = _parts(told)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username is not None:
        raise NoticesFault(
            "`webhook` in `[notices]` is an address like https://hooks.example/desk."
        )
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise NoticesFault("`webhook` in `[notices]` begins with https://.")
    return str(told)


def _parts(told: object) -> SplitResult:
    """The parts of an address; of nothing where it is none."""
    try:
        parts = urlsplit(told if isinstance(told, str) and told.isascii() else "")
        return parts if parts.port is None or parts.port else SplitResult("", "", "", "", "")
    except ValueError:
        return SplitResult("", "", "", "", "")


def _texts(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise NoticesFault(f"`{key}` in `[notices]` is a list of texts.")
    return tuple(value)
