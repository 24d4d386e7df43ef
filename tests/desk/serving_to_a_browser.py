"""Serves a desk to a browser; prints its port. Arguments: an empty folder, a key
file. Ends with its standard input; for each line of it, prints the states of a story's comments."""

from __future__ import annotations

import json
import shutil
import sys
import threading
from datetime import date
from pathlib import Path

from letterslot.project.commands.call import start_django

STORIES = 20
CROWD = 10  # moderators who decide at once, five comments each


def main(data: Path, key_path: Path) -> None:
    (data / "desk").mkdir()
    start_django(data)
    furnish(data, key_path)

    import waitress
    from django.core.wsgi import get_wsgi_application

    server = waitress.create_server(get_wsgi_application(), host="127.0.0.1", port=0, threads=2)
    threading.Thread(target=server.run, daemon=True).start()
    print(server.effective_port, flush=True)
    for line in sys.stdin:
        print(json.dumps(decided(line.strip())), flush=True)


def decided(story: str) -> list[list[object]]:
    """State, last clause, last moderator and number of decisions of a story's comments, in the
    order in which their letters were numbered."""
    from letterslot.discussion.models import Comment

    rows = []
    for comment in Comment.objects.filter(story=story).order_by("slot", "id"):
        last = comment.decisions.order_by("-entry").first()
        told = [last.clause, last.by] if last else [None, ""]
        rows.append([comment.state, *told, comment.decisions.count()])
    return rows


def furnish(data: Path, key_path: Path) -> None:
    """A publication, a moderator, and under each story letters a to e, oldest first."""
    import conftest
    from django.contrib.auth.hashers import make_password
    from django.core.management import call_command

    from letterslot.desk import post
    from letterslot.discussion import appeals, reasons, wording
    from letterslot.discussion.models import Story
    from letterslot.letterbox.epochs import KeyFile
    from letterslot.letterbox.keyholder import keyholder
    from letterslot.newsroom.models import Moderator

    call_command("migrate", verbosity=0)
    shutil.copy(key_path, data / "keys.json")
    conftest.write_words(data)
    conftest.add_stories()
    password = make_password(conftest.PASSWORD)
    for name in ("ines", "tomas", *(f"m{number}" for number in range(CROWD))):
        Moderator.objects.create(name=name, role="moderator", password=password)
    reasons.found(["en"])
    ring = keyholder.unlock(KeyFile.load(data / "keys.json"), conftest.PASSPHRASE)
    slugs = {f"story-{number}": "abcde" for number in range(STORIES)}
    slugs |= {"shift": [f"{number:02}" for number in range(50)]}
    slugs |= {"pair": [f"{number:02}" for number in range(12)]}
    slugs |= {"crowd": [f"{number:02}" for number in range(CROWD * 5)]}
    for slug, letters in slugs.items():
        Story.objects.create(slug=slug, language="en", headline=slug, date=date(2026, 11, 20))
        for slot, name in enumerate(letters):
            conftest.Desk(data, ring).letter(f"Letter {name}.", story=slug, slot=slot)
    Story.objects.create(slug="shown", language="en", headline="shown", date=date(2026, 11, 20))
    desk = conftest.Desk(data, ring)
    shown = [desk.printed(f"Shown {place}.", story="shown", place=place) for place in range(2)]
    desk.report(shown[0].pk)
    post.collect(data=data, ring=ring, slot=3)
    plea = wording.seal_reason("I kept to the facts.", conftest.EPOCH, ring)
    about = {"sealed_words": plea, "epoch": conftest.EPOCH, "slot": 2, "days": 14}
    appeals.lodge(desk.declined(by="tomas"), **about)
    long = "A line that goes on.\n\n" * 60 + "The end."
    for slug, text in (("long", long), ("marked", "Write to mina@example.org.")):
        Story.objects.create(slug=slug, language="en", headline=slug, date=date(2026, 11, 20))
        conftest.Desk(data, ring).letter(text, story=slug)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
