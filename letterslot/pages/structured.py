"""A story's facts for machines: schema.org NewsArticle and Comment as a JSON-LD data block."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from markupsafe import Markup

from letterslot.pages import addresses
from letterslot.pages.views import Comment, Conversation, Look, Story

# schema.org has a property for each role but the reporter's, who is an author beside the writer.
_PROPERTIES = {
    "reporter": "author",
    "writer": "author",
    "translator": "translator",
    "editor": "editor",
    "photographer": "contributor",
}


def news_article(story: Story, look: Look, told: Iterable[Conversation] = ()) -> Markup:
    """The content of a <script type="application/ld+json">, which browsers do not run.

    `told` are the conversations whose comments are described too; `commentCount` counts all of the
    thread. "<", ">" and "&" are written as escapes, so that no text can end the element.
    """
    abroad = addresses.Place(look.url, abroad=True)
    facts: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.headline,
        "datePublished": story.date.isoformat(),
        "inLanguage": story.language,
        "commentCount": story.comment_count,
        "mainEntityOfPage": addresses.of_the_web(story.canonical)
        or abroad.link(addresses.story(story.slug)),
        "discussionUrl": abroad.link(f"{addresses.story(story.slug)}#comments"),
        "publisher": {"@type": "NewsMediaOrganization", "name": look.name},
    }
    if story.summary:
        facts["description"] = story.summary
    if story.picture:
        facts["image"] = abroad.link(story.picture.path)
    facts |= _people(story)
    comments = [said for talk in told for said in _conversation(talk, look)]
    if comments:
        facts["comment"] = comments
    return Markup(_escaped(json.dumps(facts, ensure_ascii=False, separators=(",", ":"))))  # noqa: S704 - escaped here


def _people(story: Story) -> dict[str, list[dict[str, str]]]:
    people: dict[str, list[dict[str, str]]] = {}
    for credit in story.credits:
        person = {"@type": "Person", "name": credit.name}
        if credit.role == "reporter":
            person["jobTitle"] = "reporter"
        people.setdefault(_PROPERTIES.get(credit.role, "contributor"), []).append(person)
    return people


def _conversation(talk: Conversation, look: Look) -> Iterator[dict[str, object]]:
    """A comment with its replies inside it; of a stub only the replies, which stand alone."""
    replies = [_comment(reply, look) for reply in talk.replies if reply.has_words]
    if not talk.comment.has_words:
        yield from replies
    elif replies:
        yield _comment(talk.comment, look) | {"comment": replies}
    else:
        yield _comment(talk.comment, look)


def _comment(comment: Comment, look: Look) -> dict[str, object]:
    """No `inLanguage` for a comment of which only the script is known. What carries the badge is
    the newsroom's, whoever signed it."""
    abroad = addresses.Place(look.url, abroad=True)
    facts: dict[str, object] = {"@type": "Comment", "url": abroad.link(comment.address)}
    if comment.is_staff:
        facts["author"] = {"@type": "NewsMediaOrganization", "name": look.name}
        if comment.name != look.name:
            facts["creditText"] = comment.name
    elif comment.name:
        facts["author"] = {"@type": "Person", "name": comment.name}
    facts |= {"datePublished": comment.edition.date.isoformat(), "text": comment.text}
    if not comment.lang.startswith("und"):
        facts["inLanguage"] = comment.lang
    return facts


def _escaped(text: str) -> str:
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
