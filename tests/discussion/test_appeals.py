"""Appeals, row by row of the table: once for each decision, in time, heard or dropped."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest

from letterslot.discussion import appeals, ledger
from letterslot.discussion.ledger import Hand
from letterslot.discussion.models import Appeal, Comment, Edition

INES = Hand(by="ines", role="moderator", via="desk")
TOMAS = Hand(by="tomas", role="moderator", via="desk")
WRITER = Hand(role="writer", via="receipt")
PRESS = Hand(via="press")
TOLD_ON = date(2026, 11, 23)

Receive = Callable[[], Comment]


def act(comment: Comment, what: str, **facts: object) -> None:
    hands = {"publish": PRESS, "withdraw": WRITER, "refuse-edit": WRITER}
    ledger.act(comment.id, what, hand=hands.get(what, INES), slot=2, **facts)


def told(comment: Comment, number: int = 1) -> None:
    """As an edition leaves it that brought the writer an answer."""
    Edition.objects.get_or_create(number=number, slot=number, date=TOLD_ON, seed=b"")
    Comment.objects.filter(pk=comment.pk).update(answer_due=False, told=number)


def lodge(comment: Comment, sent_on: str = "2026-11-24") -> bool:
    comment.refresh_from_db()
    return appeals.lodge(comment, sealed_words=b"sealed", epoch=sent_on, slot=3, days=14)


def declined(comment: Comment) -> None:
    act(comment, "decline", clause=2)


def approved(comment: Comment) -> None:
    act(comment, "approve")


def printed(comment: Comment) -> None:
    act(comment, "approve")
    act(comment, "publish")


def printed_as_edited(comment: Comment) -> None:
    act(comment, "edit", clause=3, new_revision=b"edited")
    act(comment, "publish")


def removed(comment: Comment) -> None:
    printed(comment)
    act(comment, "remove", clause=2)


def withdrawn(comment: Comment) -> None:
    act(comment, "withdraw")


def held(comment: Comment) -> None:
    """Nothing was decided."""


@pytest.mark.parametrize(
    ("become", "taken"),
    [
        (declined, True),
        (removed, True),
        (printed_as_edited, True),
        (held, False),
        (approved, False),
        (printed, False),
        (withdrawn, False),
    ],
)
def test_an_appeal_is_taken_against_a_decision_that_needs_a_reason(
    receive: Receive, become: Callable[[Comment], None], taken: bool
) -> None:
    comment = receive()
    become(comment)
    told(comment)
    before = Comment.objects.get().state
    assert lodge(comment) is taken
    assert Comment.objects.get().state == before, "until it is heard, the decision stands"
    assert Appeal.objects.filter(outcome="").count() == int(taken)
    assert ledger.verify() is None


@pytest.mark.parametrize(
    ("sent_on", "taken"),
    [("2026-11-23", True), ("2026-12-07", True), ("2026-12-08", False), ("2027-11-23", False)],
)
def test_the_days_of_appeal_count_from_the_answers_edition(
    receive: Receive, sent_on: str, taken: bool
) -> None:
    comment = receive()
    declined(comment)
    told(comment)
    assert lodge(comment, sent_on) is taken


def test_what_no_answer_has_told_cannot_be_appealed(receive: Receive) -> None:
    comment = receive()
    declined(comment)
    assert not lodge(comment)


def test_the_first_appeal_counts(receive: Receive) -> None:
    comment = receive()
    declined(comment)
    told(comment)
    assert [lodge(comment), lodge(comment)] == [True, False]
    ledger.act(comment.id, "uphold", hand=TOMAS, slot=4)
    told(comment, 2)
    assert not lodge(comment), "what was heard is not heard again"


def test_another_decision_may_be_appealed_anew(receive: Receive) -> None:
    comment = receive()
    declined(comment)
    told(comment)
    lodge(comment)
    ledger.act(comment.id, "overturn", hand=TOMAS, slot=4)
    act(comment, "decline", clause=5)
    assert not lodge(comment), "nobody has told of it yet"
    told(comment, 2)
    assert lodge(comment)


@pytest.mark.parametrize(
    ("become", "then"),
    [
        (declined, "withdraw"),
        (removed, "withdraw"),
        (printed_as_edited, "withdraw"),
        (printed_as_edited, "refuse-edit"),
        (printed_as_edited, "remove"),
    ],
)
def test_an_appeal_is_dropped_when_something_else_is_decided(
    receive: Receive, become: Callable[[Comment], None], then: str
) -> None:
    comment = receive()
    become(comment)
    told(comment)
    lodge(comment)
    act(comment, then)
    assert Appeal.objects.get().outcome == "dropped"
    assert not appeals.waiting().exists()
    with pytest.raises(ledger.LostRace):
        ledger.act(comment.id, "overturn", hand=TOMAS, slot=4, revision_seen=9)


@pytest.mark.parametrize(
    ("become", "after_uphold", "after_overturn"),
    [
        (declined, "declined", "held"),
        (removed, "removed", "published"),
        (printed_as_edited, "published", "published"),
    ],
)
def test_what_is_heard_is_told(
    receive: Receive, become: Callable[[Comment], None], after_uphold: str, after_overturn: str
) -> None:
    for what, state in (("uphold", after_uphold), ("overturn", after_overturn)):
        comment = receive()
        become(comment)
        told(comment)
        lodge(comment)
        ledger.act(comment.id, what, hand=TOMAS, slot=4)
        comment.refresh_from_db()
        assert (comment.state, comment.answer_due) == (state, True)
    assert set(Appeal.objects.values_list("outcome", flat=True)) == {"upheld", "overturned"}
    assert ledger.verify() is None


def test_an_appeal_by_itself_brings_no_answer(receive: Receive) -> None:
    comment = receive()
    declined(comment)
    told(comment)
    lodge(comment)
    assert not Comment.objects.get().answer_due


def test_a_decision_that_was_upheld_cannot_be_undone(receive: Receive) -> None:
    comment = receive()
    declined(comment)
    told(comment)
    lodge(comment)
    ledger.act(comment.id, "uphold", hand=TOMAS, slot=4)
    comment.refresh_from_db()
    assert not ledger.can_be_undone(comment)


def test_who_was_told_of_a_refusal_is_told_when_the_comment_waits_again(receive: Receive) -> None:
    comment = receive()
    declined(comment)
    told(comment)
    lodge(comment)
    ledger.act(comment.id, "overturn", hand=TOMAS, slot=4)
    act(comment, "approve")
    act(comment, "undo")
    assert Comment.objects.get().answer_due


def test_a_line_says_when_nobody_else_was_there_to_hear(receive: Receive) -> None:
    comment = receive()
    declined(comment)
    told(comment)
    lodge(comment)
    ledger.act(comment.id, "uphold", hand=INES, slot=4, alone=True)
    lines = [json.loads(line) for line in ledger.export()]
    assert [(line["act"], line.get("by"), line.get("alone")) for line in lines] == [
        ("decline", "ines", None),
        ("appeal", "", None),
        ("uphold", "ines", True),
    ]
    assert "sealed" not in "".join(ledger.export())
