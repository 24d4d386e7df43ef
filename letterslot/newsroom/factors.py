"""Second factors: what shows, besides the password, that it is this moderator who signs in.

The rows and all that checks them are django-allauth's: TOTP (RFC 6238), recovery codes, passkeys
(WebAuthn). Its own views stay unused: they write down, to the second, when somebody signed in.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from nacl.encoding import RawEncoder
from nacl.exceptions import CryptoError
from nacl.hash import blake2b
from nacl.secret import SecretBox

from letterslot.newsroom import publication
from letterslot.newsroom.models import Moderator

APP: Final = str(Authenticator.Type.TOTP)
PASSKEY: Final = str(Authenticator.Type.WEBAUTHN)
CODES: Final = str(Authenticator.Type.RECOVERY_CODES)
LONGEST_NAME: Final = 40  # characters of what a moderator calls a passkey
# The rows want a time at which they were made. It is nobody's business, and always this one.
_NO_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)


class LastFactor(ValueError):
    """This factor is the only one of somebody who must have one."""


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """What allauth asks of a newsroom: its name, and how secrets lie in the database."""

    def _get_site_name(self) -> str:
        return publication.load(settings.DATA).name

    def encrypt(self, text: str) -> str:
        """Sealed with the desk's secret key: a copy of the database alone makes no codes."""
        return base64.b64encode(_box().encrypt(text.encode())).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises CryptoError where the desk's secret key is not the one it was sealed with."""
        return _box().decrypt(base64.b64decode(encrypted_text)).decode()


def of(moderator: Moderator) -> list[Authenticator]:
    """The authenticator app and passkeys of a moderator, in the order in which they were made."""
    rows = Authenticator.objects.filter(user=moderator).exclude(type=CODES)
    return list(rows.order_by("pk"))


def has_any(moderator: Moderator) -> bool:
    """Whether this person signs in with more than a password."""
    return bool(of(moderator))


def those_with_any() -> frozenset[int]:
    """Keys of the moderators who sign in with more than a password. One query."""
    rows = Authenticator.objects.exclude(type=CODES)
    return frozenset(rows.values_list("user_id", flat=True))


def new_secret() -> str:
    """A fresh secret for an authenticator app, in letters and figures (base32)."""
    return str(totp.generate_totp_secret())


def drawing(moderator: Moderator, secret: str) -> str:
    """The secret as a QR code, drawn here: an SVG element."""
    adapter = Adapter()
    svg = adapter.build_totp_svg(adapter.build_totp_url(moderator, secret))
    return re.sub(r"<\?xml.*?\?>\s*", "", str(svg))


@transaction.atomic
def add_app(moderator: Moderator, secret: str, code: str) -> bool:
    """Take an authenticator app into use that shows this code now; whether it does. It takes the
    place of an earlier one."""
    if not totp.validate_totp_code(secret, code) or not _is_fresh(moderator, code):
        return False
    Authenticator.objects.filter(user=moderator, type=APP).delete()
    _add(moderator, APP, {"secret": Adapter().encrypt(secret)})
    return True


def add_passkey(moderator: Moderator, name: str, credential: dict[str, Any]) -> None:
    """Keep a passkey that `desk.passkeys` has checked."""
    _add(moderator, PASSKEY, {"name": name, "credential": credential})


@transaction.atomic
def drop(moderator: Moderator, number: int, *, last_stays: bool) -> str:
    """Forget one factor; its kind, empty where there is none with this number. The recovery codes
    go with the last one; where `last_stays` it raises LastFactor instead."""
    rows = of(moderator)
    row = next((one for one in rows if one.pk == number), None)
    if row is None:
        return ""
    if len(rows) > 1:
        row.delete()
    elif last_stays:
        raise LastFactor
    else:
        drop_all(moderator)
    return str(row.type)


def drop_all(moderator: Moderator) -> int:
    """Forget every factor and code of a moderator; how many rows that were."""
    return int(Authenticator.objects.filter(user=moderator).delete()[0])


@transaction.atomic
def new_codes(moderator: Moderator) -> list[str]:
    """Ten fresh recovery codes, to be shown once; earlier ones open nothing any more."""
    Authenticator.objects.filter(user=moderator, type=CODES).delete()
    seed = Adapter().encrypt(RecoveryCodes.generate_seed())
    row = _add(moderator, CODES, {"seed": seed, "used_mask": 0})
    return _grouped(RecoveryCodes(row).generate_codes())


def codes_left(moderator: Moderator) -> int:
    """How many recovery codes have not been used."""
    row = Authenticator.objects.filter(user=moderator, type=CODES).first()
    if row is None:
        return 0
    try:
        return len(RecoveryCodes(row).get_unused_codes())
    except CryptoError:
        return 0


def proves(moderator: Moderator, code: str) -> str:
    """The kind of factor that this code is of: what the authenticator app shows now, or a recovery
    code. Empty where it is of none. Either is good once."""
    rows = {row.type: row for row in Authenticator.objects.filter(user=moderator)}
    try:
        if APP in rows and _shows(rows[APP], code) and _is_fresh(moderator, code):
            return APP
        if CODES in rows and RecoveryCodes(rows[CODES]).validate_code(code):
            return CODES
    except CryptoError:  # the desk's secret key is another: nothing can be checked
        return ""
    return ""


def _shows(row: Authenticator, code: str) -> bool:
    return bool(totp.validate_totp_code(Adapter().decrypt(row.data["secret"]), code))


def _is_fresh(moderator: Moderator, code: str) -> bool:
    """Whether nobody has used this code while it holds; it is used from now on."""
    periods = 2 * app_settings.TOTP_TOLERANCE + 1
    key = f"totp-{moderator.pk}-{normalize_user_code(code)}"
    return bool(cache.add(key, "used", timeout=app_settings.TOTP_PERIOD * periods))


def _add(moderator: Moderator, kind: str, data: dict[str, Any]) -> Authenticator:
    return Authenticator.objects.create(user=moderator, type=kind, data=data, created_at=_NO_TIME)


def _grouped(codes: Iterable[str]) -> list[str]:
    """In two groups of four, as they are easier to copy by hand."""
    return [f"{code[:4]} {code[4:]}" for code in codes]


def _box() -> SecretBox:
    key = settings.SECRET_KEY.encode()
    return SecretBox(blake2b(key, person=b"second factors", encoder=RawEncoder))
