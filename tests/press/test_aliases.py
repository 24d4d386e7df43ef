"""A story's other names lead to it, and what was included by one keeps coming."""

from __future__ import annotations

import html5lib
import pytest

from letterslot.discussion.models import Alias, Story
from letterslot.press import aliases, stories
from letterslot.press.faults import StoryFault

PIECES = ("thread.html", "form.html", "thread.json", "comments.atom")


def source(slug="harvest", names="", **fields):
    given = {"slug": slug, "language": "en", "headline": "Harvest", "date": "2026-11-20"} | fields
    given |= {"aliases": names} if names else {}
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in given.items()) + "---\nWords."


@pytest.fixture
def add(newsroom, tmp_path):
    """Adds stories from their sources, all together, and prints them."""

    def add_and_print(*sources):
        files = [stories.read(text.encode(), name="story.md", folder=tmp_path) for text in sources]
        newsroom.print_stories(*stories.add_all(files, data=newsroom.data))

    return add_and_print


def standing(newsroom, name):
    folder = newsroom.shelf / "stories" / name
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_page_under_another_name_leads_to_the_story_also_on_a_stick(newsroom, add):
    add(source(names="[fair-2026, 117]"))
    page = html5lib.parse(newsroom.page("stories/117/index.html"), namespaceHTMLElements=False)
    (refresh,) = [meta for meta in page.iter("meta") if meta.get("http-equiv")]
    assert refresh.get("content") == "0; url=../harvest/index.html"
    assert page.find(".//h1/a").get("href") == "../harvest/index.html"
    (canonical,) = [link for link in page.iter("link") if link.get("rel") == "canonical"]
    assert canonical.get("href") == "https://courier.example/stories/harvest/"


def test_what_is_included_by_another_name_is_the_storys_own_and_grows_with_it(newsroom, add):
    add(source(names="[fair-2026]"))
    newsroom.approved("A word.")
    newsroom.make()
    for piece in PIECES:
        own = newsroom.page(f"stories/harvest/{piece}")
        assert newsroom.page(f"stories/fair-2026/{piece}") == own
    assert "A word." in newsroom.page("stories/fair-2026/thread.html")
    assert 'value="harvest"' in newsroom.page("stories/fair-2026/form.html")
    assert newsroom.faults() == []


def test_a_name_that_is_dropped_leaves_the_shelf_and_may_be_taken_by_another(newsroom, add):
    add(source(names="[fair, autumn]"))
    add(source(names="[autumn]"), source("winter", names="[fair]"))
    assert "winter" in newsroom.page("stories/fair/index.html")
    add(source("winter"))
    assert standing(newsroom, "fair") == []
    assert "index.html" in standing(newsroom, "autumn")
    assert newsroom.faults() == []


def test_a_story_without_aliases_says_nothing_of_them(newsroom, add):
    add(source())
    assert "aliases" not in newsroom.json("stories/harvest/door.json")


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ([source(names="[winter]"), source("winter")], "belongs to the story winter"),
        ([source(names="[a]"), source("winter", names="[a]")], "belongs to the story harvest"),
        ([source("taken")], "taken is an alias of the story spring"),
        ([source(names="[taken]")], "belongs to the story spring"),
    ],
    ids=["a story's slug", "twice in one call", "a new story", "another story's alias"],
)
def test_a_name_leads_to_one_story(newsroom, add, files, why):
    add(source("spring", names="[taken]"))
    with pytest.raises(StoryFault, match=why):
        add(*files)
    assert list(Alias.objects.values_list("pk", "story")) == [("taken", "spring")]
    assert not Story.objects.filter(pk__in=["winter", "taken"]).exists()


@pytest.mark.parametrize(
    "value",
    ["fair", ["Fair"], ["fair/x"], ["fair", "fair"], ["harvest"], [True], [1.5], [""], ["x"] * 21],
)
def test_a_name_is_spelled_like_a_slug(value):
    with pytest.raises(StoryFault, match="`aliases`"):
        aliases.read(value, "harvest")
