"""Appeals and changed choices at the door, and what a receipt that says nothing is answered."""

from __future__ import annotations

import json
from datetime import date, timedelta

import html5lib
import pytest

from letterslot.intake import handlers, knowledge, wishes
from letterslot.intake.handlers import Asked, Store
from letterslot.letterbox import letters
from letterslot.letterbox.receipts import Receipt
from letterslot.shelf.serve import ShelfReader

WORDS = "저는 사실만 적었습니다.\nI kept to the facts."


def opened(newsroom, row):
    number, epoch, envelope = row
    key = bytes(newsroom.epoch_key)
    letter = letters.read(envelope, number=number, epoch=epoch, private_key=key)
    return letters.open_wish(letter, key)


def asked(receipt, as_json=False, **fields) -> Asked:
    return Asked({"receipt": receipt.printed, **fields}, as_json)


def page_of(served):
    return html5lib.parse(served.body, namespaceHTMLElements=False, transport_encoding="utf-8")


@pytest.mark.parametrize(
    ("handler", "verb", "details"),
    [
        (wishes.appeal, "appeal", {"words": WORDS}),
        (wishes.group, "group", {"group": "within-3-days"}),
        (wishes.group, "group", {"group": "yes"}),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_what_is_asked_for_is_sealed_whole(
    door, printed, cast, handler, verb, details, as_json
) -> None:
    answered = handler(door, asked(cast["declined"], as_json, **details))

    assert isinstance(answered, Store)
    assert answered.served.status == 202
    wish = opened(printed, answered.row)
    assert (wish.verb, wish.details) == (verb, details)
    assert wish.receipt == cast["declined"].public_key
    if as_json:
        assert json.loads(answered.served.body) == {"accepted": verb}


def test_the_words_of_an_appeal_are_normalised_once(door, printed, cast) -> None:
    typed = "  e\u0301\r\nline\x07 "
    row = wishes.appeal(door, asked(cast["declined"], words=typed)).row
    assert opened(printed, row).details == {"words": "é\nline"}


BAD_WORDS = {
    "nothing": "",
    "blanks": " \n\u200b ",
    "too long": "x" * 1001,
    "too many bytes": "👩‍👩‍👧‍👦" * 400,
    "a receipt": "See 3XBW7 1REJB B5M7F 1MNHY JB7GP HT please",
}


@pytest.mark.parametrize("bad", BAD_WORDS)
def test_words_that_cannot_be_taken_are_given_back(door, cast, bad) -> None:
    words = BAD_WORDS[bad]
    served = wishes.appeal(door, asked(cast["declined"], words=words))
    told = wishes.appeal(door, asked(cast["declined"], True, words=words))

    assert (served.status, told.status) == (400, 400)
    assert json.loads(told.body)["field"] == "words"
    page = page_of(served)
    kept = page.find(".//textarea[@name='words']")
    assert (kept.text or "").strip("\n") == words.strip(" \n")
    assert kept.get("aria-invalid") == "true"
    assert page.find(".//input[@name='receipt']").get("value") == cast["declined"].printed


def test_the_longest_words_are_taken(door, printed, cast) -> None:
    longest = "가" * 1000
    row = wishes.appeal(door, asked(cast["declined"], words=longest)).row
    assert opened(printed, row).details == {"words": longest}


def test_a_mistyped_receipt_gives_the_words_back_too(door) -> None:
    fields = {"receipt": "7QK4M 2XH9T", "words": WORDS}
    served = wishes.appeal(door, Asked(fields, False))

    page = page_of(served)
    assert served.status == 400
    assert page.find(".//textarea[@name='words']").text.strip("\n") == WORDS
    box = page.find(".//input[@name='receipt']")
    assert (box.get("type"), box.get("value"), box.get("aria-invalid")) == (
        "text", "7QK4M 2XH9T", "true",
    )  # fmt: skip
    told = json.loads(wishes.appeal(door, Asked(fields, True)).body)
    assert told["field"] == "receipt"


@pytest.mark.parametrize("group", ["", "no", "Yes", "within-3-days "])
def test_a_group_that_does_not_exist_is_refused(door, cast, group) -> None:
    served = wishes.group(door, asked(cast["published"], group=group))
    told = wishes.group(door, asked(cast["published"], True, group=group))

    assert (served.status, told.status) == (400, 400)
    assert json.loads(told.body)["field"] == "group"
    assert {i.get("value") for i in page_of(served).iter("input") if i.get("name") == "group"} == {
        "yes", "within-3-days",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("handler", "fields"),
    [(wishes.appeal, {"words": WORDS}), (wishes.group, {"group": "yes"})],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_a_receipt_that_is_not_ours_is_answered_alike(door, cast, handler, fields, as_json) -> None:
    answered = [handler(door, asked(one, as_json, **fields)) for one in cast.values()]
    assert len({one.served.body for one in answered}) == 1
    assert len({len(one.row[2]) for one in answered}) == 1


def test_a_short_appeal_and_a_withdrawal_look_alike_in_the_spool(door, cast) -> None:
    appeal = wishes.appeal(door, asked(cast["declined"], words="No.")).row
    withdrawal = wishes.withdraw(door, asked(cast["declined"])).row
    assert [len(part) for part in appeal] == [len(part) for part in withdrawal]


def test_an_appeal_sent_again_is_the_same_row_whatever_it_says(door, cast) -> None:
    rows = [wishes.appeal(door, asked(cast["declined"], words=w)).row for w in ("One.", "Two.")]
    assert rows[0][0] == rows[1][0]


def test_an_appeal_against_a_later_answer_is_another_row(door, cast, monkeypatch) -> None:
    first = wishes.appeal(door, asked(cast["declined"], words="No.")).row
    answer = door.knowledge.answer(cast["declined"])
    later = type(answer)(**(vars(answer) | {"edition": 9}))
    monkeypatch.setattr(type(door.knowledge), "answer", lambda self, receipt: later)
    assert wishes.appeal(door, asked(cast["declined"], words="No.")).row[0] != first[0]


def test_every_change_of_choice_is_a_row_of_its_own(door, cast) -> None:
    """The last one counts, also when a reader goes back to the first."""
    rows = [wishes.group(door, asked(cast["published"], group="yes")).row for _ in range(2)]
    assert rows[0][0] != rows[1][0]


@pytest.mark.parametrize(("days", "may"), [(0, True), (1, False)])
def test_an_appeal_is_offered_up_to_its_last_day(door, cast, days, may) -> None:
    last_day = date.fromisoformat(door.knowledge.answer(cast["too late"]).appeal_until)
    today = door._replace(today=last_day + timedelta(days=days))
    told = json.loads(wishes.receipt(today, asked(cast["too late"], True)).body)
    assert ("appeal" in told["may"]) is may


def test_what_waits_may_change_its_group_under_guarded_alone(door, guarded, cast) -> None:
    for one, may in ((door, ["withdraw"]), (guarded.door(), ["group", "withdraw"])):
        told = json.loads(wishes.receipt(one, asked(cast["unknown"], True)).body)
        assert told["may"] == may


@pytest.mark.parametrize("whose", ["published", "declined", "upheld", "restored", "unknown"])
def test_the_page_offers_what_may_be_asked_for_and_nothing_else(guarded, cast, whose) -> None:
    door = guarded.door()
    told = json.loads(wishes.receipt(door, asked(cast[whose], True)).body)
    page = page_of(wishes.receipt(door, asked(cast[whose])))
    actions = [form.get("action") for form in page.iter("form")]
    assert actions == [f"/receipt/{verb}" for verb in told["may"]]


def test_a_heard_appeal_is_told_on_the_page(door, cast) -> None:
    upheld = wishes.receipt(door, asked(cast["upheld"])).body.decode()
    restored = wishes.receipt(door, asked(cast["restored"])).body.decode()
    assert "Your appeal was read, and the decision stands." in upheld
    assert "the decision against your comment was taken back." in restored


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("policy", ["prompt", "guarded"])
def test_waiting_and_unknown_are_alike_to_the_byte(printed, guarded, cast, as_json, policy) -> None:
    door = {"prompt": printed, "guarded": guarded}[policy].door()
    waiting, unknown = (
        Receipt.from_code_bytes(bytes([n]) * 16) for n in (7, 8)
    )  # nobody has told either of them anything
    pages = {
        wishes.receipt(door, asked(one, as_json)).body.replace(one.printed.encode(), b"CODE")
        for one in (waiting, unknown, cast["unknown"])
    }
    assert len(pages) == 1


WHOSE = ["published", "declined", "removed", "withdrawn", "unknown"]


@pytest.mark.parametrize("whose", WHOSE)
def test_one_answer_is_read_and_opened_whatever_is_asked(door, cast, monkeypatch, whose) -> None:
    """Neither the shelf nor the seal takes another way for a receipt that nobody issued."""
    done: list[str] = []
    reader, read, opening = door.knowledge._reader, ShelfReader.read_part, knowledge.open_answer
    monkeypatch.setattr(
        reader, "read_part", lambda *part: done.append("read") or read(reader, *part)
    )
    monkeypatch.setattr(
        knowledge, "open_answer", lambda *seal: done.append("open") or opening(*seal)
    )
    wishes.receipt(door, asked(cast[whose]))
    assert done == ["read", "open"]


@pytest.mark.parametrize("field", ["text", "name"])
def test_a_comment_that_holds_a_receipt_is_refused(door, cast, field) -> None:
    fields = {"story": "open", "text": "A text.", field: f"My code is {cast['unknown'].printed}"}
    served = handlers.preview(door, Asked(fields, True))
    assert served.status == 400
    assert json.loads(served.body)["field"] == field
