"""Whether a story's thread takes comments, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from letterslot.discussion.models import Story
from letterslot.newsroom.publication import Publication


@dataclass(frozen=True)
class CommentsState:
    """`last_day` is the last day on which comments are taken; None: no end is set."""

    open: bool
    last_day: date | None = None

    @property
    def at_the_door(self) -> str:
        """As the public door is told: "open", "closed", or the last day, "2026-12-04"."""
        if not self.open:
            return "closed"
        return self.last_day.isoformat() if self.last_day else "open"


def state_of(story: Story, publication: Publication, today: date) -> CommentsState:
    """What the story's file says, or else its age in the publication's `comment_days`."""
    if story.comments == "open":
        return CommentsState(open=True)
    if story.comments == "closed":
        return CommentsState(open=False)
    if story.comments:
        last_day = date.fromisoformat(story.comments)
    else:
        last_day = story.date + timedelta(days=publication.comment_days)
    return CommentsState(open=today <= last_day, last_day=last_day)
