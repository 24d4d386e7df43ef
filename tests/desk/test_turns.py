"""Whose turn it is: oldest first, stories in turn, and nobody given what a colleague has."""

from __future__ import annotations

from django.conf import settings

from letterslot.desk import turns
from letterslot.desk.claims import MINUTES, claims
from letterslot.desk.filters import Filters
from letterslot.desk.memory import memory
from letterslot.desk.queue import Choice
from letterslot.desk.turns import Turn
from letterslot.discussion.models import Comment
from letterslot.letterbox.keyholder import keyholder

NOW = 29_000_000


def turn(by: str = "ines", **facts) -> Turn:
    memory.refresh(keyholder.ring, settings.DATA)
    return Turn(**({"by": by, "now": NOW, "choice": Choice(Filters())} | facts))


def order(after: str = "") -> list[str]:
    return [place.id for place in turn().choice.next(after=after, most=20)]


def test_the_oldest_slot_comes_first(desk):
    for slot in (3, 1, 2):
        desk.letter(comment_id=f"s{slot}", slot=slot)
    assert order() == ["s1", "s2", "s3"]


def test_within_a_slot_the_stories_take_turns(desk):
    for number in range(4):
        desk.letter(comment_id=f"q{number}", story="east-quay")
    for number in range(2):
        desk.letter(comment_id=f"b{number}", story="bada")
    desk.letter(comment_id="older", story="east-quay", slot=0)
    assert order() == ["older", "b0", "q0", "b1", "q1", "q2", "q3"]
    assert order(after="bada") == ["older", "q0", "b0", "q1", "b1", "q2", "q3"]


def test_a_page_claims_what_it_shows_and_lets_the_rest_go(desk):
    for number in range(5):
        desk.letter(comment_id=f"c{number}", slot=number)
    first = turns.begin(turn())
    assert (first.open.id, first.following.id) == ("c0", "c1")
    assert set(claims.of_others("tomas", NOW)) == {"c0", "c1"}
    turns.begin(turn(), Comment.objects.get(pk="c3"))
    assert set(claims.of_others("tomas", NOW)) == {"c0", "c3"}


def test_a_colleague_is_given_other_comments_and_sees_who_has_these(desk):
    for number in range(5):
        desk.letter(comment_id=f"c{number}", slot=number)
    turns.begin(turn("ines"))
    theirs = turns.begin(turn("tomas"))
    assert (theirs.open.id, theirs.following.id) == ("c2", "c3")
    assert theirs.taken == {"c0": "ines", "c1": "ines"}
    assert [one.id for one in theirs.waiting][:2] == ["c0", "c1"]


def test_what_a_colleague_has_open_does_not_open(desk):
    comment = desk.letter()
    turns.begin(turn("ines"))
    assert turns.begin(turn("tomas"), comment).is_taken == "ines"
    assert turns.begin(turn("tomas")).open is None


def test_a_claim_that_ran_out_is_free(desk):
    comment = desk.letter()
    turns.begin(turn("ines"))
    later = turn("tomas", now=NOW + MINUTES)
    assert turns.begin(later).open == comment


def test_what_was_skipped_comes_when_nothing_else_waits(desk):
    one, other = desk.letter(slot=1), desk.letter(slot=2)
    assert turns.begin(turn(passed={one.id})).open == other
    assert turns.begin(turn(passed={one.id, other.id})).open is not None


def test_who_only_reads_claims_nothing(desk):
    desk.letter()
    assert turns.begin(turn("rosa", claims=False)).open is not None
    assert claims.of_others("ines", NOW) == {}
