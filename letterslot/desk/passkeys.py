"""Passkeys in the browser: what it is asked, and whether its answer holds. WebAuthn by fido2, as
django-allauth uses it; what was asked waits in the session.
"""

from __future__ import annotations

import json
from typing import Any

from allauth.mfa.webauthn.internal import auth
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.http.request import split_domain_port

from letterslot.newsroom import factors
from letterslot.newsroom.models import Moderator


def are_possible(request: HttpRequest) -> bool:
    """Whether browsers use passkeys at this address: over https, or under the name localhost. Not
    under a number, and never in clear over a line."""
    host, _ = split_domain_port(request.get_host())
    is_private = settings.DESK_URL.scheme == "https" and host == settings.DESK_URL.hostname
    return host == "localhost" or is_private


def has_one(moderator: Moderator) -> bool:
    return any(row.type == factors.PASSKEY for row in factors.of(moderator))


def asked_to_make(moderator: Moderator) -> str:
    """What the browser needs to make a passkey, as JSON."""
    return json.dumps(auth.begin_registration(moderator, passwordless=False))


def asked_to_show(moderator: Moderator) -> str:
    """What the browser needs to show one of the moderator's passkeys, as JSON."""
    return json.dumps(auth.begin_authentication(moderator))


@transaction.atomic
def keep(moderator: Moderator, name: str, answer: str) -> bool:
    """Take a passkey into use that the browser has made; whether the answer holds."""
    try:
        credential = _read(answer)
        auth.parse_registration_response(credential)
        auth.complete_registration(credential)
    except Exception:  # an answer from outside can break its parser in any way: it does not hold
        return False
    factors.add_passkey(moderator, name.strip()[: factors.LONGEST_NAME], credential)
    return True


def proves(moderator: Moderator, answer: str) -> bool:
    """Whether the browser has shown one of this moderator's passkeys."""
    try:
        credential = _read(answer)
        auth.parse_authentication_response(credential)
        auth.complete_authentication(moderator, credential)
    except Exception:  # as above
        return False
    return True


def _read(answer: str) -> dict[str, Any]:
    credential = json.loads(answer)
    if not isinstance(credential, dict):
        raise TypeError("no credential")
    return credential
