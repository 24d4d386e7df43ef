"""Threads on the shelf: which page holds what, for ever, and how light the pages stay."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from letterslot.discussion.models import Comment, Printed

STORY = "stories/harvest/index.html"
LITE = "stories/harvest/lite/index.html"


def page(number):
    return f"stories/harvest/comments/{number}/index.html"


def ids_on(html):
    return re.findall(r'<article class="comment[^"]*" id="c-([^"]+)"', html)


def addresses_in(newsroom):
    """Every printed comment's address, as its page says it."""
    found = {}
    for path in newsroom.files():
        if ("/comments/" in path or "/replies/" in path) and path.endswith(".html"):
            for comment in ids_on(newsroom.page(path)):
                found.setdefault(comment, set()).add(path)
    return found


def test_pages_hold_25_conversations_counted_from_the_oldest(newsroom):
    newsroom.approve_many(30)
    newsroom.make()
    places = dict(Printed.objects.values_list("pk", "place"))
    assert {places[one] for one in ids_on(newsroom.page(page(1)))} == set(range(25))
    assert {places[one] for one in ids_on(newsroom.page(page(2)))} == set(range(25, 30))
    assert page(3) not in newsroom.files()


@pytest.mark.usefixtures("five_a_page")
def test_a_full_page_never_changes_when_later_comments_come(newsroom):
    newsroom.approve_many(4)
    newsroom.make()
    half_full = newsroom.files()[page(1)]
    newsroom.approve_many(3)
    newsroom.make_next()
    full = newsroom.files()[page(1)]
    assert full != half_full
    for _ in range(2):
        newsroom.approve_many(5)
        newsroom.make_next()
        assert newsroom.files()[page(1)] == full
    newsroom.print_stories("harvest")  # every page is set again, to the same bytes
    assert newsroom.files()[page(1)] == full
    assert page(4) in newsroom.files()


@pytest.mark.usefixtures("five_a_page")
def test_a_reply_to_an_old_comment_changes_its_page_and_no_other(newsroom):
    newsroom.approve_many(11)
    newsroom.make()
    before = newsroom.files()
    old = Printed.objects.get(place=6)
    reply = newsroom.approved("An answer.", reply_to=old.pk)
    newsroom.make_next()
    after = newsroom.files()
    assert (after[page(1)], after[page(3)]) == (before[page(1)], before[page(3)])
    assert reply in ids_on(newsroom.page(page(2)))


def test_the_storys_page_shows_the_newest_edition_first(newsroom):
    first = set(newsroom.approve_many(2))
    newsroom.make()
    second = set(newsroom.approve_many(2))
    newsroom.make_next()
    shown = ids_on(newsroom.page(STORY))
    assert (set(shown[:2]), set(shown[2:])) == (second, first)
    last_first = Printed.objects.filter(edition=2).order_by("-place")
    assert shown[:2] == [row.pk for row in last_first]


def test_the_storys_page_stops_at_25_conversations(newsroom):
    newsroom.approve_many(27)
    newsroom.make()
    html = newsroom.page(STORY)
    places = dict(Printed.objects.values_list("pk", "place"))
    assert [places[one] for one in ids_on(html)] == list(range(26, 1, -1))
    assert "comments/1/index.html" in html


def test_every_conversation_of_a_big_edition_is_reached_from_the_storys_page(newsroom):
    """More of one edition than its page shows: those left out must not lie behind no link."""
    all_of_them = set(newsroom.approve_many(60))
    newsroom.make()
    reached, following = set(), [STORY]
    for path in following:
        html = newsroom.page(path)
        reached |= set(ids_on(html))
        numbers = re.findall(r'href="[^"#]*?(\d+)/index\.html"', html)
        following += [page(n) for n in dict.fromkeys(numbers) if page(n) not in following]
    assert reached == all_of_them


def noise(seed, words=120):
    """Text that gzip cannot do much with."""
    return " ".join(f"{(seed * 7919 + n * 104729) % 999983:x}" for n in range(words))


def test_the_storys_page_stops_at_14000_bytes_of_gzip(newsroom):
    for n in range(25):
        newsroom.approved(noise(n, 300))
    newsroom.make()
    html = newsroom.page(STORY)
    assert 1 <= len(ids_on(html)) < 25
    assert len(gzip.compress(html.encode(), 9)) <= 14_000
    assert len((newsroom.shelf / f"{STORY}.gz").read_bytes()) <= 14_000


def test_a_story_longer_than_the_budget_is_whole_and_shows_one_conversation(newsroom):
    newsroom.story("long", markdown=noise(1, 6000))
    newsroom.approve_many(3, story="long")
    newsroom.make()
    html = newsroom.page("stories/long/index.html")
    assert noise(1, 6000) in html
    assert len(ids_on(html)) == 1


def test_lite_view_and_stylesheet_stay_under_14000_bytes_together(newsroom):
    for n in range(25):
        newsroom.approved(noise(n))
    newsroom.make()
    style = newsroom.json("door.json")["stylesheet"]
    lite, css = newsroom.page(LITE), newsroom.page(style)
    assert sum(len(gzip.compress(part.encode(), 9)) for part in (lite, css)) <= 14_000
    assert 0 < len(ids_on(lite)) < len(ids_on(newsroom.page(STORY)))
    assert "The stalls opened" in lite


def test_a_reply_to_a_reply_joins_the_conversation_and_names_whom_it_answers(newsroom):
    root = newsroom.approved("A question.", name="Mina")
    newsroom.make()
    reply = newsroom.approved("One answer.", name="Old Tare", reply_to=root)
    newsroom.make_next()
    second = newsroom.approved("To that answer.", name="Caulker", reply_to=reply)
    newsroom.make_next()
    row = Printed.objects.get(pk=second)
    assert (row.conversation, row.place, row.answers_to) == (root, None, reply)
    html = newsroom.page(page(1))
    assert ids_on(html) == [root, reply, second]
    after = html[html.index(f'id="c-{second}"') :]
    assert f'answers <a href="#c-{reply}"><bdi>Old Tare</bdi>' in after


def test_a_reply_across_stories_begins_a_conversation_of_its_own(newsroom):
    newsroom.story("quay")
    root = newsroom.approved()
    newsroom.make()
    stray = newsroom.approved(story="quay", reply_to=root)
    newsroom.make_next()
    assert Printed.objects.get(pk=stray).place == 0


def test_replies_of_one_edition_find_their_parents_in_it(newsroom):
    root = newsroom.approved()
    reply = newsroom.approved(reply_to=root)
    second = newsroom.approved(reply_to=reply)
    newsroom.make()
    rows = Printed.objects.filter(conversation=root)
    assert set(rows.values_list("pk", flat=True)) == {root, reply, second}


def test_comments_that_answer_each_other_are_printed_all_the_same(newsroom):
    one = newsroom.approved()
    other = newsroom.approved(reply_to=one)
    Comment.objects.filter(pk=one).update(reply_to=other)
    assert newsroom.make().published == 2


def conversation_of(newsroom, replies):
    root = newsroom.approved("A question.")
    newsroom.make()
    for n in range(replies):
        newsroom.approved(f"Answer {n}.", reply_to=root)
    newsroom.make_next()
    return root


def test_more_than_twenty_replies_go_on_at_a_page_of_their_own(newsroom):
    root = conversation_of(newsroom, 23)
    order = [row.pk for row in Printed.objects.filter(place=None).order_by("position")]
    assert ids_on(newsroom.page(page(1))) == [root, *order[:20]]
    html = newsroom.page(page(1))
    assert f"replies/{root}/index.html" in html
    assert "3 more replies" in html
    further = newsroom.page(f"stories/harvest/replies/{root}/index.html")
    assert set(order[20:]) <= set(ids_on(further))
    assert not set(order[:20]) & set(ids_on(further))


def test_twenty_replies_need_no_page_of_their_own(newsroom):
    root = conversation_of(newsroom, 20)
    assert f"stories/harvest/replies/{root}/index.html" not in newsroom.files()
    assert "more repl" not in newsroom.page(page(1))


def test_an_address_holds_for_ever(newsroom):
    root = conversation_of(newsroom, 23)
    replies = [row.pk for row in Printed.objects.filter(place=None).order_by("position")]
    before = addresses_in(newsroom)
    for gone in (replies[3], replies[21]):
        newsroom.act(gone, "withdraw")
    newsroom.approve_many(2, reply_to=root)
    newsroom.approve_many(26)
    newsroom.make_next()
    after = addresses_in(newsroom)
    assert {one: after[one] for one in before if one not in (replies[3], replies[21])} == {
        one: paths for one, paths in before.items() if one not in (replies[3], replies[21])
    }


def test_the_address_beside_a_comment_leads_to_it(newsroom):
    conversation_of(newsroom, 22)
    newsroom.approve_many(26)
    newsroom.make_next()
    for path in (STORY, page(1), page(2), LITE):
        folder = Path(path).parent
        for target, comment in re.findall(r'href="([^"#]*)#c-([0-9a-f]{12})"', newsroom.page(path)):
            stands = newsroom.shelf / (folder / target if target else path)
            assert comment in ids_on(stands.read_text())


@pytest.mark.parametrize(
    ("text", "lang", "direction"),
    [
        ("A word.", "en", "ltr"),
        ("돌은 거짓말을 하지 않는다.", "und-Hang", "ltr"),
        ("تاش يالغان سۆزلىمەيدۇ", "und-Arab", "rtl"),
        ("1, 2, 3!", "en", "ltr"),
    ],
)
def test_each_comment_has_its_own_language_and_direction(newsroom, text, lang, direction):
    comment = newsroom.approved(text)
    newsroom.make()
    assert f'id="c-{comment}" lang="{lang}" dir="{direction}"' in newsroom.page(STORY)


def test_a_text_without_letters_runs_as_its_story_does(newsroom):
    newsroom.story("tash", language="ug", headline="تاش")
    newsroom.approved("100%!", story="tash")
    newsroom.make()
    assert (Printed.objects.get().lang, Printed.objects.get().dir) == ("ug", "rtl")


def test_a_comment_of_markup_is_printed_as_text(newsroom):
    newsroom.approved("<script>alert(1)</script>", name="<b>Mina</b>")
    newsroom.make()
    html = newsroom.page(STORY)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<b>Mina</b>" not in html


def test_fragments_show_the_thread_with_absolute_addresses(newsroom):
    comment = newsroom.approved("A word.")
    newsroom.make()
    thread = newsroom.page("stories/harvest/thread.html")
    assert ids_on(thread) == [comment]
    assert f"https://courier.example/stories/harvest/comments/1/#c-{comment}" in thread
    assert "https://courier.example/comment/preview" in newsroom.page("stories/harvest/form.html")


def test_the_door_learns_the_names_of_who_can_be_answered(newsroom):
    named = newsroom.approved(name="Mina")
    nameless = newsroom.approved()
    newsroom.make()
    assert newsroom.json("stories/harvest/names.json") == {named: "Mina", nameless: ""}
    newsroom.act(named, "remove", clause=1)
    newsroom.make_next()
    assert newsroom.json("stories/harvest/names.json") == {nameless: ""}


def test_older_comments_lead_to_a_page_with_others_than_the_storys_own(newsroom):
    """Page 2 is full and shown whole on the story's page: older ones are on page 1."""
    newsroom.approve_many(50)
    newsroom.make()
    assert 'href="comments/1/index.html' in newsroom.page("stories/harvest/index.html")
    assert 'href="comments/2/index.html">' not in newsroom.page("stories/harvest/index.html")


def test_a_thread_that_is_shown_whole_leads_nowhere_else(newsroom):
    newsroom.approve_many(25)
    newsroom.make()
    assert 'href="comments/1/index.html">' not in newsroom.page("stories/harvest/index.html")
