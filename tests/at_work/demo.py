"""The demo newsroom as a process, for the journeys."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 90


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

    def command(self, *words: str) -> str:
        """One command on the demo's data."""
        return subprocess.run(
            [sys.executable, "-m", "letterslot", *words, "--data", str(self.data), "--json",
             "--passphrase-file", str(self.data / "demo-passphrase")],
            capture_output=True, check=True, text=True, timeout=120,
        ).stdout  # fmt: skip


def free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def start(data: Path, port: int, desk_port: int, log: Path) -> Demo:
    """`letterslot demo`, when both its doors answer."""
    environment = {
        n: v for n, v in os.environ.items() if not n.startswith(("LETTERSLOT_", "DJANGO_"))
    }
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "letterslot", "demo", "--data", str(data), "--port", str(port),
             "--desk-port", str(desk_port)],
            stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environment,
            start_new_session=True,
        )  # fmt: skip
    demo = Demo(data, port, desk_port, process)
    for _ in range(START_SECONDS * 10):
        if process.poll() is not None:
            raise AssertionError(f"the demo ended at once: {log.read_text()[-2000:]}")
        if _answers(f"{demo.site}/healthz") and _answers(f"{demo.desk}/sign-in/"):
            return demo
        time.sleep(0.1)
    raise AssertionError("the demo does not answer")


def stop(demo: Demo) -> int:
    """Ctrl-C, as a person ends it; the exit status."""
    os.killpg(demo.process.pid, signal.SIGINT)
    return demo.process.wait(timeout=40)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
