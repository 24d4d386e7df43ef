"""Collects in a child process that is killed with SIGKILL until nothing is left; prints what came
of it as JSON. Arguments: an empty folder, a key file, its passphrase."""

from __future__ import annotations

import json
import os
import random
import secrets
import signal
import sys
import time
from datetime import date
from pathlib import Path

from letterslot.project.commands.call import start_django

LETTERS, WITHDRAWN, EPOCH = 400, 40, "2026-11-23"


def main(data: Path, key_path: Path, passphrase: str) -> None:
    (data / "desk").mkdir()
    start_django(data)
    from django.core.management import call_command

    from letterslot.discussion.models import Story
    from letterslot.letterbox.epochs import KeyFile
    from letterslot.newsroom import publication

    (data / publication.FILE).write_text(
        publication.template(name="N", url="https://n.example", languages=("en",), policy="prompt")
    )
    call_command("migrate", verbosity=0)
    Story.objects.create(slug="s", language="en", headline="H", date=date(2026, 11, 20))
    ring = KeyFile.load(key_path).unlock(passphrase)
    fill_spool(data, ring)
    kills = collect_and_kill(data, ring)
    print(json.dumps({"kills": kills} | result(data, ring)))


def fill_spool(data: Path, ring) -> None:
    from letterslot.letterbox.letters import CommentLetter, write_wish
    from letterslot.letterbox.receipts import Receipt
    from letterslot.letterbox.spool import Spool

    key, rows = ring.public_key(EPOCH), []
    for n in range(LETTERS):
        receipt = Receipt.from_code_bytes(secrets.token_bytes(16))
        letter = CommentLetter(
            number=secrets.token_bytes(16), epoch=EPOCH, story="s", language="en", name="",
            text=f"Letter {n}.", reply_to="", group="yes", edits=True, receipt=receipt.public_key,
        )  # fmt: skip
        rows.append((letter.number, EPOCH, letter.seal(key)))
        if n < WITHDRAWN:
            number = secrets.token_bytes(16)
            wish = write_wish(receipt, "withdraw", number=number, epoch=EPOCH, epoch_public_key=key)
            rows.append((number, EPOCH, wish.seal(key)))
    with Spool.open(data / "door" / "spool.sqlite3") as spool:
        spool.add_many(rows)


def collect_and_kill(data: Path, ring) -> int:
    """Returns how many children were killed before one came to the end."""
    from django.db import connection

    from letterslot.desk import post

    post.BATCH = 10
    connection.close()
    kills = 0
    while True:
        child = os.fork()
        if child == 0:
            post.collect(data=data, ring=ring, slot=1)
            os._exit(0)
        if not ended_within(random.uniform(0.01, 0.25) if kills < 12 else 60, child):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            kills += 1
            continue
        return kills


def ended_within(seconds: float, child: int) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            assert status == 0, "a child that was not killed must succeed"
            return True
        time.sleep(0.002)
    return False


def result(data: Path, ring) -> dict[str, object]:
    from letterslot.discussion import ledger, wording
    from letterslot.discussion.models import CollectedNumber, Comment, Rejected
    from letterslot.letterbox.spool import Spool

    words = wording.current(Comment.objects.all(), ring)
    with Spool.open(data / "door" / "spool.sqlite3") as spool:
        waiting = spool.waiting()
    return {
        "comments": Comment.objects.count(),
        "different": len({word.text for word in words.values()}),
        "withdrawn": Comment.objects.filter(state="withdrawn").count(),
        "numbers": CollectedNumber.objects.count(),
        "rejected": Rejected.objects.count(),
        "waiting": waiting,
        "ledger": ledger.verify(),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
