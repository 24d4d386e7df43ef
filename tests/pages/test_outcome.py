"""What became of a receipt: one length, whatever the answer."""

from itertools import product

import pytest

from letterslot.pages import views
from letterslot.pages.pages import OUTCOME_SIZE

EVERYTHING = ("refuse-edit", "appeal", "group", "withdraw")
STATES = ("waiting", "published", "declined", "removed", "withdrawn")


def test_every_answer_has_the_same_length_in_every_language(pages):
    clause = views.Clause(4, "Private details")
    outcomes = [views.Outcome(state) for state in STATES] + [
        views.Outcome(
            "published", clause, "가" * 200, "stories/s/comments/2/#c-a", 41, True, EVERYTHING
        ),
        views.Outcome("declined", clause, "<&\"'>" * 120, may=("appeal",)),
    ]
    lengths = {
        len(pages.outcome(outcome, "7QK4M 2XH9T RCVD6 P3WNE 8AFBZ 5J", language).encode())
        for outcome, language in product(outcomes, ("en", "ko", "ug"))
    }
    assert lengths == {OUTCOME_SIZE}


def test_the_size_is_the_one_asked_for(pages):
    assert len(pages.outcome(views.Outcome("waiting"), "7QK4M", "ko", 9_001).encode()) == 9_001


def test_a_page_that_does_not_fit_is_refused(pages):
    with pytest.raises(ValueError, match="bytes longer than 100"):
        pages.outcome(views.Outcome("waiting"), "7QK4M", "en", 100)


def test_waiting_and_unknown_read_alike(pages, parsed):
    text = "".join(parsed(pages.outcome(views.Outcome("waiting"), "7QK4M", "en")).itertext())
    assert "A comment that is waiting and a receipt we don’t know look alike here." in text


def test_an_edit_is_told_with_clause_reason_and_place(pages, parsed):
    outcome = views.Outcome(
        "published", views.Clause(4, "Private details"), "Not in public office.",
        "stories/s/comments/2/#c-abc", 41, True,
    )  # fmt: skip
    root = parsed(pages.outcome(outcome, "7QK4M", "en"))
    assert root.find(".//h1").text == "Published after an edit"
    links = [(a.get("href"), a.text) for a in root.find(".//main").iter("a")]
    assert links == [
        ("/stories/s/comments/2/#c-abc", "edition 41"),
        ("/terms/#c4", "4, private details"),
    ]
    assert "Not in public office." in [dd.text for dd in root.iter("dd")]
