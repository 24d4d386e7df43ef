"""Sessions: in memory, listed without address or agent, ended; and the lock of who is away."""

from __future__ import annotations

import re
import time

import pytest
from django.test import Client
from newsroom.test_factors import code

from letterslot.desk import sessions as sessions_
from letterslot.desk.sessions import IDLE, MOST, sessions
from letterslot.discussion.models import Comment
from letterslot.newsroom import factors


@pytest.fixture
def sitting_clock(monkeypatch):
    """The clock of sessions, which a test moves on."""
    now = [5000.0]
    monkeypatch.setattr(sessions_, "clock", lambda: now[0])
    return now


@pytest.fixture
def away(desk, sitting_clock, ines):
    """Ines' browser after a quarter of an hour in which nobody touched it."""
    assert ines.get("/queue/").status_code == 200
    sitting_clock[0] += IDLE
    return ines


def come_back(browser, password):
    return browser.post("/locked/", {"password": password})


def test_a_session_ends_ten_hours_after_it_began_whatever_is_done(desk, sitting_clock, ines):
    for _ in range(10 * 5):
        assert ines.get("/keys/").status_code == 200
        sitting_clock[0] += 720
    assert ines.get("/keys/")["Location"] == "/sign-in/"


def test_who_stops_halfway_leaves_nothing_for_long(desk, people, sitting_clock, stranger, password):
    factors.new_codes(people["ines"])
    secret = factors.new_secret()
    factors.add_app(people["ines"], secret, code(secret))
    stranger.post("/sign-in/", {"name": "ines", "password": password})
    key = stranger.session.session_key
    assert sessions.find(key) is not None
    sitting_clock[0] += 600
    assert sessions.of() == []
    assert key not in sessions._kept


def test_who_was_away_for_a_quarter_of_an_hour_is_asked_who_it_is(
    desk, sitting_clock, ines, password
):
    sitting_clock[0] += IDLE - 1
    assert ines.get("/printed/").status_code == 200
    sitting_clock[0] += IDLE
    assert ines.get("/printed/?page=2")["Location"] == "/locked/"
    page = ines.get("/locked/").content.decode()
    assert "Is it still you?" in page
    assert '<nav aria-label="Desk">' not in page
    assert come_back(ines, password)["Location"] == "/printed/?page=2"
    assert ines.get("/printed/").status_code == 200


def test_a_machine_that_sleeps_counts_as_time_in_which_nobody_was_there(monkeypatch):
    told = {time.CLOCK_BOOTTIME: 9000.0, time.CLOCK_MONOTONIC: 1.0}
    monkeypatch.setattr(time, "clock_gettime", told.get)
    assert sessions_.clock() == 9000.0


def test_once_locked_it_stays_locked_until_the_password_comes(away, password):
    away.get("/queue/")
    assert [away.get(path)["Location"] for path in ("/queue/", "/sessions/")] == ["/locked/"] * 2
    assert come_back(away, "guess").status_code == 400
    assert away.get("/queue/")["Location"] == "/locked/"
    assert come_back(away, password)["Location"] == "/queue/"


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch"}, {"Sec-Fetch-Dest": "empty"}])
def test_what_is_fetched_ahead_keeps_nobody_awake(desk, sitting_clock, ines, headers):
    ines.get("/queue/")
    sitting_clock[0] += IDLE - 60
    assert ines.get("/queue/", headers=headers).status_code == 200
    sitting_clock[0] += 60
    assert ines.get("/queue/", headers=headers)["Location"] == "/locked/"
    assert ines.get("/queue/")["Location"] == "/locked/"


def test_a_decision_sent_to_a_locked_desk_is_not_done_and_can_be_sent_again(
    desk, sitting_clock, away, password
):
    comment = desk.letter()
    fields = {"decision": "decline", "clause": 2, "revision": 1, "reason": "Not so,\nI think."}
    assert away.post(f"/comments/{comment.id}/decide/", fields)["Location"] == "/locked/"
    assert Comment.objects.get(pk=comment.id).state == "held"
    assert come_back(away, password)["Location"] == "/locked/undone/"
    page = away.get("/locked/undone/").content.decode()
    assert "This was not done" in page
    assert "Not so,\nI think." in page
    kept = re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    again = away.post(re.search(r'action="(/comments/[^"]+)"', page)[1], dict(kept))
    assert again.status_code == 302
    assert Comment.objects.get(pk=comment.id).state == "declined"
    assert away.get("/locked/undone/")["Location"] == "/queue/"


def test_what_was_sent_is_not_shown_before_the_password_comes(desk, away):
    comment = desk.letter()
    away.post(f"/comments/{comment.id}/edit/", {"do": "save", "text": "Words of an edit."})
    assert "Words of an edit." not in away.get("/locked/").content.decode()
    assert away.get("/locked/undone/")["Location"] == "/locked/"


def test_no_secret_is_kept_while_it_is_locked(away):
    away.post("/unlock/", {"passphrase": "herring"})
    away.post("/second-factor/app/", {"code": "123456"})
    assert "undone" not in away.session


def test_ten_wrong_passwords_at_the_lock_end_the_session(desk, away, monkeypatch):
    monkeypatch.setattr("letterslot.desk.attempts.LONGEST", 0)
    away.get("/queue/")
    for _ in range(9):
        assert come_back(away, "guess").status_code == 400
    assert come_back(away, "guess")["Location"] == "/sign-in/"
    assert away.get("/queue/")["Location"] == "/sign-in/"


def test_signing_out_works_while_locked(away):
    assert away.post("/sign-out/")["Location"] == "/sign-in/"


def test_somebody_sees_their_own_sessions_and_a_chief_all(desk, ines, tomas, lise):
    another = Client()
    another.post("/sign-in/", {"name": "ines", "password": "a long enough password"})
    page = ines.get("/sessions/").content.decode()
    assert (page.count("End this one"), page.count(">End it<")) == (1, 1)
    assert "tomas" not in page
    everybody = lise.get("/sessions/").content.decode()
    assert everybody.count(">End it<") == 3
    assert {"ines", "tomas"} <= set(re.findall(r"<bdi>(\w+)</bdi>", everybody))


def test_a_session_is_told_by_day_and_part_of_the_day_and_no_more(desk, people, stranger):
    stranger.post(
        "/sign-in/", {"name": "ines", "password": "a long enough password"},
        headers={"User-Agent": "Oldfox/3", "X-Forwarded-For": "192.0.2.7"},
    )  # fmt: skip
    page = stranger.get("/sessions/").content.decode()
    told = re.search(r'<time datetime="([\d-]+)">[^<]+</time>, (.+?)\s*<b>', page)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", told[1])
    assert told[2] in ("at night", "in the morning", "in the afternoon", "in the evening")
    kept = str(vars(sessions.find(stranger.session.session_key)))
    assert "Oldfox" not in page + kept
    assert "192.0.2.7" not in page + kept
    assert "127.0.0.1" not in kept


def handle_of(browser):
    return sessions.find(browser.session.session_key).handle


def test_one_ends_another_session_of_ones_own(desk, sign_in):
    here, there = sign_in("ines"), sign_in("ines")
    here.post("/sessions/", {"session": handle_of(there)})
    assert there.get("/queue/")["Location"] == "/sign-in/"
    assert here.get("/queue/").status_code == 200


def test_one_ends_all_others_at_once(desk, sign_in, tomas):
    here, *others = [sign_in("ines") for _ in range(3)]
    here.post("/sessions/", {"session": "others"})
    assert [one.get("/queue/").status_code for one in (here, *others, tomas)] == [
        200,
        302,
        302,
        200,
    ]


def test_a_moderator_cannot_end_a_colleagues_session_and_a_chief_can(desk, ines, tomas, lise):
    ines.post("/sessions/", {"session": handle_of(tomas)})
    assert tomas.get("/queue/").status_code == 200
    lise.post("/sessions/", {"session": handle_of(tomas)})
    assert tomas.get("/queue/")["Location"] == "/sign-in/"


def test_ending_this_session_is_signing_out(desk, ines):
    assert ines.post("/sessions/", {"session": handle_of(ines)})["Location"] == "/sign-in/"
    assert ines.get("/queue/")["Location"] == "/sign-in/"


def test_an_account_has_a_bounded_number_of_sessions(desk, sitting_clock, sign_in, tomas):
    browsers = []
    for _ in range(MOST + 1):
        browsers.append(sign_in("ines"))
        sitting_clock[0] += 1
    assert browsers[0].get("/queue/")["Location"] == "/sign-in/"
    assert [one.get("/queue/").status_code for one in (browsers[1], browsers[-1], tomas)] == [
        200
    ] * 3


def test_another_password_ends_the_sessions(desk, ines, people):
    people["ines"].set_password("another long password")
    people["ines"].save(update_fields=["password"])
    assert ines.get("/queue/")["Location"] == "/sign-in/"


def test_a_script_that_covers_a_page_locks_the_session_and_goes_on_there(desk, ines, password):
    assert ines.post("/locked/", {"lock": "yes", "password": ""})["Location"] == "/locked/"
    assert ines.get("/queue/")["Location"] == "/locked/"
    wrong = ines.post("/locked/", {"stays": "yes", "password": "guess"})
    assert (wrong.status_code, "This is not it: try again." in wrong.content.decode()) == (
        400,
        True,
    )
    assert ines.post("/locked/", {"stays": "yes", "password": password}).status_code == 204
    assert ines.get("/queue/").status_code == 200


def test_who_leaves_the_desk_locks_it_with_one_button(desk, ines, password):
    assert 'name="lock" value="yes">Lock</button>' in ines.get("/printed/").content.decode()
    ines.post("/locked/", {"lock": "yes"})
    assert ines.get("/printed/")["Location"] == "/locked/"
    assert come_back(ines, password)["Location"] == "/printed/"


def test_a_covered_page_is_not_opened_by_a_wrong_password_while_another_is_awake(desk, ines):
    assert ines.post("/locked/", {"stays": "yes", "password": "guess"}).status_code == 400
