"""The queue's one screen."""

from __future__ import annotations

import gzip
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from letterslot.desk import assets
from letterslot.discussion.models import Story


def test_the_queue_opens_the_comment_that_has_waited_longest(desk, ines):
    desk.letter("The newer one.", slot=5)
    desk.letter("The older one.", slot=2)
    page = ines.get("/queue/").content.decode()
    letter = page[page.index('<article class="letter">') : page.index("</article>")]
    assert "The older one." in letter
    assert "The newer one." not in letter


def test_the_desks_door_leads_to_the_queue(desk, ines):
    answer = ines.get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/queue/")


def test_an_empty_queue_says_so(desk, ines):
    assert "Nothing waits" in ines.get("/queue/").content.decode()


def test_age_is_told_in_missed_editions(desk, ines):
    desk.letter("Late.", slot=2)
    desk.letter("In time.", slot=9)
    desk.edition(1, slot=2)  # made when it was collected: not missed
    desk.edition(2, slot=3)
    desk.edition(3, slot=4)
    desk.edition(4, slot=4, scheduled=False)
    page = ines.get("/queue/").content.decode()
    told = r"Missed \d editions?|In time for edition \d"
    case, beside = page[page.index("<main") : page.index("</main>")], queue_of(page)
    assert (re.findall(told, case), re.findall(told, beside)) == (
        ["Missed 2 editions"], ["In time for edition 5"],
    )  # fmt: skip


def test_the_open_letter_shows_its_story_with_a_link_to_the_printed_page(desk, ines):
    desk.letter()
    page = ines.get("/queue/").content.decode()
    assert '<a href="https://courier.example/stories/east-quay/"' in page
    assert "Fishers who doubted the new electronic scales" in page


def test_a_reply_shows_the_printed_comment_it_answers(desk, ines):
    parent = desk.printed("Who checks the scales?", name="Wharf Cat")
    other = desk.printed("Somebody else said this.", place=1)
    desk.letter("The harbour master does.", reply_to=parent.id)
    page = ines.get("/queue/").content.decode()
    parent_at = page.index('<div class="parent">')
    assert "Who checks the scales?" in page[parent_at : page.index("</blockquote>")]
    thread_at = page.index('<ul class="thread">')
    assert "Somebody else said this." in page[thread_at : page.index("</ul>", thread_at)]
    assert other.id not in page[parent_at : page.index("</blockquote>")]


def test_what_may_identify_somebody_is_marked_in_the_letter_and_named(desk, ines):
    desk.letter("Ask me: mina@example.org.")
    page = ines.get("/queue/").content.decode()
    assert "<mark>mina@example.org</mark><sup>1</sup>" in page
    assert "An e-mail address." in page


def test_no_clause_is_ticked_for_a_signal(desk, ines):
    desk.letter("Ask me: mina@example.org.")
    assert "checked" not in ines.get("/queue/").content.decode()


def test_a_story_whose_language_is_corrected_is_found_by_the_new_one(desk, ines):
    desk.letter("English words.")
    ines.get("/queue/")
    Story.objects.filter(pk="east-quay").update(language="en-GB")
    found, before = (ines.get(f"/queue/?language={one}").content for one in ("en-GB", "en"))
    assert (b"English words." in found, b"English words." in before) == (True, False)
    assert (b'value="en-GB"' in before, b'value="en"' in before) == (True, False)


def test_filters_show_one_language_or_one_story(desk, ines):
    desk.letter("English words.")
    desk.letter("저울이 틀렸습니다.", story="bada")
    korean = ines.get("/queue/?language=ko").content.decode()
    assert ("저울이 틀렸습니다." in korean, "English words." in korean) == (True, False)
    story = ines.get("/queue/?story=east-quay").content.decode()
    assert ("저울이 틀렸습니다." in story, "English words." in story) == (False, True)


def test_a_decision_keeps_the_filters(desk, ines):
    first = desk.letter("하나", story="bada", slot=1)
    second = desk.letter("둘", story="bada", slot=3)
    desk.letter("English.", slot=2)
    answer = ines.post(
        f"/comments/{first.id}/decide/?language=ko", {"decision": "approve", "revision": 1}
    )
    assert answer["Location"] == f"/comments/{second.id}/?language=ko"


@pytest.mark.parametrize(
    ("text", "lang", "direction"),
    [
        ("Plain words.", "en", "ltr"),
        ("저울이 틀렸습니다.", "und-Hang", "ltr"),
        ("ئانام شۇ پىرىستاندا بېلىق ساتاتتى.", "und-Arab", "rtl"),
    ],
)
def test_a_text_runs_in_its_own_language_and_direction(desk, ines, text, lang, direction):
    desk.letter(text)
    page = ines.get("/queue/").content.decode()
    assert f'<div class="comment-text" lang="{lang}" dir="{direction}">{text}</div>' in page


def test_markup_in_a_letter_stays_text(desk, ines):
    desk.letter("<script>alert(1)</script>", name="<b>bold</b>")
    page = ines.get("/queue/").content.decode()
    assert "<script>alert" not in page
    assert "<b>bold" not in page


def test_the_number_of_queries_does_not_grow_with_the_queue(desk, ines):
    for slot in (1, 2, 3):
        desk.letter(slot=slot)
    ines.get("/queue/")
    three = _queries(ines)
    for slot in (4, 5, 6):
        desk.letter(slot=slot)
    ines.get("/queue/")  # what is new is read into memory once
    assert _queries(ines) == three
    assert three <= 40


def test_a_long_queue_shows_what_comes_next_and_says_how_many_more(desk, ines):
    ids = [desk.letter(comment_id=f"c{n:03}", slot=n).id for n in range(40)]
    page = ines.get(f"/comments/{ids[10]}/").content.decode()
    assert re.findall(r'<a href="/comments/(c\d+)/"', queue_of(page)) == ids[:10] + ids[11:13]
    assert "27 more after these" in page


def test_a_comment_whose_key_is_destroyed_shows_a_sentence(desk, ines):
    comment = desk.letter("Gone for ever.")
    desk.ring.forget([comment.epoch])
    page = ines.get("/queue/").content.decode()
    assert "nobody can open its words any more" in page
    assert 'value="approve"' not in page


def test_withdrawn_words_are_not_shown(desk, ines):
    from letterslot.discussion import ledger

    comment = desk.letter("Please forget this.")
    ledger.act(comment.id, "withdraw", hand=ledger.Hand(role="writer", via="receipt"), slot=1)
    page = ines.get(f"/comments/{comment.id}/").content.decode()
    assert "Please forget this." not in page
    assert "The writer took this comment back." in page


def test_an_unknown_comment_is_404(desk, ines):
    assert ines.get("/comments/nothing/").status_code == 404


def test_the_budgets_of_page_and_styles_hold(desk, ines):
    for slot in range(30):
        desk.letter("My uncle sold herring there until spring. He always said so. " * 3, slot=slot)
    page = ines.get("/queue/").content
    styles = Client().get(f"/assets/{assets.STYLESHEET}").content
    script = Client().get(f"/assets/{assets.SCRIPT}").content
    assert len(page) <= 100_000
    assert len(gzip.compress(page, 9)) <= 8_000
    assert len(gzip.compress(styles, 9)) <= 4_500
    assert len(gzip.compress(script, 9)) <= 5_000


def queue_of(page: str) -> str:
    """The list of what waits, at the start of the screen."""
    start = page.index('<section class="panel queue"')
    return page[start : page.index("</section>", start)]


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/queue/").status_code == 200
    return len(queries)
