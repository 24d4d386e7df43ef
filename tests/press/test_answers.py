"""What receipts are told, with which edition, and who can read it."""

from __future__ import annotations

import secrets

import pytest

from letterslot.discussion.models import Answer as StoredAnswer
from letterslot.discussion.models import Comment, Decision
from letterslot.letterbox.receipts import Answer, Receipt, open_answer
from letterslot.letterbox.sealing import SealingError
from letterslot.press import answers


def on_shelf(newsroom, edition, receipt):
    """The sealed answer as a door finds it in the files of an edition."""
    index = (newsroom.shelf / f"answers/{edition}.idx").read_bytes()
    content = (newsroom.shelf / f"answers/{edition}.bin").read_bytes()
    ids = [index[n : n + 16] for n in range(0, len(index), 16)]
    if receipt.answer_id not in ids:
        return None
    start = ids.index(receipt.answer_id) * 1024
    return content[start : start + 1024]


def test_a_published_comments_receipt_is_told_its_address(newsroom):
    comment = newsroom.approved()
    newsroom.make()
    receipt = newsroom.receipts[comment]
    told = open_answer(on_shelf(newsroom, 1, receipt), receipt)
    assert told == Answer(
        state="published",
        address=f"stories/harvest/comments/1/#c-{comment}",
        edition=1,
        language="en",
    )


def test_a_declined_comments_receipt_is_told_clause_and_reason(newsroom):
    comment = newsroom.letter()
    newsroom.act(comment, "decline", clause=3, reason="It is not about the story.")
    newsroom.make()
    assert newsroom.answer(comment) == Answer(
        state="declined",
        clause=3,
        reason="It is not about the story.",
        edition=1,
        language="en",
        appeal_until="2026-12-07",
    )


def test_an_edited_comments_receipt_is_told_of_the_edit(newsroom):
    comment = newsroom.letter("Call 555-0101.")
    newsroom.edit(comment, "Call […].", clause=4)
    newsroom.make()
    told = newsroom.answer(comment)
    assert (told.state, told.edited, told.clause) == ("published", True, 4)


def test_an_edit_after_printing_is_told_with_the_edition_that_prints_it(newsroom):
    comment = newsroom.approved("Call 555-0101.")
    newsroom.make()
    assert newsroom.answer(comment).edited is False
    newsroom.edit(comment, "Call […].", clause=4)
    newsroom.make_next()
    told = newsroom.answer(comment)
    assert (told.state, told.edited, told.clause, told.edition) == ("published", True, 4, 2)


def test_an_edit_that_was_taken_back_is_not_told(newsroom):
    comment = newsroom.letter("As written.")
    newsroom.edit(comment, "Otherwise.", clause=4)
    newsroom.undo_edit(comment)
    newsroom.act(comment, "approve")
    newsroom.make()
    told = newsroom.answer(comment)
    assert (told.edited, told.clause) == (False, None)
    assert "As written." in newsroom.page("stories/harvest/index.html")


def test_a_removed_comments_receipt_is_told_why(newsroom):
    comment = newsroom.approved()
    newsroom.make()
    newsroom.act(comment, "remove", clause=2, reason="It names a child.")
    newsroom.make_next()
    assert newsroom.answer(comment) == Answer(
        state="removed",
        clause=2,
        reason="It names a child.",
        edition=2,
        language="en",
        appeal_until="2026-12-07",
    )


@pytest.mark.parametrize("printed_first", [True, False])
def test_a_withdrawn_comments_receipt_is_told_so_and_nothing_else(newsroom, printed_first):
    comment = newsroom.approved()
    if printed_first:
        newsroom.make()
        newsroom.next_slot()
    newsroom.act(comment, "withdraw")
    result = newsroom.make()
    assert result.removed == int(printed_first)
    assert newsroom.answer(comment) == Answer(
        state="withdrawn", edition=2 if printed_first else 1, language="en"
    )


def test_what_waits_is_told_nothing(guarded):
    waiting = guarded.approved()
    held = guarded.letter()
    assert guarded.make().edition is None
    assert guarded.answer(waiting) is None
    assert guarded.answer(held) is None


def test_an_answer_is_told_once(newsroom):
    newsroom.act(newsroom.letter(), "decline", clause=1)
    assert newsroom.make().answers == 1
    assert Comment.objects.filter(answer_due=True).count() == 0
    assert newsroom.make_next().why == "Nothing is due."


def test_no_other_receipt_opens_an_answer(newsroom):
    comment = newsroom.approved()
    newsroom.make()
    sealed = on_shelf(newsroom, 1, newsroom.receipts[comment])
    with pytest.raises(SealingError):
        open_answer(sealed, Receipt(secrets.token_bytes(16)))


@pytest.mark.parametrize(("real", "all_of_them"), [(1, 32), (32, 32), (33, 64)])
def test_answers_are_filled_up_with_dummies(newsroom, real, all_of_them):
    newsroom.approve_many(real)
    newsroom.make()
    assert (newsroom.shelf / "answers/1.bin").stat().st_size == all_of_them * 1024
    assert (newsroom.shelf / "answers/1.idx").stat().st_size == all_of_them * 16


def test_a_comment_without_a_receipt_is_printed_and_told_nothing(newsroom):
    comment = newsroom.approved()
    Comment.objects.filter(pk=comment).update(receipt=b"")
    result = newsroom.make()
    assert (result.published, result.answers) == (1, 0)


def test_two_comments_with_one_receipt_stop_no_edition(newsroom):
    one, other = newsroom.approved(), newsroom.approved()
    Comment.objects.filter(pk=other).update(receipt=newsroom.receipts[one].public_key)
    result = newsroom.make()
    assert (result.published, result.answers) == (2, 1)
    assert StoredAnswer.objects.count() == 1


def test_a_reason_too_long_for_an_answer_is_cut_between_characters(newsroom):
    comment = newsroom.letter()
    newsroom.act(comment, "decline", clause=1, reason="돌" * 300)
    newsroom.make()
    assert newsroom.answer(comment).reason == "돌" * 200


def test_a_reason_whose_key_is_destroyed_is_left_out(newsroom):
    comment = newsroom.letter()
    newsroom.act(comment, "decline", clause=1, reason="Gone.")
    Comment.objects.filter(pk=comment).update(epoch="2020-01-01")
    newsroom.make()
    told = newsroom.answer(comment)
    assert (told.state, told.clause, told.reason) == ("declined", 1, "")


def test_the_last_decision_is_the_one_that_is_told(newsroom):
    comment = newsroom.letter()
    newsroom.act(comment, "decline", clause=1, reason="First thought.")
    newsroom.act(comment, "undo")
    newsroom.act(comment, "decline", clause=5, reason="Second thought.")
    newsroom.make()
    assert (newsroom.answer(comment).clause, newsroom.answer(comment).reason) == (
        5,
        "Second thought.",
    )
    assert Decision.objects.filter(comment=comment).count() == 3


def test_a_reply_on_its_own_page_has_its_address_there(newsroom):
    root = newsroom.approved()
    newsroom.make()
    newsroom.approve_many(21, reply_to=root)
    newsroom.make_next()
    told = {newsroom.answer(one).address.split("/#")[0] for one in newsroom.receipts if one != root}
    assert told == {"stories/harvest/comments/1", f"stories/harvest/replies/{root}"}


def test_dummies_are_the_same_when_an_edition_is_set_again(newsroom):
    newsroom.approved()
    newsroom.make()
    edition = StoredAnswer.objects.get().edition
    assert answers.printed(edition) == answers.printed(edition)
    assert len(answers.printed(edition)) == 32
