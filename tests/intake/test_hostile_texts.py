"""Hostile texts in every field of every form: no new element, no fault of ours, no hang."""

from __future__ import annotations

import html
import json
import re

import pytest
from at_work import hostile

from letterslot.intake import forms
from letterslot.intake.forms import BadForm
from letterslot.intake.handlers import Asked, Store
from letterslot.intake.routes import ROUTES
from letterslot.letterbox.receipts import Receipt

RECEIPT = Receipt.from_code_bytes(b"hostile-texts---").printed
FIELDS = (
    "story", "text", "name", "reply_to", "group", "edits", "token", "receipt", "words", "reason",
    "comment", "language", "answer", "question",
)  # fmt: skip
POSTS = sorted(path for path, route in ROUTES.items() if route.post)
# Everything that a preview may hold: a warning of every kind, in text and name.
ALL_KINDS = (
    "Call 010-1234-5678 or ann@mail.example or @ann_b, 14 Lantern Street. I work at Harbour Mill.\n"
    "https://a.example/?utm_id=1 har\u200bvest \u200b\n\nျမန္မာစာ ေရးပါ မင္းတို႔ "
    + " ".join(f"@a{n} @a{n}" for n in range(30))
)


@pytest.fixture(scope="module")
def texts(shared_data):
    return hostile.texts(shared_data)


def filled(**fields):
    """A form in which all is well, but for `fields`."""
    good = {"story": "open", "text": "Yes.", "name": "", "receipt": RECEIPT, "comment": "b1",
            "reason": "Because.", "words": "Because."}  # fmt: skip
    return {**good, **fields}


def answer(door, method, path, fields, *, as_json=False):
    route = ROUTES[path]
    handler = route.post if method == "POST" else route.get
    answered = handler(door, Asked(fields, as_json))
    return answered.served if isinstance(answered, Store) else answered


def parts_of_well_meant_pages(door):
    """What the pages of the door are made of when nobody means harm."""
    sound = set()
    for path in POSTS:
        for fields in (
            filled(), filled(text=ALL_KINDS, name="ann@mail.example har\u200bvest"),
            filled(text="안녕 @ann_b 하세요"), filled(text="سلام @ann_b دنیا"),
            filled(text="سلام", name="ann@mail.example", reply_to="b1"),
            filled(text="", reply_to="b1"), filled(reply_to="b1"), filled(text="x" * 5001),
            filled(story="nowhere"), filled(story="closed"), filled(receipt="x", reason=""),
            filled(comment="", name="x" * 99, reply_to="nobody", group="x", edits="x", words=""),
            filled(comment="b1", reason="x" * 2000, words="x" * 2000, language="ko"),
        ):  # fmt: skip
            sound |= hostile.parts(answer(door, "POST", path, fields).body.decode())
    return sound


@pytest.fixture(scope="module")
def sound(printed, guarded):
    return parts_of_well_meant_pages(printed.door()) | parts_of_well_meant_pages(guarded.door())


def sent_text(page):
    """What the form that sends would send as text, as a browser reads it."""
    (value,) = re.findall(
        r'name="token" value="[^"]*">.*?name="text" value="([^"]*)"', page, re.DOTALL
    )
    return html.unescape(value)


def test_every_hostile_text_leaves_the_preview_as_it_was_and_comes_back_unchanged(
    door, texts, sound
):
    for text in hostile.batches(texts):
        served = answer(door, "POST", "/comment/preview", filled(text=text))
        assert served.status == 200
        page = served.body.decode()
        assert hostile.parts(page) - sound == set()
        assert sent_text(page) == text


def test_every_hostile_name_leaves_the_preview_as_it_was(door, texts, sound):
    for name in hostile.names(texts)[::7]:
        served = answer(door, "POST", "/comment/preview", filled(name=name))
        assert served.status == 200
        assert hostile.parts(served.body.decode()) - sound == set()


@pytest.mark.parametrize("path", POSTS)
def test_hostile_texts_in_any_field_are_answered_and_leave_the_page_as_it_was(
    door, texts, sound, path
):
    sample = [*hostile.OWN, *texts[:: max(1, len(texts) // 24)]]
    for text in sample:
        for field in FIELDS:
            served = answer(door, "POST", path, filled(**{field: text}))
            assert served.status in (200, 201, 202, 400, 404, 409)
            assert hostile.parts(served.body.decode()) - sound == set()
            told = answer(door, "POST", path, filled(**{field: text}), as_json=True)
            assert isinstance(json.loads(told.body), dict)


@pytest.mark.parametrize("path", sorted(path for path, route in ROUTES.items() if route.get))
def test_hostile_addresses_are_answered_and_leave_the_page_as_it_was(door, sound, path):
    for text in hostile.OWN:
        for field in ("story", "reply_to", "comment", "language"):
            served = answer(door, "GET", path, {"story": "open", "comment": "b1", field: text})
            assert served.status in (200, 400, 404)
            assert hostile.parts(served.body.decode()) - sound == set()


def bodies(name, value):
    """A field of these bytes in each kind of form."""
    yield (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n--x--\r\n' % (name, value),
    )
    escaped = b"".join(b"%%%02X" % byte for byte in value)
    yield "application/x-www-form-urlencoded", name + b"=" + escaped
    quoted = b"".join(
        b"\\u%04x" % byte if byte < 32 or byte in b'"\\' else bytes([byte]) for byte in value
    )
    yield "application/json", b'{"%b": "%b"}' % (name, quoted)


def test_bytes_that_are_no_utf_8_are_refused_and_all_others_read_as_they_are(shared_data):
    if shared_data is None:
        pytest.skip("the tests of UTF-8 decoders are not on this machine")
    wrong = []
    for value, valid in hostile.byte_sequences(shared_data):
        for content_type, body in bodies(b"text", value):
            try:
                read = forms.read(content_type, body)["text"]
            except BadForm as bad:
                read = bad.status
            if read != (value.decode() if valid else 400):
                wrong.append((value, content_type))
    assert wrong == []


def test_a_running_door_answers_bytes_of_every_kind(client, shared_data):
    if shared_data is None:
        pytest.skip("the tests of UTF-8 decoders are not on this machine")
    for value, valid in hostile.byte_sequences(shared_data):
        content_type, body = next(bodies(b"text", b"x" + value))
        body = body.replace(b"--x--", b'--x\r\nContent-Disposition: form-data; name="story"\r\n\r\n'
                                      b"open\r\n--x--")  # fmt: skip
        told = client.post(
            "/comment/preview",
            content=body,
            headers={"content-type": content_type, "accept": "application/json"},
        )
        assert told.status_code == (200 if valid else 400)
