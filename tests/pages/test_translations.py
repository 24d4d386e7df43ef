"""The furniture's words: every one of them in every catalogue."""

import re
from dataclasses import replace

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from letterslot.intake import forms, wording
from letterslot.letterbox.receipts import MistypedReceipt, Receipt
from letterslot.pages import templating, translations

OPTIONS = {"**.html": {"encoding": "utf-8", "trimmed": "true", "silent": "false"}}


def in_templates():
    """Every message that a template says; the first form where it has a plural."""
    found = extract_from_dir(
        templating.TEMPLATES, [("**.html", "jinja2.ext:babel_extract")], OPTIONS
    )
    return {text if isinstance(text, str) else text[0] for _, _, text, _, _ in found}


def said_by_the_door():
    """Every sentence that the door says by itself."""
    said = {
        value
        for module in (wording, forms)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str) and value[:1].isupper() and " " in value
    }
    with pytest.raises(MistypedReceipt) as mistyped:
        Receipt.parse("not a receipt")
    return said | {str(mistyped.value)}


@pytest.fixture(params=[tag for tag in translations.languages() if tag != "en"])
def catalogue(request):
    path = translations.LOCALES / request.param / "LC_MESSAGES" / "letterslot.po"
    with path.open("rb") as file:
        messages = read_po(file, locale=request.param, abort_invalid=True)
    return {
        (m.id if isinstance(m.id, str) else m.id[0]): m for m in messages if m.id and not m.fuzzy
    }


def test_every_message_of_a_template_is_translated(catalogue):
    assert {text for text in in_templates() if not said(catalogue, text)} == set()


def test_every_sentence_of_the_door_is_translated(catalogue):
    assert {text for text in said_by_the_door() if not said(catalogue, text)} == set()


def test_nothing_else_stands_in_the_catalogue(catalogue):
    headings = {value for value in vars(wording).values() if isinstance(value, str)}
    assert set(catalogue) - in_templates() - said_by_the_door() - headings == set()


def test_a_translation_fills_the_same_places(catalogue):
    for text, message in catalogue.items():
        places = set(re.findall(r"%\(\w+\)s", text))
        if isinstance(message.id, tuple):
            places |= set(re.findall(r"%\(\w+\)s", message.id[1]))
        for form in message.string if isinstance(message.string, tuple) else (message.string,):
            assert set(re.findall(r"%\(\w+\)s", form)) == places, text


def said(catalogue, text):
    message = catalogue.get(text)
    if message is None:
        return False
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


@pytest.mark.parametrize(
    ("language", "first", "spoken"),
    [
        ("ko", "en", "ko"),
        ("ko-KR", "en", "ko"),
        ("ug", "ko", "ko"),
        ("ug", "ug", "en"),
        ("en-GB", "ko", "en"),
    ],
)
def test_furniture_falls_back_to_the_publications_first_language(language, first, spoken):
    assert translations.tongue(language, first) == spoken


def test_a_korean_story_has_korean_furniture(pages, story, thread, parsed):
    root = parsed(pages.story(replace(story, language="ko"), thread))
    assert root.get("lang") == "ko"
    assert "".join(root.find(".//h2[@id='ch']").itertext()) == "댓글"
    assert "2026년 11월 20일" in "".join(root.find(".//h3").itertext())


def test_say_fills_its_places():
    assert translations.say("Edition %(number)s", "ko", number=41) == "제41호"
    assert translations.say("no such message", "ko") == "no such message"
    assert translations.say("", "ko") == ""
