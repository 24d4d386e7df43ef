"""Two processes serve together: the end of one is the end of both, and is told."""

from __future__ import annotations

import multiprocessing
import signal
import time

import pytest

from letterslot.project import doors


@pytest.fixture
def desk():
    """A process that stands for the desk's and waits for its end."""
    process = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(600,))
    process.start()
    yield process
    process.kill()
    process.join()


def test_a_desk_that_was_killed_is_told_of_and_makes_the_end_a_failure(desk, capsys):
    desk.kill()
    desk.join()

    assert doors._end(desk) == 1
    assert f"was killed (signal {int(signal.SIGKILL)})" in capsys.readouterr().err


def test_a_desk_that_is_told_to_stop_is_no_failure(desk, capsys):
    assert doors._end(desk) == 0
    assert capsys.readouterr().err == ""
