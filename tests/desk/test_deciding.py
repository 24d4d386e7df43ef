"""Deciding at the queue's screen, without scripts: only forms and links."""

from __future__ import annotations

import html
import re

import pytest

from letterslot.discussion.models import Comment, Decision


def decide(client, comment, decision, **fields):
    return client.post(
        f"/comments/{comment.id}/decide/", {"decision": decision, "revision": 1} | fields
    )


def state(comment) -> str:
    return Comment.objects.get(pk=comment.id).state


def test_after_a_decision_the_next_comment_opens_and_the_bar_names_the_last(desk, ines):
    first, second = desk.letter("One.", slot=1), desk.letter("Two.", slot=2)
    answer = decide(ines, first, "approve")
    assert (answer.status_code, answer["Location"]) == (302, f"/comments/{second.id}/")
    page = html.unescape(ines.get(answer["Location"]).content.decode())
    bar = page[page.index('class="undo"') : page.index("</aside>")]
    assert re.sub(r"<[^>]+>|\s+", " ", bar).split() != []
    assert ("Approved:" in bar, "Mina" in bar, "One." in bar, "Undo" in bar) == (True,) * 4


def test_approving_approves(desk, ines):
    comment = desk.letter()
    decide(ines, comment, "approve")
    assert state(comment) == "approved"


def test_declining_needs_a_clause(desk, ines):
    comment = desk.letter()
    answer = decide(ines, comment, "decline", reason="Kept as typed.")
    page = answer.content.decode()
    assert (answer.status_code, state(comment)) == (400, "held")
    assert "Choose the clause that is the reason" in page
    assert "Kept as typed." in page


def test_declining_keeps_clause_version_and_sealed_reason(desk, ines):
    comment = desk.letter()
    decide(ines, comment, "decline", clause=2, reason="The contract says otherwise.")
    decision = Decision.objects.get(comment=comment)
    assert (state(comment), decision.clause, decision.terms, decision.by) == (
        "declined", 2, "1", "ines",
    )  # fmt: skip
    assert b"contract" not in bytes(decision.sealed_reason)
    page = ines.get(f"/comments/{comment.id}/").content.decode()
    assert "The contract says otherwise." in page


def test_a_reason_of_more_than_600_bytes_is_refused_and_kept(desk, ines):
    comment = desk.letter()
    answer = decide(ines, comment, "decline", clause=2, reason="가" * 201)
    assert (answer.status_code, state(comment)) == (400, "held")
    assert "가" * 201 in answer.content.decode()


def test_skipping_changes_nothing_and_opens_the_next(desk, ines):
    first, second = desk.letter(slot=1), desk.letter(slot=2)
    assert decide(ines, first, "skip")["Location"] == f"/comments/{second.id}/"
    assert decide(ines, second, "skip")["Location"] == f"/comments/{first.id}/"
    assert (state(first), Decision.objects.count()) == ("held", 0)


def test_a_decision_after_skipping_goes_on_from_there(desk, ines):
    first = desk.letter("Skipped.", slot=1)
    second, third = desk.letter(slot=2), desk.letter(slot=3)
    decide(ines, first, "skip")
    assert decide(ines, second, "approve")["Location"] == f"/comments/{third.id}/"


def test_the_last_decision_of_a_queue_leads_back_to_it(desk, ines):
    comment = desk.letter()
    assert decide(ines, comment, "approve")["Location"] == "/queue/"


@pytest.mark.parametrize("decision", ["none", "", "publish"])
def test_no_other_word_decides(desk, ines, decision):
    comment = desk.letter()
    answer = decide(ines, comment, decision, clause=2)
    assert (answer.status_code, state(comment)) == (400, "held")
    assert "Press one of these buttons." in answer.content.decode()


def test_the_first_button_of_the_form_decides_nothing(desk, ines):
    """A browser presses it for Enter in a field: ticking a clause and Enter must not approve."""
    desk.letter()
    page = ines.get("/queue/").content.decode()
    form = page[page.index('<form class="panel case"') :]
    assert re.search(r'<button[^>]*value="([^"]*)"', form)[1] == "none"


@pytest.mark.parametrize(("decision", "after"), [("approve", "approved"), ("decline", "declined")])
def test_undo_brings_a_comment_back_and_opens_it(desk, ines, decision, after):
    comment = desk.letter()
    decide(ines, comment, decision, clause=2)
    assert state(comment) == after
    answer = ines.post(f"/comments/{comment.id}/undo/")
    assert (answer["Location"], state(comment)) == (f"/comments/{comment.id}/", "held")
    assert "Taken back, and waiting again:" in ines.get("/queue/").content.decode()


def test_what_is_printed_cannot_be_undone(desk, ines):
    comment = desk.printed()
    answer = ines.post(f"/comments/{comment.id}/undo/")
    assert (answer.status_code, state(comment)) == (409, "published")
    assert "This comment was printed meanwhile." in answer.content.decode()


def test_the_loser_of_a_race_reads_who_was_first_and_changes_nothing(desk, ines, tomas):
    comment = desk.letter("Both have this open.")
    decide(ines, comment, "decline", clause=2)
    answer = decide(tomas, comment, "approve")
    page = answer.content.decode()
    assert (answer.status_code, state(comment)) == (409, "declined")
    assert "ines declined this comment meanwhile." in page
    assert "Both have this open." in page
    assert 'href="/queue/"' in page
    assert list(Decision.objects.values_list("act", flat=True)) == ["decline"]


def test_a_decision_about_another_wording_is_not_taken(desk, ines, tomas):
    comment = desk.letter("The first wording.")
    fields = {"do": "save", "revision": 1, "text": "Another wording.", "clause": 3, "name": "Mina"}
    ines.post(f"/comments/{comment.id}/edit/", fields)
    ines.post(f"/comments/{comment.id}/undo/")
    ines.post(f"/comments/{comment.id}/edit/", fields | {"text": "A third wording."})
    answer = decide(tomas, comment, "approve")
    assert (answer.status_code, state(comment)) == (409, "approved")
    assert "ines edited this comment meanwhile." in answer.content.decode()


def test_reading_a_comment_while_it_is_decided_by_a_colleague_shows_what_was_decided(
    desk, ines, tomas
):
    comment = desk.letter()
    decide(ines, comment, "approve")
    page = tomas.get(f"/comments/{comment.id}/").content.decode()
    assert "Approved: it comes out with an edition." in page
    assert 'name="decision"' not in page


def test_a_whole_shift_goes_by_forms_and_links_alone(desk, ines):
    """What a browser without scripts does: follow the forms that stand on the page."""
    for slot in range(3):
        desk.letter(f"Letter {slot}.", slot=slot)
    page = ines.get("/queue/", follow=True)
    for _ in range(3):
        text = page.content.decode()
        action = re.search(r'<form class="panel case" method="post" action="([^"]+)"', text)[1]
        revision = re.search(r'name="revision" value="(\d+)"', text)[1]
        page = ines.post(action, {"revision": revision, "decision": "approve"}, follow=True)
    assert "Nothing waits" in page.content.decode()
    assert set(Comment.objects.values_list("state", flat=True)) == {"approved"}


def test_a_button_pressed_twice_is_no_race(desk, ines):
    comment, following = desk.letter(slot=1), desk.letter(slot=2)
    for _ in range(2):
        answer = decide(ines, comment, "decline", clause=2)
        assert (answer.status_code, answer["Location"]) == (302, f"/comments/{following.id}/")
    assert decide(ines, comment, "decline", clause=3).status_code == 409
    assert Decision.objects.count() == 1
