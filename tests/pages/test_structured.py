"""A story's facts for machines."""

import json
from dataclasses import replace


def facts(page, parsed):
    return json.loads(parsed(page).find(".//script").text)


def test_a_story_says_its_facts_to_machines(pages, story, thread, parsed):
    said = facts(pages.story(story, thread), parsed)
    assert said == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.headline,
        "description": story.summary,
        "datePublished": "2026-11-19",
        "inLanguage": "en",
        "commentCount": 26,
        "mainEntityOfPage": "https://courier.example/stories/east-quay-stones/",
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


def test_no_headline_can_end_the_block(pages, story, thread, parsed):
    headline = "</script><script>alert(1)</script><!-- & \u2028"
    page = pages.story(replace(story, headline=headline), thread)
    assert facts(page, parsed)["headline"] == headline
    assert page.count("<script") == 1


def test_translations_and_the_canonical_address_stand_in_the_head(pages, story, thread, parsed):
    links = parsed(pages.story(story, thread)).findall(".//head/link")
    assert [(k.get("rel"), k.get("hreflang"), k.get("href")) for k in links[1:]] == [
        ("canonical", None, "https://courier.example/stories/east-quay-stones/"),
        ("alternate", "ko", "../stones-ko/index.html"),
        ("alternate", "ug", "../stones-ug/index.html"),
    ]
