"""Pages of what became of a comment, filled in: the same as if each were set anew."""

from __future__ import annotations

from datetime import date

import pytest

from letterslot.intake.outcomes import OutcomePages
from letterslot.pages.pages import OUTCOME_SIZE
from letterslot.pages.views import Clause, Outcome

CODE = "7QK4M 2XH9T RCVD6 P3WNE 8AFBZ 5J"
OTHER = "RCVD6 P3WNE 8AFBZ 7QK4M 2XH9T 5J"
RESPECT = Clause(1, "Respect")
OUTCOMES = [
    Outcome("waiting", may=("withdraw",)),
    Outcome("declined", RESPECT, "“Liar” is <not> an \ue0f1 argument & 'so'."),
    Outcome("declined", may=("appeal",), appeal_until=date(2026, 12, 1)),
    Outcome("published", address="stories/open/comments/1/#c-b1", edition=7),
    Outcome("published", RESPECT, "Cut.", "stories/open/comments/2/#c-b2", 8, True),
    Outcome("removed", RESPECT, "of-the-comment/", "stories/open/comments/2/#c-b2", 8),
    Outcome("withdrawn"),
]


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda one: f"{one.state} {one.reason[:5]}")
def test_it_is_the_page_that_setting_it_anew_gives(door, outcome, language) -> None:
    filled = OutcomePages(door.voice.pages)

    for code in (CODE, OTHER):  # the second time from what was kept
        page = filled.page(outcome, code, language)
        assert page == door.voice.pages.outcome(outcome, code, language)
        assert len(page.encode()) == OUTCOME_SIZE


def test_nothing_of_a_comment_is_kept(door) -> None:
    filled = OutcomePages(door.voice.pages)
    filled.page(Outcome("removed", RESPECT, "canary reason", "stories/canary/"), CODE, "en")

    kept = repr(vars(filled))
    assert "canary" not in kept
    assert "7QK4M" not in kept


def test_a_reason_that_does_not_fit_is_a_fault_of_ours(door) -> None:
    with pytest.raises(ValueError, match="longer than it may be"):
        OutcomePages(door.voice.pages).page(Outcome("declined", reason="x" * 20_000), CODE, "en")
