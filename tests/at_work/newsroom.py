"""A newsroom in a throw-away data folder: its command line, and its public door as a process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from at_work.ports import free_port

START_SECONDS = 60
STORY_FILE = """\
---
slug: {slug}
language: en
headline: The ferry leaves from the east quay
date: 2026-11-20
comments: open
{more}---
The ferry leaves at seven.
"""


class CommandError(AssertionError):
    """A command ended with another status than the test expects. Never carries its output."""


class Newsroom:
    """One data folder and the door that serves it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.passphrase_file = folder / "passphrase"
        self.passphrase_file.write_text("quay lantern barley tin seven crossing\n")
        self.passphrase_file.chmod(0o600)
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.door: subprocess.Popen[bytes] | None = None
        self.more_environment: dict[str, str] = {}

    @property
    def shelf(self) -> Path:
        return self.data / "shelf"

    def command(self, *words: str, status: int = 0) -> Any:
        """Runs one command and gives its JSON document; None where it printed none."""
        ran = subprocess.run(
            [*self._program(), *words, "--data", str(self.data), "--json"],
            capture_output=True, env=self.environment(), check=False, timeout=600,
        )  # fmt: skip
        if ran.returncode != status:
            sentence = ran.stderr.decode(errors="replace").strip()[-600:]
            raise CommandError(f"{words[0]} ended with {ran.returncode}: {sentence}")
        return json.loads(ran.stdout) if ran.stdout.strip() else None

    def init(self, *, languages: str = "ko,en", policy: str = "prompt") -> None:
        self.command(
            "init", "--name", "Harbour Courier", "--url", self.url,
            "--policy", policy, "--languages", languages,
        )  # fmt: skip

    def add_story(self, slug: str, *, more: str = "", status: int = 0) -> Any:
        """Adds a story that is open to comments. `more` are lines for its front matter."""
        file = self.folder / f"{slug}.md"
        file.write_text(STORY_FILE.format(slug=slug, more=f"{more.rstrip()}\n" if more else ""))
        try:
            return self.command("story", "add", str(file), status=status)
        finally:
            file.unlink()

    def open_door(self) -> None:
        """Starts the public door and returns when it answers."""
        with (self.folder / "door.log").open("ab") as log:
            self.door = subprocess.Popen(
                [*self._program(), *self.door_words()],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment(),
                start_new_session=True,
            )  # fmt: skip
        for _ in range(START_SECONDS * 20):
            if self.door.poll() is not None:
                raise CommandError(f"serve ended at once with {self.door.returncode}")
            if self._answers():
                return
            time.sleep(0.05)
        raise CommandError("the door does not answer")

    def door_words(self) -> list[str]:
        """The command that opens the public door, without the program."""
        return ["serve", "--data", str(self.data), "--doors", "public", "--budget", "0",
                "--port", str(self.port)]  # fmt: skip

    def wait_for_the_shelf(self) -> None:
        """Returns when the door hands out the edition that was printed last."""
        printed = (self.shelf / "manifest.json").read_bytes()
        for _ in range(START_SECONDS * 20):
            with urllib.request.urlopen(f"{self.url}/manifest.json", timeout=10) as answer:
                if answer.read() == printed:
                    return
            time.sleep(0.05)
        raise CommandError("the door does not notice the new edition")

    def kill_door(self) -> None:
        """Ends the door as a failing machine would: every process of it at once, unasked."""
        assert self.door is not None
        os.killpg(self.door.pid, signal.SIGKILL)
        self.door.wait()
        self.door = None

    def close_door(self) -> None:
        """Asks the door to stop and waits for it."""
        if self.door is None:
            return
        self.door.terminate()
        try:
            self.door.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill_door()
            raise CommandError("the door did not stop within 30 seconds of SIGTERM") from None
        self.door = None

    def _program(self) -> list[str]:
        return [sys.executable, "-m", "letterslot"]

    def environment(self) -> dict[str, str]:
        """Ours without what the tests set for themselves."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("LETTERSLOT_", "DJANGO_", "PYTEST_"))
        }
        passphrase = {"LETTERSLOT_PASSPHRASE_FILE": str(self.passphrase_file)}
        return kept | passphrase | self.more_environment

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False
