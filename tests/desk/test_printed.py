"""The list of what is printed, removing from it, and the chief's page of editions."""

from __future__ import annotations

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from letterslot.desk import decisions, house
from letterslot.discussion import ledger
from letterslot.discussion.models import Comment, Decision


def test_printed_comments_are_listed_with_their_addresses(desk, ines):
    comment = desk.printed("The stones were right.", place=26, edition=3)
    page = ines.get("/printed/").content.decode()
    address = f"https://courier.example/stories/east-quay/comments/2/#c-{comment.id}"
    assert ("The stones were right." in page, address in page) == (True, True)


def test_the_newest_edition_comes_first_a_page_at_a_time(desk, ines):
    for n in range(27):
        desk.printed(f"Word {n}.", edition=n, place=n)
    first = re.findall(r">(Word \d+\.)<", ines.get("/printed/").content.decode())
    second = re.findall(r">(Word \d+\.)<", ines.get("/printed/?page=2").content.decode())
    assert first + second == [f"Word {n}." for n in reversed(range(27))]
    assert len(first) == 25


def test_the_number_of_queries_does_not_grow_with_what_is_printed(desk, ines):
    desk.printed(place=0)
    ines.get("/printed/")
    counts = []
    for more in (0, 2):
        for n in range(more):
            desk.printed(place=n + 1)
        with CaptureQueriesContext(connection) as queries:
            ines.get("/printed/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_removing_needs_a_clause(desk, ines):
    comment = desk.printed()
    answer = ines.post(f"/comments/{comment.id}/remove/", {"reason": "It names him."})
    comment.refresh_from_db()
    assert (answer.status_code, comment.state) == (400, "published")
    assert "It names him." in answer.content.decode()


def test_the_clauses_of_a_removal_are_those_that_its_story_is_judged_by(desk, ines):
    comment = desk.printed(story="bada")
    page = ines.get(f"/comments/{comment.id}/remove/").content.decode()
    for number, title in house.terms(desk.data, "ko").clauses.items():
        assert f'<kbd>{number}</kbd><span lang="ko">{title}</span>' in page


def test_removing_takes_out_with_the_next_edition(desk, ines):
    comment = desk.printed()
    answer = ines.post(f"/comments/{comment.id}/remove/", {"clause": 3, "reason": "It names him."})
    comment.refresh_from_db()
    decision = Decision.objects.get(comment=comment, act="remove")
    assert (answer["Location"], comment.state, decision.clause) == ("/printed/", "removed", 3)
    assert "Removed: the next edition takes it out." in ines.get("/printed/").content.decode()


def test_only_what_is_printed_can_be_removed(desk, ines):
    comment = desk.letter()
    for method in (ines.get, ines.post):
        assert method(f"/comments/{comment.id}/remove/", {"clause": 3}).status_code == 409


def test_a_removal_that_a_writer_forestalled_is_explained(desk, ines):
    comment = desk.printed()
    ledger.act(comment.id, "withdraw", hand=ledger.Hand(role="writer", via="receipt"), slot=1)
    answer = ines.post(f"/comments/{comment.id}/remove/", {"clause": 3})
    assert (answer.status_code, Comment.objects.get(pk=comment.id).state) == (409, "withdrawn")


def test_only_a_chief_sees_the_button_that_removes_at_once(desk, ines, lise):
    comment = desk.printed()
    address = f"/comments/{comment.id}/remove/"
    button = f'formaction="/printed/{comment.id}/remove-now/"'
    assert button not in ines.get(address).content.decode()
    assert button in lise.get(address).content.decode()


def test_what_already_leaves_can_be_taken_out_at_once_by_a_chief_without_another_reason(
    desk, ines, lise, people
):
    comment = desk.printed()
    ledger.act(comment.id, "withdraw", hand=ledger.Hand(role="writer", via="receipt"), slot=1)
    button = f'action="/printed/{comment.id}/remove-now/"'
    assert button not in ines.get("/printed/").content.decode()
    assert button in lise.get("/printed/").content.decode()
    done = decisions.remove(
        comment_id=comment.id, clause=None, by=people["lise"], via="desk", ring=desk.ring,
        data=desk.data, now=True,
    )  # fmt: skip
    assert done.done == [comment.id]


def test_a_chief_sees_what_is_due_and_may_print_early(desk, lise):
    desk.letter()
    approved = desk.letter()
    ledger.act(approved.id, "approve", hand=ledger.Hand("ines", "moderator"), slot=1)
    removed = desk.printed()
    ledger.act(removed.id, "remove", hand=ledger.Hand("ines", "moderator"), slot=1, clause=3)
    desk.edition(1, slot=1)
    page = lise.get("/editions/").content.decode()
    assert re.findall(r"<dd>(\d+)</dd>", page) == ["1", "1", "1", "1"]
    assert 'action="/editions/print/"' in page
    assert "23 November 2026" in page
