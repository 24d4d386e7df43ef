"""Signing in and out, unlocking, and the switch for single-letter keys."""

from __future__ import annotations

from datetime import date

from django.db import connection

from letterslot.desk import doors
from letterslot.letterbox.keyholder import keyholder


def test_name_and_password_open_the_queue(desk, people, stranger, password):
    answer = stranger.post("/sign-in/", {"name": "ines", "password": password})
    assert (answer.status_code, answer["Location"]) == (302, "/queue/")
    assert stranger.get("/queue/").status_code == 200


def test_a_wrong_name_and_a_wrong_password_read_the_same(desk, people, stranger):
    wrong = [
        stranger.post("/sign-in/", {"name": name, "password": wrong_one}).content.decode()
        for name, wrong_one in (("ines", "guess"), ("nobody", "guess"))
    ]
    sentence = "This name and this password do not belong together: try again."
    assert [sentence in page for page in wrong] == [True, True]
    assert stranger.get("/queue/").status_code == 302


def test_when_somebody_signs_in_is_written_nowhere(desk, people, stranger, password):
    stranger.post("/sign-in/", {"name": "ines", "password": password})
    assert set(stranger.session.keys()) == {
        "_auth_user_id", "_auth_user_backend", "_auth_user_hash", "began",
    }  # fmt: skip
    day, part = stranger.session["began"]
    assert date.fromisoformat(day)
    assert part in {"night", "morning", "afternoon", "evening"}
    assert [name for name in connection.introspection.table_names() if "session" in name] == []
    assert "last_login" not in {field.name for field in people["ines"]._meta.get_fields()}


def test_signing_out_ends_it(desk, ines):
    assert ines.post("/sign-out/")["Location"] == "/sign-in/"
    assert ines.get("/queue/")["Location"] == "/sign-in/"


def test_signing_out_by_a_link_is_not_possible(desk, ines):
    assert ines.get("/sign-out/").status_code == 405


def test_the_passphrase_unlocks_the_desk(desk, ines, passphrase):
    keyholder.lock()
    answer = ines.post("/unlock/", {"passphrase": passphrase})
    assert (answer.status_code, answer["Location"], keyholder.locked) == (302, "/queue/", False)


def test_a_wrong_passphrase_is_one_sentence(desk, ines):
    keyholder.lock()
    answer = ines.post("/unlock/", {"passphrase": "guess"})
    assert answer.status_code == 400
    assert "This is not the passphrase: nothing was unlocked." in answer.content.decode()
    assert b"guess" not in answer.content
    assert keyholder.locked


def test_guesses_at_the_passphrase_wait_longer_and_longer_for_each_moderator_alone(
    desk, ines, tomas, passphrase
):
    keyholder.lock()
    for _ in range(5):
        assert ines.post("/unlock/", {"passphrase": "guess"}).status_code == 400
    answer = ines.post("/unlock/", {"passphrase": passphrase})
    assert (answer.status_code, keyholder.locked) == (429, True)
    assert tomas.post("/unlock/", {"passphrase": passphrase}).status_code == 302


def test_the_passphrase_is_tried_once_at_a_time(desk, ines, passphrase):
    keyholder.lock()
    with doors._UNLOCKING:
        answer = ines.post("/unlock/", {"passphrase": passphrase})
    assert (answer.status_code, keyholder.locked) == (400, True)
    assert "Somebody else tries the passphrase" in answer.content.decode()


def test_a_missing_key_file_is_a_sentence_too(desk, ines, passphrase):
    keyholder.lock()
    (desk.data / "keys.json").unlink()
    answer = ines.post("/unlock/", {"passphrase": passphrase})
    assert "The key file cannot be read: run `letterslot check`" in answer.content.decode()


def test_a_reader_cannot_unlock(desk, rosa, passphrase):
    keyholder.lock()
    assert "A moderator or a chief can unlock it." in rosa.get("/unlock/").content.decode()
    assert rosa.post("/unlock/", {"passphrase": passphrase}).status_code == 403
    assert keyholder.locked


def test_single_letter_keys_can_be_switched_off_and_on(desk, ines):
    assert '<body data-keys="on">' in ines.get("/queue/").content.decode()
    ines.post("/keys/", {"letters": "off"})
    assert '<body data-keys="off">' in ines.get("/queue/").content.decode()
    ines.post("/keys/", {"letters": "on"})
    assert '<body data-keys="on">' in ines.get("/queue/").content.decode()
