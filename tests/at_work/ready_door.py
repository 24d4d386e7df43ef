"""A public door that opens in a moment: a process that has loaded it waits, and forks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from at_work.newsroom import CommandError, Newsroom
from at_work.readers import NoAnswerError, ask

START_SECONDS = 60
FORKS = Path(__file__).with_name("forking_door.py")


class ReadyDoor:
    """The door of a newsroom, opened by the command's own words and killed, again and again."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.url = f"http://127.0.0.1:{newsroom.port}"
        self.log = newsroom.folder / "ready-door.log"
        self._child: int | None = None
        with self.log.open("ab") as log:
            self._parent = subprocess.Popen(
                [sys.executable, str(FORKS), *newsroom.door_words()],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
                env=newsroom.environment(),
            )  # fmt: skip

    def open(self) -> None:
        """Opens the door and returns when it answers. Raises CommandError where it does not."""
        self.start()
        for _ in range(START_SECONDS * 200):
            if self.answers():
                return
            if self.is_gone():
                raise CommandError(f"the door ended at once: {self.log.read_text()[-600:]}")
            time.sleep(0.005)
        raise CommandError("the door does not answer")

    def start(self) -> None:
        """Opens the door and does not wait."""
        self._child = int(self._say("open"))

    def answers(self) -> bool:
        """Whether the door is open, whatever it says."""
        try:
            return ask(f"{self.url}/healthz").status > 0
        except NoAnswerError:
            return False

    def is_gone(self) -> bool:
        """Whether the door's process has ended."""
        stat = Path(f"/proc/{self._child}/stat")
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"

    def kill(self) -> None:
        """As a failing machine would: at once, unasked."""
        assert self._child is not None
        os.killpg(self._child, signal.SIGKILL)
        self.bury()

    def bury(self) -> int:
        """Waits for the end of the door's process; the signal that ended it."""
        self._child = None
        return os.WTERMSIG(int(self._say("bury")))

    def dismiss(self) -> None:
        """Ends the process that waits, and the door if it is open."""
        if self._child is not None:
            self.kill()
        self._parent.communicate("", timeout=30)

    def _say(self, word: str) -> str:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(f"{word}\n")
        self._parent.stdin.flush()
        return self._parent.stdout.readline()
