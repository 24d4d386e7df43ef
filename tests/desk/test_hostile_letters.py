"""Hostile letters on every page of the desk: no new element, no fault of ours."""

from __future__ import annotations

import re

import pytest
from at_work import hostile

from letterslot.discussion.models import Printed

HARMLESS = (
    ("Mina", "Plain words.\nTwo lines.\n\nA paragraph."),
    ("", "안녕하세요, @ann_b, 010-1234-5678, ann@mail.example, har\u200bvest"),
    ("Mi\u200bna", "سلام دنیا https://a.example/?utm_id=1 https://b.example https://c.example"),
    ("", "ျမန္မာစာ ေရးပါ မင္းတို႔\n14 Lantern Street. I work at Harbour Mill. READ ALL OF THIS!!!"),
    ("p" * 80, "Что? " * 200),
    ("ｍina", "Каждый. " * 400 + "раураl paypal"),
)


@pytest.fixture(scope="module")
def letters(shared_data):
    """Names and texts of letters, all the hostile texts in batches."""
    texts = hostile.texts(shared_data)
    bodies, names = hostile.batches(texts), hostile.names(texts)
    every = max(1, len(names) // len(bodies))
    # Every third: the pages of the desk are long, and print takes all of them.
    return list(zip(names[::every], bodies, strict=False))[: len(bodies) : 3]


def pages_with(client, desk, name, text, *, whole):
    """Every page of the desk on which a letter with this name and text stands."""
    held = desk.letter(text, name=name)
    yield client.get(f"/comments/{held.id}/")
    if not whole:
        return
    yield client.get("/queue/")
    yield client.get("/queue/list/")
    yield client.get(f"/comments/{held.id}/edit/")
    yield client.get("/search/", {"q": text[:60]})
    yield client.get("/queue/", {"story": text[:60], "state": text[:60]})
    yield client.post(
        f"/comments/{held.id}/decide/",
        {"act": "decline", "clause": "999", "reason": text[:600], "revision": "1"},
    )
    yield client.post(
        f"/comments/{held.id}/edit/",
        {"text": f"Well. {text[4:2000]}", "name": name, "reason": text[:900]},
    )
    printed = desk.printed(text, name=name, place=Printed.objects.count())
    yield client.get("/printed/", {"q": text[:60]})
    yield client.get(f"/comments/{printed.id}/remove/")


def seen(client, desk, name, text, *, whole):
    parts = set()
    for answer in pages_with(client, desk, name, text, whole=whole):
        assert answer.status_code < 500
        if "text/html" in answer.headers.get("Content-Type", ""):
            parts |= hostile.parts(answer.content.decode())
    return parts


def test_hostile_letters_leave_every_page_of_the_desk_as_it_was(desk, ines, letters):
    sound = set()
    for name, text in HARMLESS:
        sound |= seen(ines, desk, name, text, whole=True)
    for number, (name, text) in enumerate(letters):
        strange = seen(ines, desk, name, text, whole=number % 9 == 0) - sound
        assert strange == set()


def test_a_hostile_letter_is_shown_letter_by_letter(desk, ines, letters):
    for _, text in letters[::4]:
        held = desk.letter(text)
        page = ines.get(f"/comments/{held.id}/").content.decode()
        # The numbers of its signals stand between its words.
        shown = "".join(hostile.words(re.sub(r"<sup>\d+</sup>", "", page)).split())
        assert [line for line in text.split("\n") if "".join(line.split()) not in shown] == []
