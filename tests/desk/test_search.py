"""Searching what waits and what is printed, and the decisions about it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from letterslot.desk import search
from letterslot.desk.search import Wanted
from letterslot.discussion import ledger
from letterslot.discussion.models import Edition, Printed, Story
from letterslot.letterbox.keyholder import keyholder


@pytest.fixture
def seek(desk):
    """The ids of what is found."""

    def find(words: str = "", **narrowed: object) -> list[str]:
        wanted = Wanted(words, **narrowed)
        results = search.search(wanted, ring=desk.ring, data=desk.data)
        return [found.comment.id for found in results.found]

    return find


def finish_edition(desk) -> None:
    number = Edition.objects.count() + 1
    made = desk.edition(number, slot=number)
    Edition.objects.filter(pk=made.pk).update(ledger_entries=ledger.head().entries)


def decide(comment, act: str, *, by: str = "tomas", clause: int | None = None) -> None:
    ledger.act(comment.id, act, hand=ledger.Hand(by, "moderator"), slot=1, clause=clause)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The stones were heavier.", "stones"),
        ("고물가가 문제입니다.", "물가"),
        ("港口的秤不准。", "秤"),
        ("Ra bến cảng chơi.", "ben cang"),
        ("ဆိပ်ကမ်းမှာငါးရောင်း", "ငါး"),
        ("بېلىقلارنى ساتتى", "بېلىق"),
    ],
)
def test_words_are_found_in_what_waits_and_in_what_is_printed(desk, seek, text, words):
    printed = desk.printed(text)
    finish_edition(desk)
    waiting = desk.letter(text)
    desk.letter("Something else.")
    assert seek(words) == [waiting.id, printed.id]


def test_what_stands_there_as_typed_comes_first_then_what_is_newer(desk, seek):
    loose = desk.letter("Ra bến cảng.", slot=9)
    older = desk.letter("Uncle Ben said.", slot=2)
    newer = desk.letter("Ben again.", slot=3)
    assert seek("ben") == [newer.id, older.id, loose.id]


def test_story_and_state_narrow_it(desk, seek):
    held = desk.letter("The scales.")
    korean = desk.letter("The scales.", story="bada")
    approved = desk.letter("The scales.")
    decide(approved, "approve")
    printed = desk.printed("The scales.")
    finish_edition(desk)
    assert seek("scales", story="bada") == [korean.id]
    assert seek("scales", state="approved") == [approved.id]
    assert seek("scales", state="published") == [printed.id]
    assert set(seek("scales", story="east-quay")) == {held.id, approved.id, printed.id}


@pytest.mark.parametrize("narrowed", [{"story": "pier-5"}, {"stories": frozenset({"pier-5"})}])
def test_a_story_that_the_index_takes_for_another_is_still_another(desk, seek, narrowed):
    for slug in ("pier-5", "pier2d5"):
        Story.objects.create(slug=slug, language="en", headline=slug, date=date(2026, 11, 20))
    desk.printed("The scales.", story="pier2d5")
    printed = desk.printed("The scales.", story="pier-5")
    finish_edition(desk)
    assert seek("scales", **narrowed) == [printed.id]


def test_clause_and_moderator_narrow_it_with_words_and_without(desk, seek):
    declined = desk.letter("The scales.")
    decide(declined, "decline", clause=2)
    other = desk.letter("The scales.")
    decide(other, "decline", by="ines", clause=3)
    desk.letter("The scales.")
    for words in ("scales", ""):
        assert seek(words, clause=2) == [declined.id]
        assert seek(words, moderator="ines") == [other.id]
        assert seek(words, moderator="ines", clause=2) == []


def test_a_declined_comment_whose_writer_was_told_is_still_found(desk, seek):
    declined = desk.letter("The scales.")
    decide(declined, "decline", clause=2)
    type(declined).objects.filter(pk=declined.pk).update(answer_due=False)
    assert seek("scales") == [declined.id]


def test_a_comment_is_found_by_the_name_it_is_signed_with(desk, seek):
    comment = desk.letter("Some words.", name="Wharf Cat")
    assert seek("wharf") == [comment.id]


def test_words_that_were_taken_back_are_not_found(desk, seek):
    held = desk.letter("The scales.")
    printed = desk.printed("The scales.")
    finish_edition(desk)
    assert len(seek("scales")) == 2
    for comment in (held, printed):
        ledger.act(comment.id, "withdraw", hand=ledger.Hand(role="writer", via="receipt"), slot=1)
    assert seek("scales") == []
    Printed.objects.filter(pk=printed.pk).update(name="", text="", withdrawn=True)
    finish_edition(desk)
    assert seek("scales") == []


def test_what_cannot_be_opened_any_more_is_found_only_by_its_decisions(desk, seek):
    comment = desk.letter("The scales.")
    decide(comment, "decline", clause=1)
    desk.ring.forget([comment.epoch])
    assert (seek("scales"), seek(clause=1)) == ([], [comment.id])


def test_nothing_wanted_finds_nothing_and_signs_alone_find_nothing(desk, seek):
    desk.letter()
    assert (seek(), seek("?!")) == ([], [])


@pytest.mark.parametrize("wanted", [{"words": "stones"}, {"state": "held"}, {"clause": 1}])
def test_the_number_of_queries_does_not_grow(desk, wanted):
    counts = []
    for new in (2, 5):
        for _ in range(new):
            decide(desk.letter(), "decline", clause=1)
            desk.letter()
            desk.printed(place=len(counts) * 100 + _)
        finish_edition(desk)
        find = {"words": "", **wanted}
        with CaptureQueriesContext(connection) as queries:
            search.search(Wanted(**find), ring=desk.ring, data=desk.data)
        with CaptureQueriesContext(connection) as again:
            search.search(Wanted(**find), ring=desk.ring, data=desk.data)
        counts.append((len(queries) if new > 2 else 0, len(again)))
    assert counts[0][1] == counts[1][1] <= 8
    assert counts[1][0] <= 14


def test_a_search_writes_nothing_that_waits_to_the_disk(desk, seek):
    desk.letter("The moonraker scales.")
    desk.printed("The printed scales.")
    finish_edition(desk)
    assert len(seek("scales")) == 2
    files = [path for path in desk.data.rglob("*") if path.is_file()]
    assert not any(b"moonraker" in path.read_bytes() for path in files)


def test_the_page_marks_the_hit_and_leads_to_the_comment(desk, ines):
    comment = desk.letter("I think that the <b>stones</b> were heavier.", name="Stone Cutter")
    page = ines.get("/search/", {"q": "stones"}).content.decode()
    assert f'<a href="/comments/{comment.id}/">' in page
    assert "&lt;b&gt;<mark>stones</mark>&lt;/b&gt; were heavier." in page
    assert "1 found" in page


def test_a_hit_far_into_a_letter_is_shown_with_what_stands_around_it(desk, ines):
    desk.letter("Long before. " * 50 + "Here are the stones. " + "Long after. " * 50)
    page = ines.get("/search/?q=stones").content.decode()
    shown = re.search(r"<p lang=.*?>(.*?)</p>", page, re.DOTALL)[1]
    assert "<mark>stones</mark>" in shown
    assert len(shown) < 320
    assert (shown.startswith("… "), shown.endswith(" …")) == (True, True)


def test_the_empty_page_says_how_words_are_found(desk, rosa):
    page = rosa.get("/search/").content.decode()
    assert "Accents and tones may be left out" in page
    assert "found</h2>" not in page


def test_a_search_without_a_match_says_so(desk, ines):
    assert "Nothing matches" in ines.get("/search/?q=moonraker").content.decode()


def test_many_hits_stand_on_several_pages(desk, ines):
    for _ in range(30):
        desk.letter("The scales.")
    first = ines.get("/search/?q=scales").content.decode()
    second = ines.get("/search/?q=scales&page=2").content.decode()
    links = re.findall(r'href="/comments/(\w+)/"', first + second)
    assert len(set(links)) == 30
    assert 'rel="next" href="?q=scales&amp;page=2"' in first


@pytest.mark.parametrize(
    "query", ["page=x", "clause=9999999999", "state=nothing", "q=%00", "q=%F0%28", "story=none"]
)
def test_nonsense_in_the_address_breaks_nothing(desk, ines, query):
    assert ines.get(f"/search/?{query}").status_code == 200


def test_the_key_of_search_is_a_slash(desk, ines):
    assert '<a href="/search/" data-key="/"' in ines.get("/search/").content.decode()


def test_strangers_and_a_locked_desk_get_no_results(desk, ines, stranger):
    desk.letter("The scales.")
    assert stranger.get("/search/?q=scales")["Location"] == "/sign-in/"
    keyholder.lock()
    assert ines.get("/search/?q=scales")["Location"] == "/unlock/"
