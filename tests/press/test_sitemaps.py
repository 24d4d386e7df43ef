"""What search engines are told: every story that stands here, once."""

from __future__ import annotations

from datetime import date
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest

SITE = "https://courier.example"


def listed(newsroom, address):
    """The addresses in a sitemap, or in the index of sitemaps."""
    root = ElementTree.fromstring(newsroom.page(address.removeprefix(f"{SITE}/")))
    names = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    assert root.tag in (f"{names}urlset", f"{names}sitemapindex")
    return [element.text for element in root.iter(f"{names}loc")]


@pytest.fixture
def robots(newsroom):
    newsroom.print_stories("harvest")
    rules = RobotFileParser()
    rules.parse(newsroom.page("robots.txt").splitlines())
    return rules


def test_every_story_is_found_from_robots_txt(newsroom, robots):
    newsroom.story("frost", date=date(2026, 10, 2))
    newsroom.story("fair", date=date(2026, 11, 23))
    newsroom.print_stories("frost", "fair")
    (index,) = robots.site_maps()
    months = listed(newsroom, index)
    assert months == [f"{SITE}/archive/2026-11/sitemap.xml", f"{SITE}/archive/2026-10/sitemap.xml"]
    assert [address for month in months for address in listed(newsroom, month)] == [
        f"{SITE}/stories/fair/",
        f"{SITE}/stories/harvest/",
        f"{SITE}/stories/frost/",
    ]


def test_a_story_that_stands_elsewhere_is_not_claimed(newsroom):
    newsroom.story("guest", canonical="https://news.example/guest", markdown="")
    newsroom.print_stories("harvest", "guest")
    assert listed(newsroom, f"{SITE}/archive/2026-11/sitemap.xml") == [f"{SITE}/stories/harvest/"]


def test_a_month_without_stories_leaves_with_its_sitemap(newsroom):
    story = newsroom.story("frost", date=date(2026, 10, 2))
    newsroom.print_stories("harvest", "frost")
    story.date = date(2026, 11, 2)
    story.save()
    newsroom.print_stories("frost")
    assert listed(newsroom, f"{SITE}/sitemap.xml") == [f"{SITE}/archive/2026-11/sitemap.xml"]
    assert not (newsroom.shelf / "archive/2026-10/sitemap.xml").exists()
    assert newsroom.faults() == []


def test_comments_alone_change_no_sitemap(newsroom):
    newsroom.print_stories("harvest")
    before = newsroom.page("archive/2026-11/sitemap.xml")
    newsroom.approved("A word.")
    newsroom.make()
    assert newsroom.page("archive/2026-11/sitemap.xml") == before


@pytest.mark.parametrize(
    ("path", "may"),
    [("/stories/harvest/", True), ("/comment/new?story=harvest", False), ("/report", False)],
)
def test_crawlers_read_what_is_printed_and_ask_the_door_for_nothing(robots, path, may):
    assert robots.can_fetch("AnyBot", f"{SITE}{path}") is may
