"""What an edition tells of an appeal, and what it prints of one that was granted."""

from __future__ import annotations

import pytest

from letterslot.discussion import ledger
from letterslot.discussion.models import Comment

PAGE = "stories/harvest/index.html"


@pytest.fixture
def declined(newsroom):
    """A comment whose writer was told that it was declined."""
    comment = newsroom.letter("As written.")
    newsroom.act(comment, "decline", clause=3, reason="It is not about the story.")
    newsroom.make()
    newsroom.next_slot()
    return comment


@pytest.fixture
def edited(newsroom):
    """A comment that was printed as edited, and its writer was told."""
    comment = newsroom.letter("Call 555-0101.")
    newsroom.edit(comment, "Call […].", clause=4)
    newsroom.make()
    newsroom.next_slot()
    return comment


@pytest.fixture
def removed(newsroom):
    """A printed comment that was removed, and its writer was told."""
    comment = newsroom.approved("As written.")
    newsroom.make()
    newsroom.act(comment, "remove", clause=2, reason="It names a child.")
    newsroom.make_next()
    newsroom.next_slot()
    return comment


def test_an_appeal_changes_no_answer_until_the_edition_after_it_is_heard(newsroom, declined):
    before, shelf = newsroom.answer(declined), newsroom.files()
    assert newsroom.appeal(declined)
    assert newsroom.make().edition is None, "an appeal by itself is nothing to print"
    newsroom.act(declined, "uphold")
    assert (newsroom.answer(declined), newsroom.files()) == (before, shelf)
    newsroom.make()
    assert newsroom.answer(declined) != before


def test_who_lost_an_appeal_is_told_the_same_decision_and_that_it_stands(newsroom, declined):
    newsroom.appeal(declined)
    newsroom.act(declined, "uphold")
    newsroom.make()
    told = newsroom.answer(declined)
    assert (told.state, told.clause, told.reason) == ("declined", 3, "It is not about the story.")
    assert (told.appeal, told.appeal_until) == ("upheld", "")


def test_whoever_heard_an_appeal_may_give_reasons_of_their_own(newsroom, declined):
    newsroom.appeal(declined)
    newsroom.act(declined, "uphold", reason="I read it too.")
    newsroom.make()
    assert newsroom.answer(declined).reason == "I read it too."


def test_a_declined_comment_waits_again_and_its_writer_is_told_why(newsroom, declined):
    newsroom.appeal(declined)
    newsroom.act(declined, "overturn", reason="It is about the story.")
    newsroom.make()
    told = newsroom.answer(declined)
    assert (told.state, told.appeal, told.clause) == ("waiting", "overturned", None)
    assert told.reason == "It is about the story."
    newsroom.act(declined, "approve")
    newsroom.make_next()
    told = newsroom.answer(declined)
    assert (told.state, told.appeal) == ("published", "overturned")
    assert "As written." in newsroom.page(PAGE)


def test_another_refusal_after_it_may_be_appealed_anew(newsroom, declined):
    newsroom.appeal(declined)
    newsroom.act(declined, "overturn")
    newsroom.act(declined, "decline", clause=5)
    newsroom.make()
    told = newsroom.answer(declined)
    assert (told.state, told.clause, told.appeal) == ("declined", 5, "")
    assert told.appeal_until == "2026-12-07"


def test_an_edit_that_was_overturned_gives_the_writers_words_back(newsroom, edited):
    told = newsroom.answer(edited)
    assert (told.edited, told.appeal_until) == (True, "2026-12-07")
    newsroom.appeal(edited)
    newsroom.act(edited, "overturn", to_revision=1)
    newsroom.make()
    told = newsroom.answer(edited)
    assert (told.state, told.edited, told.appeal) == ("published", False, "overturned")
    page = newsroom.page(PAGE)
    assert "Call 555-0101." in page
    assert "comment-edited" not in page
    assert ledger.verify() is None


def test_an_edit_that_was_upheld_stays(newsroom, edited):
    newsroom.appeal(edited)
    newsroom.act(edited, "uphold")
    newsroom.make()
    told = newsroom.answer(edited)
    assert (told.edited, told.clause, told.appeal) == (True, 4, "upheld")
    assert told.appeal_until == ""


def test_a_removed_comment_comes_back_to_its_place(newsroom, removed):
    assert "As written." not in newsroom.page(PAGE)
    newsroom.appeal(removed)
    newsroom.act(removed, "overturn")
    newsroom.make()
    page = newsroom.page(PAGE)
    assert "As written." in page
    assert f'id="c-{removed}"' in page
    told = newsroom.answer(removed)
    assert (told.state, told.appeal, told.edition) == ("published", "overturned", 3)
    assert newsroom.faults() == []


def test_the_stub_of_a_removed_comment_stays_when_its_writer_withdraws_it(newsroom, removed):
    newsroom.appeal(removed)
    newsroom.act(removed, "withdraw")
    page = newsroom.page(PAGE)
    newsroom.make()
    assert newsroom.page(PAGE) == page
    assert newsroom.answer(removed).state == "withdrawn"
    assert newsroom.answer(removed).appeal == ""


def test_a_comment_removed_and_withdrawn_before_the_edition_leaves_no_words(newsroom):
    comment = newsroom.approved("As written.")
    newsroom.make()
    newsroom.act(comment, "remove", clause=2)
    newsroom.act(comment, "withdraw")
    newsroom.make_next()
    assert "As written." not in newsroom.page(PAGE)


def test_an_approval_cannot_be_appealed(newsroom):
    comment = newsroom.approved()
    newsroom.make()
    assert newsroom.answer(comment).appeal_until == ""
    assert not newsroom.appeal(comment)


def test_an_edition_remembers_whom_it_told(newsroom, declined):
    assert Comment.objects.get(pk=declined).told == 1


def test_a_changed_choice_of_group_holds_in_the_next_edition(guarded):
    comment = guarded.approved()
    for _ in range(4):
        assert guarded.make_next().edition is None, "the writer would rather wait"
    Comment.objects.filter(pk=comment).update(group="within-3-days")
    assert guarded.make_next().published == 1
