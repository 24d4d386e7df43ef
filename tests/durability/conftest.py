"""A newsroom of its own for each crash test, a door that opens in a moment, a disk that fails."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from at_work import failing_disk
from at_work.correspondence import Correspondence
from at_work.failing_disk import FailingDisk
from at_work.newsroom import Newsroom
from at_work.ready_door import ReadyDoor

SLUG = "east-quay-ferry"


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory, library: Path) -> Newsroom:
    """A newsroom founded two days ago, with one open story, to be copied."""
    folder = tmp_path_factory.mktemp("founded")
    newsroom = Newsroom(folder)
    disk = FailingDisk(library, folder / "faults", newsroom.data)
    disk.shift_clock(-2 * 24 * 3600)
    newsroom.more_environment |= disk.environment
    newsroom.init(languages="en")
    newsroom.more_environment.clear()
    newsroom.add_story(SLUG)
    return newsroom


@pytest.fixture
def newsroom(tmp_path: Path, founded: Newsroom) -> Iterator[Newsroom]:
    """A data folder with one open story; its door is closed."""
    newsroom = Newsroom(tmp_path)
    shutil.copytree(founded.data, newsroom.data)
    yield newsroom
    if newsroom.door is not None:
        newsroom.kill_door()


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that makes disk and clock fail."""
    return failing_disk.build(tmp_path_factory.mktemp("library"))


@pytest.fixture
def disk(newsroom: Newsroom, library: Path) -> FailingDisk:
    """The disk of the newsroom's data: what is started from now on feels it."""
    disk = FailingDisk(library, newsroom.folder / "faults", newsroom.data)
    newsroom.more_environment |= disk.environment
    return disk


@pytest.fixture
def losing_disk(newsroom: Newsroom, library: Path) -> FailingDisk:
    """The same, and its power can be cut."""
    disk = FailingDisk(library, newsroom.folder / "faults", newsroom.data, loses=True)
    newsroom.more_environment |= disk.environment
    return disk


@pytest.fixture
def make_door(newsroom: Newsroom) -> Iterator[Callable[[], ReadyDoor]]:
    """Makes a door that stands ready, in the environment that the newsroom has by then."""
    made: list[ReadyDoor] = []

    def make() -> ReadyDoor:
        made.append(ReadyDoor(newsroom))
        return made[-1]

    yield make
    for door in made:
        door.dismiss()


@pytest.fixture
def letters(newsroom: Newsroom) -> Correspondence:
    """What readers write to the newsroom's story, and what they were told."""
    return Correspondence(f"http://127.0.0.1:{newsroom.port}", SLUG)
