"""The demo newsroom as a process, for the journeys."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from at_work.processes import as_one_among_equals

START_SECONDS = 90
LAST_WORDS = "The next start goes on with the same data."


@dataclass
class Demo:
    """The demo newsroom while it runs."""

    data: Path
    port: int
    desk_port: int
    process: subprocess.Popen[bytes]

    @property
    def site(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def desk(self) -> str:
        return f"http://localhost:{self.desk_port}"

    @property
    def sign_in(self) -> tuple[str, str, str]:
        """Name, password, and the receipt to try."""
        name, password, receipt = (self.data / "demo-sign-in").read_text().strip().split("\n")
        return name, password, receipt

    def site_answers(self) -> bool:
        return _answers(f"{self.site}/healthz")

    def desk_answers(self) -> bool:
        return _answers(f"{self.desk}/sign-in/")

    def command(self, *words: str) -> str:
        """One command on the demo's data."""
        return subprocess.run(
            [sys.executable, "-m", "letterslot", *words, "--data", str(self.data), "--json",
             "--passphrase-file", str(self.data / "demo-passphrase")],
            capture_output=True, check=True, text=True, timeout=120,
        ).stdout  # fmt: skip


def start(data: Path, port: int, desk_port: int, log: Path) -> Demo:
    """`letterslot demo`, when both its doors answer."""
    demo = launch(data, port, desk_port, log)
    _wait(demo, log, lambda: demo.site_answers() and demo.desk_answers())
    return demo


def start_until_it_greets(data: Path, port: int, desk_port: int, log: Path) -> Demo:
    """`letterslot demo`, as soon as it has said where it is and who signs in."""
    already = log.read_text().count(LAST_WORDS) if log.exists() else 0
    demo = launch(data, port, desk_port, log)
    _wait(demo, log, lambda: log.read_text().count(LAST_WORDS) > already)
    return demo


def launch(data: Path, port: int, desk_port: int, log: Path) -> Demo:
    """`letterslot demo`, not yet answering."""
    environment = {
        n: v for n, v in os.environ.items() if not n.startswith(("LETTERSLOT_", "DJANGO_"))
    }
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "letterslot", "demo", "--data", str(data), "--port", str(port),
             "--desk-port", str(desk_port)],
            stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environment,
            start_new_session=True, preexec_fn=as_one_among_equals,
        )  # fmt: skip
    return Demo(data, port, desk_port, process)


def stop(demo: Demo) -> int:
    """Ctrl-C, as a person ends it; the exit status."""
    os.killpg(demo.process.pid, signal.SIGINT)
    return demo.process.wait(timeout=40)


def _wait(demo: Demo, log: Path, ready: Callable[[], bool]) -> None:
    for _ in range(START_SECONDS * 10):
        if demo.process.poll() is not None:
            raise AssertionError(f"the demo ended at once: {log.read_text()[-2000:]}")
        if ready():
            return
        time.sleep(0.1)
    stop(demo)
    raise AssertionError("the demo does not answer")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
