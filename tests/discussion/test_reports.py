"""Reports: counted by comment, ended by a dismissal or by the comment's going."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from letterslot.discussion import ledger, reports
from letterslot.discussion.ledger import Hand
from letterslot.discussion.models import Comment, Printed, Report

INES = Hand(by="ines", role="moderator", via="desk")
PRESS = Hand(via="press")

Receive = Callable[[], Comment]


@pytest.fixture
def printed(receive: Receive) -> Callable[[], Comment]:
    def take() -> Comment:
        comment = receive()
        ledger.act(comment.id, "approve", hand=INES, slot=1)
        ledger.act(comment.id, "publish", hand=PRESS, slot=1)
        Printed.objects.create(
            comment=comment, story=comment.story, conversation=comment.id,
            place=Printed.objects.count(), edition=1, position=0, revision=1, text="x",
            lang="en", dir="ltr",
        )  # fmt: skip
        return comment

    return take


def report(comment: Comment | str) -> bool:
    pk = comment if isinstance(comment, str) else comment.id
    return reports.take(pk, sealed_reason=b"sealed", epoch="2026-11-24", slot=3)


def test_the_most_reported_comment_comes_first(printed: Callable[[], Comment]) -> None:
    once, thrice, never = printed(), printed(), printed()
    for comment in (once, thrice, thrice, thrice):
        assert report(comment)
    found = [(row.pk, row.reports) for row in reports.waiting()]
    assert found == [(thrice.id, 3), (once.id, 1)]
    assert never.id not in dict(found)


@pytest.mark.parametrize("what", ["held", "nobody’s"])
def test_only_what_is_printed_can_be_reported(receive: Receive, what: str) -> None:
    comment_id = receive().id if what == "held" else "zzzzzzzz"
    assert not report(comment_id)
    assert Report.objects.count() == 0


def test_a_report_leaves_no_line_and_its_dismissal_does(printed: Callable[[], Comment]) -> None:
    comment = printed()
    lines = len(list(ledger.export()))
    report(comment)
    report(comment)
    assert len(list(ledger.export())) == lines
    ledger.act(comment.id, "dismiss", hand=INES, slot=4)
    last = json.loads(list(ledger.export())[-1])
    assert (last["act"], last["by"], last["reports"]) == ("dismiss", "ines", 2)
    assert not reports.waiting().exists()
    comment.refresh_from_db()
    assert comment.state == "published"
    assert ledger.verify() is None


@pytest.mark.parametrize("act", ["remove", "withdraw", "refuse-edit"])
def test_reports_end_when_their_comment_goes(printed: Callable[[], Comment], act: str) -> None:
    comment, other = printed(), printed()
    report(comment)
    report(other)
    ledger.act(comment.id, act, hand=INES, slot=4)
    assert [row.pk for row in reports.waiting()] == [other.id]
    assert json.loads(list(ledger.export())[-1])["reports"] == 1


def test_a_new_report_after_a_dismissal_is_counted_from_one(printed: Callable[[], Comment]) -> None:
    comment = printed()
    report(comment)
    ledger.act(comment.id, "dismiss", hand=INES, slot=4)
    report(comment)
    assert [row.reports for row in reports.waiting()] == [1]
