"""Every language is printed as it was written, with the marks of its language and direction."""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict

import pytest
from at_work.readers import parse
from at_work.site import comments_on

from letterslot.text import plain, scripts

TOGETHER = 5  # paragraphs in one comment


@pytest.fixture(scope="session")
def written(repository, shared_data):
    """Texts by language tag, with their direction: 39 languages where the sample is present."""
    texts = defaultdict(list)
    if shared_data is not None:
        lines = (shared_data / "scripts" / "udhr_paragraphs.jsonl").read_text("utf-8").splitlines()
        for row in map(json.loads, lines):
            texts[tag_of(row["code"]), row["dir"]].append(row["text"])
    else:
        own = (repository / "tests" / "data" / "scripts" / "sample.jsonl").read_text("utf-8")
        for row in map(json.loads, own.splitlines()):
            texts[row["tag"], row["dir"]].append(row["text"])
    return {
        key: ["\n\n".join(rows[n : n + TOGETHER]) for n in range(0, len(rows), TOGETHER)]
        for key, rows in texts.items()
    }


def tag_of(code):
    """BCP 47 for the names of the sample, which has two that are not what they say."""
    known = {"ckb": "ku", "kmr": "ku-TR", "pes_1": "fa", "cmn_hans": "zh-Hans", "mnw": "mnw",
             "cmn_hant": "zh-Hant", "uig_arab": "ug", "uig_latn": "ug-Latn", "arb": "ar",
             "tuk_latn": "tk-Latn", "uzn_cyrl": "uz-Cyrl", "khk": "mn", "pbu": "ps", "shn": "shn",
             "amh": "am", "bel": "be", "ben": "bn", "bod": "bo", "div": "dv", "eng": "en",
             "heb": "he", "hin": "hi", "kaz": "kk", "khm": "km", "kor": "ko", "lao": "lo",
             "mya": "my", "nep": "ne", "rus": "ru", "sin": "si", "som": "so", "spa": "es",
             "tam": "ta", "tgk": "tg", "tha": "th", "tir": "ti", "ukr": "uk", "urd": "ur",
             "vie": "vi"}  # fmt: skip
    return known[code]


def as_read(text):
    """NFC, which the door makes of it, in the paragraphs and lines of a page."""
    return "\n\n".join("\n".join(lines) for lines in plain.paragraphs(plain.normalise(text)))


def articles(newsroom, slug):
    """Every comment of a story: its text as read, and its article's lang and dir."""
    found = {}
    for path in newsroom.files():
        if path.startswith(f"stories/{slug}/comments/") and path.endswith(".html"):
            page = parse(newsroom.page(path).encode())
            marks = {
                node.get("id", "")[2:]: (node.get("lang"), node.get("dir"))
                for node in page.iter("article")
            }
            found |= {one.id: (one.text, *marks[one.id]) for one in comments_on(page)}
    return found


def test_in_a_story_of_their_own_language(newsroom, written):
    ids = {}
    for (tag, _), texts in written.items():
        slug = tag.lower()
        newsroom.story(slug, language=tag)
        ids[tag] = [newsroom.approved(plain.normalise(text), story=slug) for text in texts]
    newsroom.make()

    for (tag, direction), texts in written.items():
        printed = articles(newsroom, tag.lower())
        expected = [(as_read(text), tag, direction) for text in texts]
        assert [printed[one] for one in ids[tag]] == expected, tag
        page = newsroom.page(f"stories/{tag.lower()}/index.html")
        assert f'<html lang="{tag}" dir="{direction}">' in page[:200], tag


def test_in_a_story_of_another_language(newsroom, written):
    given = {key: max(texts, key=len) for key, texts in written.items()}
    ids = {key: newsroom.approved(plain.normalise(text)) for key, text in given.items()}
    newsroom.make()

    printed = articles(newsroom, "harvest")
    for (tag, direction), text in given.items():
        read, lang, shown = printed[ids[tag, direction]]
        assert unicodedata.is_normalized("NFC", read)
        assert (read, shown) == (as_read(text), direction), tag
        script = scripts.main_script(text)
        assert lang == ("en" if script == "Latn" else f"und-{script}"), tag
