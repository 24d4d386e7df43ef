"""The index of what is printed."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from letterslot.desk import printed_index
from letterslot.discussion import ledger
from letterslot.discussion.models import Edition, Printed
from letterslot.text import seeking


@pytest.fixture
def index(desk):
    """Makes an edition of what was printed so far, catches up, and seeks."""
    numbers = iter(range(1, 100))

    def seek(words: str, **more: str) -> list[str]:
        edition(desk, next(numbers))
        assert printed_index.catch_up(desk.data)
        return printed_index.candidates(desk.data, seeking.parse(words), **more)

    return seek


def edition(desk, number: int) -> None:
    made = desk.edition(number, slot=number)
    Edition.objects.filter(pk=made.pk).update(ledger_entries=ledger.head().entries)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The stones were heavier", "heav"),
        ("고물가가 문제다", "물가"),
        ("생선값이 올랐다", "값"),
        ("港口的秤不准", "秤不准"),
        ("ra bến cảng chơi", "ben cang"),
        ("ဆိပ်ကမ်းမှာငါးရောင်း", "ငါး"),
        ("بېلىقلارنى ساتتى", "بېلىق"),
        ("3D프린터를 샀다", "프린터"),
        ("the harbour_scales", "harbour_scales"),
    ],
)
def test_a_printed_word_is_found_in_every_script(desk, index, text, words):
    comment = desk.printed(text)
    assert index(words) == [comment.id]


def test_a_name_is_found_too(desk, index):
    comment = desk.printed(name="Wharf Cat")
    assert index("wharf") == [comment.id]


def test_a_story_narrows_it(desk, index):
    desk.printed("The scales.")
    korean = desk.printed("The scales.", story="bada")
    assert index("scales", story="bada") == [korean.id]
    assert index("story bada") == []
    assert index("story") == []


def test_the_newest_come_first(desk, index):
    first = desk.printed("The scales.")
    index("scales")
    second = desk.printed("Again the scales.", place=1)
    assert index("scales") == [second.id, first.id]


@pytest.mark.parametrize("word", ["heavier", "moonraker"])
def test_what_was_withdrawn_is_found_no_more_and_leaves_no_trace(desk, index, word):
    comment = desk.printed(f"The {word} stones.")
    for number in range(30):
        desk.printed(f"Number {number}.", place=number + 1)
    assert index(word) == [comment.id]
    ledger.act(comment.id, "withdraw", hand=ledger.Hand(role="writer", via="receipt"), slot=1)
    Printed.objects.filter(pk=comment.id).update(name="", text="", withdrawn=True)
    assert index(word) == []
    files = sorted((desk.data / "desk").glob("search*"))
    assert files
    assert not any(word.encode() in file.read_bytes() for file in files)


def test_an_edited_comment_is_found_by_its_new_words_alone(desk, index):
    comment = desk.printed("The old wording.")
    assert index("wording") == [comment.id]
    ledger.act(comment.id, "remove", hand=ledger.Hand("lise", "chief"), slot=1, clause=1)
    Printed.objects.filter(pk=comment.id).update(text="The new sentence.")
    assert index("wording") == []
    assert index("sentence") == [comment.id]


def test_it_catches_up_in_parts(desk, monkeypatch):
    monkeypatch.setattr(printed_index, "STEP", 2)
    ids = [desk.printed("The scales.", place=place).id for place in range(5)]
    edition(desk, 1)
    assert not printed_index.catch_up(desk.data, most=2)
    while not printed_index.catch_up(desk.data, most=2):
        pass
    found = printed_index.candidates(desk.data, seeking.parse("scales"))
    assert sorted(found) == sorted(ids)


@pytest.mark.parametrize("content", [b"not a database, not at all, not by any means", b""])
def test_a_damaged_index_is_made_anew(desk, index, content):
    comment = desk.printed("The scales.")
    (desk.data / "desk").mkdir()
    (desk.data / "desk" / "search.sqlite3").write_bytes(content)
    assert index("scales") == [comment.id]


def test_when_nothing_was_printed_one_query_says_so(desk, index):
    desk.printed()
    index("word")
    with CaptureQueriesContext(connection) as queries:
        printed_index.catch_up(desk.data)
    assert len(queries) == 1
