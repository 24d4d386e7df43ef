"""A newsroom whose printed thread other sites put into their pages: its story and its door."""

from __future__ import annotations

from pathlib import Path

from at_work.newsroom import Newsroom
from at_work.readers import send_by_json

SLUG = "harvest-festival"
# What would be a command to those who put the thread into a page, if it came to them as markup.
HOSTILE = (
    '<!--# include virtual="/secret.txt" --> <!--#exec cmd="id" --> '
    '<esi:include src="/secret.txt"/> <!--esi <b>bold</b> --> </section><script>alert(1)</script>'
)


def newsroom(folder: Path, *, more: str = "") -> Newsroom:
    """A newsroom with one story and one printed comment, its door open. `more` are lines for the
    story's front matter."""
    room = Newsroom(folder)
    room.init(languages="en")
    room.command("moderator", "add", "Ines", "--role", "moderator")
    room.add_story(SLUG, more=more)
    room.open_door()
    send_by_json(room.url, {"story": SLUG, "name": HOSTILE[:60], "text": HOSTILE})
    room.command("collect")
    (held,) = room.command("queue")
    room.command("approve", held["id"], "--by", "Ines")
    room.command("edition")
    room.wait_for_the_shelf()
    return room
