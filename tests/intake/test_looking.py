"""What the preview tells a writer of a draft; it blocks nothing and changes nothing."""

from __future__ import annotations

import json

import html5lib
import pytest

from letterslot.intake import handlers
from letterslot.intake.handlers import Asked

ADDRESS = "14 Lantern Street"
TEXT = f"Call 010-1234-5678 at {ADDRESS}.\nhar\u200bvest می\u200cخواهم 👩\u200d👧"
CLEAN = "Call […] at […].\nharvest می\u200cخواهم 👩\u200d👧"
ZAWGYI = "ျမန္မာစာ ေရးပါ မင္းတို႔"


def told(door, **fields):
    served = handlers.preview(door, Asked({"story": "korean", **fields}, True))
    assert served.status == 200
    return json.loads(served.body)


def page(door, **fields):
    served = handlers.preview(door, Asked({"story": "korean", **fields}, False))
    assert served.status == 200
    return html5lib.parse(served.body, namespaceHTMLElements=False)


def with_class(root, name):
    return [node for node in root.iter() if name in node.get("class", "").split()]


def words(node):
    return " ".join("".join(node.itertext()).split())


def sent(root, path):
    """What each form to `path` would send."""
    return [
        {field.get("name"): field.get("value", "") for field in form.iter("input")}
        for form in root.iter("form")
        if form.get("action") == path
    ]


def test_a_program_is_told_kind_and_place_of_each_warning(door):
    answer = told(door, text=TEXT)
    assert answer.keys() == {"token", "warnings", "text_suggested"}
    assert [(one["kind"], one["passage"]) for one in answer["warnings"]] == [
        ("telephone", "010-1234-5678"),
        ("place", ADDRESS),
        ("invisible", "\u200b"),
    ]
    for one in answer["warnings"]:
        assert TEXT[one["start"] : one["end"]] == one["passage"]
    assert answer["warnings"][2]["characters"] == "ZERO WIDTH SPACE (U+200B)"
    assert answer["text_suggested"] == CLEAN


def test_a_harmless_text_is_told_nothing_and_offered_as_it_is(door):
    answer = told(door, text="The stones were heavier than the scales said.")
    assert answer["warnings"] == []
    assert answer["text_suggested"] == "The stones were heavier than the scales said."


def test_the_text_is_sent_as_it_was_written_and_the_clean_one_is_a_choice(door):
    root = page(door, text=TEXT, name="Mina")
    (as_written,) = sent(root, "/comment")
    assert as_written["text"] == TEXT
    clean = [form for form in sent(root, "/comment/preview") if "text" in form]
    assert [form["text"] for form in clean] == [CLEAN]


def test_each_warned_of_passage_is_marked_and_tied_to_its_words(door):
    root = page(door, text=TEXT)
    ids = {node.get("id"): words(node) for node in with_class(root, "warn")}
    marks = [
        ("".join(mark.itertext()), ids[mark.get("aria-describedby")]) for mark in root.iter("mark")
    ]
    assert [passage for passage, _ in marks] == ["010-1234-5678", ADDRESS, "\u200b"]
    assert "010-1234-5678" in marks[0][1]
    assert ADDRESS in marks[1][1]
    assert "ZERO WIDTH SPACE (U+200B)" in marks[2][1]
    assert "har" in marks[2][1]


def test_the_proof_shows_the_text_as_it_stands(door):
    (proof, _) = with_class(page(door, text=TEXT), "comment-text")
    assert "".join(proof.itertext()) == TEXT.replace("\n", "")


def test_a_mark_that_cannot_be_seen_is_shown_by_its_code(door):
    root = page(door, text="har\u200b\u200dvest")
    assert [mark.get("data-unseen") for mark in root.iter("mark")] == ["U+200B U+200D"]


def test_the_same_passage_is_asked_about_once(door):
    root = page(door, text="@mina and @mina and a\u00adb c\u00add")
    assert len(with_class(root, "warn")) == 2
    assert [mark.get("aria-describedby") for mark in root.iter("mark")] == ["w1", "w1", "w2", "w2"]


def test_a_thousand_passages_do_not_make_a_thousand_warnings(door):
    root = page(door, text=" ".join(f"@a{n}" for n in range(700)))
    assert len(with_class(root, "warn")) == 24
    assert len(list(root.iter("mark"))) == 700
    assert "676" in words(with_class(root, "desk-note")[0])


@pytest.mark.parametrize(
    ("name", "better"),
    [("mina@mail.example", ""), ("Mi\u200bna", "Mina"), ("Mina 010-1234-5678", "Mina")],
)
def test_a_name_that_could_identify_is_asked_about_too(door, name, better):
    (warning,) = told(door, text="Yes.", name=name)["warnings"]
    assert warning["field"] == "name"
    assert name[warning["start"] : warning["end"]] == warning["passage"]
    root = page(door, text="Yes.", name=name)
    (clean,) = [form for form in sent(root, "/comment/preview") if "text" in form]
    assert (clean.get("name", ""), clean["text"]) == (better, "Yes.")
    (as_written,) = sent(root, "/comment")
    assert as_written["name"] == name


def test_zawgyi_is_explained_and_left_as_it_is(door):
    answer = told(door, text=ZAWGYI)
    assert [one["kind"] for one in answer["warnings"]] == ["zawgyi"]
    assert answer["text_suggested"] == ZAWGYI
    root = page(door, text=ZAWGYI)
    assert len(with_class(root, "warn")) == 1
    assert list(root.iter("mark")) == []


def test_taking_the_clean_text_leaves_nothing_to_ask(door):
    clean = told(door, text=TEXT)["text_suggested"]
    assert told(door, text=clean)["warnings"] == []
