"""Many comments in a list, decided together."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from letterslot.desk.claims import claims, minute
from letterslot.discussion.models import Comment, Decision

LIST = "/queue/list/"


def together(client, decision: str, *comments, **fields):
    chosen = [f"{one.id}:{one.revision}" for one in comments]
    return client.post(f"{LIST}decide/", {"decision": decision, "chosen": chosen} | fields)


def open_at_ines() -> frozenset[str]:
    return claims.of("ines", minute(datetime.now(UTC)))


def states() -> list[str]:
    return list(Comment.objects.order_by("slot").values_list("state", flat=True))


def test_a_list_shows_every_word_and_claims_what_it_shows(desk, ines):
    letters = [desk.letter(f"Text {n}. " + "word " * 300, slot=n) for n in range(3)]
    page = ines.get(LIST).content.decode()
    assert re.findall(r"Text \d", page) == ["Text 0", "Text 1", "Text 2"]
    assert page.count("word ") >= 900
    assert open_at_ines() == {one.id for one in letters}


def test_one_reason_for_many(desk, ines):
    letters = [desk.letter(slot=n) for n in range(3)]
    answer = together(ines, "decline", *letters[:2], clause=5, reason="Many sent this.")
    assert (answer.status_code, states()) == (302, ["declined", "declined", "held"])
    assert set(Decision.objects.values_list("clause", flat=True)) == {5}


def test_all_that_the_page_showed_and_nothing_else(desk, ines):
    shown, new = desk.letter(slot=1), desk.letter(slot=2)
    together(ines, "approve", all="yes", shown=[f"{shown.id}:1"])
    assert states() == ["approved", "held"]
    assert new.state == "held"


def test_one_that_changed_meanwhile_stops_all_and_is_named(desk, ines, tomas):
    one, other = desk.letter(slot=1), desk.letter(slot=2)
    together(tomas, "decline", other, clause=2)
    answer = together(ines, "approve", one, other)
    page = answer.content.decode()
    assert (answer.status_code, states()) == (409, ["held", "declined"])
    assert "tomas declined this comment meanwhile." in page
    assert re.search(rf'value="{one.id}:1" checked', page)


def test_a_wording_that_was_not_seen_is_not_decided(desk, ines):
    comment = desk.letter()
    comment.revision = 7
    assert together(ines, "approve", comment).status_code == 409
    assert states() == ["held"]


def test_what_a_colleague_reads_is_not_decided_and_not_shown(desk, ines, tomas):
    comment = desk.letter("Tomas reads this.")
    tomas.get("/queue/")
    page = ines.get(LIST).content.decode()
    assert ("tomas has it open" in page, "Tomas reads this." in page) == (True, False)
    answer = together(ines, "approve", comment)
    assert (answer.status_code, states()) == (409, ["held"])
    assert "tomas has this comment open now." in answer.content.decode()


def test_choosing_nothing_says_so(desk, ines):
    desk.letter()
    answer = together(ines, "approve")
    assert (answer.status_code, states()) == (400, ["held"])
    assert "Choose the comments first" in answer.content.decode()


def test_declining_together_needs_a_clause(desk, ines):
    answer = together(ines, "decline", desk.letter())
    assert (answer.status_code, states()) == (400, ["held"])


def test_what_was_decided_together_is_taken_back_together(desk, ines):
    letters = [desk.letter(slot=n) for n in range(3)]
    together(ines, "approve", *letters)
    page = ines.get(LIST).content.decode()
    assert "<b>3 comments</b>" in page
    ines.post(f"{LIST}undo/")
    assert states() == ["held"] * 3


def test_decisions_that_still_can_be_are_taken_back_from_the_list(desk, ines, tomas):
    mine, theirs = desk.letter("Mine.", slot=1), desk.letter("Theirs.", slot=2)
    together(ines, "approve", mine)
    together(tomas, "approve", theirs)
    page = ines.get(f"{LIST}?state=approved&mine=yes").content.decode()
    assert ("Mine." in page, "Theirs." in page) == (True, False)
    ines.post(f"{LIST}decide/?state=approved", {"decision": "undo", "chosen": f"{mine.id}:1"})
    assert states() == ["held", "approved"]


def test_letters_that_say_the_same_stand_together(desk, ines):
    words = "Everybody should write to the harbour master about the scales at once."
    twins = [desk.letter(words, slot=n) for n in range(3)]
    desk.letter("Something else altogether.", slot=9)
    page = ines.get(f"{LIST}?group={twins[0].id}").content.decode()
    assert len(re.findall(r'name="chosen"', page)) == 3
    assert "Say the same: 3" in page


def test_a_view_by_signal_shows_what_has_it(desk, ines):
    desk.letter("Write to mina@example.org.", slot=1)
    desk.letter("Nothing here at all.", slot=2)
    page = ines.get(f"{LIST}?signal=email").content.decode()
    assert ("mina@example.org" in page, "Nothing here" in page) == (True, False)


def test_withdrawn_words_stay_hidden_in_a_list(desk, ines):
    from letterslot.discussion import ledger

    comment = desk.letter("Please forget this.")
    ledger.act(comment.id, "withdraw", hand=ledger.Hand(role="writer", via="receipt"), slot=1)
    page = ines.get(f"{LIST}?state=withdrawn").content.decode()
    assert ("Please forget this." in page, "The writer took this comment back." in page) == (
        False, True,
    )  # fmt: skip


def test_a_long_list_goes_on_and_no_page_is_large(desk, ines):
    for n in range(30):
        desk.letter("Word after word. " * 290, slot=n)
    first = ines.get(LIST).content.decode()
    assert len(first) < 100_000
    further = re.search(r'href="(\?after=\w+)"', first)[1]
    second = ines.get(LIST + further).content.decode()
    shown = [re.findall(r'id="e-(\w+)"', page) for page in (first, second)]
    assert shown[0]
    assert shown[1]
    assert set(shown[0]).isdisjoint(shown[1])
    assert open_at_ines() == set(shown[1])


@pytest.mark.parametrize(
    "text", ['"' * 5000, "<" * 5000, ("mina@example.org " * 290)[:4990], "e\u0301" * 4900]
)
def test_no_letter_makes_a_page_large(desk, ines, text):
    for n in range(6):
        desk.letter(text, name='"' * 80, slot=n)
    assert len(ines.get("/queue/").content) < 100_000
    assert len(ines.get(LIST).content) < 100_000
