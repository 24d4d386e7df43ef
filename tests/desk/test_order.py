"""The order in which held comments come."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from letterslot.desk.order import Order, Place


def place(comment_id: str, *, slot: int = 1, story: str = "quay") -> Place:
    return Place(comment_id, slot, story, "ko" if story == "bada" else "en", "")


def ids(order: Order, *, after: str = "", most: int = 20, choose=None) -> list[str]:
    return [one.id for one in order.next(after=after, most=most, choose=choose)]


def filled(*places: Place) -> Order:
    order = Order()
    for one in places:
        order.put(one)
    return order


def test_stories_take_turns_in_a_slot_beginning_beyond_the_last():
    order = filled(*(place(f"q{n}") for n in range(3)), place("b0", story="bada"))
    assert ids(order) == ["b0", "q0", "q1", "q2"]
    assert ids(order, after="bada") == ["q0", "b0", "q1", "q2"]
    assert ids(order, after="quay", most=2) == ["b0", "q0"]


def test_what_is_put_in_twice_stands_once_and_what_is_unknown_leaves_nothing_behind():
    order = filled(place("a"), place("a"))
    order.take_out("nobody")
    assert ids(order) == ["a"]
    order.take_out("a")
    assert (ids(order), order.counts()) == ([], {})


def test_those_chosen_are_counted_by_story_and_language():
    order = filled(place("a"), place("b", story="bada"), place("c", story="bada", slot=2))
    assert order.counts() == {("quay", "en"): 1, ("bada", "ko"): 2}
    assert order.counts(lambda one: one.slot == 2) == {("bada", "ko"): 1}
    assert [one.id for one in order.places(["c", "nobody", "b"])] == ["b", "c"]


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abc")), max_size=30),
    st.sets(st.integers(0, 29)),
    st.sampled_from(["", "a", "b", "c", "d"]),
)
def test_every_comment_comes_once_oldest_slot_first_and_no_story_waits_two_rounds(
    rows, gone, after
):
    order = filled(*(place(f"{n:02}", slot=s, story=story) for n, (s, story) in enumerate(rows)))
    for number in gone:
        order.take_out(f"{number:02}")
    came = order.next(after=after, most=100)
    left = {f"{n:02}" for n in range(len(rows))} - {f"{n:02}" for n in gone}
    assert {one.id for one in came} == left
    assert len(came) == len(left)
    assert [one.slot for one in came] == sorted(one.slot for one in came)
    for slot in {one.slot for one in came}:
        turns = [one.story for one in came if one.slot == slot]
        rounds = [turns[:at].count(story) for at, story in enumerate(turns)]
        assert rounds == sorted(rounds)
