"""The pages of appeals and reports."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from letterslot.desk import hearing, post
from letterslot.discussion import appeals, ledger, wording
from letterslot.discussion.models import Appeal, Comment, Decision, Report

pytestmark = pytest.mark.django_db
EPOCH = "2026-11-23"
WAITING = b'<b class="sig">waiting</b></a>'


def appeal(desk, words="I kept to the <facts>.", by="ines"):
    comment = desk.declined(by=by)
    sealed = wording.seal_reason(words, EPOCH, desk.ring)
    assert appeals.lodge(comment, sealed_words=sealed, epoch=EPOCH, slot=2, days=14)
    return comment


def report(desk, comment, *reasons):
    for reason in reasons:
        desk.report(comment.pk, reason)
    post.collect(data=desk.data, ring=desk.ring, slot=3)


def test_an_appeal_stands_with_comment_decision_reason_and_words(desk, tomas):
    appeal(desk)
    page = tomas.get("/appeals/").content.decode()
    for words in (
        "A declined word.", "ines", "clause 2", "It is not about the story.",
        "I kept to the &lt;facts&gt;.",
    ):  # fmt: skip
        assert words in page
    assert "<facts>" not in page


def test_the_clause_is_named_as_the_writer_of_that_story_reads_it(desk, tomas):
    comment = appeal(desk)
    assert "clause 2, Facts" in tomas.get("/appeals/").content.decode()
    Comment.objects.filter(pk=comment.pk).update(story="bada")
    assert "clause 2, 사실" in tomas.get("/appeals/").content.decode()


def test_who_else_could_hear_is_asked_only_where_one_decided_oneself(
    desk, people, django_assert_num_queries
):
    comment = appeal(desk)
    decision = Decision.objects.get(comment=comment, act="decline")
    with django_assert_num_queries(0):
        assert hearing.colleagues(people["tomas"], [decision]) == []
    with django_assert_num_queries(1):
        assert len(hearing.colleagues(people["ines"], [decision])) == 2


def test_nothing_to_hear_is_said(desk, tomas):
    assert "No appeal waits to be heard." in tomas.get("/appeals/").content.decode()
    assert "No report waits to be read." in tomas.get("/reports/").content.decode()


def test_whoever_decided_sees_no_button(desk, ines, tomas):
    appeal(desk)
    page = ines.get("/appeals/").content.decode()
    assert 'name="hearing"' not in page
    assert "a colleague must hear the appeal" in page
    assert 'name="hearing"' in tomas.get("/appeals/").content.decode()


def test_whoever_decided_is_refused_in_a_sentence(desk, ines):
    comment = appeal(desk)
    answer = ines.post(f"/appeals/{comment.pk}/", {"hearing": "overturn"})
    assert answer.status_code == 409
    assert Appeal.objects.get().outcome == ""


def test_a_comment_that_waits_again_opens_at_once(desk, tomas):
    comment = appeal(desk)
    answer = tomas.post(f"/appeals/{comment.pk}/", {"hearing": "overturn", "reason": "Read anew."})
    assert (answer.status_code, answer["Location"]) == (302, f"/comments/{comment.pk}/")
    assert Comment.objects.get().state == "held"
    assert b"granted the appeal" in tomas.get(f"/comments/{comment.pk}/").content


def test_an_appeal_that_was_turned_down_leaves_the_list(desk, tomas):
    comment = appeal(desk)
    answer = tomas.post(f"/appeals/{comment.pk}/", {"hearing": "uphold"})
    assert (answer.status_code, answer["Location"]) == (302, "/appeals/")
    assert b"A declined word." not in tomas.get("/appeals/").content


@pytest.mark.parametrize(
    "fields", [{}, {"hearing": "maybe"}, {"hearing": "uphold", "reason": "가" * 201}]
)
def test_a_form_that_is_not_whole_is_shown_again(desk, tomas, fields):
    comment = appeal(desk)
    answer = tomas.post(f"/appeals/{comment.pk}/", fields)
    assert answer.status_code == 400
    assert fields.get("reason", "") in answer.content.decode()
    assert Appeal.objects.get().outcome == ""


def test_heard_twice_is_said_once(desk, tomas, lise):
    comment = appeal(desk)
    tomas.post(f"/appeals/{comment.pk}/", {"hearing": "uphold"})
    answer = lise.post(f"/appeals/{comment.pk}/", {"hearing": "overturn"})
    assert answer.status_code == 409
    assert "No appeal for this comment waits" in answer.content.decode()


@pytest.mark.parametrize("address", ["/appeals/", "/reports/"])
def test_a_page_asks_as_many_questions_for_three_as_for_one(desk, tomas, address):
    counts = []
    for n in (1, 2):
        for place in range(n):
            appeal(desk)
            report(desk, desk.printed(place=10 * n + place), "Spam.", "It names a child.")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert tomas.get(address).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_reports_are_counted_and_equal_reasons_stand_once(desk, tomas):
    comment, other = desk.printed("Reported."), desk.printed("Reported once.", place=1)
    report(desk, comment, "Spam.", "Spam.", "It <names> a child.")
    report(desk, other, "Rude.")
    page = tomas.get("/reports/").content.decode()
    assert page.index("Reported.") < page.index("Reported once.")
    assert "3 reports" in page
    assert "1 report<" in page
    assert page.count("Spam.") == 1
    assert "2 times" in page
    assert "It &lt;names&gt; a child." in page


def test_many_reasons_are_counted_and_not_all_shown(desk, tomas):
    comment = desk.printed()
    report(desk, comment, *(f"Reason {n}." for n in range(14)))
    page = tomas.get("/reports/").content.decode()
    assert "14 reports" in page
    assert "4 more, not shown." in page


def test_a_dismissal_ends_the_reports_and_is_in_the_ledger(desk, tomas):
    comment = desk.printed()
    report(desk, comment, "Spam.")
    answer = tomas.post(f"/reports/{comment.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "/reports/")
    assert b"No report waits" in tomas.get("/reports/").content
    assert tomas.post(f"/reports/{comment.pk}/").status_code == 409
    assert ledger.verify() is None
    assert b"dismissed the reports" in tomas.get(f"/comments/{comment.pk}/").content


def test_a_dismissal_ends_no_report_that_came_after_the_page(desk, tomas):
    comment = desk.printed()
    report(desk, comment, "Spam.")
    assert 'name="seen" value="1"' in tomas.get("/reports/").content.decode()
    report(desk, comment, "It names a child.")
    answer = tomas.post(f"/reports/{comment.pk}/", {"seen": "1"})
    assert answer.status_code == 409
    assert b"More reports came since you looked" in answer.content
    assert Report.objects.filter(outcome="").count() == 2
    assert tomas.post(f"/reports/{comment.pk}/", {"seen": "2"}).status_code == 302


def test_a_removal_ends_the_reports(desk, tomas):
    comment = desk.printed()
    report(desk, comment, "Spam.")
    assert f"/comments/{comment.pk}/remove/" in tomas.get("/reports/").content.decode()
    tomas.post(f"/comments/{comment.pk}/remove/", {"clause": 2})
    assert Report.objects.get().outcome == "dropped"


def test_a_reason_whose_key_is_destroyed_is_only_counted(desk, tomas):
    comment = desk.printed()
    report(desk, comment, "Spam.")
    Report.objects.update(epoch="2020-01-01")
    page = tomas.get("/reports/").content.decode()
    assert "1 report<" in page
    assert "1 more, not shown." in page


@pytest.mark.parametrize(("stories", "waits"), [(None, 2), (["east-quay"], 2), (["bada"], 0)])
def test_every_page_says_that_an_appeal_or_a_report_waits(desk, people, rosa, stories, waits):
    assert WAITING not in rosa.get("/terms/").content
    appeal(desk)
    report(desk, desk.printed(), "Spam.")
    people["rosa"].stories = stories
    people["rosa"].save()
    assert rosa.get("/terms/").content.count(WAITING) == waits


def test_the_navigation_leads_to_both(desk, rosa):
    page = rosa.get("/reports/").content.decode()
    assert 'href="/appeals/"' in page
    assert 'name="hearing"' not in rosa.get("/appeals/").content.decode()
