"""What is said of a comment that is not as it should be."""

from __future__ import annotations

import pytest

from letterslot.intake import checks, wording
from letterslot.pages.views import Draft

FAMILY = "👨‍👩‍👧‍👦"  # one cluster, 25 bytes


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        ("x" * 5_000, "", None),
        ("x" * 5_001, "", wording.TOO_LONG),
        (FAMILY * 1_146, "", None),
        (FAMILY * 1_147, "", wording.TOO_MANY_BYTES),
        ("x", "n" * 80, None),
        ("x", "n" * 81, wording.NAME_TOO_LONG),
        ("x", FAMILY * 40, None),
        ("x", FAMILY * 41, wording.NAME_TOO_MANY_BYTES),
        (" \u200b ", "", wording.EMPTY),
    ],
)
def test_the_limit_that_was_reached_is_the_one_that_is_named(
    text: str, name: str, sentence: str | None
) -> None:
    faults = checks.faults_of(Draft(story="s", text=text, name=name), None)  # type: ignore[arg-type]
    assert [fault.sentence for fault in faults] == ([sentence] if sentence else [])
