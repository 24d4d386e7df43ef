"""The newsroom's own question: from a story's front matter to its form and to the door."""

from __future__ import annotations

import pytest

from letterslot.discussion.models import Story
from letterslot.press import stories
from letterslot.press.stories import Question, StoryFault
from letterslot.text.questions import digest

HEAD = "---\nslug: ferry\nlanguage: en\nheadline: Ferry\ndate: 2026-11-20\n"


def read(question, tmp_path):
    source = f"{HEAD}question: {question}\n---\nSeven boats left."
    return stories.read(source.encode(), name="ferry.md", folder=tmp_path)


def test_a_question_has_answers_that_will_do(tmp_path) -> None:
    story = read('{ask: "How many boats left?", answers: [seven, 7, " 일곱 "]}', tmp_path)

    assert story.question == Question("How many boats left?", ("seven", "7", "일곱"))


def test_a_story_asks_nothing_unless_told_to(tmp_path) -> None:
    assert stories.read(f"{HEAD}---\nx".encode(), name="f", folder=tmp_path).question is None


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How many?", "is written like"),
        ("{ask: How many, answers: []}", "is a list of the answers"),
        ("{ask: How many, answers: seven}", "is a list of the answers"),
        ("{answers: [seven]}", "`question.ask` is missing"),
        ('{ask: How many, answers: ["?!"]}', "words or numbers"),
        ("{ask: How many, answers: [true]}", "words or numbers"),
        ("{ask: How many, answers: [7], hint: no}", "knows no `hint`"),
        (f"{{ask: {'w' * 201}, answers: [7]}}", "200 characters"),
        (f"{{ask: How many, answers: [{'7, ' * 21}]}}", "20 answers"),
    ],
)
def test_a_question_that_does_not_hold_is_one_sentence(question, sentence, tmp_path) -> None:
    with pytest.raises(StoryFault, match=sentence):
        read(question, tmp_path)


def test_the_form_asks_and_the_door_knows_the_answers_without_the_shelf_saying_them(
    newsroom, tmp_path
) -> None:
    stories.add_all([read("{ask: \"How many boats left?\", answers: [seven, 7]}", tmp_path)],
                    data=newsroom.data)  # fmt: skip
    newsroom.print_stories("ferry")

    for page in ("index.html", "lite/index.html", "form.html"):
        assert "How many boats left?" in newsroom.page(f"stories/ferry/{page}")
    assert newsroom.json("stories/ferry/door.json")["question"] == {
        "ask": "How many boats left?",
        "answers": sorted({digest("seven", "ferry"), digest("7", "ferry")}),
    }


def test_a_story_that_is_added_again_without_its_question_asks_no_more(newsroom, tmp_path) -> None:
    stories.add_all([read("{ask: Which, answers: [a1]}", tmp_path)], data=newsroom.data)
    stories.add_all(
        [stories.read(f"{HEAD}---\nx".encode(), name="f", folder=tmp_path)], data=newsroom.data
    )

    assert Story.objects.get(pk="ferry").question is None
