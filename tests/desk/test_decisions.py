"""The verbs of a moderator, as the command line calls them too."""

from __future__ import annotations

import pytest

from letterslot.desk import decisions
from letterslot.desk.decisions import Done
from letterslot.discussion import ledger, wording
from letterslot.discussion.models import Comment, Decision, LedgerEntry


@pytest.fixture
def given(desk, people):
    """What every verb is given, with ines as the moderator."""

    def facts(by: str = "ines", via: str = "command"):
        return {"by": people[by], "via": via, "ring": desk.ring, "data": desk.data}

    return facts


def state(comment) -> str:
    return Comment.objects.get(pk=comment.id).state


def test_several_are_approved_in_one_call(desk, given):
    ids = [desk.letter().id for _ in range(3)]
    assert decisions.approve(ids=ids, **given()) == Done(done=ids, refused=[])
    assert set(Comment.objects.values_list("state", flat=True)) == {"approved"}


def test_one_refusal_leaves_all_undone_and_names_itself_to_the_others(desk, given):
    first, declined, last = desk.letter(), desk.letter(comment_id="declined"), desk.letter()
    decisions.decline(ids=[declined.id], clause=2, **given("tomas"))
    done = decisions.approve(ids=[first.id, declined.id, last.id], **given())
    why = "tomas declined this comment meanwhile."
    others = f"not done, because declined was refused: {why}"
    assert done == Done([], [(first.id, others), (declined.id, why), (last.id, others)])
    assert [state(one) for one in (first, declined, last)] == ["held", "declined", "held"]
    assert ledger.verify() is None


def test_the_same_id_twice_is_one_decision(desk, given):
    comment = desk.letter()
    assert decisions.approve(ids=[comment.id, comment.id], **given()).done == [comment.id]
    assert Decision.objects.count() == 1


def test_an_unknown_id_is_refused(desk, given):
    assert decisions.approve(ids=["nothing"], **given()).refused == [
        ("nothing", "There is no comment with this id.")
    ]


@pytest.mark.parametrize(
    ("verb", "facts"),
    [
        ("approve", {"ids": ["held"]}),
        ("decline", {"ids": ["held"], "clause": 2}),
        ("edit", {"comment_id": "held", "text": "Another.", "clause": 2}),
        ("undo", {"ids": ["held"]}),
        ("remove", {"comment_id": "held", "clause": 2}),
    ],
)
def test_a_reader_decides_nothing(desk, given, verb, facts):
    desk.letter(comment_id="held")
    done = getattr(decisions, verb)(**facts, **given("rosa"))
    assert done == Done([], [("held", f"A reader may not do this: {verb}.")])
    assert Comment.objects.get().state == "held"


@pytest.mark.parametrize(("by", "after"), [("ines", "published"), ("lise", "removed")])
def test_only_a_chief_removes_at_once(desk, given, by, after):
    comment = desk.printed()
    decisions.remove(comment_id=comment.id, clause=3, now=True, **given(by))
    assert state(comment) == after


def test_what_is_removed_and_still_stands_need_not_wait(desk, given):
    comment = desk.printed()
    decisions.remove(comment_id=comment.id, clause=3, **given("ines"))
    again = decisions.remove(comment_id=comment.id, clause=3, now=True, **given("lise"))
    assert again == Done([comment.id], [])
    assert [each.by for each in comment.decisions.filter(act="remove")] == ["ines"]


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"clause": None}, "Name the clause of the terms that is the reason."),
        ({"clause": 99}, "There is no clause 99 in the terms."),
        ({"clause": 2, "reason": "가" * 201}, "The reason is longer than 600 bytes: shorten it."),
    ],
)
def test_a_decline_without_good_grounds_is_refused(desk, given, facts, why):
    comment = desk.letter()
    done = decisions.decline(ids=[comment.id], **facts, **given())
    assert done.refused[0][1].startswith(why)
    assert (done.done, state(comment)) == ([], "held")


def test_a_reason_of_exactly_600_bytes_is_taken(desk, given):
    comment = desk.letter()
    reason = "가" * 200
    decisions.decline(ids=[comment.id], clause=2, reason=reason, **given())
    decision = Decision.objects.get()
    assert wording.unseal_reason(decision.sealed_reason, comment.epoch, desk.ring) == reason


def test_a_decision_is_recorded_as_made_where_it_was_made(desk, given):
    comment = desk.letter()
    decisions.decline(ids=[comment.id], clause=2, reason="Between us.", **given())
    line = LedgerEntry.objects.order_by("-number").first().line
    assert '"via":"command"' in line
    assert '"by":"ines"' in line
    assert '"role":"moderator"' in line
    assert '"clause":2' in line
    assert '"terms":"1"' in line
    assert "Between us." not in line


def test_a_decision_names_the_wording_it_is_about(desk, given):
    comment = desk.letter()
    done = decisions.approve(ids=[comment.id], revisions={comment.id: 2}, **given())
    assert (done.done, state(comment)) == ([], "held")


def test_an_edit_keeps_the_name_unless_another_is_given(desk, given):
    one, other = desk.letter(name="Mina"), desk.letter(name="Mina")
    decisions.edit(comment_id=one.id, text="Another.", clause=3, **given())
    decisions.edit(comment_id=other.id, text="Another.", name="", clause=3, **given())
    found = wording.current(Comment.objects.all(), desk.ring)
    assert (found[one.id].name, found[other.id].name) == ("Mina", "")


def test_an_edit_is_normalised_as_a_letter_is(desk, given):
    comment = desk.letter()
    decisions.edit(comment_id=comment.id, text="cafe\u0301\r\n\x07end ", clause=3, **given())
    assert desk.text_of(comment.id) == "café\nend"


def test_an_edit_under_the_writers_no_is_refused(desk, given):
    comment = desk.letter(edits=False)
    done = decisions.edit(comment_id=comment.id, text="Another.", clause=3, **given())
    assert done.refused == [(comment.id, decisions.UNEDITABLE)]


def test_undo_after_two_edits_goes_back_to_what_was_approved_before(desk, given):
    comment = desk.letter("First.")
    decisions.edit(comment_id=comment.id, text="Second.", clause=3, **given())
    decisions.undo(ids=[comment.id], **given())
    decisions.edit(comment_id=comment.id, text="Third.", clause=3, **given())
    assert desk.text_of(comment.id) == "Third."
    decisions.undo(ids=[comment.id], **given())
    assert (state(comment), desk.text_of(comment.id)) == ("held", "First.")
    decisions.approve(ids=[comment.id], **given())
    assert desk.text_of(comment.id) == "First."


def test_nobody_approves_what_nobody_can_read(desk, given):
    comment = desk.letter()
    desk.ring.forget([comment.epoch])
    assert decisions.approve(ids=[comment.id], **given()).refused == [(comment.id, wording.GONE)]


def test_what_nobody_can_read_can_be_declined_without_a_reason(desk, given):
    comment = desk.letter()
    desk.ring.forget([comment.epoch])
    refused = decisions.decline(ids=[comment.id], clause=2, reason="Because.", **given()).refused
    assert refused[0][1] == "The key of this comment's day is destroyed: decide without a reason."
    assert decisions.decline(ids=[comment.id], clause=2, **given()).done == [comment.id]


def test_a_fault_in_the_newsrooms_words_is_told(desk, given):
    comment = desk.letter()
    (desk.data / "words" / "en" / "terms.md").write_text("No version.")
    done = decisions.decline(ids=[comment.id], clause=2, **given())
    assert done.refused == [(comment.id, "words/en/terms.md begins with a line like `Version: 1`.")]


def test_the_version_is_that_of_the_terms_in_the_storys_language(desk, given):
    terms = desk.data / "words" / "ko" / "terms.md"
    terms.write_text(terms.read_text().replace("Version: 1", "Version: 2-ko", 1))
    comment = desk.letter("저울이 틀렸습니다.", story="bada")
    decisions.decline(ids=[comment.id], clause=2, **given())
    assert Decision.objects.get().terms == "2-ko"
