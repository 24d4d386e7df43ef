"""A story and comments on it, as rows."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date

import pytest

from letterslot.discussion import ledger
from letterslot.discussion.ledger import Hand
from letterslot.discussion.models import Comment, Story

INES = Hand(by="ines", role="moderator", via="desk")
TOMAS = Hand(by="tomas", role="moderator", via="desk")
PRESS = Hand(via="press")
WRITER = Hand(via="receipt")


@pytest.fixture
def story(db: None) -> Story:
    return Story.objects.create(
        slug="east-quay", language="en", headline="Stones", date=date(2026, 11, 20)
    )


@pytest.fixture
def receive(story: Story) -> Callable[[], Comment]:
    """Takes in one more comment."""
    numbers = itertools.count(1)

    def take() -> Comment:
        comment = Comment(
            id=f"c{next(numbers):07d}", story=story, epoch="2026-11-23", receipt=b"\x01" * 32
        )
        return ledger.receive(comment, b"sealed", slot=1)

    return take
