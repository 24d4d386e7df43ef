"""The worker goes on whatever happens, says each fault once, and collects once a quarter hour."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from letterslot.newsroom.terms import WordsFault
from letterslot.project import worker
from letterslot.project.worker import Worker
from letterslot.shelf.printing import ShelfDamaged

UNLOCKED = SimpleNamespace(ring=object())


@pytest.fixture
def hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """A worker in a hurry, over an empty data folder."""
    monkeypatch.setattr(worker, "LOOK_EVERY", 0.001)
    (tmp_path / "shelf").mkdir()
    hand = Worker(tmp_path, UNLOCKED)
    yield hand
    hand.stop()


def started(hand: Worker) -> Worker:
    hand.start()
    time.sleep(0.1)
    return hand


def test_a_fault_of_the_publication_is_said_once_and_not_with_every_look(hand, capsys):
    started(hand)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("letterslot: There is no publication.toml in ")


def test_a_damaged_shelf_is_told_with_what_to_do(hand, monkeypatch, capsys):
    sentence = "lists/7d.json on the shelf is not as it was signed: put it back from a mirror."

    def damaged(**_facts):
        raise ShelfDamaged(sentence)

    monkeypatch.setattr(worker.publications, "load", lambda _data: None)
    monkeypatch.setattr(worker.slots, "current", lambda *_facts: 1)
    monkeypatch.setattr(worker.post, "collect", lambda **_facts: None)
    monkeypatch.setattr(worker.edition, "make", damaged)
    assert started(hand).is_alive()
    assert capsys.readouterr().err == f"letterslot: {sentence}\n"


def test_what_could_not_be_printed_is_tried_again_without_collecting_again(hand, monkeypatch):
    rounds: list[str] = []

    def broken(**_facts):
        rounds.append("print")
        raise WordsFault("There is no words/en/terms.md.")

    monkeypatch.setattr(worker, "REST", 0.001)
    monkeypatch.setattr(worker.publications, "load", lambda _data: None)
    monkeypatch.setattr(worker.slots, "current", lambda *_facts: 1)
    monkeypatch.setattr(worker.post, "collect", lambda **_facts: rounds.append("collect"))
    monkeypatch.setattr(worker.edition, "make", broken)
    started(hand)
    assert rounds[:3] == ["collect", "print", "print"]
    assert rounds.count("collect") <= 2  # two where a quarter of an hour begins meanwhile


def test_wishes_are_taken_once_a_slot_and_comments_each_quarter(tmp_path, monkeypatch):
    hand = Worker(tmp_path, UNLOCKED)
    taken: list[bool] = []
    slots = iter([5, 5, 6, 6])
    monkeypatch.setattr(worker.publications, "load", lambda _data: None)
    monkeypatch.setattr(worker.slots, "current", lambda *_facts: next(slots))
    monkeypatch.setattr(worker.post, "collect", lambda **facts: taken.append(facts["wishes"]))
    monkeypatch.setattr(worker.edition, "make", lambda **_facts: None)
    monkeypatch.setattr(worker.edition, "print_by_calendar", lambda **_facts: None)
    for quarter in range(4):
        hand._work(object(), None, quarter)
    assert taken == [True, False, True, False]
