"""Reading the fields of a form."""

from __future__ import annotations

import json
import string
from urllib.parse import unquote_to_bytes, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterslot.intake import forms
from letterslot.intake.forms import BadForm

BOUNDARY = "----line-7f3a"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
ENCODED = "application/x-www-form-urlencoded"

names = st.text(string.ascii_lowercase + "_", min_size=1, max_size=12)
values = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
some_fields = st.dictionaries(names, values, max_size=8)


def part(name: str, value: bytes, more: str = "") -> bytes:
    return (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode()
        + value
        + b"\r\n"
    )


def multipart(fields: dict[str, str]) -> bytes:
    parts = b"".join(part(name, value.encode()) for name, value in fields.items())
    return parts + f"--{BOUNDARY}--\r\n".encode()


@given(some_fields)
def test_a_multipart_form_is_read_as_it_was_written(fields: dict[str, str]) -> None:
    clear = {name: value for name, value in fields.items() if BOUNDARY not in value}

    assert forms.read(MULTIPART, multipart(clear)) == clear


@given(st.lists(st.tuples(names, st.binary(max_size=60)), max_size=30), st.binary(max_size=8))
def test_plain_parts_are_read_as_the_library_reads_them(pairs, rest: bytes) -> None:
    """Or left to it: a value may look like a boundary, and what follows may be anything."""
    values = [value.replace(b"-line", f"--{BOUNDARY}".encode()) for _, value in pairs]
    parts = [part(name, value) for (name, _), value in zip(pairs, values, strict=True)]
    body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode() + rest

    assert _outcome(forms._read_plain_parts, body, BOUNDARY.encode()) in (
        None,
        _outcome(forms._read_multipart, body, {"boundary": BOUNDARY}),
    )


def _outcome(reader, body, boundary):
    try:
        return reader(body, boundary)
    except BadForm as bad:
        return bad.status, bad.sentence, bad.field, bad.fields


def test_our_own_form_as_a_browser_sends_it_is_read_plainly() -> None:
    body = multipart({"story": "open", "text": "Two\r\nlines, --", "name": ""})

    assert forms._read_plain_parts(body, BOUNDARY.encode()) == {
        "story": "open", "text": "Two\r\nlines, --", "name": "",
    }  # fmt: skip


@given(some_fields)
def test_an_encoded_form_is_read_as_it_was_written(fields: dict[str, str]) -> None:
    assert forms.read(ENCODED, urlencode(fields).encode()) == fields


@given(some_fields)
def test_json_is_read_as_it_was_written(fields: dict[str, str]) -> None:
    assert forms.read("application/json", json.dumps(fields).encode()) == fields


@given(st.binary(max_size=200))
def test_percent_decoding_is_that_of_the_standard_library(raw: bytes) -> None:
    assert forms.unquoted(raw) == unquote_to_bytes(raw.replace(b"+", b" "))


@given(st.binary(max_size=400), st.sampled_from([MULTIPART, ENCODED, "application/json"]))
def test_any_bytes_give_fields_of_text_or_a_fault_of_400(raw: bytes, content_type: str) -> None:
    status, fields = 200, {}
    try:
        fields = forms.read(content_type, raw)
    except BadForm as bad:
        status = bad.status

    assert status in (200, 400)
    assert all(isinstance(value, str) for value in fields.values())


def test_of_a_repeated_field_the_last_value_that_is_not_empty_counts() -> None:
    assert forms.read(ENCODED, b"reply_to=b1&reply_to=") == {"reply_to": "b1"}
    assert forms.read(ENCODED, b"reply_to=&reply_to=b1") == {"reply_to": "b1"}
    assert forms.read(ENCODED, b"reply_to=b1&reply_to=b2") == {"reply_to": "b2"}


def test_a_file_part_is_refused_and_the_other_fields_are_kept() -> None:
    body = (
        part("text", b"kept")
        + part("picture", b"x" * 50_000, '; filename="a.png"')
        + f"--{BOUNDARY}--\r\n".encode()
    )

    with pytest.raises(BadForm) as bad:
        forms.read(MULTIPART, body)

    assert (bad.value.status, bad.value.field) == (400, "picture")
    assert bad.value.fields == {"text": "kept"}


BAD_FORMS = [
    ("", b"text=x", 415, "no content type"),
    ("text/plain", b"text=x", 415, "another content type"),
    (ENCODED + "; charset=euc-kr", b"text=x", 415, "another charset for all of it"),
    (ENCODED, b"text=%FF", 400, "an encoded byte that is not UTF-8"),
    (ENCODED, b"text=\xff", 400, "a raw byte that is not UTF-8"),
    (ENCODED, b"&".join(b"a%d=" % n for n in range(40)), 400, "too many fields"),
    ("multipart/form-data", b"", 400, "no boundary"),
    (MULTIPART, b"", 400, "no parts"),
    (MULTIPART, part("text", b"x"), 400, "no end"),
    (MULTIPART, multipart({"a": "b"})[:-5], 400, "cut off"),
    (MULTIPART, b"junk" + multipart({"a": "b"}), 400, "something before the first part"),
    (MULTIPART, multipart({f"a{n}": "" for n in range(40)}), 400, "too many parts"),
    (MULTIPART, part("text", b"\xff") + f"--{BOUNDARY}--\r\n".encode(), 400, "a part not in UTF-8"),
    (
        MULTIPART,
        part("text", b"x", "\r\nContent-Type: text/plain; charset=big5")
        + f"--{BOUNDARY}--\r\n".encode(),
        400,
        "a part in another charset",
    ),
    (
        MULTIPART,
        part("text", b"x", "\r\nX-Long: " + "y" * 5000) + f"--{BOUNDARY}--\r\n".encode(),
        400,
        "a part with a long header",
    ),
    (
        MULTIPART,
        part("text", b"x", "\r\nX-A: y" * 20) + f"--{BOUNDARY}--\r\n".encode(),
        400,
        "a part with many headers",
    ),
    ("application/json", b"", 400, "empty JSON"),
    ("application/json", b"[]", 400, "JSON that is no object"),
    ("application/json", b'{"text": 5}', 400, "a number for a text"),
    ("application/json", b'{"text": ["x"]}', 400, "a list for a text"),
    ("application/json", b"[" * 100_000, 400, "JSON nested without end"),
    ("application/json", b'{"text": "\xff"}', 400, "JSON not in UTF-8"),
    ("application/json", json.dumps({f"a{n}": "" for n in range(40)}).encode(), 400, "many keys"),
]


@pytest.mark.parametrize(
    ("content_type", "body", "status", "what"), BAD_FORMS, ids=[row[3] for row in BAD_FORMS]
)
def test_what_is_no_form_of_ours_is_refused_with_one_sentence(
    content_type: str, body: bytes, status: int, what: str
) -> None:
    with pytest.raises(BadForm) as bad:
        forms.read(content_type, body)

    assert bad.value.status == status
    assert bad.value.sentence.endswith(".")
    assert "canary" not in str(bad.value)


def test_null_in_json_is_a_field_left_out() -> None:
    assert forms.read("application/json", b'{"text": "x", "name": null}') == {"text": "x"}
