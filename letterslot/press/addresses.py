"""The address of a printed comment, which holds for ever."""

from __future__ import annotations

from typing import Final

from letterslot.discussion import threads
from letterslot.discussion.models import Printed
from letterslot.shelf import layout

INLINE: Final = 20  # replies of a conversation that stand under it; the others have their own page


def of_printed(printed: Printed) -> str:
    """From the root of the site: "stories/SLUG/comments/N/index.html#c-ID"."""
    if printed.place is not None:
        return of_comment(printed.story_id, printed.place, printed.pk)
    rank = threads.rank_among_replies(printed)
    place = threads.place_of(printed.conversation)
    return of_reply(printed.story_id, place, printed.conversation, rank, printed.pk)


def of_comment(slug: str, place: int, comment_id: str) -> str:
    """The address of anything that stands on the page of conversation number `place`."""
    return f"{layout.comments_page(slug, layout.page_of(place))}#c-{comment_id}"


def of_reply(slug: str, place: int, conversation: str, rank: int, comment_id: str) -> str:
    """The address of reply number `rank`, from 0, of a conversation."""
    if rank < INLINE:
        return of_comment(slug, place, comment_id)
    return f"{layout.replies_page(slug, conversation)}#c-{comment_id}"
