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


@pytest.mark.parametrize(
    ("page", "older", "leads_to"), [(0, 0, 0), (0, 7, 7), (1, 0, 0), (7, 0, 6)]
)
def test_older_comments_are_where_press_says_or_on_the_page_before(page, older, leads_to):
    thread = views.Thread((), total=500, pages=9, page=page, older=older)
    assert arrangement.older_page(thread) == leads_to
