"""An edition killed at any flush, with and without the loss of what was not flushed: a reader gets
the one before or the new one, whole, and the next run finishes it."""

from __future__ import annotations

import random
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from at_work.failing_disk import FailingDisk
from at_work.newsroom import Newsroom

from letterslot.shelf.manifest import read_root
from letterslot.shelf.serve import ShelfReader
from letterslot.shelf.verify import verify

FORKS = Path(__file__).parent.parent / "at_work" / "forking_press.py"
POINTS = 60
STORY = "stories/east-quay-ferry/index.html"
SHOWN = {1: 6, 2: 8}  # comments with words after each edition, the withdrawn one gone

Say = Callable[[str], int]


@pytest.fixture
def press(newsroom: Newsroom, losing_disk: FailingDisk) -> Iterator[Say]:
    """Tells the press to work; how its process ended. Nothing is flushed to the real disk."""
    process = subprocess.Popen(
        [sys.executable, str(FORKS), str(newsroom.data), str(newsroom.passphrase_file)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=newsroom.environment(),
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    stdin, stdout = process.stdin, process.stdout

    def say(word: str) -> int:
        stdin.write(f"{word}\n")
        stdin.flush()
        return int(stdout.readline())

    yield say
    process.communicate("", timeout=30)


def shown_to_a_reader(newsroom: Newsroom) -> tuple[int, int]:
    """The edition that a door takes up, and the comments with words on the story's page; every
    file of it can be had."""
    reader = ShelfReader(newsroom.shelf, (newsroom.data / "publication.pub").read_bytes())
    assert reader.root is not None, reader.fault
    for name in sorted(reader.root.lists):
        for path in reader.names(re.sub(r"lists/(..)\.json", r"lists/\1/x.json", name)):
            assert reader.read_part(path, 0, 1) is not None, path
    page = (reader.read(STORY) or b"").decode()
    return reader.root.facts.edition, page.count('class="comment-text"')


@pytest.mark.journey
def test_an_edition_killed_at_sixty_points_is_the_old_one_or_the_new_and_is_finished(
    newsroom: Newsroom, losing_disk: FailingDisk, press: Say, tmp_path: Path
) -> None:
    chance = random.Random(1886)
    assert press("prepare") == 0
    shutil.copytree(newsroom.data, tmp_path / "due")
    losing_disk.kill_at_flush(100_000)
    assert press("print") == 0
    flushes = 100_000 - losing_disk.flushes_left
    assert shown_to_a_reader(newsroom) == (2, SHOWN[2])
    key = (newsroom.data / "publication.pub").read_bytes()
    # The last flush comes after the root has switched and the first before; chance alone may miss
    # the few points after the switch.
    points = [flushes, 1, *(chance.randrange(1, flushes + 1) for _ in range(POINTS - 2))]
    seen = set()
    for number, point in enumerate(points):
        shutil.rmtree(newsroom.data)
        shutil.copytree(tmp_path / "due", newsroom.data)
        losing_disk.flush_all()
        losing_disk.kill_at_flush(point)
        assert press("print") == -signal.SIGKILL
        if number % 2:
            losing_disk.cut_power(chance)
        losing_disk.kill_at_flush(0)
        edition, comments = shown_to_a_reader(newsroom)
        assert comments == SHOWN[edition]
        seen.add(edition)

        assert press("print") == 0
        assert shown_to_a_reader(newsroom) == (2, SHOWN[2])
        assert verify(newsroom.shelf, key) == []
        assert read_root((newsroom.shelf / "manifest.json").read_bytes()).facts.edition == 2
    assert seen == {1, 2}
