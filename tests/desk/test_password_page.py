"""The page on which moderators choose their own password."""

from __future__ import annotations

import json

import pytest

from letterslot.desk.attempts import FREE
from letterslot.discussion import ledger

NEW = "seven lanterns under a wet bridge"


@pytest.fixture
def ask(password):
    """Sends the form as somebody; what was asked for, and the answer."""

    def send(client, *, old=password, new=NEW, again=None):
        repeated = new if again is None else again
        fields = {"old_password": old, "new_password1": new, "new_password2": repeated}
        return client.post("/password/", fields)

    return send


def signs_in(client, word):
    return client.post("/sign-in/", {"name": "ines", "password": word}).status_code == 302


def test_a_new_password_opens_the_desk_and_the_old_one_no_more(desk, ines, stranger, ask, password):
    assert ask(ines)["Location"] == "/sessions/"
    assert [signs_in(stranger, word) for word in (password, NEW)] == [False, True]


def test_this_session_stays_and_the_others_of_the_account_end(desk, sign_in, ask):
    here, elsewhere = sign_in("ines"), sign_in("ines")
    colleague = sign_in("tomas")
    ask(here)
    pages = [client.get("/queue/").status_code for client in (here, elsewhere, colleague)]
    assert pages == [200, 302, 200]


def test_it_is_a_line_in_the_ledger_without_the_password(desk, ines, ask):
    ask(ines)
    line = json.loads(list(ledger.export())[-1])
    assert (line["act"], line["by"], NEW in str(line)) == ("change-password", "ines", False)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"old": "guessed at"}, "Your old password was entered incorrectly"),
        ({"again": "another long one"}, "The two password fields didn’t match."),
        ({"new": "too short"}, "This password is too short."),
        ({"new": "password1234"}, "This password is too common."),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    desk, ines, stranger, ask, password, fields, sentence
):
    answer = ask(ines, **fields)
    assert (answer.status_code, sentence in answer.content.decode()) == (400, True)
    assert signs_in(stranger, password)


def test_who_took_over_a_session_cannot_guess_without_end(desk, ines, ask):
    answers = [ask(ines, old="a guess").status_code for _ in range(FREE + 1)]
    assert answers == [400] * FREE + [429]


def test_a_session_that_said_long_ago_who_it_is_says_it_again(desk, ines, monkeypatch):
    monkeypatch.setattr("letterslot.desk.second_factor.SURE_SECONDS", 0)
    assert ines.get("/password/")["Location"] == "/locked/"
