"""What is asked of whoever writes, besides a comment: the newsroom's question, an empty field."""

from __future__ import annotations

import json

import html5lib
import pytest

from letterslot.intake import handlers
from letterslot.intake.handlers import Asked, Store
from letterslot.shelf import layout
from letterslot.text import questions

ASK = "How many boats <left>?"
FIELDS = {"story": "open", "text": "It is raining.", "name": ""}


@pytest.fixture(scope="module")
def asking(tmp_path_factory, newsroom_that_asks):
    return newsroom_that_asks(tmp_path_factory.mktemp("asking"), "open", ASK, ["seven", "7"])


def preview(door, as_json=False, **more):
    return handlers.preview(door, Asked(FIELDS | more, as_json))


def fields_of(page, action):
    root = html5lib.parse(page, treebuilder="etree", namespaceHTMLElements=False)
    form = next(one for one in root.iter("form") if one.get("action") == action)
    return {
        node.get("name"): node.get("value") or node.text or ""
        for node in form.iter()
        if node.get("name") and (node.get("type") != "radio" or node.get("checked") is not None)
    }


@pytest.mark.parametrize("answer", ["", "eight", "   "])
def test_without_the_right_answer_there_is_no_token_and_the_text_comes_back(asking, answer) -> None:
    page = preview(asking, answer=answer)
    told = preview(asking, as_json=True, answer=answer)

    assert (page.status, told.status) == (400, 400)
    assert b'name="token"' not in page.body
    kept = fields_of(page.body.decode(), "/comment/preview")
    assert (kept["text"].strip(), kept["answer"]) == (FIELDS["text"], answer)
    assert b"How many boats &lt;left&gt;?" in page.body
    assert json.loads(told.body)["field"] == "answer"


@pytest.mark.parametrize("answer", ["seven", "Seven.", "7", "７"])
def test_the_right_answer_leads_to_a_token_that_needs_no_answer_any_more(asking, answer) -> None:
    token = json.loads(preview(asking, as_json=True, answer=answer).body)["token"]

    stored = handlers.comment(asking, Asked(FIELDS | {"token": token}, True))

    assert isinstance(stored, Store)
    assert stored.served.status == 201


def test_the_preview_carries_the_answer_so_that_looking_again_asks_nothing(asking) -> None:
    page = preview(asking, answer="7").body.decode()

    for action in ("/comment/preview", "/comment"):
        assert fields_of(page, action)["answer"] == "7"


def test_a_comment_without_a_token_has_to_answer_too(asking) -> None:
    assert handlers.comment(asking, Asked(FIELDS, True)).status == 400
    again = handlers.comment(asking, Asked(FIELDS | {"answer": "8", "token": "x"}, True))
    assert json.loads(again.body)["field"] == "answer"


def test_other_programs_are_told_the_question(asking, door) -> None:
    def told(one):
        return json.loads(handlers.new_comment(one, Asked({"story": "open"}, True)).body)

    assert told(asking)["question"] == ASK
    assert told(door)["question"] == ""


def test_a_form_for_a_reply_asks_and_finds_no_fault_yet(asking) -> None:
    page = preview(asking, text="", reply_to="b1")

    assert page.status == 200
    assert b"How many boats" in page.body
    assert b"aria-invalid" not in page.body


def test_without_a_question_an_answer_means_nothing(door) -> None:
    assert preview(door, answer="whatever").status == 200
    assert "answer" not in fields_of(preview(door, answer="x").body.decode(), "/comment")


def test_what_stays_empty_and_is_filled_gives_the_text_back_and_says_why(door) -> None:
    page, told = (preview(door, as_json, homepage="https://spam.example") for as_json in (0, 1))

    assert (page.status, told.status) == (400, 400)
    kept = fields_of(page.body.decode(), "/comment/preview")
    assert (kept["text"].strip(), kept["homepage"]) == (FIELDS["text"], "")
    assert json.loads(told.body)["field"] == "homepage"
    assert preview(door, homepage="").status == 200


def test_the_empty_field_is_labelled_hidden_and_seen_once_it_matters(door) -> None:
    hidden = handlers.new_comment(door, Asked({"story": "open"}, False)).body.decode()
    seen = preview(door, homepage="x").body.decode()

    for page, classes, index in ((hidden, "field vh", "-1"), (seen, "field", None)):
        root = html5lib.parse(page, treebuilder="etree", namespaceHTMLElements=False)
        row = next(p for p in root.iter("p") if p.find("label[@for='hp']") is not None)
        assert row.get("class") == classes
        assert row.find("input").get("tabindex") == index
        assert row.find("label").text == "Leave this empty"


def test_a_token_is_good_whatever_stands_in_the_empty_field(door) -> None:
    """A browser that fills it in on the way back must not cost anybody a comment."""
    token = json.loads(preview(door, as_json=True).body)["token"]

    stored = handlers.comment(door, Asked(FIELDS | {"token": token, "homepage": "x"}, True))

    assert isinstance(stored, Store)


def test_the_shelf_does_not_say_the_answers(asking) -> None:
    told = asking.knowledge._reader.read(layout.story_door("open")).decode()

    assert "seven" not in told
    assert questions.digest("seven", "open") in told
