"""Stories on the front page, and the way through a long thread."""

from dataclasses import replace

import pytest

from letterslot.pages import arrangement, views


def slugs(stories):
    return [story.slug for story in stories]


def test_the_newest_story_with_a_picture_leads(story):
    plain = replace(story, slug="plain", picture=None)
    korean = replace(story, slug="korean", language="ko")
    front = arrangement.front_page([plain, story, korean], "en")
    assert front.lead == story
    assert (slugs(front.beside), slugs(front.below), slugs(front.others)) == (
        ["plain"],
        [],
        ["korean"],
    )


def test_thirty_stories_all_stand_on_the_front(pages, story, parsed):
    many = [replace(story, slug=f"s{n}", language="en" if n % 3 else "ug") for n in range(30)]
    root = parsed(pages.front(many, edition=None))
    linked = {a.get("href") for a in root.find(".//main").iter("a")}
    assert {f"stories/s{n}/index.html" for n in range(30)} <= linked


def test_a_front_without_stories_says_so(pages, parsed):
    root = parsed(pages.front([], edition=None))
    assert "".join(root.find(".//main").itertext()).strip() == "Nothing has been printed yet."


def test_a_publication_whose_stories_are_all_in_other_languages_still_has_a_lead(story):
    assert arrangement.front_page([replace(story, language="ug")], "en").lead is not None


@pytest.mark.parametrize(
    ("page", "numbers"),
    [(1, [1]), (2, [2, 1]), (5, [5, 4, 3, 2, 1]), (40, [40, 39, 38, 37, 0, 1])],
)
def test_a_page_names_itself_and_older_ones(page, numbers):
    assert arrangement.page_numbers(page) == numbers


def test_a_thread_that_is_shown_whole_has_no_older_page(letter):
    talks = (views.Conversation(letter("aa"), (letter("ab"),), more_replies=4),)
    assert arrangement.older_page(views.Thread(talks, total=6, pages=1)) == 0


def test_older_comments_are_on_the_page_of_the_oldest_shown(letter):
    old = "stories/s/comments/7/index.html#c-aa"
    talks = (views.Conversation(letter("aa", address=old)),)
    assert arrangement.older_page(views.Thread(talks, total=500, pages=9)) == 7
    assert arrangement.older_page(views.Thread(talks, total=500, pages=9, page=7)) == 6
    assert arrangement.older_page(views.Thread((), total=5, pages=9)) == 9
