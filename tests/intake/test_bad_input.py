"""What strangers send to a running door: each gets one precise answer, and nothing is stored."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

LINE = "----line"
MULTIPART = {"content-type": f"multipart/form-data; boundary={LINE}"}
ENCODED = {"content-type": "application/x-www-form-urlencoded"}
FAMILY = "👨\u200d👩\u200d👧\u200d👦"  # one cluster, 25 bytes
JSON = {"content-type": "application/json"}
LIMIT = 200 * 1024
CANARY = b"canary-7f3a"

GOOD = {"story": "open", "text": CANARY.decode(), "name": "Maria"}


def encoded(**changes: str) -> bytes:
    return urlencode(GOOD | changes).encode()


def part(name: str, value: bytes, more: str = "") -> bytes:
    head = f'--{LINE}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode() + value + b"\r\n"


END = f"--{LINE}--\r\n".encode()
FORM = part("story", b"open") + part("text", CANARY)

ROWS = [
    # Without a token, or with one that is not ours.
    ("/comment", ENCODED, encoded(), 400, "no token"),
    ("/comment", ENCODED, encoded(token="A" * 92), 400, "a forged token"),
    ("/comment", JSON, json.dumps(GOOD).encode(), 400, "no token, in JSON"),
    ("/comment", MULTIPART, FORM + END, 400, "no token, in parts"),
    # The comment itself.
    ("/comment", ENCODED, encoded(text=""), 400, "an empty text"),
    ("/comment/preview", ENCODED, encoded(text="\u200b\u2060"), 400, "an invisible text"),
    ("/comment/preview", ENCODED, encoded(text="x" * 5_001), 400, "a text too long by one"),
    ("/comment/preview", ENCODED, encoded(name="n" * 81), 400, "a name too long by one"),
    ("/comment/preview", ENCODED, encoded(text=FAMILY * 1_150), 400, "few signs, too many bytes"),
    ("/comment/preview", ENCODED, encoded(reply_to="zz"), 400, "a reply to nothing"),
    ("/comment/preview", ENCODED, encoded(edits="0"), 400, "an unknown choice"),
    ("/comment", ENCODED, encoded(story="nowhere"), 404, "an unknown story"),
    ("/comment", ENCODED, encoded(story="closed"), 409, "a closed story"),
    ("/comment", ENCODED, b"", 404, "an empty body"),
    # Encodings.
    ("/comment", ENCODED, b"story=open&text=%FF%FE" + CANARY, 400, "encoded bytes not in UTF-8"),
    ("/comment", ENCODED, b"story=open&text=\xff" + CANARY, 400, "raw bytes not in UTF-8"),
    ("/comment", MULTIPART, part("text", b"\xc3(") + END, 400, "a part not in UTF-8"),
    ("/comment", JSON, b'{"text": "\xff"}', 400, "JSON not in UTF-8"),
    ("/comment/preview", ENCODED, b"story=open&text=%ED%A0%80", 400, "a surrogate in UTF-8"),
    # Forms that are none of ours.
    ("/comment", {}, encoded(), 415, "no content type"),
    ("/comment", {"content-type": "text/plain"}, encoded(), 415, "another content type"),
    ("/comment", ENCODED | {"content-encoding": "gzip"}, encoded(), 415, "a packed body"),
    ("/comment", {"content-type": "multipart/form-data"}, FORM + END, 400, "no boundary"),
    ("/comment", MULTIPART, FORM, 400, "parts without an end"),
    ("/comment", MULTIPART, FORM[:-9], 400, "a part cut off"),
    ("/comment", MULTIPART, b"".join(part(f"a{n}", b"") for n in range(40)) + END, 400, "40 parts"),
    ("/comment", ENCODED, b"&".join(b"a%d=1" % n for n in range(5000)), 400, "5,000 fields"),
    (
        "/comment",
        MULTIPART,
        FORM + part("text", b"\x89PNG" * 9000, '; filename="a.png"') + END,
        400,
        "a file in place of a text",
    ),
    ("/comment", MULTIPART, FORM + part("up", b"", '; filename=""') + END, 400, "an empty file"),
    ("/comment", JSON, b'{"story": "open", "text": ' + b"[" * 50_000, 400, "JSON without an end"),
    ("/comment", JSON, b'{"story": "open", "text": 5}', 400, "a number for a text"),
    ("/comment", JSON, b'{"story": "open", "text": ' + b"9" * 9000 + b"}", 400, "a huge number"),
    # Sizes.
    ("/comment", ENCODED, b"text=" + b"x" * (LIMIT - 4), 413, "200 KiB and one byte"),
    ("/comment/preview", MULTIPART, b"x" * (LIMIT + 1), 413, "too large for a preview"),
    ("/receipt", ENCODED, b"x" * (LIMIT + 1), 413, "too large for a receipt"),
    ("/comment", ENCODED, b"x" * 3_000_000, 413, "3 MB"),
    # Receipts.
    ("/receipt", ENCODED, b"receipt=", 400, "an empty receipt"),
    ("/receipt/withdraw", ENCODED, b"receipt=" + CANARY, 400, "a mistyped receipt"),
    ("/receipt/refuse-edit", JSON, b'{"receipt": "x"}', 400, "a mistyped receipt in JSON"),
    ("/receipt/appeal", ENCODED, b"receipt=x&words=" + CANARY, 400, "a mistyped appeal"),
    ("/receipt/group", ENCODED, b"receipt=x&group=yes", 400, "a mistyped change of choice"),
    # Reports.
    ("/report", ENCODED, b"comment=x", 400, "a report without a reason"),
    ("/report", JSON, b'{"comment": "<b>", "reason": "x"}', 400, "a report about no comment"),
    # What is not there.
    ("/comments", ENCODED, encoded(), 404, "an unknown address"),
    ("/", ENCODED, encoded(), 405, "a form to a printed page"),
    ("/healthz", ENCODED, encoded(), 405, "a form to the health page"),
    ("/comment/new", ENCODED, encoded(), 405, "a form to the form"),
]


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize(
    ("path", "headers", "body", "status", "what"), ROWS, ids=[row[4] for row in ROWS]
)
def test_bad_input_is_refused_precisely_and_leaves_nothing(
    client, public_door, path, headers, body, status, what, accept
) -> None:
    before = public_door.stored()

    response = client.post(path, content=body, headers=headers | {"accept": accept})

    assert response.status_code == status
    assert public_door.stored() == before
    assert CANARY.decode() not in public_door.said
    if accept == "application/json":
        assert response.json().keys() == {"error", "field"}
        assert response.json()["error"].endswith(".")
        assert response.headers["content-type"] == "application/json"
    else:
        assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize("size", [LIMIT - 1, LIMIT, LIMIT + 1])
@pytest.mark.parametrize("in_chunks", [False, True])
def test_the_limit_of_a_body_is_exact_in_bytes(client, public_door, size, in_chunks) -> None:
    before = public_door.stored()
    body = b"story=nowhere&text=".ljust(size, b"x")
    chunks = (body[at : at + 7_000] for at in range(0, size, 7_000))

    response = client.post("/comment", content=chunks if in_chunks else body, headers=ENCODED)

    assert response.status_code == (413 if size > LIMIT else 404)
    assert public_door.stored() == before


def test_a_body_of_many_megabytes_is_read_away_so_that_its_sender_sees_the_answer(client) -> None:
    response = client.post("/comment", content=b"x" * 20_000_000, headers=ENCODED)

    assert response.status_code == 413
    assert client.get("/healthz").text == "ok"


def test_a_long_burmese_comment_is_taken_in_an_encoded_form(client) -> None:
    text = "က" * 4_900
    response = client.post("/comment/preview", content=encoded(text=text), headers=ENCODED)

    assert response.status_code == 200


def test_what_is_no_utf_8_is_given_back_with_a_mark_for_what_could_not_be_read(client) -> None:
    body = b"story=korean&text=A+letter+of+abc%FF+and+more&name="

    answer = client.post(
        "/comment/preview", content=body,
        headers={"content-type": "application/x-www-form-urlencoded"},
    )  # fmt: skip

    assert answer.status_code == 400
    assert "A letter of abc\ufffd and more" in answer.text
    assert '<html lang="ko"' in answer.text  # as the story's own form


def test_a_reply_to_what_is_not_printed_can_go_as_a_comment_of_its_own(client) -> None:
    fields = {"story": "open", "text": "It is raining.", "name": "", "reply_to": "zzzzzzzz"}

    answer = client.post("/comment/preview", data=fields)

    assert answer.status_code == 400
    assert "The comment you answer is not printed here" in answer.text
    assert "zzzzzzzz" not in answer.text
    assert "It is raining." in answer.text


def test_a_token_with_other_fields_is_409_even_if_those_are_wrong(client) -> None:
    fields = {"story": "open", "text": "It is raining.", "name": "", "reply_to": "b1"}
    as_json = {"accept": "application/json"}
    token = client.post("/comment/preview", data=fields, headers=as_json).json()["token"]
    changed = fields | {"token": token, "reply_to": "zzzzzzzz"}

    page = client.post("/comment", data=changed)
    told = client.post("/comment", data=changed, headers=as_json)

    assert (page.status_code, told.status_code) == (409, 409)
    assert told.json()["field"] == "token"
    assert "It is raining." in page.text
