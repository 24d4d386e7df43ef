"""Attempts: the wait grows for each account, and nobody can shut out a newsroom."""

from __future__ import annotations

import pytest

from letterslot.desk import attempts
from letterslot.desk.attempts import Patience, patience


@pytest.fixture
def patience_clock(monkeypatch):
    """The clock of attempts, which a test moves on."""
    now = [1000.0]
    monkeypatch.setattr(attempts, "clock", lambda: now[0])
    return now


@pytest.fixture
def guess(desk, people, stranger, password):
    """Tries to sign in; the status."""

    def attempt(name, *, right=False, client=stranger):
        fields = {"name": name, "password": password if right else "guess"}
        return client.post("/sign-in/", fields).status_code

    return attempt


def test_five_attempts_are_free_then_the_wait_doubles_up_to_five_minutes(patience_clock):
    counts, waits = Patience(), []
    for _ in range(16):
        assert counts.begin("ines") == 0
        waits.append(counts.begin("ines") if len(waits) > 3 else 0)
        patience_clock[0] += waits[-1]
    assert waits == [0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]


def test_what_was_right_begins_the_count_anew(patience_clock):
    counts = Patience()
    for _ in range(5):
        counts.begin("ines")
    patience_clock[0] += 2
    assert counts.begin("ines") == 0
    counts.succeed("ines")
    assert [counts.begin("ines") for _ in range(5)] == [0] * 5


def test_a_day_later_all_is_forgotten(patience_clock):
    counts = Patience()
    for _ in range(5):
        counts.begin("ines")
    patience_clock[0] += 24 * 3600 + 3
    assert [counts.begin("ines") for _ in range(5)] == [0] * 5


def test_too_many_guesses_wait_and_even_the_right_password_is_not_tried(guess, patience_clock):
    assert [guess("ines") for _ in range(6)] == [400] * 5 + [429]
    assert guess("ines", right=True) == 429
    patience_clock[0] += 2
    assert guess("ines", right=True) == 302


def test_guesses_on_one_name_are_not_counted_for_another(guess, patience_clock):
    for _ in range(6):
        guess("ines")
    assert guess("tomas", right=True) == 302


def test_a_name_that_nobody_has_waits_just_the_same(guess, patience_clock):
    assert [guess("nobody") for _ in range(6)] == [400] * 5 + [429]


def test_guesses_put_nobody_out_who_is_signed_in(guess, ines, patience_clock):
    for _ in range(20):
        guess("ines")
    assert ines.get("/queue/").status_code == 200


def test_guesses_from_elsewhere_do_not_shut_out_a_browser_that_is_known(
    guess, client, stranger, patience_clock
):
    assert guess("ines", right=True, client=client) == 302
    client.post("/sign-out/")
    for _ in range(20):
        guess("ines", client=stranger)
    assert guess("ines", right=True, client=stranger) == 429
    assert guess("ines", right=True, client=client) == 302


def test_a_known_browser_has_no_more_guesses_than_another(guess, client, patience_clock):
    guess("ines", right=True, client=client)
    client.post("/sign-out/")
    assert [guess("ines", client=client) for _ in range(6)] == [400] * 5 + [429]


def test_a_shared_computer_is_known_for_each_who_signed_in_there(
    guess, client, stranger, patience_clock
):
    for name in ("ines", "tomas", "ines", "lise"):
        assert guess(name, right=True, client=client) == 302
        client.post("/sign-out/")
    for name in ("ines", "tomas", "lise"):
        for _ in range(6):
            guess(name, client=stranger)
        assert guess(name, right=True, client=stranger) == 429
        assert guess(name, right=True, client=client) == 302
        client.post("/sign-out/")


def test_a_browser_keeps_a_dozen_marks_whatever_somebody_wrote_there(guess, client, patience_clock):
    client.cookies["desk-known"] = ".".join(["0" * 32, *["a" * 64] * 40, "junk"])
    guess("ines", right=True, client=client)
    number, *marks = client.cookies["desk-known"].value.split(".")
    assert (number, len(marks), "junk" in marks) == ("0" * 32, attempts.SHARING, False)


def test_a_browser_is_known_for_nobody_who_did_not_sign_in_there(guess, client, patience_clock):
    guess("ines", right=True, client=client)
    client.post("/sign-out/")
    for _ in range(5):
        guess("tomas")
    assert guess("tomas", right=True, client=client) == 429


def test_what_a_browser_keeps_names_nobody_and_cannot_be_made_up(
    guess, client, patience_clock, people
):
    guess("ines", right=True, client=client)
    kept = client.cookies["desk-known"]
    assert (kept["httponly"], kept["samesite"], len(kept.value)) == (True, "Strict", 32 + 1 + 64)
    client.post("/sign-out/")
    client.cookies["desk-known"] = "0" * 32 + "." + "0" * 64
    for _ in range(5):
        guess("ines")
    assert guess("ines", right=True, client=client) == 429


def test_names_that_nobody_has_share_a_fixed_number_of_counts(desk, people, rf):
    for number in range(1500):
        patience.begin(*attempts.who_tries(rf.get("/"), f"nobody-{number}"))
    assert len(patience._counts) <= attempts.STRANGERS
