"""Writing a comment, with the handlers as pure functions: fields in, answer or row out."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import html5lib
import pytest

from letterslot.intake import handlers, knowledge
from letterslot.intake.handlers import Asked, Store
from letterslot.letterbox import letters
from letterslot.letterbox.receipts import Receipt

COMMENT = {"story": "open", "text": "It is raining.", "name": "Maria"}


def html(served):
    return html5lib.parse(served.body, namespaceHTMLElements=False)


def hidden(served, path="/comment"):
    """The fields of the form that goes to `path`, as a browser would send them."""
    form = next(f for f in html(served).iter("form") if f.get("action") == path)
    return {i.get("name"): i.get("value", "") for i in form.iter("input") if i.get("name")}


def previewed(door, **changes):
    served = handlers.preview(door, Asked(COMMENT | changes, False))
    assert served.status == 200
    return hidden(served)


def error(served):
    return json.loads(served.body)


@pytest.fixture
def later(door):
    """The same door, days later."""

    def days_later(days: int):
        passed = timedelta(days=days)
        return door._replace(today=door.today + passed, day=door.day + passed)

    return days_later


def test_the_preview_shows_the_text_and_stores_nothing(door) -> None:
    served = handlers.preview(door, Asked(COMMENT, False))

    assert served.status == 200
    proof = next(e for e in html(served).iter("div") if e.get("class") == "comment-text")
    assert "".join(proof.itertext()) == "It is raining."


def test_the_preview_in_json_has_a_token_warnings_and_a_cleaned_text(door) -> None:
    text = "Ring +44 20 7946 0958 at noon"

    served = handlers.preview(door, Asked(COMMENT | {"text": text}, True))

    told = json.loads(served.body)
    assert told.keys() == {"token", "warnings", "text_suggested"}
    assert told["text_suggested"] == "Ring […] at noon"
    assert told["warnings"] == [
        {"kind": "telephone", "start": 5, "end": 21, "passage": "+44 20 7946 0958"}
    ]


def test_what_the_preview_hands_out_is_taken_and_sealed(door, printed) -> None:
    answered = handlers.comment(door, Asked(previewed(door, reply_to="b1"), False))

    assert isinstance(answered, Store)
    assert answered.served.status == 201
    number, epoch, envelope = answered.row
    letter = letters.read(
        envelope, number=number, epoch=epoch, private_key=bytes(printed.epoch_key)
    )
    assert (letter.story, letter.text, letter.name) == ("open", "It is raining.", "Maria")
    assert (letter.reply_to, letter.group, letter.edits) == ("b1", "yes", True)
    assert letter.language == "en"


def test_the_receipt_on_the_page_holds_the_key_in_the_letter(door, printed) -> None:
    fields = previewed(door)
    page = handlers.comment(door, Asked(fields, False))
    told = handlers.comment(door, Asked(fields, True))

    code = next(e for e in html(page.served).iter() if e.get("id") == "receipt")
    shown = "".join(code.itertext())
    assert shown == json.loads(told.served.body)["receipt"]
    number, epoch, envelope = page.row
    letter = letters.read(
        envelope, number=number, epoch=epoch, private_key=bytes(printed.epoch_key)
    )
    assert letter.receipt == Receipt.parse(shown).public_key


def test_the_same_token_gives_the_same_row_and_receipt_the_next_day_too(door, later) -> None:
    fields = previewed(door)

    first = handlers.comment(door, Asked(fields, True))
    again = handlers.comment(later(1), Asked(fields, True))

    assert first.row[0] == again.row[0]
    assert first.served.body == again.served.body


def test_a_token_is_refused_on_the_third_day_with_a_fresh_preview(door, later) -> None:
    fields = previewed(door)

    served = handlers.comment(later(2), Asked(fields, False))

    assert served.status == 400
    fresh = hidden(served)
    assert fresh["text"] == "It is raining."
    assert isinstance(handlers.comment(later(2), Asked(fresh, False)), Store)


@pytest.mark.parametrize("token", ["", "x", "A" * 92, "é" * 92, "A" * 10_000])
def test_without_a_good_token_there_is_a_fresh_preview(door, token) -> None:
    served = handlers.comment(door, Asked(COMMENT | {"token": token}, False))

    assert served.status == 400
    assert isinstance(handlers.comment(door, Asked(hidden(served), False)), Store)
    told = handlers.comment(door, Asked(COMMENT | {"token": token}, True))
    assert (told.status, error(told)["field"]) == (400, "token")


@pytest.mark.parametrize(
    "changed",
    [{"text": "Sun"}, {"name": "Bo"}, {"story": "korean"}, {"reply_to": "b1"}, {"edits": "no"}],
    ids=lambda changed: next(iter(changed)),
)
def test_other_fields_with_a_good_token_are_409_with_a_fresh_preview(door, changed) -> None:
    fields = previewed(door) | changed

    served = handlers.comment(door, Asked(fields, False))

    assert served.status == 409
    fresh = hidden(served)
    assert fresh | changed == fresh
    assert isinstance(handlers.comment(door, Asked(fresh, False)), Store)
    told = handlers.comment(door, Asked(fields, True))
    assert (told.status, error(told)["field"]) == (409, "token")


def test_line_ends_and_normal_forms_are_no_change_of_the_text(door) -> None:
    fields = previewed(door, text="Cafe\u0301\nat noon")

    answered = handlers.comment(door, Asked(fields | {"text": "Café\r\nat noon "}, False))

    assert isinstance(answered, Store)


def test_a_token_is_good_even_if_the_story_closes_meanwhile(newsroom) -> None:
    fields = previewed(newsroom.door())

    newsroom.print(close="open")

    assert isinstance(handlers.comment(newsroom.door(), Asked(fields, False)), Store)
    assert handlers.preview(newsroom.door(), Asked(COMMENT, False)).status == 409
    assert handlers.comment(newsroom.door(), Asked(COMMENT, False)).status == 409


def test_the_last_day_ends_with_the_newsrooms_midnight_and_not_with_utcs(door) -> None:
    comment = Asked(COMMENT | {"story": "last-day"}, False)
    west = door._replace(today=door.today + timedelta(days=1))  # there it is still yesterday
    east = door._replace(day=door.day + timedelta(days=1))

    assert handlers.preview(west, comment).status == 200
    assert handlers.preview(east, comment).status == 409


@pytest.mark.parametrize(
    ("zone", "day"),
    [("UTC", 23), ("America/Toronto", 22), ("Asia/Seoul", 23), ("Nowhere/Else", 23)],
)
def test_the_newsrooms_day_is_that_of_its_zone(zone, day) -> None:
    told = knowledge._zone({"zone": zone})
    early = datetime(2026, 11, 23, 3, tzinfo=UTC)
    assert early.astimezone(told).day == day


def test_a_story_is_open_on_its_last_day_and_closed_the_day_after(door, later) -> None:
    comment = COMMENT | {"story": "last-day"}

    assert handlers.preview(door, Asked(comment, False)).status == 200
    assert handlers.preview(later(1), Asked(comment, False)).status == 409


FAULTY = [
    ({"text": ""}, "text", "an empty text"),
    ({"text": " \n\u200b\t "}, "text", "a text of nothing to see"),
    ({"text": "x" * 5_001}, "text", "a text of 5,001 characters"),
    ({"text": "é" * 14_337}, "text", "a text of more than 28 KiB"),
    ({"text": "한" * 5_001}, "text", "a Korean text of 5,001 characters"),
    ({"text": "See 0R9TK 7NXT0 0R9TK"}, None, "groups of symbols that are no receipt"),
    ({"name": "n" * 81}, "name", "a name of 81 characters"),
    ({"name": "👩‍👩‍👧‍👦" * 60}, "name", "a name of more than 1 KiB"),
    ({"reply_to": "b9"}, "reply_to", "a reply to a comment that is not printed"),
    ({"reply_to": "../b1"}, "reply_to", "a reply to no id"),
    ({"edits": "perhaps"}, "edits", "a choice that there is not"),
]


@pytest.mark.parametrize(("changes", "field", "what"), FAULTY, ids=[row[2] for row in FAULTY])
def test_what_is_to_be_put_right_is_named_and_the_text_is_kept(door, changes, field, what) -> None:
    fields = COMMENT | changes
    for handler in (handlers.preview, handlers.comment):
        served = handler(door, Asked(fields, False))
        told = handler(door, Asked(fields, True))
        if field is None:
            assert served.status in (200, 400)
            continue
        assert (served.status, told.status) == (400, 400)
        assert error(told)["field"] == field
        assert error(told).keys() == {"error", "field"}
        kept = next(html(served).iter("textarea")).text or ""
        assert kept.strip() == handlers.checks.settled(fields, guarded=False)[1]


def test_a_text_of_5000_characters_is_taken(door) -> None:
    assert handlers.preview(door, Asked(COMMENT | {"text": "x" * 5_000}, False)).status == 200
    burmese = "ကျွန်ုပ်" * 1_000
    assert handlers.preview(door, Asked(COMMENT | {"text": burmese}, False)).status == 200


def test_a_text_with_a_receipt_in_it_is_refused(door, cast) -> None:
    text = f"Mine was {cast['published'].printed}, what now?"

    told = handlers.preview(door, Asked(COMMENT | {"text": text}, True))

    assert (told.status, error(told)["field"]) == (400, "text")


@pytest.mark.parametrize("slug", ["", "nowhere", "../open", "Open", "a" * 5_000, "\ud800"])
def test_an_unknown_story_is_404_with_the_text(door, slug) -> None:
    for handler in (handlers.preview, handlers.comment, handlers.new_comment):
        served = handler(door, Asked(COMMENT | {"story": slug}, False))
        assert served.status == 404
    assert b"It is raining." in handlers.comment(door, Asked(COMMENT | {"story": slug}, False)).body
    told = handlers.comment(door, Asked(COMMENT | {"story": slug}, True))
    assert error(told)["field"] == "story"


@pytest.mark.parametrize("slug", ["closed", "over"])
def test_a_closed_story_takes_no_comment_and_gives_the_text_back(door, slug) -> None:
    fields = COMMENT | {"story": slug}

    for handler in (handlers.preview, handlers.comment):
        served = handler(door, Asked(fields, False))
        assert served.status == 409
        assert b"It is raining." in served.body
    assert handlers.new_comment(door, Asked(fields, False)).status == 409


def test_an_empty_text_with_a_reply_shows_the_form_for_that_reply(door) -> None:
    served = handlers.preview(door, Asked({"story": "open", "text": " ", "reply_to": "b1"}, False))

    assert served.status == 200
    assert hidden(served, "/comment/preview")["reply_to"] == "b1"
    assert b"Ines" in served.body


def test_the_form_for_a_reply_names_whom_it_answers(door) -> None:
    served = handlers.new_comment(door, Asked({"story": "open", "reply_to": "b1"}, False))
    told = handlers.new_comment(door, Asked({"story": "open", "reply_to": "b1"}, True))

    assert served.status == 200
    assert b"Ines" in served.body
    assert json.loads(told.body)["answers_to"] == "Ines"


def test_the_form_for_a_reply_to_nothing_is_400(door) -> None:
    for handler in (handlers.new_comment, handlers.preview):
        served = handler(door, Asked({"story": "open", "reply_to": "zz"}, False))
        assert served.status == 400


def test_under_prompt_the_choice_of_a_group_is_ignored(door, printed) -> None:
    fields = previewed(door) | {"group": "whatever"}

    row = handlers.comment(door, Asked(fields, False)).row

    number, epoch, envelope = row
    letter = letters.read(
        envelope, number=number, epoch=epoch, private_key=bytes(printed.epoch_key)
    )
    assert letter.group == "yes"


def test_under_guarded_the_choice_of_a_group_counts(guarded) -> None:
    door = guarded.door()
    fields = previewed(door, group="within-3-days")

    number, epoch, envelope = handlers.comment(door, Asked(fields, False)).row

    letter = letters.read(
        envelope, number=number, epoch=epoch, private_key=bytes(guarded.epoch_key)
    )
    assert letter.group == "within-3-days"
    assert handlers.comment(door, Asked(fields | {"group": "yes"}, False)).status == 409
    told = handlers.preview(door, Asked(COMMENT | {"group": "whenever"}, True))
    assert (told.status, error(told)["field"]) == (400, "group")


def test_without_a_key_for_today_nothing_is_stored(newsroom) -> None:
    newsroom.print(keys=2)
    door = newsroom.door()
    fields = previewed(door)
    tomorrow = newsroom.door(datetime.now(UTC).date() + timedelta(days=1))

    served = handlers.comment(tomorrow, Asked(fields, False))

    assert served.status == 503
    assert "retry-after" in dict(served.headers)
    assert b"not stored" in served.body.lower()
    assert b"It is raining." in served.body
    assert html(served).find(".//input[@name='token']").get("value") == fields["token"]


def test_a_korean_story_speaks_korean_and_marks_what_is_not(door) -> None:
    served = handlers.preview(door, Asked(COMMENT | {"story": "korean"}, False))

    page = html(served)
    assert page.get("lang") == "ko"
    proof = next(e for e in page.iter("article") if e.get("class") == "comment")
    assert proof.get("lang") == "und-Latn"


def test_markup_in_a_comment_stays_text(door) -> None:
    text = "<script>alert(1)</script> \"quoted\" & 'single'"

    served = handlers.preview(door, Asked(COMMENT | {"text": text, "name": "<b>"}, False))

    assert not list(html(served).iter("script"))
    assert hidden(served)["text"] == text
