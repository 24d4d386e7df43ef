"""Commands about stories: adding, listing, closing, opening."""

from __future__ import annotations

import sys
from pathlib import Path

from letterslot.project.commands.call import Call


def add(call: Call) -> int:
    """`story add FILE.md…|-`: all of them, or none."""
    call.use_database()
    from letterslot.press import edition, stories
    from letterslot.project.settling import settle

    ring = call.ring
    files = [
        stories.read(sys.stdin.buffer.read(), name="Standard input", folder=Path.cwd())
        if name == "-"
        else stories.read_file(Path(name))
        for name in call.arguments.files
    ]
    slugs = stories.add_all(files, data=call.data)
    edition.print_stories(data=call.data, ring=ring, now=call.now, slugs=slugs)
    settle(call.folder)
    return call.answer({"added": slugs}, f"Printed: {', '.join(slugs)}.")


def list_all(call: Call) -> int:
    """`story list`"""
    call.use_database()
    from letterslot.discussion.models import Story
    from letterslot.press import stories

    today = call.now.astimezone(call.publication.zone).date()
    rows = [
        {
            "slug": story.slug,
            "language": story.language,
            "headline": story.headline,
            "date": story.date.isoformat(),
            "comments": stories.comments_state(story, call.publication, today),
        }
        for story in Story.objects.order_by("-date", "slug")
    ]
    lines = [
        f"{row['slug']}  {row['language']}  {row['comments']}  {row['headline']}" for row in rows
    ]
    return call.answer(rows, "\n".join(lines) or "There is no story yet.")


def close(call: Call) -> int:
    """`story close SLUG`"""
    return _set_comments(call, "closed", "takes no more comments")


def open_again(call: Call) -> int:
    """`story open SLUG`"""
    return _set_comments(call, "open", "takes comments")


def _set_comments(call: Call, state: str, words: str) -> int:
    call.use_database()
    from letterslot.press import edition, stories
    from letterslot.project.settling import settle

    slug, ring = call.arguments.slug, call.ring
    change = stories.close_comments if state == "closed" else stories.open_comments
    change(slug)
    edition.print_stories(data=call.data, ring=ring, now=call.now, slugs=[slug])
    settle(call.folder)
    return call.answer({"slug": slug, "comments": state}, f"{slug} {words}.")
