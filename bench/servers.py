"""Starts a server on its own core, waits until it answers, weighs it, and ends it again."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

SERVER_CORE = "0"
LOAD_CORE = "1"
START_SECONDS = 60


class ServerError(RuntimeError):
    """A server did not start, or ended too early."""


@dataclass(frozen=True)
class Memory:
    """Bytes resident in all processes of a tree: shared pages counted in each, and shared out."""

    rss: int
    pss: int
    processes: int


class Server:
    """A process on `SERVER_CORE`, in a process group of its own, listening on loopback."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        port: int,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self.command = ["taskset", "-c", SERVER_CORE, *command]
        self.port = port
        self.log = log
        self.env = {**os.environ, **(env or {})}
        self.cwd = cwd

    def __enter__(self) -> Server:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=self.env,
                cwd=self.cwd,
                start_new_session=True,
            )
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _wait_until_it_answers(self) -> None:
        for _ in range(START_SECONDS * 20):
            if self.process.poll() is not None:
                raise ServerError(f"{self.command[3]} ended at once; its words are in {self.log}")
            # A process may listen for another that is still being started: wait for an answer.
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=START_SECONDS)
            try:
                connection.request("GET", "/healthz")
                connection.getresponse()
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
            else:
                return
            finally:
                connection.close()
        raise ServerError(f"{self.command[3]} does not answer; its words are in {self.log}")

    def stop(self) -> None:
        """Asks it to stop; after ten seconds ends its whole process group."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def memory(self) -> Memory:
        return tree_memory(self.process.pid)


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def tree_memory(root: int) -> Memory:
    """What a process and all its descendants keep resident, from /proc/PID/smaps_rollup."""
    rss = pss = processes = 0
    for process in _tree(root):
        try:
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:  # it ended meanwhile
            continue
        fields = dict(line.split(":", 1) for line in rollup.splitlines()[1:])
        rss += _kibibytes(fields["Rss"])
        pss += _kibibytes(fields["Pss"])
        processes += 1
    return Memory(rss, pss, processes)


def _tree(root: int) -> list[int]:
    """`root` and its descendants; parents come before their children."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The command's name stands in brackets and may hold anything: read behind the last.
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    found = [root]
    for process in found:
        found.extend(children.get(process, []))
    return found


def _kibibytes(field: str) -> int:
    return int(field.split()[0]) * 1024
