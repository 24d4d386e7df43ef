"""Slots are counters: the clock may jump, the count goes up by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from letterslot.discussion import slots
from letterslot.newsroom import publication
from letterslot.newsroom.publication import Publication

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def _paper(policy: str) -> Publication:
    text = publication.template(name="P", url="http://p.example", languages=("en",), policy=policy)
    return publication.from_text(text.replace('zone = "UTC"', 'zone = "Asia/Seoul"'))


@pytest.mark.django_db
def test_a_slot_lasts_while_the_clock_is_in_it() -> None:
    paper = _paper("prompt")
    first = slots.current(paper, NOON)
    assert slots.current(paper, NOON + timedelta(minutes=14, seconds=59)) == first
    assert slots.current(paper, NOON + timedelta(minutes=15)) == first + 1


@pytest.mark.django_db
def test_a_person_may_move_on_and_the_clock_still_counts() -> None:
    paper = _paper("prompt")
    first = slots.current(paper, NOON)
    assert slots.current(paper, NOON, move_on=True) == first + 1
    assert slots.current(paper, NOON) == first + 1
    assert slots.current(paper, NOON + timedelta(minutes=15)) == first + 2


@pytest.mark.django_db
def test_a_clock_set_back_repeats_no_slot() -> None:
    paper = _paper("prompt")
    later = slots.current(paper, NOON + timedelta(hours=5))
    assert slots.current(paper, NOON) == later


@pytest.mark.django_db
@pytest.mark.parametrize("policy", ["prompt", "guarded"])
def test_slots_go_on_when_a_clock_that_was_a_year_ahead_is_put_right(policy: str) -> None:
    paper = _paper(policy)
    ahead = slots.current(paper, NOON + timedelta(days=365))
    assert slots.current(paper, NOON) == ahead
    assert slots.current(paper, NOON + timedelta(days=1)) == ahead + 1


@pytest.mark.django_db
def test_a_clock_that_leaps_ten_years_skips_no_slot() -> None:
    paper = _paper("prompt")
    first = slots.current(paper, NOON)
    assert slots.current(paper, NOON + timedelta(days=3650)) == first + 1


@pytest.mark.django_db
def test_a_guarded_slot_begins_at_six_of_the_publications_zone() -> None:
    paper = _paper("guarded")
    before_six = datetime(2026, 11, 23, 20, 59, tzinfo=UTC)  # 05:59 in Seoul, the next day
    first = slots.current(paper, before_six)
    assert slots.current(paper, before_six + timedelta(minutes=1)) == first + 1
    assert slots.current(paper, before_six + timedelta(hours=23)) == first + 1


@pytest.mark.django_db
@pytest.mark.parametrize("policies", [("prompt", "guarded"), ("guarded", "prompt")])
def test_slots_go_on_after_the_policy_has_changed(policies: tuple[str, str]) -> None:
    before, after = map(_paper, policies)
    first = slots.current(before, NOON)
    assert slots.current(after, NOON + timedelta(days=1)) == first + 1


def test_the_next_slot_is_told_in_the_publications_zone(tmp_path: Path) -> None:
    assert slots.next_slot_at(_paper("prompt"), NOON).strftime("%H:%M") == "21:15"
    assert slots.next_slot_at(_paper("guarded"), NOON).strftime("%d %H:%M") == "24 06:00"
