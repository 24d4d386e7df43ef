"""Keys are made ahead for as long as a newsroom prints, by its worker or by its command."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from at_work.newsroom import Newsroom

from letterslot.letterbox.epochs import Cost, KeyFile
from letterslot.project.keys_ahead import keep_ahead
from letterslot.project.worker import Worker

FIRST = date(2026, 11, 23)
QUICK = Cost(passes=1, memory=8192)


def founded(data: Path, days: int) -> KeyFile:
    return KeyFile.create(data / "keys.json", "p", first_day=FIRST, days=days, cost=QUICK)[0]


def on_day(number: int) -> datetime:
    return datetime(2026, 11, 23, 6, tzinfo=UTC) + timedelta(days=number)


def days_of(data: Path) -> list[int]:
    """The first and the last day in the key file, counted from `FIRST`."""
    epochs = KeyFile.load(data / "keys.json").unlock("p").epochs()
    return [(date.fromisoformat(epochs[at]) - FIRST).days for at in (0, -1)]


def test_nothing_is_written_before_a_month_has_passed(tmp_path):
    file = founded(tmp_path, 401)
    before = file.path.read_bytes()
    keep_ahead(tmp_path, file.unlock("p"), on_day(29))
    assert file.path.read_bytes() == before


@pytest.mark.parametrize("today", [30, 380, 900])
def test_then_there_are_keys_for_400_days_to_come_again(tmp_path, today):
    ring = founded(tmp_path, 401).unlock("p")
    keep_ahead(tmp_path, ring, on_day(today))
    assert days_of(tmp_path) == [0, today + 400]
    assert ring.epochs() == KeyFile.load(tmp_path / "keys.json").unlock("p").epochs()


def test_a_clock_that_was_far_ahead_and_is_put_right_makes_none(tmp_path):
    ring = founded(tmp_path, 1000).unlock("p")
    keep_ahead(tmp_path, ring, on_day(30))
    assert days_of(tmp_path) == [0, 999]


def test_the_worker_keeps_them_ahead(tmp_path, monkeypatch):
    ring = founded(tmp_path, 5).unlock("p")
    hand = Worker(tmp_path, SimpleNamespace(ring=ring))
    for name in ("_work", "_keep_in_mind"):
        monkeypatch.setattr(hand, name, lambda *_facts: None)
    # It may find connections that tests with a database left open, and this one has none.
    monkeypatch.setattr("letterslot.project.worker.close_old_connections", lambda: None)
    hand._look()
    assert date.fromisoformat(ring.epochs()[-1]) >= datetime.now(UTC).date() + timedelta(days=399)


@pytest.mark.journey
def test_an_edition_made_by_hand_does_so_too(newsroom: Newsroom) -> None:
    keys = json.loads((newsroom.data / "keys.json").read_bytes())
    all_of_them = sorted(keys["epochs"])
    keys["epochs"] = {epoch: keys["epochs"][epoch] for epoch in all_of_them[:60]}
    (newsroom.data / "keys.json").write_text(json.dumps(keys))
    newsroom.command("edition", "--dry-run")
    assert KeyFile.load(newsroom.data / "keys.json").last_day == all_of_them[59]
    newsroom.command("edition")
    assert KeyFile.load(newsroom.data / "keys.json").last_day >= all_of_them[-1]
