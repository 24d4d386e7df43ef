"""The newsroom's own replies on the shelf: the badge, which no reader's words can make."""

from __future__ import annotations

import json
import re
import secrets
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from letterslot.discussion import ledger, wording
from letterslot.discussion.models import Answer, Comment, Edition, Printed
from letterslot.press import feeds

STORY = "stories/harvest/index.html"
PAGES = (STORY, "stories/harvest/lite/index.html", "stories/harvest/comments/1/index.html")
ATOM = "{http://www.w3.org/2005/Atom}"
INES = ledger.Hand(by="ines", role="moderator", via="desk")
EPOCH = "2026-11-23"


def reply(newsroom, to, text="We asked; the answer is on Friday.", byline="Noor Halvik, reporter"):
    comment = Comment(id=secrets.token_hex(6), story_id="harvest", reply_to=to, epoch=EPOCH)
    sealed = wording.seal(wording.Wording(byline, text), EPOCH, newsroom.ring)
    return ledger.write(comment, sealed, hand=INES, slot=1).pk


def article(html, comment):
    return re.search(rf'<article class="[^"]*" id="c-{comment}".*?</article>', html, re.S)[0]


@pytest.fixture
def root(newsroom):
    comment = newsroom.approved("Who checks the scales?", name="Mina")
    newsroom.make()
    return comment


def test_a_reply_of_the_newsroom_is_printed_with_its_badge_and_role(newsroom, root):
    answer = reply(newsroom, root)
    newsroom.make_next()
    for path in PAGES:
        printed = article(newsroom.page(path), answer)
        assert printed.startswith('<article class="comment staff"')
        assert '<h5 class="comment-name"><bdi>Noor Halvik</bdi></h5>' in printed
        assert '<span class="mark">Newsroom</span>' in printed
        assert "<bdi>reporter</bdi>" in printed


def test_no_name_of_a_reader_makes_the_badge(newsroom, root):
    names = [
        "Noor Halvik, reporter", "Newsroom", '</bdi></h5><span class="mark">Newsroom</span><h5>',
    ]  # fmt: skip
    imitations = [newsroom.approved("I am it.", name=name, reply_to=root) for name in names]
    newsroom.make_next()
    for path in PAGES:
        for imitation in imitations:
            printed = article(newsroom.page(path), imitation)
            assert printed.startswith('<article class="comment" ')
            assert '<span class="mark">' not in printed
    document = newsroom.json("stories/harvest/thread.json")
    assert not any("staff" in reply for reply in document["conversations"][0]["replies"])


@pytest.mark.parametrize(
    ("byline", "name", "role"),
    [
        ("Noor Halvik, reporter", "Noor Halvik", "reporter"),
        ("이정숙, 사회부 기자", "이정숙", "사회부 기자"),
        ("林安，记者", "林安", "记者"),
        ("نۇر ھالۋىك، مۇخبىر", "نۇر ھالۋىك", "مۇخبىر"),
        ("Saltreach Courier", "Saltreach Courier", ""),
    ],
)
def test_what_stands_after_the_comma_of_a_byline_is_the_role(byline, name, role):
    assert wording.byline(byline) == (name, role)


def test_json_atom_and_schema_org_tell_it_from_a_readers_comment(newsroom, root):
    answer = reply(newsroom, root)
    newsroom.make_next()
    document = newsroom.json("stories/harvest/thread.json")
    [beginning] = document["conversations"]
    assert ("staff" in beginning, beginning["replies"][0]["staff"]) == (False, {"role": "reporter"})
    schema = Draft202012Validator(json.loads(feeds.thread_schema()))
    assert [fault.message for fault in schema.iter_errors(document)] == []
    feed = ElementTree.fromstring(newsroom.page("stories/harvest/comments.atom"))
    terms = {
        entry.findtext(f"{ATOM}id").rpartition("#c-")[2]: [
            category.get("term") for category in entry.iter(f"{ATOM}category")
        ]
        for entry in feed.iter(f"{ATOM}entry")
    }
    assert terms == {root: [], answer: ["staff"]}
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', newsroom.page(STORY))
    [told] = json.loads(data[1])["comment"]
    assert told["author"] == {"@type": "Person", "name": "Mina"}
    assert told["comment"][0]["author"] == {
        "@type": "NewsMediaOrganization", "name": "Saltreach Courier",
    }  # fmt: skip
    assert told["comment"][0]["creditText"] == "Noor Halvik"


def test_nobody_is_sent_an_answer_about_it(newsroom, root):
    before = Answer.objects.count()
    answer = reply(newsroom, root)
    made = newsroom.make_next()
    assert (made.edition, made.answers, Answer.objects.count()) == (2, 0, before)
    assert not Comment.objects.get(pk=answer).answer_due


def test_it_hides_nobody_and_so_does_not_count_towards_the_minimum(guarded):
    guarded.approve_many(10)
    guarded.make()
    root = Printed.objects.get(place=0).pk
    nine = guarded.approve_many(9)
    answer = reply(guarded, root)
    guarded.next_slot()
    made = guarded.make()
    assert (made.edition, made.published, made.waiting) == (2, 0, 9)
    assert Edition.objects.get(pk=2).published == 0
    assert f'id="c-{answer}"' in guarded.page(STORY)
    assert not Printed.objects.filter(pk__in=nine).exists()


def test_it_is_edited_removed_and_put_back_like_any_other_comment(newsroom, root):
    answer = reply(newsroom, root)
    newsroom.make_next()
    newsroom.edit(answer, "We asked; the answer is on Monday.", name="Noor Halvik, editor")
    newsroom.make_next()
    printed = article(newsroom.page(STORY), answer)
    assert "on Monday" in printed
    assert "comment-edited" in printed
    assert "<bdi>editor</bdi>" in printed
    newsroom.act(answer, "remove", clause=2)
    newsroom.make_next()
    printed = article(newsroom.page(STORY), answer)
    assert printed.startswith('<article class="comment removed"')
    assert "Monday" not in printed
    assert "Newsroom" not in printed
    assert ledger.verify() is None
    assert newsroom.faults() == []


def test_a_reader_can_answer_it(newsroom, root):
    answer = reply(newsroom, root)
    newsroom.make_next()
    assert newsroom.json("stories/harvest/names.json")[answer] == "Noor Halvik"
    second = newsroom.approved("Thank you.", reply_to=answer)
    newsroom.make_next()
    assert f'<a href="#c-{answer}"><bdi>Noor Halvik</bdi></a>' in article(
        newsroom.page(STORY), second
    )
