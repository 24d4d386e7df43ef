"""A story's facts for machines: schema.org NewsArticle as a JSON-LD data block."""

from __future__ import annotations

import json

from markupsafe import Markup

from letterslot.pages import addresses
from letterslot.pages.views import Look, Story

# schema.org has a property for each role but the reporter's, who is an author beside the writer.
_PROPERTIES = {
    "reporter": "author",
    "writer": "author",
    "translator": "translator",
    "editor": "editor",
    "photographer": "contributor",
}


def news_article(story: Story, look: Look) -> Markup:
    """The content of a <script type="application/ld+json">, which browsers do not run.

    "<", ">" and "&" are written as escapes, so that no text can end the element.
    """
    facts: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.headline,
        "datePublished": story.date.isoformat(),
        "inLanguage": story.language,
        "commentCount": story.comment_count,
        "mainEntityOfPage": story.canonical or f"{look.url}/stories/{story.slug}/",
        "publisher": {"@type": "NewsMediaOrganization", "name": look.name},
    }
    if story.summary:
        facts["description"] = story.summary
    if story.picture:
        facts["image"] = addresses.Place(look.url, abroad=True).link(story.picture.path)
    facts |= _people(story)
    return Markup(_escaped(json.dumps(facts, ensure_ascii=False, separators=(",", ":"))))  # noqa: S704 - escaped here


def _people(story: Story) -> dict[str, list[dict[str, str]]]:
    people: dict[str, list[dict[str, str]]] = {}
    for credit in story.credits:
        person = {"@type": "Person", "name": credit.name}
        if credit.role == "reporter":
            person["jobTitle"] = "reporter"
        people.setdefault(_PROPERTIES.get(credit.role, "contributor"), []).append(person)
    return people


def _escaped(text: str) -> str:
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
