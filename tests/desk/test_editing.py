"""The page on which a comment is edited."""

from __future__ import annotations

import re

import pytest

from letterslot.discussion import wording
from letterslot.discussion.models import Comment, Decision, Revision

TEXT = "The man who changed the batteries, Dorin from Net Street, never weighed it."
CUT = "The man who changed the batteries, […], never weighed it."


def edit(client, comment, **fields):
    given = {"do": "save", "revision": 1, "text": CUT, "name": "Mina", "clause": 3}
    return client.post(f"/comments/{comment.id}/edit/", given | fields)


def test_the_button_edit_opens_the_page_with_clause_and_reason(desk, ines):
    comment = desk.letter(TEXT)
    page = ines.post(
        f"/comments/{comment.id}/decide/",
        {"decision": "edit", "revision": 1, "clause": 3, "reason": "He is not in public office."},
    ).content.decode()
    assert "Edit the comment" in page
    assert "He is not in public office.</textarea>" in page
    assert re.search(r'value="3"[^>]* checked', page)


def test_original_and_new_wording_stand_side_by_side_with_the_difference(desk, ines):
    comment = desk.letter(TEXT)
    page = edit(ines, comment, do="diff").content.decode()
    assert f'dir="ltr">{TEXT}</div>' in page
    assert f"\n{CUT}</textarea>" in page
    start = page.index('<div class="diff"')
    shown = page[start : page.index("</section>", start)]
    assert "Dorin from Net Street<span" in shown[shown.index("<del>") : shown.index("</del>")]
    assert "[…]<span" in shown[shown.index("<ins>") : shown.index("</ins>")]
    assert "1 place, 21 characters cut, 3 put in." in page


def test_showing_the_difference_stores_nothing(desk, ines):
    comment = desk.letter(TEXT)
    edit(ines, comment, do="diff")
    assert (Revision.objects.count(), Decision.objects.count()) == (1, 0)


def test_saving_approves_as_edited_and_keeps_the_original(desk, ines):
    comment = desk.letter(TEXT)
    answer = edit(ines, comment, reason="Not in public office.")
    comment.refresh_from_db()
    decision = Decision.objects.get(comment=comment)
    assert (answer.status_code, comment.state, comment.revision) == (302, "approved", 2)
    assert desk.text_of(comment.id) == CUT
    assert wording.first(comment, desk.ring).text == TEXT
    assert (decision.clause, decision.revision) == (3, 2)
    assert wording.unseal_reason(decision.sealed_reason, comment.epoch, desk.ring) == (
        "Not in public office."
    )


def test_no_wording_lies_in_clear(desk, ines):
    comment = desk.letter(TEXT)
    edit(ines, comment, reason="Not in public office.")
    stored = b"".join(bytes(row.sealed) for row in Revision.objects.all())
    stored += b"".join(bytes(row.sealed_reason) for row in Decision.objects.all())
    assert all(word not in stored for word in (b"batteries", b"Dorin", b"office", b"Mina"))


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"clause": ""}, "Choose the clause that is the reason"),
        ({"text": "  "}, "Nothing is left of the text"),
        ({"text": "\u200b\u2060"}, "Nothing is left of the text"),
        ({"text": TEXT}, "The wording is the same as before"),
        ({"text": "a" * 5001}, "The text is longer than 5,000 characters"),
        ({"text": "가" * 10_000}, "The text is longer than 5,000 characters"),
        ({"name": "a" * 81}, "The name is longer than 80 characters"),
        ({"reason": "a" * 601}, "The reason is longer than 600 bytes"),
    ],
)
def test_a_fault_is_named_and_the_typed_text_kept(desk, ines, fields, fault):
    comment = desk.letter(TEXT)
    answer = edit(ines, comment, **fields)
    page = answer.content.decode()
    comment.refresh_from_db()
    assert (answer.status_code, comment.state) == (400, "held")
    assert fault in page
    assert (fields.get("text") or CUT).strip()[:5001] in page


def test_a_writer_who_allows_no_edits_is_respected(desk, ines):
    comment = desk.letter(TEXT, edits=False)
    assert 'value="edit"' not in ines.get(f"/comments/{comment.id}/").content.decode()
    for answer in (ines.get(f"/comments/{comment.id}/edit/"), edit(ines, comment)):
        assert answer.status_code == 409
        assert "The writer allows no edits" in answer.content.decode()
    comment.refresh_from_db()
    assert (comment.state, comment.revision) == ("held", 1)


def test_undoing_an_edit_brings_back_the_writers_wording(desk, ines):
    comment = desk.letter(TEXT)
    edit(ines, comment)
    ines.post(f"/comments/{comment.id}/undo/")
    comment.refresh_from_db()
    assert (comment.state, desk.text_of(comment.id)) == ("held", TEXT)
    assert not Decision.objects.filter(act="edit", revision=comment.revision).exists()


def test_a_printed_comment_can_be_edited_and_stays_printed(desk, ines):
    comment = desk.printed(TEXT)
    page = ines.get(f"/comments/{comment.id}/edit/").content.decode()
    assert "Change it in the next edition" in page
    answer = edit(ines, comment)
    comment.refresh_from_db()
    assert (answer["Location"], comment.state) == ("/printed/", "published")
    assert comment.answer_due
    assert desk.text_of(comment.id) == CUT


def test_what_was_typed_is_given_back_when_a_colleague_was_first(desk, ines, tomas):
    comment = desk.letter(TEXT)
    edit(ines, comment)
    answer = edit(tomas, comment, text="Typed with care.", reason="For nothing.")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "ines edited this comment meanwhile." in page
    assert "Typed with care." in page
    assert "For nothing." in page
    assert desk.text_of(comment.id) == CUT


def test_what_the_signals_mark_can_be_cut_with_one_button(desk, ines):
    comment = desk.letter("Write to mina@example.org about it.")
    page = edit(ines, comment, do="clean", text="").content.decode()
    assert "\nWrite to […] about it.</textarea>" in page


def test_line_ends_of_a_browser_are_no_difference(desk, ines):
    comment = desk.letter("One.\n\nTwo.")
    page = edit(ines, comment, do="diff", text="One.\r\n\r\nTwo.").content.decode()
    assert "No difference yet." in page


def test_a_comment_whose_key_is_destroyed_cannot_be_edited(desk, ines):
    comment = desk.letter(TEXT)
    desk.ring.forget([comment.epoch])
    assert ines.get(f"/comments/{comment.id}/edit/").status_code == 409
    assert edit(ines, comment).status_code in (400, 409)
    assert Comment.objects.get(pk=comment.id).state == "held"
