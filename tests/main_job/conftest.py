"""A newsroom with the demo's Korean story, its door open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from at_work.newsroom import Newsroom

MODERATOR = "Ines"


@pytest.fixture
def newsroom(tmp_path: Path, repository: Path) -> Iterator[Newsroom]:
    stories = repository / "letterslot" / "project" / "demo_newsroom" / "stories"
    newsroom = Newsroom(tmp_path)
    newsroom.init()
    newsroom.command("moderator", "add", MODERATOR, "--role", "moderator")
    newsroom.command(
        "story", "add", str(stories / "old-bridge.md"), str(stories / "old-bridge-ko.md")
    )
    newsroom.open_door()
    yield newsroom
    newsroom.close_door()
