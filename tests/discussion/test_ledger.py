"""The ledger: one writer, a chain that shows every change, and races that end in a sentence."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from letterslot.discussion import ledger, states
from letterslot.discussion.ledger import Hand
from letterslot.discussion.models import Comment, Decision, LedgerEntry

INES = Hand(by="ines", role="moderator", via="desk")
TOMAS = Hand(by="tomas", role="moderator", via="command")
WRITER = Hand(via="receipt")
PRESS = Hand(via="press")

Receive = Callable[[], Comment]


def test_a_decision_changes_the_state_and_leaves_a_line(receive: Receive) -> None:
    first, second = receive(), receive()
    ledger.act(first.id, "approve", hand=TOMAS, slot=2)
    ledger.act(second.id, "decline", hand=INES, slot=2, clause=2, terms="1", revision_seen=1)
    second.refresh_from_db()
    assert (second.state, second.answer_due) == ("declined", True)
    assert json.loads(list(ledger.export())[-1]) == {
        "n": 2,
        "act": "decline",
        "slot": 2,
        "by": "ines",
        "role": "moderator",
        "via": "desk",
        "comment": second.id,
        "revision": 1,
        "clause": 2,
        "terms": "1",
        "previous": hashlib.sha256(LedgerEntry.objects.get(number=1).line.encode()).hexdigest(),
    }


def test_what_comes_in_leaves_no_line_that_would_tell_the_order(receive: Receive) -> None:
    for _ in range(3):
        receive()
    assert list(ledger.export()) == []
    assert ledger.verify() is None


def test_no_row_tells_which_letter_came_first(receive: Receive) -> None:
    """Not even the number that SQLite gives each row unseen."""
    came = [receive().id for _ in range(12)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM discussion_comment ORDER BY rowid")
        comments = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT comment_id FROM discussion_revision ORDER BY rowid")
        revisions = [row[0] for row in cursor.fetchall()]
    assert sorted(comments) == sorted(revisions) == sorted(came)
    assert came not in (comments, revisions)


def test_a_line_holds_no_text_and_no_time_finer_than_the_slot(receive: Receive) -> None:
    comment = receive()
    ledger.act(
        comment.id, "edit", hand=INES, slot=2, clause=3, sealed_reason=b"s", new_revision=b"t"
    )
    allowed = {
        "n",
        "act",
        "slot",
        "by",
        "role",
        "via",
        "comment",
        "revision",
        "clause",
        "terms",
        "previous",
        "story",
        "edition",
    }
    for line in ledger.export():
        assert set(json.loads(line)) <= allowed


def test_an_edit_makes_a_new_revision_and_an_undo_goes_back(receive: Receive) -> None:
    comment = receive()
    ledger.act(comment.id, "edit", hand=INES, slot=2, clause=3, new_revision=b"second")
    assert Comment.objects.get(pk=comment.id).revision == 2
    ledger.act(comment.id, "undo", hand=INES, slot=2, to_revision=1)
    comment.refresh_from_db()
    assert (comment.state, comment.revision) == ("held", 1)
    assert comment.revisions.count() == 2


def test_a_second_edit_after_an_undo_takes_a_new_number(receive: Receive) -> None:
    comment = receive()
    ledger.act(comment.id, "edit", hand=INES, slot=2, clause=3, new_revision=b"second")
    ledger.act(comment.id, "undo", hand=INES, slot=2, to_revision=1)
    ledger.act(comment.id, "edit", hand=INES, slot=2, clause=3, new_revision=b"third")
    assert Comment.objects.get(pk=comment.id).revision == 3


def test_who_decides_on_another_wording_than_was_read_loses(receive: Receive) -> None:
    comment = receive()
    ledger.act(comment.id, "edit", hand=TOMAS, slot=2, clause=3, new_revision=b"second")
    with pytest.raises(ledger.LostRace, match="tomas edited this comment meanwhile"):
        ledger.act(comment.id, "approve", hand=INES, slot=2, revision_seen=1)


def test_the_second_of_two_decisions_is_told_who_was_first(receive: Receive) -> None:
    comment = receive()
    ledger.act(comment.id, "decline", hand=TOMAS, slot=2, clause=1, revision_seen=1)
    with pytest.raises(ledger.LostRace, match="tomas declined this comment meanwhile"):
        ledger.act(comment.id, "approve", hand=INES, slot=2, revision_seen=1)
    assert Decision.objects.count() == 1


def test_a_withdrawal_before_the_decision_is_told_as_the_writers(receive: Receive) -> None:
    comment = receive()
    ledger.act(comment.id, "withdraw", hand=WRITER, slot=2)
    with pytest.raises(ledger.LostRace, match="The writer withdrew this comment meanwhile"):
        ledger.act(comment.id, "approve", hand=INES, slot=2, revision_seen=1)


def test_a_decision_that_the_writer_was_told_of_cannot_be_undone(receive: Receive) -> None:
    comment = receive()
    ledger.act(comment.id, "decline", hand=INES, slot=2, clause=1)
    Comment.objects.filter(pk=comment.id).update(answer_due=False)  # as the edition does
    with pytest.raises(states.NotPossible, match="it stands"):
        ledger.act(comment.id, "undo", hand=INES, slot=3)


def test_the_database_refuses_to_change_or_delete_a_line(receive: Receive) -> None:
    ledger.act(receive().id, "approve", hand=INES, slot=2)
    for statement in (
        "UPDATE discussion_ledgerentry SET line = 'x'",
        "DELETE FROM discussion_ledgerentry",
    ):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def _history(receive: Receive, comments: int) -> None:
    for n in range(comments):
        comment = receive()
        if n % 3 == 0:
            ledger.act(comment.id, "approve", hand=INES, slot=2, revision_seen=1)
            ledger.act(comment.id, "publish", hand=PRESS, slot=3, edition=1)
        elif n % 3 == 1:
            ledger.act(comment.id, "decline", hand=TOMAS, slot=2, clause=2)


@pytest.fixture
def tampering(db: None) -> object:
    """Opens the table to changes, as whoever holds the disk can."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER ledger_never_update")
        cursor.execute("DROP TRIGGER ledger_never_delete")
    return None


def test_an_untouched_ledger_holds(receive: Receive) -> None:
    _history(receive, 9)
    assert ledger.verify() is None


def test_a_changed_line_is_named(receive: Receive, tampering: object) -> None:
    _history(receive, 9)
    chance = random.Random(5)
    lines = dict(LedgerEntry.objects.values_list("number", "line"))
    for number in chance.sample(sorted(lines), 8):
        line = lines[number]
        at = chance.randrange(len(line))
        other = chance.choice([letter for letter in "abc0189" if letter != line[at]])
        LedgerEntry.objects.filter(number=number).update(line=line[:at] + other + line[at + 1 :])
        assert (ledger.verify() or "").startswith(f"Line {number} of the ledger does not hold")
        LedgerEntry.objects.filter(number=number).update(line=line)
    assert ledger.verify() is None


def test_a_line_changed_together_with_its_hash_breaks_the_line_after_it(
    receive: Receive, tampering: object
) -> None:
    _history(receive, 3)
    entry = LedgerEntry.objects.get(number=2)
    line = entry.line.replace('"press"', '"bench"')
    digest = hashlib.sha256(line.encode()).hexdigest()
    LedgerEntry.objects.filter(number=2).update(line=line, hash=digest)
    assert (
        ledger.verify()
        == "Line 3 of the ledger does not hold: it does not follow the line before it."
    )


def test_a_missing_line_is_named(receive: Receive, tampering: object) -> None:
    _history(receive, 3)
    LedgerEntry.objects.filter(number=2).delete()
    assert ledger.verify() == "Line 2 of the ledger does not hold: line 2 is missing."


def test_a_state_changed_behind_the_ledgers_back_shows(receive: Receive) -> None:
    comment = receive()
    Comment.objects.filter(pk=comment.id).update(state="approved")
    assert comment.id in (ledger.verify() or "")


def test_a_cut_ledger_shows_in_the_comments_it_no_longer_explains(
    receive: Receive, tampering: object
) -> None:
    comment = receive()
    ledger.act(comment.id, "approve", hand=INES, slot=2)
    LedgerEntry.objects.filter(number=1).delete()
    assert comment.id in (ledger.verify() or "")
