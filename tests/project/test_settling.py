"""What a print replaced leaves the disk, whoever printed."""

from __future__ import annotations

import os
import time

import pytest

from letterslot.project import settling
from letterslot.project.settling import Settling

pytestmark = pytest.mark.django_db  # it closes what connections it finds


@pytest.fixture
def replaced(tmp_path):
    """A removed text, as the last switch left it for doors that still read the edition before."""
    file = tmp_path / "shelf" / ".previous" / "stories" / "page.html"
    file.parent.mkdir(parents=True)
    file.write_text("removed words")
    return file


def test_what_was_replaced_stays_while_a_door_may_still_read_it(tmp_path, replaced):
    Settling(tmp_path)._look()
    assert replaced.exists()


def test_what_was_replaced_goes_when_every_door_has_noticed(tmp_path, replaced, monkeypatch):
    monkeypatch.setattr(settling, "NOTICED_BY_ALL", -1.0)
    Settling(tmp_path)._look()
    assert not (tmp_path / "shelf" / ".previous").exists()


def test_a_failing_disk_does_not_end_it(tmp_path, replaced, monkeypatch):
    monkeypatch.setattr(settling, "NOTICED_BY_ALL", -1.0)
    monkeypatch.setattr(settling, "LOOK_EVERY", 0.001)
    failures = iter([OSError(5, "Input/output error")] * 3)
    real = settling.edition.forget_replaced

    def failing(data):
        fault = next(failures, None)
        if fault:
            raise fault
        real(data)

    monkeypatch.setattr(settling.edition, "forget_replaced", failing)
    hand = Settling(tmp_path)
    hand.start()
    deadline = time.monotonic() + 10
    while replaced.exists() and time.monotonic() < deadline:
        os.sched_yield()
    hand.stop()
    assert not replaced.exists()
