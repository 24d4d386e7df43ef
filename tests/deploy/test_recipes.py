"""The recipes for other systems, as far as they can be tried by a test: Hugo builds a site."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from pathlib import Path

import html5lib
import pytest

from letterslot.press import stories

RECIPES = Path(__file__).parents[2] / "deploy" / "recipes"
HEADLINE = 'Harvest: a "festival" & 축제'
PAGE = """---
title: 'Harvest: a "festival" & 축제'
date: 2026-11-20
letterslot: harvest-festival
outputs: [html, letterslot]
---
The stalls opened at nine.
"""


@pytest.fixture
def public(tmp_path: Path) -> Path:
    """What Hugo makes of a site with the recipe: one page with a thread and one without."""
    if shutil.which("hugo") is None:
        pytest.skip("Debian's package hugo is not installed")
    recipe = RECIPES / "hugo"
    layouts = tmp_path / "layouts"
    for folder in (layouts / "partials", layouts / "_default", tmp_path / "content"):
        folder.mkdir(parents=True)
    shutil.copy(recipe / "comments.html", layouts / "partials")
    shutil.copy(recipe / "single.letterslot.md", layouts / "_default")
    (layouts / "_default" / "single.html").write_text(
        '<!doctype html><title>x</title>{{ .Content }}{{ partial "comments.html" . }}'
    )
    site = 'baseURL = "https://news.example/"\nlanguageCode = "en"\ntitle = "News"\n'
    (tmp_path / "config.toml").write_text(site + (recipe / "config.toml").read_text("utf-8"))
    (tmp_path / "content" / "harvest.md").write_text(PAGE, "utf-8")
    (tmp_path / "content" / "about.md").write_text("---\ntitle: About\n---\nUs.\n")
    subprocess.run(["hugo", "--quiet", "--source", tmp_path], check=True, timeout=60)
    return tmp_path / "public"


def test_a_page_made_by_hugo_has_a_place_for_its_thread(public: Path) -> None:
    page = html5lib.parse((public / "harvest/index.html").read_text(), namespaceHTMLElements=False)
    (place,) = [place for place in page.iter("div") if place.get("data-letterslot")]
    story = "https://courier.example/stories/harvest-festival/"
    assert place.get("data-letterslot") == story
    assert place.find("a").get("href") == f"{story}#comments"
    assert page.find(".//script").get("src") == "https://courier.example/thread.js"


def test_a_page_without_a_thread_asks_for_nothing(public: Path) -> None:
    assert "courier.example" not in (public / "about/index.html").read_text()


def test_hugo_tells_the_story_to_letterslot(public: Path) -> None:
    story = stories.read_file(public / "harvest/index.letterslot.md")
    assert (story.slug, story.headline) == ("harvest-festival", HEADLINE)
    assert (story.language, story.date) == ("en", date(2026, 11, 20))
    assert story.canonical == "https://news.example/harvest/"
