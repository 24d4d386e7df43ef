"""Run by a test: loads the newsroom's side and opens its keys, then prints in a process of its own
at each line it reads, and answers with how that process ended (0, or less the signal's number).

Lines: "prepare" prints a first edition and has more due; "print" makes the next. Arguments: the
data folder and the passphrase's file.
"""

from __future__ import annotations

import os
import secrets
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

FIRST, SECOND = 6, 4  # new comments of the two editions


def stand_ready(data: Path, passphrase_file: Path) -> None:
    from letterslot.letterbox.epochs import KeyFile
    from letterslot.project.commands.call import start_django

    start_django(data)
    ring = KeyFile.load(data / "keys.json").unlock(passphrase_file.read_text().strip())
    while word := sys.stdin.readline().strip():
        child = os.fork()
        if child == 0:
            _work(word, data, ring)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _work(word: str, data: Path, ring) -> None:
    try:
        {"prepare": _prepare, "print": _print}[word](data, ring)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _prepare(data: Path, ring) -> None:
    from letterslot.discussion import ledger
    from letterslot.discussion.models import Printed

    _approve(ring, FIRST)
    _print(data, ring)
    removed, withdrawn = Printed.objects.values_list("pk", flat=True)[:2]
    ines = ledger.Hand(by="ines", role="moderator")
    ledger.act(removed, "remove", hand=ines, slot=1, clause=2)
    ledger.act(withdrawn, "withdraw", hand=ledger.Hand(via="receipt"), slot=1)
    _approve(ring, SECOND)


def _approve(ring, count: int) -> None:
    from letterslot.discussion import ledger
    from letterslot.discussion.models import Comment, Story
    from letterslot.letterbox import sealing
    from letterslot.letterbox.receipts import Receipt

    epoch = datetime.now(UTC).date().isoformat()
    for _ in range(count):
        pk = secrets.token_hex(6)
        key = Receipt(secrets.token_bytes(16)).public_key
        comment = Comment(id=pk, story=Story.objects.get(), epoch=epoch, slot=1, receipt=key)
        words = {"name": "", "text": f"Words of {pk}."}
        ledger.receive(comment, sealing.seal(words, ring.public_key(epoch)), slot=1)
        ledger.act(pk, "approve", hand=ledger.Hand(by="ines", role="moderator"), slot=1)


def _print(data: Path, ring) -> None:
    from letterslot.press import edition

    edition.make(data=data, ring=ring, now=datetime.now(UTC), move_on=True)


if __name__ == "__main__":
    stand_ready(Path(sys.argv[1]), Path(sys.argv[2]))
