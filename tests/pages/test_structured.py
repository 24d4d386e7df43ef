"""A story's facts for machines."""

import json
from dataclasses import replace

from letterslot.pages import views


def facts(page, parsed):
    return json.loads(parsed(page).find(".//script").text)


def test_a_story_says_its_facts_to_machines(pages, story, thread, parsed):
    said = facts(pages.story(story, thread, told=0), parsed)
    assert said == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.headline,
        "description": story.summary,
        "datePublished": "2026-11-19",
        "inLanguage": "en",
        "commentCount": 26,
        "mainEntityOfPage": "https://courier.example/stories/east-quay-stones/",
        "discussionUrl": "https://courier.example/stories/east-quay-stones/#comments",
        "publisher": {"@type": "NewsMediaOrganization", "name": "Saltreach Courier"},
        "image": "https://courier.example/stories/east-quay-stones/picture-1.webp",
        "author": [
            {"@type": "Person", "name": "Noor Halvik", "jobTitle": "reporter"},
            {"@type": "Person", "name": "Peter Askew"},
        ],
        "translator": [{"@type": "Person", "name": "Thiri Moe"}],
        "editor": [{"@type": "Person", "name": "Lise Amaro"}],
        "contributor": [{"@type": "Person", "name": "Jun Ferrow"}],
    }


def test_comments_are_told_with_their_replies_and_stubs_are_not(pages, story, thread, parsed):
    said = facts(pages.story(story, thread), parsed)["comment"]
    address = "https://courier.example/stories/east-quay-stones/comments/2/#c-"
    ids = {one["url"].removeprefix(address): one for one in said}
    assert [*ids] == ["aa", "ad", "ae", "ag"]
    assert [one["url"].removeprefix(address) for one in ids["aa"]["comment"]] == ["ab", "ac"]
    assert ids["ad"] == {
        "@type": "Comment",
        "url": f"{address}ad",
        "datePublished": "2026-11-20",
        "text": "A stone does not lie.",
        "inLanguage": "en",
    }
    assert ids["aa"]["author"] == {"@type": "Person", "name": "Mina"}
    assert "inLanguage" not in ids["ae"]


def test_no_comment_can_end_the_block(pages, story, letter, parsed):
    text = "</script><script>alert(1)</script><!-- <script> ]]> & \u2028"
    thread = views.Thread((views.Conversation(letter("aa", name=text, text=text)),), total=1)
    page = pages.story(story, thread)
    (told,) = facts(page, parsed)["comment"]
    assert (told["text"], told["author"]["name"]) == (text, text)
    assert page.count("<script") == page.count("</script>") == 1


def test_the_lite_view_spares_the_reader_what_is_for_machines(pages, story, thread):
    assert "<script" not in pages.story(story, thread, lite=True)


def test_no_headline_can_end_the_block(pages, story, thread, parsed):
    headline = "</script><script>alert(1)</script><!-- & \u2028"
    page = pages.story(replace(story, headline=headline), thread)
    assert facts(page, parsed)["headline"] == headline
    assert page.count("<script") == 1


def test_translations_and_the_canonical_address_stand_in_the_head(pages, story, thread, parsed):
    links = parsed(pages.story(story, thread)).findall(".//head/link")
    assert [(k.get("rel"), k.get("hreflang"), k.get("href")) for k in links[1:]] == [
        ("canonical", None, "https://courier.example/stories/east-quay-stones/"),
        ("alternate", None, "comments.atom"),
        ("alternate", "ko", "../stones-ko/index.html"),
        ("alternate", "ug", "../stones-ug/index.html"),
    ]
