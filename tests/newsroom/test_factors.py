"""Authenticator apps and recovery codes: what proves somebody, how often, and what lies on disk."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache

from letterslot.newsroom import factors
from letterslot.newsroom.models import Moderator


@pytest.fixture
def ines(db: None) -> Moderator:
    cache.clear()
    return Moderator.objects.create(name="ines", role="moderator")


def code(secret: str, *, periods: int = 0) -> str:
    """What the app shows, so many periods of 30 seconds from now."""
    now = list(totp.yield_hotp_counters_from_time())[1]
    return str(totp.format_hotp_value(totp.hotp_value(secret, now + periods)))


def test_an_app_proves_its_moderator_and_nobody_else(ines: Moderator) -> None:
    secret, tomas = factors.new_secret(), Moderator.objects.create(name="tomas")
    assert factors.add_app(ines, secret, code(secret))
    assert factors.proves(tomas, code(secret, periods=1)) == ""
    assert factors.proves(ines, code(secret, periods=1)) == factors.APP


def test_a_code_of_the_app_is_good_once(ines: Moderator) -> None:
    secret = factors.new_secret()
    factors.add_app(ines, secret, code(secret))
    assert factors.proves(ines, code(secret)) == ""  # it was used to add the app
    now = code(secret, periods=1)
    assert [factors.proves(ines, now), factors.proves(ines, now)] == [factors.APP, ""]


def test_an_app_that_shows_another_code_is_not_taken_into_use(ines: Moderator) -> None:
    assert not factors.add_app(ines, factors.new_secret(), "000000x")
    assert not factors.has_any(ines)


def test_another_app_takes_the_place_of_the_first(ines: Moderator) -> None:
    first, second = factors.new_secret(), factors.new_secret()
    factors.add_app(ines, first, code(first))
    factors.add_app(ines, second, code(second))
    assert len(factors.of(ines)) == 1
    assert factors.proves(ines, code(first, periods=1)) == ""


def test_a_recovery_code_is_good_once_however_it_is_written(ines: Moderator) -> None:
    codes = factors.new_codes(ines)
    assert (len(set(codes)), factors.codes_left(ines)) == (10, 10)
    assert factors.proves(ines, codes[3].replace(" ", "-")) == factors.CODES
    assert factors.proves(ines, codes[3]) == ""
    assert factors.codes_left(ines) == 9


def test_new_codes_end_the_old_ones(ines: Moderator) -> None:
    old = factors.new_codes(ines)
    factors.new_codes(ines)
    assert factors.proves(ines, old[0]) == ""


def test_codes_go_with_the_last_factor(ines: Moderator) -> None:
    secret = factors.new_secret()
    factors.add_app(ines, secret, code(secret))
    factors.new_codes(ines)
    assert factors.drop(ines, factors.of(ines)[0].pk, last_stays=False) == factors.APP
    assert not Authenticator.objects.exists()


def test_nobody_gives_up_a_factor_of_somebody_else(ines: Moderator) -> None:
    secret, tomas = factors.new_secret(), Moderator.objects.create(name="tomas")
    factors.add_app(ines, secret, code(secret))
    assert factors.drop(tomas, factors.of(ines)[0].pk, last_stays=False) == ""
    assert factors.has_any(ines)


def test_of_two_factors_one_can_go_and_the_last_stays_where_it_must(ines: Moderator) -> None:
    secret = factors.new_secret()
    factors.add_app(ines, secret, code(secret))
    factors.add_passkey(ines, "The laptop", {})
    factors.new_codes(ines)
    app, passkey = (one.pk for one in factors.of(ines))
    assert factors.drop(ines, app, last_stays=True) == factors.APP
    with pytest.raises(factors.LastFactor):
        factors.drop(ines, passkey, last_stays=True)
    assert [one.pk for one in factors.of(ines)] == [passkey]
    assert factors.codes_left(ines) == 10


def test_the_database_holds_no_secret_in_clear_and_no_time(ines: Moderator) -> None:
    secret = factors.new_secret()
    factors.add_app(ines, secret, code(secret))
    factors.new_codes(ines)
    factors.proves(ines, code(secret, periods=1))
    rows = list(Authenticator.objects.values_list("data", "created_at", "last_used_at"))
    assert all(secret not in str(data) for data, *_ in rows)
    assert {(made.year, used) for _, made, used in rows} == {(1970, None)}


def test_without_the_desks_secret_key_a_copy_of_the_database_proves_nobody(
    ines: Moderator, settings: Any
) -> None:
    secret = factors.new_secret()
    factors.add_app(ines, secret, code(secret))
    codes = factors.new_codes(ines)
    settings.SECRET_KEY = "another"
    assert factors.proves(ines, code(secret, periods=1)) == ""
    assert factors.proves(ines, codes[0]) == ""
    assert factors.codes_left(ines) == 0
