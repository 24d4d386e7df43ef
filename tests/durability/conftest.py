"""A newsroom of its own for each crash test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from at_work.newsroom import Newsroom

STORY = """\
---
slug: east-quay-ferry
language: en
headline: The ferry leaves from the east quay
date: {today}
comments: open
---
The ferry leaves at seven.
"""


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    """A data folder with one open story; its door is closed."""
    from datetime import UTC, datetime

    newsroom = Newsroom(tmp_path)
    newsroom.init(languages="en")
    story = tmp_path / "east-quay-ferry.md"
    story.write_text(STORY.format(today=datetime.now(UTC).date().isoformat()))
    newsroom.command("story", "add", str(story))
    yield newsroom
    if newsroom.door is not None:
        newsroom.kill_door()
