"""Serves a desk to a browser; prints its port. Arguments: an empty folder, a key
file. Ends with its standard input."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from datetime import date
from pathlib import Path

STORIES = 10


def main(data: Path, key_path: Path) -> None:
    (data / "desk").mkdir()
    os.environ |= {
        "LETTERSLOT_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "letterslot.project.settings",
    }
    import django

    django.setup()
    furnish(data, key_path)

    import waitress
    from django.core.wsgi import get_wsgi_application

    server = waitress.create_server(get_wsgi_application(), host="127.0.0.1", port=0, threads=2)
    threading.Thread(target=server.run, daemon=True).start()
    print(server.effective_port, flush=True)
    sys.stdin.read()


def furnish(data: Path, key_path: Path) -> None:
    """A publication, a moderator, and under each story letters a to e, oldest first."""
    import conftest
    from django.contrib.auth.hashers import make_password
    from django.core.management import call_command

    from letterslot.discussion.models import Story
    from letterslot.letterbox.epochs import KeyFile
    from letterslot.letterbox.keyholder import keyholder
    from letterslot.newsroom.models import Moderator

    call_command("migrate", verbosity=0)
    shutil.copy(key_path, data / "keys.json")
    conftest.write_words(data)
    conftest.add_stories()
    password = make_password(conftest.PASSWORD)
    Moderator.objects.create(name="ines", role="moderator", password=password)
    ring = keyholder.unlock(KeyFile.load(data / "keys.json"), conftest.PASSPHRASE)
    for number in range(STORIES):
        story = Story.objects.create(
            slug=f"story-{number}", language="en", headline="Stones", date=date(2026, 11, 20)
        )
        for slot, name in enumerate("abcde"):
            conftest.Desk(data, ring).letter(f"Letter {name}.", story=story.slug, slot=slot)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
