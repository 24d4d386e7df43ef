"""What a receipt is answered with, and what its holder may wish for."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from letterslot.intake import handlers, wishes
from letterslot.intake.handlers import Asked, Store
from letterslot.letterbox import letters
from letterslot.letterbox.receipts import Receipt

TOLD = [
    ("published", "published", None, ["withdraw"]),
    ("edited", "published", 4, ["refuse-edit", "appeal", "withdraw"]),
    ("declined", "declined", 1, ["appeal", "withdraw"]),
    ("removed", "removed", 1, ["appeal", "withdraw"]),
    ("too late", "declined", 1, []),
    ("upheld", "declined", 1, []),
    ("restored", "waiting", None, ["withdraw"]),
    ("withdrawn", "withdrawn", None, []),
    ("unknown", "waiting", None, ["withdraw"]),
]


@pytest.mark.parametrize(("whose", "state", "clause", "may"), TOLD, ids=[row[0] for row in TOLD])
def test_a_receipt_shows_what_became_of_its_comment(door, cast, whose, state, clause, may) -> None:
    served = wishes.receipt(door, Asked({"receipt": cast[whose].printed}, True))

    told = json.loads(served.body)
    assert served.status == 200
    assert told.keys() == {"state", "clause", "reason", "address", "may"}
    assert (told["state"], told["clause"], told["may"]) == (state, clause, may)


@pytest.mark.parametrize("whose", ["published", "declined"])
def test_the_address_of_a_printed_comment_begins_at_the_root(door, cast, whose) -> None:
    served = wishes.receipt(door, Asked({"receipt": cast[whose].printed}, True))

    starts = {"published": "/stories/", "declined": ""}[whose]
    address = json.loads(served.body)["address"]
    assert address.startswith(starts)
    assert bool(address) == bool(starts)


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("language", ["en", "ko", "xx"])
def test_every_answer_to_a_receipt_has_one_size(door, cast, language, as_json) -> None:
    asked = [
        Asked({"receipt": receipt.printed, "language": language}, as_json)
        for receipt in cast.values()
    ]

    served = [wishes.receipt(door, one) for one in asked]

    assert {one.status for one in served} == {200}
    assert len({len(one.body) for one in served}) == 1
    assert all(one.headers == served[0].headers for one in served)


def test_a_receipt_may_be_typed_as_people_type(door, cast) -> None:
    typed = cast["published"].printed.lower().replace(" ", "-").replace("0", "o").replace("1", "l")

    served = wishes.receipt(door, Asked({"receipt": typed}, True))

    assert json.loads(served.body)["state"] == "published"


HANDLERS = [wishes.receipt, wishes.withdraw, wishes.refuse_edit]


@pytest.mark.parametrize("handler", HANDLERS)
@pytest.mark.parametrize(
    "typed", ["", "x", "7QK4M 2XH9T RCVD6 P3WNE 8AFBZ 5J", "é" * 27, "0" * 500]
)
def test_a_mistyped_receipt_is_named_as_such(door, handler, typed) -> None:
    served = handler(door, Asked({"receipt": typed}, False))
    told = handler(door, Asked({"receipt": typed}, True))

    assert (served.status, told.status) == (400, 400)
    assert json.loads(told.body)["field"] == "receipt"


@pytest.mark.parametrize(
    ("handler", "verb"),
    [(wishes.withdraw, "withdraw"), (wishes.refuse_edit, "refuse-edit")],
)
def test_a_wish_is_sealed_and_proves_who_holds_the_receipt(
    door, printed, cast, handler, verb
) -> None:
    answered = handler(door, Asked({"receipt": cast["edited"].printed}, False))

    assert isinstance(answered, Store)
    assert answered.served.status == 202
    number, epoch, envelope = answered.row
    key = bytes(printed.epoch_key)
    letter = letters.read(envelope, number=number, epoch=epoch, private_key=key)
    wish = letters.open_wish(letter, key)
    assert (wish.verb, wish.receipt) == (verb, cast["edited"].public_key)


@pytest.mark.parametrize("handler", [wishes.withdraw, wishes.refuse_edit])
def test_a_wish_for_a_receipt_that_is_not_ours_is_answered_alike(door, cast, handler) -> None:
    ours = handler(door, Asked({"receipt": cast["published"].printed}, False))
    other = handler(door, Asked({"receipt": cast["unknown"].printed}, False))

    assert ours.served == other.served
    assert len(ours.row[2]) == len(other.row[2])


def test_a_wish_and_a_comment_look_alike_in_the_spool(door, cast) -> None:
    preview = handlers.preview(door, Asked({"story": "open", "text": "Short."}, True))
    token = json.loads(preview.body)["token"]
    sent = {"story": "open", "text": "Short.", "token": token}

    comment = handlers.comment(door, Asked(sent, True)).row
    wish = wishes.withdraw(door, Asked({"receipt": cast["published"].printed}, True)).row

    assert [len(part) for part in comment] == [len(part) for part in wish]


def test_a_repeated_wish_is_the_same_row_all_day_and_another_one_tomorrow(door, cast) -> None:
    asked = Asked({"receipt": cast["published"].printed}, False)
    tomorrow = door._replace(today=door.today + timedelta(days=1))

    first, again = wishes.withdraw(door, asked).row, wishes.withdraw(door, asked).row

    assert first[0] == again[0]
    assert first[0] != wishes.withdraw(tomorrow, asked).row[0]
    assert first[0] != wishes.refuse_edit(door, asked).row[0]


def test_the_number_of_a_wish_tells_nothing_of_the_receipt(cast) -> None:
    numbers = {
        wishes.wish_number(Receipt.from_code_bytes(bytes([n]) * 16), "withdraw", "2026-11-23")
        for n in range(200)
    }

    assert len(numbers) == 200
    assert all(len(number) == 16 for number in numbers)


def test_without_a_key_for_today_a_wish_is_not_stored(newsroom, cast) -> None:
    newsroom.print(keys=1)

    served = wishes.withdraw(newsroom.door(), Asked({"receipt": cast["edited"].printed}, False))

    assert served.status == 503
    assert b"not stored" in served.body.lower()
