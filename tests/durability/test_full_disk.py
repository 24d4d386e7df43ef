"""A full disk: refused in words, nothing stored is harmed, and work goes on when there is room."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from at_work.correspondence import Correspondence
from at_work.failing_disk import FailingDisk
from at_work.newsroom import Newsroom
from at_work.readers import ask
from at_work.ready_door import ReadyDoor

MEGABYTES = 16


class RefusingDisk:
    """A disk that takes no write any more, by the preloaded library: works everywhere."""

    def __init__(self, newsroom: Newsroom, library: Path) -> None:
        self._disk = FailingDisk(library, newsroom.folder / "faults", newsroom.data)
        newsroom.more_environment |= self._disk.environment

    def fill(self) -> None:
        self._disk.fill_up()

    def make_room(self) -> None:
        self._disk.fill_up(False)


class SmallDisk:
    """A file system in memory with a few megabytes, mounted where the newsroom's data lie."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.place = newsroom.data
        elsewhere = self.place.rename(newsroom.folder / "before")
        self.place.mkdir(mode=0o700)
        subprocess.run(_mount(self.place), check=True)
        subprocess.run(["cp", "-a", f"{elsewhere}/.", self.place], check=True)

    def fill(self) -> None:
        with (self.place / "ballast").open("wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(bytes(4096))
            except OSError:
                return

    def make_room(self) -> None:
        (self.place / "ballast").unlink()

    def unmount(self) -> None:
        subprocess.run(["umount", self.place], check=True)


def _mount(place: Path) -> list[str | Path]:
    return ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=0700", "letterslot-test", place]


def may_mount(folder: Path) -> bool:
    mounted = subprocess.run(_mount(folder), capture_output=True, check=False).returncode == 0
    if mounted:
        subprocess.run(["umount", folder], check=True)
    return mounted


@pytest.fixture(params=["refusing", "small"])
def full_disk(
    request: pytest.FixtureRequest, newsroom: Newsroom, library: Path
) -> Iterator[RefusingDisk | SmallDisk]:
    """A disk that can be filled. Where nothing may be mounted, the library stands in for both."""
    folder = newsroom.folder / "mount"
    folder.mkdir()
    if request.param == "refusing" or not may_mount(folder):
        yield RefusingDisk(newsroom, library)
        return
    disk = SmallDisk(newsroom)
    yield disk
    disk.unmount()


@pytest.mark.journey
def test_a_full_disk_refuses_harms_nothing_and_takes_again_when_there_is_room(
    newsroom: Newsroom,
    full_disk: RefusingDisk | SmallDisk,
    make_door: Callable[[], ReadyDoor],
    letters: Correspondence,
) -> None:
    door = make_door()
    door.open()
    letters.write(10)
    newsroom.command("collect")
    letters.write(10)
    full_disk.fill()
    refused = _write_until_refused(letters)
    page = ask(f"{door.url}/")
    assert page.status == 200
    _commands_are_refused_whole(newsroom)
    full_disk.make_room()
    letters.send_again(refused)
    letters.write(5)
    newsroom.command("collect")
    letters.check(newsroom.command("queue"))
    assert ask(f"{door.url}/healthz").status == 200
    door.dismiss()


def _write_until_refused(letters: Correspondence) -> list[int]:
    """Some may still fit into what the spool's files have already; then all are refused."""
    refused: list[int] = []
    while len(refused) < 10:
        number = letters.look()
        answer = letters.send(number)
        if answer.status == 201:
            assert not refused
            continue
        assert answer.status == 503
        assert "not stored" in answer.json()["error"]
        refused.append(number)
    return refused


def _commands_are_refused_whole(newsroom: Newsroom) -> None:
    """The desk cannot collect or print; what it has and what is printed stay as they were."""
    before = (newsroom.shelf / "manifest.json").read_bytes()
    newsroom.command("collect", status=1)
    newsroom.add_story("another", status=1)
    assert (newsroom.shelf / "manifest.json").read_bytes() == before
    assert newsroom.command("verify", str(newsroom.shelf))["holds"]
