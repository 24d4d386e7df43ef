"""The desk's own process for the benchmark: fills a database, unlocks, signs people in, serves.

Run by bench.desk with one JSON document of arguments; every line it prints is JSON. Signing in
goes past the page: how long a second factor takes is not what is measured here.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PASSWORD_FREE = 50  # moderators who are signed in


def main() -> None:
    wanted = json.loads(sys.argv[1])
    data = Path(wanted["data"])
    from letterslot.project.commands.call import start_django

    start_django(data)
    {"fill": _fill, "index": _index, "serve": _serve}[wanted["verb"]](data, wanted)


def _tell(**facts: Any) -> None:
    print(json.dumps(facts), flush=True)


def _fill(data: Path, wanted: dict[str, Any]) -> None:
    from bench import filled_desk
    from letterslot.letterbox.epochs import KeyFile

    ring = KeyFile.load(data / "keys.json").unlock(wanted["passphrase"])
    epoch = datetime.now(UTC).date().isoformat()
    filled_desk.fill(
        data, ring, stored=wanted["stored"], held=wanted["held"], epoch=epoch,
        say=lambda line: _tell(say=line),
    )  # fmt: skip


def _index(data: Path, wanted: dict[str, Any]) -> None:
    """Index what is printed while it is filled in, to the last edition."""
    from bench import filled_desk
    from letterslot.desk import printed_index
    from letterslot.discussion.models import Edition

    done = False
    while not done:
        done = Edition.objects.filter(number=filled_desk.EDITIONS).exists()
        printed_index.catch_up(data)
        time.sleep(0.2)
    _tell(indexed=True)


def _serve(data: Path, wanted: dict[str, Any]) -> None:
    import waitress

    from letterslot.desk import search
    from letterslot.desk.memory import memory
    from letterslot.letterbox.epochs import KeyFile
    from letterslot.letterbox.keyholder import keyholder
    from letterslot.project.deskserver import IN_MEMORY, THREADS
    from letterslot.project.wsgi import application

    began = time.perf_counter()
    ring = keyholder.unlock(KeyFile.load(data / "keys.json"), wanted["passphrase"])
    unlocked = time.perf_counter() - began
    search.search(search.Wanted(words="harbour"), ring=ring, data=data)
    searchable = time.perf_counter() - began
    memory.look_through()
    _tell(unlocked=unlocked, searchable=searchable, noticed=time.perf_counter() - began,
          cookies=_sign_in(wanted["port"]), in_mind=len(memory.letters()))  # fmt: skip
    server = waitress.create_server(
        application, listen=f"127.0.0.1:{wanted['port']}", threads=THREADS, ident=None, **IN_MEMORY
    )
    server.run()


def _sign_in(port: int) -> list[dict[str, str]]:
    """Cookies of moderators who have signed in; the sessions live in this process."""
    from django.test import Client

    from letterslot.desk.proving import PROVED
    from letterslot.newsroom.models import Moderator

    people = Moderator.objects.filter(name__startswith="colleague-").order_by("pk")
    cookies = []
    for person in people[:PASSWORD_FREE]:
        client = Client(headers={"host": f"localhost:{port}"})
        client.force_login(person)
        session = client.session
        session[PROVED] = True  # more than the password: the newsroom asks for it
        session.save()
        cookies.append({name: morsel.value for name, morsel in client.cookies.items()})
    return cookies


if __name__ == "__main__":
    main()
