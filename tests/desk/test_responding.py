"""What the newsroom says in a thread: picks and answers, by keys, buttons and commands alike."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from letterslot.desk import answering, decisions, responding
from letterslot.discussion import ledger, wording
from letterslot.discussion.models import Comment, Decision
from letterslot.newsroom import publication

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Noon(datetime):
    """A day for which these tests have a key."""

    @classmethod
    def now(cls, tz=None):
        return NOW


@pytest.fixture
def at_noon(monkeypatch):
    monkeypatch.setattr(responding, "datetime", Noon)


@pytest.fixture
def signed_by(desk):
    """Gives the newsroom bylines."""
    settings = desk.data / publication.FILE

    def write(*bylines):
        said = settings.read_text().replace("bylines = []", f"bylines = {json.dumps(bylines)}")
        settings.write_text(said)

    return write


def answer(desk, by, comment, **changes):
    given = {"text": "We asked them.", "via": "desk", "now": NOW} | changes
    return answering.answer(comment_id=comment.pk, by=by, ring=desk.ring, data=desk.data, **given)


def picked(comment):
    return Comment.objects.values_list("picked", flat=True).get(pk=comment.pk)


def test_a_button_picks_and_the_same_button_takes_it_back(desk, ines):
    comment = desk.printed()
    pick = f"/comments/{comment.id}/pick/"
    answer = ines.post(pick, {"picked": "yes", "list": "page=2&story=bada&x=1"})
    assert answer["Location"] == f"/printed/?page=2&story=bada#p-{comment.id}"
    assert picked(comment)
    assert "No pick any more" in ines.get("/printed/").content.decode()
    answer = ines.post(pick, {"picked": "no"})
    assert answer["Location"] == f"/comments/{comment.id}/"
    assert not picked(comment)


def test_a_second_pick_is_no_race_lost_in_silence(desk, ines):
    comment = desk.printed()
    for status in (302, 409):
        answer = ines.post(f"/comments/{comment.id}/pick/", {"picked": "yes"})
        assert answer.status_code == status
    assert "It is an editors’ pick already." in answer.content.decode()


def test_picks_of_one_call_stand_or_fall_together(desk, people):
    printed, held = desk.printed(), desk.letter()
    facts = {"by": people["ines"], "via": "command", "ring": desk.ring, "data": desk.data}
    done = decisions.pick(ids=[printed.id, held.id], **facts)
    assert (done.done, len(done.refused), picked(printed)) == ([], 2, False)
    assert decisions.pick(ids=[printed.id], **facts).done == [printed.id]
    assert decisions.unpick(ids=[printed.id], **facts).done == [printed.id]
    assert decisions.pick(ids=[printed.id], **(facts | {"by": people["rosa"]})).refused


def test_an_answer_waits_for_its_edition_under_the_publications_name(desk, people):
    comment = desk.printed()
    (reply,) = answer(desk, people["ines"], comment, text="  We asked\r\nthem. ").done
    row = Comment.objects.get(pk=reply)
    assert (row.state, row.staff, row.reply_to, row.story_id, bytes(row.receipt)) == (
        "approved", True, comment.id, "east-quay", b"",
    )  # fmt: skip
    assert wording.of(row, desk.ring) == wording.Wording("Saltreach Courier", "We asked\nthem.")
    line = json.loads(list(ledger.export())[-1])
    assert (line["act"], line["by"], line["comment"]) == ("write", "ines", reply)
    assert ledger.verify() is None


def test_a_button_pressed_twice_answers_once(desk, people):
    comment, other = desk.printed(), desk.printed(place=1)
    first, again = (answer(desk, people["ines"], comment).done for _ in range(2))
    assert first == again
    assert Comment.objects.filter(staff=True).count() == 1
    for changes in ({"text": "We asked again."}, {}):
        assert answer(desk, people["ines"], comment, **changes).done != first
    assert answer(desk, people["ines"], other).done != first
    assert Comment.objects.filter(staff=True).count() == 4


def test_only_the_publications_bylines_sign_it(desk, people, signed_by):
    comment = desk.printed()
    signed_by("Noor Halvik, reporter", "The editors")
    assert answer(desk, people["ines"], comment, byline="ines").refused
    for byline, name in (("", "Noor Halvik, reporter"), ("The editors", "The editors")):
        (reply,) = answer(desk, people["ines"], comment, byline=byline).done
        assert wording.of(Comment.objects.get(pk=reply), desk.ring).name == name


def test_an_edit_gives_the_newsrooms_words_no_other_name(desk, people, signed_by):
    signed_by("Noor Halvik, reporter", "The editors")
    (reply,) = answer(desk, people["ines"], desk.printed()).done
    facts = {"by": people["ines"], "via": "desk", "ring": desk.ring, "data": desk.data}
    decisions.undo(ids=[reply], **facts)
    facts |= {"comment_id": reply, "text": "We asked again.", "clause": 2}
    assert decisions.edit(name="Mina", **facts).refused
    assert decisions.edit(name="The editors", **facts).done == [reply]


def test_what_cannot_be_answered_says_why(desk, people):
    held, printed = desk.letter(), desk.printed()
    for who, comment, changes in (
        ("ines", held, {}),
        ("rosa", printed, {}),
        ("ines", printed, {"text": " \n"}),
        ("ines", printed, {"text": "x" * 5001}),
        ("ines", printed, {"now": datetime(2031, 1, 1, tzinfo=UTC)}),
    ):
        done = answer(desk, people[who], comment, **changes)
        assert (done.done, done.refused[0][0]) == ([], comment.id)
    assert Comment.objects.filter(staff=True).count() == 0


def test_the_page_asks_for_the_words_and_keeps_them_where_something_is_wrong(
    desk, ines, at_noon, signed_by
):
    signed_by("Noor Halvik, reporter")
    comment = desk.printed("Who checks the scales?")
    address = f"/comments/{comment.id}/answer/"
    assert "Who checks the scales?" in ines.get(address).content.decode()
    faulty = ines.post(address, {"text": "kept " * 1100, "byline": "Noor Halvik, reporter"})
    assert (faulty.status_code, "kept kept" in faulty.content.decode()) == (400, True)
    sent = ines.post(address, {"text": "We asked.", "byline": "Noor Halvik, reporter"})
    reply = Comment.objects.get(staff=True)
    assert sent["Location"] == f"/comments/{reply.id}/"
    page = ines.get(sent["Location"]).content.decode()
    assert "Approved: it comes out with an edition." in page
    assert "wrote it as the newsroom" in page


def test_an_answer_is_taken_back_before_its_edition_like_any_approval(desk, people):
    (reply,) = answer(desk, people["ines"], desk.printed()).done
    facts = {"by": people["ines"], "via": "desk", "ring": desk.ring, "data": desk.data}
    assert decisions.undo(ids=[reply], **facts).done == [reply]
    assert Comment.objects.get(pk=reply).state == "held"
    assert Decision.objects.filter(comment=reply).count() == 2
    assert ledger.verify() is None


def test_the_newsrooms_own_words_are_no_pick(desk, ines, people):
    (reply,) = answer(desk, people["ines"], desk.printed()).done
    ledger.act(reply, "publish", hand=ledger.Hand(via="press"), slot=1)
    answered = ines.post(f"/comments/{reply}/pick/", {"picked": "yes"})
    assert (answered.status_code, picked(Comment.objects.get(pk=reply))) == (409, False)


def test_a_name_like_a_byline_is_signalled(desk, ines, signed_by):
    signed_by("Noor Halvik, reporter")
    comment = desk.letter(name="N00r Halvik")
    page = ines.get(f"/comments/{comment.id}/").content.decode()
    assert "Noor Halvik" in page
