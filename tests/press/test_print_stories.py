"""Stories on the shelf, at once and without an edition; and what the door learns of them."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from letterslot.discussion.models import Clockwork, Edition, Story
from letterslot.newsroom.terms import WordsFault
from letterslot.press import edition as press
from letterslot.press import shelving, stories
from letterslot.shelf.manifest import read_root

STORY = "stories/harvest/index.html"


def serial(newsroom):
    return read_root((newsroom.shelf / "manifest.json").read_bytes()).serial


def test_a_story_is_printed_before_there_is_any_edition(newsroom):
    assert newsroom.print_stories("harvest") == ["harvest"]
    assert "The stalls opened at <em>nine</em>." in newsroom.page(STORY)
    assert shelving.facts_on_shelf(newsroom.shelf).edition == 0
    assert newsroom.faults() == []
    assert Edition.objects.count() == 0
    assert Clockwork.objects.count() == 0


def test_printing_a_story_raises_the_serial_and_not_the_edition(newsroom):
    newsroom.approved()
    newsroom.make()
    before = serial(newsroom)
    Story.objects.update(headline="A better headline")
    newsroom.print_stories("harvest")
    assert serial(newsroom) == before + 1
    assert shelving.facts_on_shelf(newsroom.shelf).edition == 1
    for path in (STORY, "stories/harvest/lite/index.html", "stories/harvest/comments/1/index.html"):
        assert "A better headline" in newsroom.page(path)
    assert newsroom.faults() == []


def test_printing_a_story_prints_no_comment(newsroom):
    newsroom.approved("canary")
    newsroom.print_stories("harvest")
    assert "canary" not in newsroom.page(STORY)


def test_printing_again_without_a_change_changes_the_root_alone(newsroom):
    newsroom.approved()
    newsroom.make()
    before = newsroom.files()
    newsroom.print_stories("harvest")
    after = newsroom.files()
    changed = {path for path in after if after[path] != before.get(path)}
    assert changed == {"manifest.json", "manifest.json.minisig"}


def test_every_page_of_a_publication_is_there(newsroom):
    newsroom.speak_korean_too()
    newsroom.approved()
    newsroom.make()
    plain = {path for path in newsroom.files() if not path.endswith((".gz", ".br"))}
    style = newsroom.json("door.json")["stylesheet"]
    lists = {path for path in plain if path.startswith("lists/")}
    assert plain - lists == {
        "index.html",
        "archive/index.html",
        "archive/2026-11/index.html",
        "archive/2026-11/sitemap.xml",
        "sitemap.xml",
        "robots.txt",
        "thread.schema.json",
        "thread.js",
        "terms/index.html",
        "terms/ko/index.html",
        "how-comments-work/index.html",
        "how-comments-work/ko/index.html",
        "receipt/index.html",
        "receipt/ko/index.html",
        "editions/index.html",
        "editions/ko/index.html",
        "door.json",
        "publication.pub",
        "manifest.json",
        "manifest.json.minisig",
        style,
        "answers/1.bin",
        "answers/1.idx",
        "stories/harvest/index.html",
        "stories/harvest/lite/index.html",
        "stories/harvest/comments/1/index.html",
        "stories/harvest/thread.html",
        "stories/harvest/thread.json",
        "stories/harvest/comments.atom",
        "stories/harvest/form.html",
        "stories/harvest/door.json",
        "stories/harvest/names.json",
    }


def test_the_door_learns_what_it_must_know(newsroom):
    newsroom.speak_korean_too()
    newsroom.print_stories("harvest")
    door = newsroom.json("door.json")
    assert (door["version"], door["name"], door["url"]) == (
        1,
        "Saltreach Courier",
        "https://courier.example",
    )
    assert (door["languages"], door["policy"], door["k_min"]) == (["en", "ko"], "prompt", 0)
    assert len(door["epochs"]) == 35
    assert (min(door["epochs"]), max(door["epochs"])) == ("2026-11-22", "2026-12-26")
    assert door["clauses"]["en"][0][0] == 1
    assert door["clauses"].keys() == door["words"].keys() == {"en", "ko"}
    assert door["words"]["ko"].keys() == {"guidelines", "disclaimer"}
    assert newsroom.json("stories/harvest/door.json") == {
        "headline": "Harvest festival",
        "language": "en",
        "comments": "2026-12-04",
        "date": "2026-11-20",
    }


@pytest.mark.parametrize(
    ("comments", "day", "told"),
    [
        ("", date(2026, 12, 4), "2026-12-04"),  # by age: fourteen days after its date
        ("", date(2026, 12, 5), "closed"),
        ("open", date(2027, 6, 1), "open"),
        ("closed", date(2026, 11, 20), "closed"),
        ("2026-11-30", date(2026, 11, 30), "2026-11-30"),  # the last day is still open
        ("2026-11-30", date(2026, 12, 1), "closed"),
    ],
)
def test_a_thread_is_open_or_closed_by_word_day_or_age(newsroom, comments, day, told):
    publication = press.publications.load(newsroom.data)
    story = Story(slug="quay", date=date(2026, 11, 20), comments=comments)
    assert stories.comments_state(story, publication, day) == told


def test_a_closed_story_has_no_form_and_an_opened_one_has(newsroom):
    newsroom.approved()
    newsroom.make()
    paths = (STORY, "stories/harvest/comments/1/index.html")
    stories.close_comments("harvest")
    newsroom.print_stories("harvest")
    assert all("/comment/preview" not in newsroom.page(path) for path in paths)
    assert newsroom.json("stories/harvest/door.json")["comments"] == "closed"
    stories.open_comments("harvest")
    newsroom.print_stories("harvest")
    assert all("/comment/preview" in newsroom.page(path) for path in paths)


def test_closing_a_story_that_is_not_there_says_so(newsroom):
    with pytest.raises(stories.StoryFault, match="There is no story quay"):
        stories.close_comments("quay")


def test_a_thread_closed_by_age_loses_its_form_with_the_next_edition(newsroom):
    newsroom.story("quay", date=date(2026, 11, 23))
    newsroom.approved()
    newsroom.make()
    newsroom.now += timedelta(days=12)
    newsroom.approved(story="quay")
    newsroom.make()
    assert "/comment/preview" not in newsroom.page(STORY)
    assert "/comment/preview" not in newsroom.page("stories/harvest/comments/1/index.html")
    assert "/comment/preview" in newsroom.page("stories/quay/index.html")


def test_the_calendar_closes_threads_and_renews_keys_without_an_edition(newsroom):
    def by_calendar():
        return press.print_by_calendar(data=newsroom.data, ring=newsroom.ring, now=newsroom.now)

    newsroom.print_stories("harvest")
    assert by_calendar() is False
    newsroom.now += timedelta(days=5)
    assert by_calendar() is False
    newsroom.now += timedelta(days=2)
    assert by_calendar() is True
    assert max(newsroom.json("door.json")["epochs"]) == "2027-01-02"
    newsroom.now += timedelta(days=5)
    assert by_calendar() is True
    assert "/comment/preview" not in newsroom.page(STORY)
    assert by_calendar() is False
    assert newsroom.faults() == []


def test_translations_link_to_each_other_whichever_was_printed_first(newsroom):
    newsroom.print_stories("harvest")
    newsroom.story("chusu", language="ko", headline="추수 축제", translation_of="harvest")
    newsroom.story("moisson", language="fr", headline="La moisson", translation_of="chusu")
    newsroom.print_stories("chusu", "moisson")
    for slug, others in {
        "harvest": ("chusu", "moisson"),
        "chusu": ("harvest", "moisson"),
        "moisson": ("harvest", "chusu"),
    }.items():
        html = newsroom.page(f"stories/{slug}/index.html")
        assert all(f"../{other}/index.html" in html for other in others)


def test_a_story_without_a_body_points_to_where_it_stands(newsroom):
    newsroom.story("away", markdown="", canonical="https://paper.example/away")
    newsroom.approved("A word.", story="away")
    newsroom.make()
    html = newsroom.page("stories/away/index.html")
    assert 'href="https://paper.example/away"' in html
    assert "A word." in html
    assert "/comment/preview" in html


def test_the_front_page_has_the_newest_story_first_and_counts_comments(newsroom):
    newsroom.story("quay", headline="The quay", date=date(2026, 11, 22))
    newsroom.approve_many(2)
    newsroom.make()
    html = newsroom.page("index.html")
    assert html.index("The quay") < html.index("Harvest festival")
    assert "2 comments" in html
    assert "Edition 1 of the comments" in html


def test_the_editions_page_lists_every_edition(newsroom):
    comment = newsroom.approved()
    newsroom.make()
    newsroom.act(comment, "remove", clause=1)
    newsroom.make_next()
    html = newsroom.page("editions/index.html")
    rows = ["<td>1</td><td>0</td>", "<td>0</td><td>1</td>"]
    assert all(row in html for row in rows)
    assert html.index(rows[1]) < html.index(rows[0])  # newest first


def test_a_changed_word_of_the_newsroom_prints_every_page_anew(newsroom):
    newsroom.story("quay")
    newsroom.approve_many(2)
    newsroom.approved(story="quay")
    newsroom.make()
    disclaimer = newsroom.data / "words" / "en" / "disclaimer.md"
    disclaimer.write_text("Other people wrote this.\n")
    newsroom.approved(story="quay")
    newsroom.make_next()
    for path in (STORY, "stories/harvest/comments/1/index.html", "stories/harvest/thread.html"):
        assert "Other people wrote this." in newsroom.page(path)
    assert newsroom.faults() == []


def test_an_edition_touches_no_other_story(newsroom):
    newsroom.story("quay")
    newsroom.print_stories("quay", "harvest")
    before = newsroom.files()
    newsroom.approved()
    newsroom.make()
    after = newsroom.files()
    assert all(after[path] == before[path] for path in before if path.startswith("stories/quay/"))


def test_a_fault_in_the_words_is_told_before_anything_is_written_down(newsroom):
    newsroom.approved()
    (newsroom.data / "words" / "en" / "terms.md").unlink()
    with pytest.raises(WordsFault):
        newsroom.make()
    assert Edition.objects.count() == 0


def test_a_frame_of_the_thread_stands_where_hosts_may_show_it(newsroom):
    settings = newsroom.data / "publication.toml"
    settings.write_text(
        settings.read_text().replace("embed_hosts = []", 'embed_hosts = ["https://paper.example"]')
    )
    newsroom.print_stories("harvest")
    assert "stories/harvest/embed/index.html" in newsroom.files()
    assert newsroom.json("door.json")["embed_hosts"] == ["https://paper.example"]


def test_the_same_database_gives_the_same_pages(newsroom, tmp_path):
    """No clock, no chance, no order of a set: a second press prints the very same files."""
    newsroom.approve_many(3)
    newsroom.make()
    first = newsroom.files()
    newsroom.shelf.rename(tmp_path / "other")
    newsroom.now += timedelta(hours=5)
    newsroom.print_stories("harvest")
    assert newsroom.files() == first


def test_stories_that_left_the_front_page_are_found_by_their_month(newsroom):
    for number in range(61):
        newsroom.story(f"story-{number:02d}", date=date(2026, 9 + number % 2, 1 + number % 28))
    newsroom.print_stories("harvest", *(f"story-{number:02d}" for number in range(61)))
    front = newsroom.page("index.html")
    assert front.count("<h2><a") == 60
    assert 'href="archive/index.html"' in front
    months = newsroom.page("archive/index.html")
    assert [m in months for m in ("2026-11", "2026-10", "2026-09")] == [True, True, True]
    of_months = [newsroom.page(f"archive/2026-{month}/index.html") for month in ("09", "10")]
    assert "".join(of_months).count("../../stories/story-") == 61


def test_a_month_names_its_stories_by_day_the_newest_first(newsroom):
    for slug, day in (("quay", 3), ("bridge", 9), ("hives", 9)):
        newsroom.story(slug, date=date(2026, 9, day))
    newsroom.print_stories("quay", "bridge", "hives")
    month = newsroom.page("archive/2026-09/index.html")
    told = re.findall(r'<time datetime="([^"]+)"|stories/([a-z]+)/', month)
    assert [day or slug for day, slug in told] == [
        "2026-09-09", "bridge", "hives", "2026-09-03", "quay",
    ]  # fmt: skip


def test_a_story_whose_day_changes_leaves_its_old_month(newsroom):
    newsroom.story("quay", date=date(2026, 9, 1))
    newsroom.print_stories("harvest", "quay")
    Story.objects.filter(pk="quay").update(date=date(2026, 10, 1))
    newsroom.print_stories("quay")
    assert not (newsroom.shelf / "archive/2026-09").exists()
    assert "quay" in newsroom.page("archive/2026-10/index.html")


def test_the_rule_of_guarded_stands_with_its_numbers_on_the_page_of_editions(guarded):
    guarded.print_stories("harvest")
    page = " ".join(guarded.page("editions/index.html").split())
    assert "At least 10 new comments come out together, or none." in page
    assert "At least one whole day, from slot to slot," in page
    assert "stay for a later edition" not in page
    public_key = guarded.page("publication.pub").splitlines()[-1]
    assert f"minisign -Vm manifest.json -P {public_key}" in page


def test_a_changed_paragraph_of_the_terms_touches_no_story(newsroom):
    newsroom.approved()
    newsroom.make()
    before = newsroom.files()
    terms = newsroom.data / "words" / "en" / "terms.md"
    terms.write_text(f"{terms.read_text()}\nOne more paragraph.\n")
    newsroom.print_stories()
    changed = {path for path, content in newsroom.files().items() if before.get(path) != content}
    assert {path.partition("/")[0] for path in changed} == {
        "terms",
        "lists",
        "manifest.json",
        "manifest.json.minisig",
    }


def test_a_shelf_of_an_earlier_program_is_printed_anew_by_the_worker(newsroom):
    newsroom.approved("Still here.")
    newsroom.make()
    root = newsroom.shelf / "manifest.json"
    root.write_bytes(root.read_bytes().replace(b'"version":2', b'"version":1'))
    assert press.print_by_calendar(data=newsroom.data, ring=newsroom.ring, now=newsroom.now)
    assert newsroom.faults() == []
    assert "Still here." in newsroom.page("stories/harvest/index.html")
    assert shelving.facts_on_shelf(newsroom.shelf).edition == 1
