"""Who gets in, and who may do what: every address of the desk in a truth table."""

from __future__ import annotations

import pytest
from django.urls import get_resolver

from letterslot.desk import assets
from letterslot.discussion.models import ReadyReason
from letterslot.letterbox.keyholder import keyholder

# Method, address, and the answers to a reader, a moderator and a chief.
TABLE = [
    ("get", "/", 302, 302, 302),
    ("get", "/queue/", 200, 200, 200),
    ("get", "/comments/{held}/", 200, 200, 200),
    ("post", "/comments/{held}/decide/", 403, 302, 302),
    ("get", "/comments/{held}/edit/", 403, 200, 200),
    ("post", "/comments/{held}/edit/", 403, 302, 302),
    ("post", "/comments/{approved}/undo/", 403, 302, 302),
    ("get", "/comments/{printed}/remove/", 403, 200, 200),
    ("post", "/comments/{printed}/remove/", 403, 302, 302),
    ("post", "/comments/{printed}/pick/", 403, 302, 302),
    ("get", "/comments/{printed}/answer/", 403, 200, 200),
    ("post", "/comments/{printed}/answer/", 403, 400, 400),
    ("get", "/printed/", 200, 200, 200),
    ("post", "/collect/", 403, 302, 302),
    ("get", "/editions/", 403, 403, 200),
    ("get", "/terms/", 200, 200, 200),
    ("get", "/queue/list/", 200, 200, 200),
    ("get", "/search/", 200, 200, 200),
    ("post", "/queue/list/decide/", 403, 302, 302),
    ("post", "/queue/list/undo/", 403, 302, 302),
    ("get", "/reasons/", 200, 200, 200),
    ("post", "/reasons/", 403, 403, 302),
    ("post", "/reasons/{ready}/", 403, 403, 302),
    ("post", "/reasons/defaults/", 403, 403, 302),
    ("get", "/appeals/", 200, 200, 200),
    ("post", "/appeals/{held}/", 403, 400, 400),
    ("get", "/reports/", 200, 200, 200),
    ("post", "/reports/{printed}/", 403, 409, 409),
    ("get", "/keys/", 200, 200, 200),
    ("post", "/keys/", 302, 302, 302),
    ("get", "/sign-in/", 302, 302, 302),
    ("get", "/unlock/", 302, 302, 302),
    ("post", "/sign-out/", 302, 302, 302),
    ("get", "/sign-in/second/", 302, 302, 302),
    ("get", "/locked/", 302, 302, 302),
    ("get", "/locked/undone/", 302, 302, 302),
    ("get", "/sessions/", 200, 200, 200),
    ("post", "/sessions/", 302, 302, 302),
    ("get", "/password/", 200, 200, 200),
    ("post", "/password/", 400, 400, 400),
    ("get", "/second-factor/", 200, 200, 200),
    ("get", "/second-factor/app/", 200, 200, 200),
    ("get", "/second-factor/passkey/", 200, 200, 200),
    ("get", "/second-factor/codes/", 302, 302, 302),
    ("post", "/second-factor/drop/", 302, 302, 302),
    ("get", "/nothing/", 404, 404, 404),
]
FIELDS = {
    "decision": "approve", "revision": 1, "clause": 2, "letters": "off",
    "do": "save", "text": "Another wording.", "name": "", "chosen": "held:1",
    "language": "en", "use": "decline", "picked": "yes", "byline": "nobody",
}  # fmt: skip


@pytest.fixture
def ids(desk):
    from letterslot.discussion import ledger

    approved = desk.letter("An approved one.", slot=9)
    ledger.act(approved.id, "approve", hand=ledger.Hand("tomas", "moderator"), slot=9)
    ready = ReadyReason.objects.create(language="en", clause=2, use="decline", text="Not so.")
    return {"held": desk.letter("A held one.", comment_id="held").id, "approved": approved.id,
            "printed": desk.printed("A printed one.").id, "ready": ready.pk}  # fmt: skip


@pytest.mark.parametrize(("method", "address", "reader", "moderator", "chief"), TABLE)
@pytest.mark.parametrize("who", ["rosa", "ines", "lise"])
def test_each_role_may_do_its_part(ids, sign_in, method, address, reader, moderator, chief, who):
    answer = getattr(sign_in(who), method)(address.format(**ids), FIELDS)
    assert answer.status_code == {"rosa": reader, "ines": moderator, "lise": chief}[who]


@pytest.mark.parametrize(("method", "address"), [(row[0], row[1]) for row in TABLE])
def test_the_signed_out_are_sent_to_sign_in_and_see_nothing(ids, stranger, method, address):
    answer = getattr(stranger, method)(address.format(**ids), FIELDS)
    if address == "/sign-in/":
        assert (answer.status_code, b"A held one." in answer.content) == (200, False)
    else:
        assert (answer.status_code, answer["Location"], answer.content) == (302, "/sign-in/", b"")


@pytest.mark.parametrize("address", ["/editions/print/", "/printed/{printed}/remove-now/"])
def test_only_a_chief_reaches_the_press(ids, rosa, ines, stranger, address):
    address = address.format(**ids)
    assert rosa.post(address, FIELDS).status_code == 403
    assert ines.post(address, FIELDS).status_code == 403
    assert stranger.post(address, FIELDS)["Location"] == "/sign-in/"


def test_every_address_of_the_desk_is_in_the_table():
    known = {pattern.name for pattern in get_resolver("letterslot.desk.urls").url_patterns}
    assert known == {
        "start", "sign-in", "sign-out", "unlock", "queue", "comment", "decide", "edit", "undo",
        "remove", "pick", "answer", "printed", "editions", "terms", "keys", "asset", "collect",
        "appeals", "hear", "reports", "dismiss",
        "list", "decide-together", "undo-together", "reasons", "change-reason", "take-reasons",
        "search", "second-step", "locked", "undone", "sessions", "password",
        "second-factor", "factor-app", "factor-passkey", "factor-codes", "drop-factor",
    }  # fmt: skip


def test_a_role_that_may_not_is_told_so_in_a_sentence(desk, rosa):
    answer = rosa.get("/editions/")
    assert "A reader may not do this: print." in answer.content.decode()


def test_a_reader_sees_no_button_that_decides(desk, rosa):
    desk.letter()
    page = rosa.get("/queue/").content.decode()
    assert "The stones were heavier" in page
    assert 'name="decision"' not in page


def test_a_moderator_who_was_taken_off_is_out_at_once(desk, ines, people):
    assert ines.get("/queue/").status_code == 200
    people["ines"].is_active = False
    people["ines"].save(update_fields=["is_active"])
    assert ines.get("/queue/")["Location"] == "/sign-in/"


@pytest.mark.parametrize(("method", "address"), [(row[0], row[1]) for row in TABLE])
def test_while_locked_the_signed_in_come_to_the_lock(ids, ines, method, address):
    keyholder.lock()
    answer = getattr(ines, method)(address.format(**ids), FIELDS)
    if address == "/unlock/":
        assert answer.status_code == 200
    elif address in ("/sign-in/", "/sign-in/second/", "/sign-out/", "/locked/"):
        assert answer.status_code == 302
    else:
        assert (answer.status_code, answer["Location"]) == (302, "/unlock/")


def test_a_form_from_elsewhere_is_refused(desk, people):
    from django.test import Client

    comment = desk.letter()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people["ines"])
    answer = browser.post(f"/comments/{comment.id}/decide/", FIELDS)
    comment.refresh_from_db()
    assert (answer.status_code, comment.state) == (403, "held")


def test_the_files_are_for_everybody_and_may_be_kept(stranger):
    for name, kind in (
        (assets.STYLESHEET, "text/css"),
        (assets.SCRIPT, "text/javascript"),
        (assets.PASSKEYS, "text/javascript"),
    ):
        answer = stranger.get(f"/assets/{name}")
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith(kind)
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert stranger.get("/assets/desk-000000000000.css").status_code == 404
