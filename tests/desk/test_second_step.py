"""The second factor: who must have one, what it opens, and that nothing opens without it."""

from __future__ import annotations

import html
import json
import re

import pytest
from django.core.cache import cache
from django.test import Client
from newsroom.test_factors import code

from letterslot.desk import second_factor
from letterslot.desk import sessions as sessions_
from letterslot.desk.sessions import Sessions, sessions
from letterslot.discussion import ledger
from letterslot.letterbox.keyholder import keyholder
from letterslot.newsroom import factors

OPEN = {"/sign-in/", "/sign-in/second/", "/second-factor/"}


@pytest.fixture(autouse=True)
def no_code_was_used():
    cache.clear()


@pytest.fixture
def required(desk):
    """A newsroom that asks for a second factor."""
    path = desk.data / "publication.toml"
    path.write_text(path.read_text().replace('"optional"', '"required"'))
    return desk


@pytest.fixture
def secret(people):
    """Ines has an authenticator app with this secret."""
    made = factors.new_secret()
    assert factors.add_app(people["ines"], made, code(made, periods=-1))
    return made


@pytest.fixture
def with_password(password):
    """Somebody who has given name and password, and nothing more."""

    def browser(name):
        client = Client()
        client.answer = client.post("/sign-in/", {"name": name, "password": password})
        return client

    return browser


def content_of(client, address):
    return html.unescape(client.get(address).content.decode())


def test_who_has_no_factor_is_led_to_make_one_and_sees_nothing_before(
    required, people, with_password
):
    letter = required.letter("Words that nobody shall see.")
    ines = with_password("ines")
    assert ines.answer["Location"] == "/queue/"
    for address in ("/queue/", f"/comments/{letter.id}/", "/search/?q=words", "/sessions/"):
        assert ines.get(address)["Location"] == "/second-factor/"
    fields = {"decision": "approve", "revision": 1}
    assert ines.post(f"/comments/{letter.id}/decide/", fields)["Location"] == "/second-factor/"
    assert ledger.head().entries == 0
    page = content_of(ines, "/second-factor/")
    assert "One step before the desk" in page
    assert '<nav aria-label="Desk">' not in page


def test_a_locked_desk_comes_first_so_that_somebody_can_unlock_it(
    required, people, with_password, passphrase
):
    ines = with_password("ines")
    keyholder.lock()
    assert ines.get("/queue/")["Location"] == "/unlock/"
    assert ines.post("/unlock/", {"passphrase": passphrase})["Location"] == "/queue/"
    assert ines.get("/queue/")["Location"] == "/second-factor/"


def test_an_app_is_set_up_from_the_secret_in_letters_and_opens_the_desk(
    required, people, with_password
):
    ines = with_password("ines")
    page = content_of(ines, "/second-factor/app/")
    shown = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")
    assert re.search(r"<svg[^>]+>.*<path", page, re.DOTALL)
    assert ines.post("/second-factor/app/", {"code": "12345x"}).status_code == 400
    done = ines.post("/second-factor/app/", {"code": code(shown)})
    assert done["Location"] == "/second-factor/codes/"
    codes = re.findall(r"<code>(\d{4} \d{4})</code>", content_of(ines, "/second-factor/codes/"))
    assert len(codes) == 10
    assert ines.get("/queue/").status_code == 200
    assert ines.get("/second-factor/codes/")["Location"] == "/second-factor/"
    assert ledger.verify() is None
    assert json.loads(list(ledger.export())[-1]) | {"previous": ""} == {
        "act": "add-factor", "by": "ines", "factor": "totp", "n": 1, "previous": "",
        "role": "moderator", "slot": 1, "via": "desk",
    }  # fmt: skip


def test_the_password_alone_opens_nothing_for_who_has_a_factor(desk, secret, with_password):
    ines = with_password("ines")
    assert ines.answer["Location"] == "/sign-in/second/"
    for address in ("/queue/", "/second-factor/", "/second-factor/app/", "/sessions/", "/unlock/"):
        assert ines.get(address)["Location"] == "/sign-in/"


def test_a_code_of_the_app_opens_the_desk(desk, secret, with_password):
    ines = with_password("ines")
    assert ines.post("/sign-in/second/", {"code": "000000x"}).status_code == 400
    assert ines.post("/sign-in/second/", {"code": code(secret)})["Location"] == "/queue/"
    assert ines.get("/queue/").status_code == 200


def test_a_recovery_code_opens_the_desk_once(desk, people, secret, with_password):
    spare = factors.new_codes(people["ines"])[0]
    assert with_password("ines").post("/sign-in/second/", {"code": spare}).status_code == 302
    assert with_password("ines").post("/sign-in/second/", {"code": spare}).status_code == 400


def test_codes_are_guessed_at_with_the_same_patience(desk, secret, with_password):
    ines = with_password("ines")
    for _ in range(5):
        assert ines.post("/sign-in/second/", {"code": "000000x"}).status_code == 400
    assert ines.post("/sign-in/second/", {"code": code(secret)}).status_code == 429
    assert with_password("ines").post("/sign-in/second/", {"code": code(secret)}).status_code == 429


def test_the_second_step_is_open_for_ten_minutes(desk, secret, with_password, monkeypatch):
    ines, then = with_password("ines"), sessions_.clock()
    monkeypatch.setattr("letterslot.desk.proving.clock", lambda: then + 601)
    answer = ines.post("/sign-in/second/", {"code": code(secret)})
    assert answer["Location"] == "/sign-in/"


def test_the_second_step_ends_with_the_password_it_came_after(desk, people, secret, with_password):
    ines = with_password("ines")
    people["ines"].set_password("another long password")
    people["ines"].save()
    answer = ines.post("/sign-in/second/", {"code": code(secret)})
    assert answer["Location"] == "/sign-in/"


def test_without_the_first_step_there_is_no_second(desk, secret, stranger):
    answer = stranger.post("/sign-in/second/", {"code": code(secret)})
    assert answer["Location"] == "/sign-in/"


def test_the_session_has_another_name_after_each_step(desk, secret, with_password):
    ines = with_password("ines")
    before = ines.session.session_key
    ines.post("/sign-in/second/", {"code": code(secret)})
    assert ines.session.session_key != before
    assert sessions.find(before) is None


def test_a_session_that_never_showed_a_factor_cannot_add_one_to_an_account_that_has_some(
    desk, people, ines, secret
):
    assert ines.get("/second-factor/app/")["Location"] == "/sign-in/"
    assert ines.get("/queue/")["Location"] == "/sign-in/"


def test_factors_are_changed_only_soon_after_saying_who_one_is(desk, ines, monkeypatch, password):
    then = sessions_.clock()
    for module in ("sessions", "second_factor"):
        monkeypatch.setattr(f"letterslot.desk.{module}.clock", lambda: then + 601)
    assert ines.get("/second-factor/app/")["Location"] == "/locked/"
    back = ines.post("/locked/", {"password": password})
    assert back["Location"] == "/second-factor/app/"
    assert ines.get("/second-factor/app/").status_code == 200


def test_a_session_that_is_ended_meanwhile_changes_no_factor(desk, people, ines, monkeypatch):
    monkeypatch.setattr(second_factor, "sessions", Sessions())
    answer = ines.get("/second-factor/app/")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/")


def signed_in(with_password, secret):
    ines = with_password("ines")
    ines.post("/sign-in/second/", {"code": code(secret)})
    return ines


def test_the_last_factor_stays_where_one_is_required(required, people, secret, with_password):
    ines = signed_in(with_password, secret)
    factor = factors.of(people["ines"])[0].pk
    assert "Give up the app" not in content_of(ines, "/second-factor/")
    assert ines.post("/second-factor/drop/", {"factor": factor}).status_code == 409
    assert factors.has_any(people["ines"])


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 5000])
def test_a_number_of_no_factor_gives_nothing_up(desk, people, secret, with_password, number):
    ines = signed_in(with_password, secret)
    answer = ines.post("/second-factor/drop/", {"factor": number})
    assert answer["Location"] == "/second-factor/"
    assert factors.has_any(people["ines"])


def test_a_factor_is_given_up_where_none_is_required(desk, people, secret, with_password):
    ines = signed_in(with_password, secret)
    factor = factors.of(people["ines"])[0].pk
    ines.post("/second-factor/drop/", {"factor": factor})
    assert not factors.has_any(people["ines"])
    assert json.loads(list(ledger.export())[-1])["act"] == "drop-factor"


def test_new_codes_end_the_old_and_are_shown_once(desk, people, secret, with_password):
    old = factors.new_codes(people["ines"])[0]
    ines = signed_in(with_password, secret)
    assert ines.post("/second-factor/codes/")["Location"] == "/second-factor/codes/"
    assert (
        len(re.findall(r"<code>(\d{4} \d{4})</code>", content_of(ines, "/second-factor/codes/")))
        == 10
    )
    assert factors.proves(people["ines"], old) == ""


def test_a_passkey_that_is_none_changes_nothing(desk, people, ines):
    for made_up in ("", "{}", "[]", '{"id": "x", "response": {}}', "\x00"):
        answer = ines.post("/second-factor/passkey/", {"name": "x", "credential": made_up})
        assert answer.status_code == 400
    assert not factors.has_any(people["ines"])


def test_where_a_passkey_cannot_work_the_page_says_so(desk, ines):
    here = ines.get("/second-factor/passkey/", headers={"Host": "127.0.0.1:8001"})
    assert "where the address begins with http://localhost" in here.content.decode()
    assert b"data-passkey" not in here.content
    there = ines.get("/second-factor/passkey/", headers={"Host": "localhost:8001"})
    assert b'data-passkey="make"' in there.content
