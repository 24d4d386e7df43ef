"""Who receives a notice: an SMTP server and a webhook, each in one try that ends in a sentence.

A notice holds no count, no text, and no address of the desk. Two of them differ in date, number
and signature, and in nothing else, not even in length.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import secrets
import smtplib
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.utils import translation
from django.utils.translation import gettext as _

from letterslot.letterbox import private_files
from letterslot.newsroom.notices import LOOPBACK
from letterslot.newsroom.publication import Publication

FOLDER: Final = "notices"
SECRET: Final = "webhook.secret"  # noqa: S105 (the name of a file)
PASSWORD: Final = "smtp.password"  # noqa: S105 (the name of a file)
SENT: Final = "sent"
LIMIT: Final = 20.0  # seconds that one try may take in all, looking up the name included
_SILENCE: Final = 10.0  # seconds without a byte
_PREFIX: Final = "whsec_"


class NotSent(Exception):
    """The receiver did not take the notice; the message says why, without any address."""


@dataclass(frozen=True)
class Notice:
    """One notice. `number` is the same with each try, so that a receiver can drop a second one."""

    number: str  # of letters, digits, "-" and ":"
    date: datetime  # the fixed moment, not that of the try


def send(way: str, notice: Notice, *, data: Path, publication: Publication, now: datetime) -> str:
    """Try once, by "mail" or "webhook": SENT, or a sentence that says why not."""

    def attempt() -> None:
        if way == "mail":
            _mail(notice, data, publication)
        else:
            _call(notice, data, publication, now)

    return _within(LIMIT, attempt)


def _within(seconds: float, attempt: Callable[[], None]) -> str:
    """The outcome of a try, which is left to itself when it takes too long: no timeout of a socket
    ends a receiver that sends a byte now and then."""
    outcome = [f"It did not answer within {seconds:g} seconds."]
    trying = threading.Thread(target=_told, args=(attempt, outcome), name="notice", daemon=True)
    trying.start()
    trying.join(seconds)
    return outcome[0]


def _told(attempt: Callable[[], None], outcome: list[str]) -> None:
    try:
        attempt()
        outcome[0] = SENT
    except NotSent as fault:
        outcome[0] = str(fault)
    except ssl.SSLCertVerificationError:
        outcome[0] = "Its certificate does not hold."
    except smtplib.SMTPResponseException as fault:
        outcome[0] = f"It answered {fault.smtp_code}."
    except smtplib.SMTPNotSupportedError:
        outcome[0] = "It offers no TLS, or no sign-in."
    except smtplib.SMTPRecipientsRefused:
        outcome[0] = "It refused every address."
    except TimeoutError:
        outcome[0] = "It did not answer in time."
    except OSError as fault:
        outcome[0] = f"It cannot be reached ({fault.strerror or type(fault).__name__})."
    except Exception as fault:  # whatever a receiver sends, the next hour comes
        outcome[0] = f"It answered what nobody understands ({type(fault).__name__})."


def message(notice: Notice, publication: Publication) -> bytes:
    """The mail, in the publication's first language."""
    with translation.override(publication.first_language):
        subject, words = _("Time to look at the desk"), _mail_words()
    mail = EmailMessage()
    mail["From"] = publication.notices.mail_from
    mail["To"] = "undisclosed-recipients:;"
    mail["Subject"] = subject
    mail["Date"] = format_datetime(notice.date)
    # Not what Python would make up, which holds the name of this machine and the time of the try.
    number = notice.number.replace(":", "")
    mail["Message-ID"] = f"<{number}@{publication.notices.mail_from.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(words, cte="base64")
    return mail.as_bytes(policy=policy.SMTP)


def _mail_words() -> str:
    return _(
        "It is time to look at the desk.\n\nThis notice goes out at each fixed hour, whether "
        "anything waits or not. It tells nothing about what readers send.\n"
    )


def _mail(notice: Notice, data: Path, publication: Publication) -> None:
    """Hand the mail to the SMTP server, under TLS wherever it leaves this machine."""
    to, server = publication.notices.mail_to, urlsplit(publication.notices.smtp)
    host, secure = server.hostname or "", ssl.create_default_context()
    # Else the name of this machine goes out with the greeting.
    greeting = publication.host
    connection: smtplib.SMTP
    if server.scheme == "smtps":
        port = server.port or 465
        connection = smtplib.SMTP_SSL(host, port, greeting, timeout=_SILENCE, context=secure)
    else:
        connection = smtplib.SMTP(host, server.port or 25, greeting, timeout=_SILENCE)
    with connection:
        connection.ehlo()
        if server.scheme == "smtp" and host not in LOOPBACK:
            connection.starttls(context=secure)
        if server.username:
            connection.login(server.username, _password(data))
        content = message(notice, publication)
        refused = connection.sendmail(publication.notices.mail_from, to, content)
    if refused:
        raise NotSent(f"It took the mail, and refused {len(refused)} of {len(to)} addresses.")


def _password(data: Path) -> str:
    try:
        return (data / FOLDER / PASSWORD).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        raise NotSent(f"There is no password for it in {FOLDER}/{PASSWORD}.") from None


def body(notice: Notice) -> bytes:
    """What a webhook is sent: the type, the fixed moment, and no facts."""
    facts = {"type": "desk.look", "timestamp": f"{notice.date:%Y-%m-%dT%H:%M:%SZ}", "data": {}}
    return json.dumps(facts, separators=(",", ":")).encode()


def signed_headers(notice: Notice, content: bytes, key: bytes, now: datetime) -> dict[str, str]:
    """The headers of Standard Webhooks (standardwebhooks.com, version 1.0.0)."""
    stamp = str(int(now.timestamp()))
    signed = f"{notice.number}.{stamp}.".encode() + content
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "Content-Type": "application/json",
        "webhook-id": notice.number,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{signature}",
    }


def _call(notice: Notice, data: Path, publication: Publication, now: datetime) -> None:
    """Post to the webhook. `http.client` follows no redirect and asks no proxy."""
    address, content = urlsplit(publication.notices.webhook), body(notice)
    headers: Mapping[str, str] = signed_headers(notice, content, _key(data), now)
    connection: http.client.HTTPConnection
    if address.scheme == "https":
        secure = ssl.create_default_context()
        connection = http.client.HTTPSConnection(
            address.hostname or "", address.port, timeout=_SILENCE, context=secure
        )
    else:
        connection = http.client.HTTPConnection(
            address.hostname or "", address.port, timeout=_SILENCE
        )
    try:
        path = (address.path or "/") + (f"?{address.query}" if address.query else "")
        connection.request("POST", path, body=content, headers=headers)
        status = connection.getresponse().status
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise NotSent(f"It answered {status}.")


def secret(data: Path) -> str:
    """The webhook's signing secret, as receivers are given it; made where there is none."""
    path = data / FOLDER / SECRET
    if not path.exists():
        path.parent.mkdir(mode=private_files.FOLDER_MODE, exist_ok=True)
        made = _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
        private_files.create(path, made.encode() + b"\n")
    return path.read_text(encoding="ascii").strip()


def _key(data: Path) -> bytes:
    """The bytes of the signing secret. It is never made here: nobody could check it."""
    try:
        told = (data / FOLDER / SECRET).read_text(encoding="ascii").strip()
        return base64.b64decode(told.removeprefix(_PREFIX), validate=True)
    except (FileNotFoundError, ValueError):
        raise NotSent(
            f"There is no signing secret in {FOLDER}/{SECRET}: run `letterslot notices secret`."
        ) from None
