"""Our own side: a publication in a throw-away folder, its commands, and its doors as processes."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.servers import Server, free_port

STORY_FILE = """\
---
slug: {slug}
language: en
headline: The ferry leaves from the east quay
date: {today}
comments: open
---
The ferry leaves at seven.
"""


class CommandError(RuntimeError):
    """A command of ours failed; carries its one sentence."""


class Publication:
    """A data folder and everything needed to serve it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "letterslot.log"

    @classmethod
    def found(cls, folder: Path, *, story: str) -> Publication:
        """A new publication with one open story and a moderator."""
        folder.mkdir(parents=True)
        publication = cls(folder)
        publication.passphrase_file.write_text("quay lantern barley tin seven crossing\n")
        publication.passphrase_file.chmod(0o600)
        publication.command(
            "init", "--name", "Harbour Courier", "--url", "http://localhost:8000",
            "--languages", "en,ko",
        )  # fmt: skip
        publication.command("moderator", "add", "Ines", "--role", "moderator")
        file = folder / "story.md"
        file.write_text(STORY_FILE.format(slug=story, today=datetime.now(UTC).date().isoformat()))
        publication.command("story", "add", str(file))
        return publication

    def copy(self, folder: Path) -> Publication:
        """The same publication in another folder, for one measurement; an older copy goes."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder)
        return Publication(folder)

    @property
    def passphrase_file(self) -> Path:
        return self.folder / "passphrase"

    @property
    def shelf(self) -> Path:
        return self.data / "shelf"

    def command(self, *words: str) -> Any:
        """Runs a command; gives its JSON document."""
        ran = subprocess.run(
            [*_program(), *words, "--data", str(self.data), "--json"],
            capture_output=True, text=True, check=False, env=self._environment(),
        )  # fmt: skip
        if ran.returncode != 0:
            raise CommandError(f"letterslot {words[0]}: {ran.stderr.strip()[-1000:]}")
        return json.loads(ran.stdout) if ran.stdout.strip() else None

    def door(self) -> Server:
        """The public door alone, as on a public host."""
        return self._serve("public", free_port())

    def whole(self) -> Server:
        """Door, desk and worker, unlocked, as on one small server."""
        return self._serve("public,desk,worker", free_port(), "--desk-port", str(free_port()))

    def _serve(self, doors: str, port: int, *more: str) -> Server:
        command = [
            *_program(), "serve", "--data", str(self.data), "--doors", doors, "--budget", "0",
            "--port", str(port), *more,
        ]  # fmt: skip
        return Server(command, port=port, log=self.log, env=self._environment())

    def rows_stored(self) -> int:
        """How many envelopes wait in the spool."""
        spool = sqlite3.connect(f"file:{self.data}/door/spool.sqlite3?mode=ro", uri=True)
        try:
            count: int = spool.execute("SELECT count(*) FROM envelopes").fetchone()[0]
        finally:
            spool.close()
        return count

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "LETTERSLOT_PASSPHRASE_FILE": str(self.passphrase_file)}


def _program() -> list[str]:
    return [sys.executable, "-m", "letterslot"]
