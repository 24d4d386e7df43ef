"""Hearing appeals: by another moderator, or by the only one, and then the ledger says so."""

from __future__ import annotations

import json

import pytest

from letterslot.desk import decisions, hearing
from letterslot.discussion import appeals, ledger, wording
from letterslot.discussion.models import Appeal, Comment, Decision
from letterslot.newsroom.models import Moderator

pytestmark = pytest.mark.django_db
EPOCH = "2026-11-23"


def lodge(desk, comment, words="I kept to the facts."):
    sealed = wording.seal_reason(words, EPOCH, desk.ring)
    assert appeals.lodge(comment, sealed_words=sealed, epoch=EPOCH, slot=2, days=14)
    return comment


@pytest.fixture
def declined(desk, people):
    """A comment that ines declined, and whose writer appeals."""
    return lodge(desk, desk.declined())


@pytest.fixture
def removed(desk, people):
    comment = desk.printed()
    ines = ledger.Hand("ines", "moderator")
    ledger.act(comment.id, "remove", hand=ines, slot=1, clause=2)
    return lodge(desk, desk.told(comment))


@pytest.fixture
def edited(desk, people):
    comment = desk.printed("As written.")
    sealed = wording.seal(wording.Wording("Mina", "As edited."), EPOCH, desk.ring)
    ines = ledger.Hand("ines", "moderator")
    ledger.act(comment.id, "edit", hand=ines, slot=1, clause=3, new_revision=sealed)
    return lodge(desk, desk.told(comment))


def hear(verb, desk, comment, by, **more):
    verbs = {"uphold": hearing.uphold, "overturn": hearing.overturn}
    return verbs[verb](
        comment_id=comment.pk, by=by, via="desk", ring=desk.ring, data=desk.data, **more
    )


def last_line():
    return json.loads(list(ledger.export())[-1])


@pytest.mark.parametrize("verb", ["uphold", "overturn"])
def test_whoever_decided_does_not_hear_the_appeal(desk, people, declined, verb):
    done = hear(verb, desk, declined, people["ines"])
    assert done.refused == [(declined.pk, hearing.OWN)]
    assert Appeal.objects.get().outcome == ""
    assert hear(verb, desk, declined, people["tomas"]).done == [declined.pk]
    line = last_line()
    assert (line["act"], line["by"], line.get("alone")) == (verb, "tomas", None)
    assert ledger.verify() is None


def test_the_only_moderator_hears_it_and_the_ledger_says_so(desk, people, declined):
    Moderator.objects.filter(name="tomas").update(is_active=False)
    Moderator.objects.filter(name="lise").delete()
    assert hear("uphold", desk, declined, people["ines"]).done == [declined.pk]
    assert last_line()["alone"] is True


def test_a_reader_is_no_colleague_who_could_hear_it(desk, people, declined):
    Moderator.objects.exclude(name__in=("ines", "rosa")).delete()
    assert hear("uphold", desk, declined, people["rosa"]).refused
    assert hear("uphold", desk, declined, people["ines"]).done == [declined.pk]


@pytest.mark.parametrize(("works_on", "is_colleague"), [("east-quay", True), ("bada", False)])
def test_who_works_on_other_stories_is_no_colleague_who_could_hear_it(
    desk, people, sign_in, declined, works_on, is_colleague
):
    Moderator.objects.filter(name="lise").delete()
    Moderator.objects.filter(name="tomas").update(stories=[works_on])
    page = sign_in("ines").get("/appeals/").content.decode()
    assert ('name="hearing"' in page) is not is_colleague
    assert bool(hear("uphold", desk, declined, people["ines"]).refused) is is_colleague
    assert last_line().get("alone", False) is not is_colleague


def test_a_declined_comment_waits_again(desk, people, declined):
    hear("overturn", desk, declined, people["tomas"], reason="It is about the story.")
    comment = Comment.objects.get(pk=declined.pk)
    assert (comment.state, comment.answer_due) == ("held", True)
    reason = Decision.objects.get(act="overturn").sealed_reason
    assert wording.unseal_reason(reason, EPOCH, desk.ring) == "It is about the story."
    assert b"story" not in bytes(reason)


def test_a_removed_comment_is_printed_again(desk, people, removed):
    hear("overturn", desk, removed, people["tomas"])
    assert Comment.objects.get(pk=removed.pk).state == "published"


def test_an_edited_comment_gets_its_writers_words_back(desk, people, edited):
    hear("overturn", desk, edited, people["tomas"])
    comment = Comment.objects.get(pk=edited.pk)
    assert (comment.state, comment.revision) == ("published", 1)
    assert desk.text_of(edited.pk) == "As written."
    assert ledger.verify() is None


@pytest.mark.parametrize("verb", ["uphold", "overturn"])
def test_an_appeal_is_heard_once(desk, people, declined, verb):
    hear("uphold", desk, declined, people["tomas"])
    (refused,) = hear(verb, desk, declined, people["lise"]).refused
    assert refused == (declined.pk, "No appeal for this comment waits to be heard.")


def test_what_nobody_appealed_cannot_be_heard(desk, people):
    assert hear("overturn", desk, desk.declined(), people["tomas"]).refused


def test_what_nobody_can_read_does_not_come_back(desk, people, declined):
    desk.ring.forget([EPOCH])
    (refused,) = hear("overturn", desk, declined, people["tomas"]).refused
    assert refused == (declined.pk, wording.GONE)
    assert hear("uphold", desk, declined, people["tomas"]).done == [declined.pk]


def test_a_reason_that_is_too_long_is_refused(desk, people, declined):
    (refused,) = hear("uphold", desk, declined, people["tomas"], reason="가" * 201).refused
    assert "longer than 600 bytes" in refused[1]
    assert Appeal.objects.get().outcome == ""


def test_an_appeal_that_was_granted_does_not_protect_from_a_new_decision(desk, people, declined):
    hear("overturn", desk, declined, people["tomas"])
    done = decisions.approve(
        ids=[declined.pk], by=people["ines"], via="desk", ring=desk.ring, data=desk.data
    )
    assert done.done == [declined.pk]


def dismiss(desk, comment_id, by):
    return hearing.dismiss(comment_id=comment_id, by=by, via="desk", ring=desk.ring, data=desk.data)


def test_reports_are_dismissed_by_whoever_read_them(desk, people):
    from letterslot.desk import post

    comment = desk.printed()
    desk.report(comment.pk)
    post.collect(data=desk.data, ring=desk.ring, slot=3)
    assert dismiss(desk, comment.pk, people["rosa"]).refused
    assert dismiss(desk, comment.pk, people["ines"]).done == [comment.pk]
    assert (last_line()["act"], last_line()["reports"]) == ("dismiss", 1)
    (refused,) = dismiss(desk, comment.pk, people["ines"]).refused
    assert refused[1] == "No report about this comment waits to be read."
