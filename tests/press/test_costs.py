"""What a print costs: it follows what changed, not what exists."""

from __future__ import annotations

import fcntl

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from letterslot.discussion import threads
from letterslot.discussion.models import Story
from letterslot.press import edition as press
from letterslot.press import galley
from letterslot.press.render import Setter


class Paper:
    """Keeps in memory what is written."""

    def __init__(self):
        self.written = {}

    def write(self, path, content):
        self.written[path] = content
        return True

    def remove(self, path):
        return self.written.pop(path, None) is not None

    def of_story(self, slug):
        return []


def queries_of_a_story(newsroom):
    publication = press.publications.load(newsroom.data)
    words = galley.words(newsroom.data, publication)
    setter = Setter(newsroom.data, publication, words, newsroom.ring, newsroom.now.date(), Paper())
    with CaptureQueriesContext(
        connection,
    ) as queries:
        story = Story.objects.get(pk="harvest")
        setter.story(story)
        setter.conversations(story, threads.all_conversations("harvest"))
    return len(queries)


def test_a_storys_pages_take_the_same_number_of_queries_for_1_and_12_conversations(newsroom):
    newsroom.approved()
    newsroom.make()
    few = queries_of_a_story(newsroom)
    roots = newsroom.approve_many(11)
    newsroom.make_next()
    for root in roots:
        newsroom.approved("An answer.", reply_to=root)
    newsroom.make_next()
    assert queries_of_a_story(newsroom) == few


@pytest.mark.usefixtures("five_a_page")
def test_an_edition_writes_only_what_it_touches(newsroom):
    newsroom.story("quay")
    newsroom.approve_many(11)
    newsroom.approve_many(2, story="quay")
    newsroom.make()
    before = newsroom.files()
    newsroom.approved()
    newsroom.make_next()
    after = newsroom.files()
    changed = {path for path in after if before.get(path) != after[path]}
    plain = {path for path in changed if not path.endswith((".gz", ".br"))}
    assert {path for path in plain if not path.startswith("lists/")} == {
        "index.html",
        "editions/index.html",
        "manifest.json",
        "manifest.json.minisig",
        "answers/2.bin",
        "answers/2.idx",
        "stories/harvest/index.html",
        "stories/harvest/lite/index.html",
        "stories/harvest/thread.html",
        "stories/harvest/thread.json",
        "stories/harvest/comments.atom",
        "stories/harvest/names.json",
        "stories/harvest/comments/3/index.html",
    }


def test_one_press_prints_at_a_time(newsroom):
    with (
        press._locked(newsroom.data, newsroom.ring, newsroom.now),
        (newsroom.data / "press.lock").open("a") as second,
        pytest.raises(BlockingIOError),
    ):
        fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
