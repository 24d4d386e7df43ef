"""That a commit is on the disk before it is acknowledged, seen in the calls to the system.

No loop of kill -9 shows it: what was written and not flushed survives a killed process.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest

# Ten commits of one row each, acknowledged on standard output from the writer thread.
PROGRAM = """
import os, sys, threading
from pathlib import Path
from letterslot.letterbox.spool import CommitGroup, Spool

spool = Spool.open(Path(sys.argv[1]))
group = CommitGroup(spool)
for n in range(10):
    stored = threading.Event()
    def done(fault):
        os.write(1, b"stored\\n" if fault is None else b"not stored\\n")
        stored.set()
    os.write(1, b"sent\\n")
    group.submit([(n.to_bytes(16, "big"), "2026-11-23", bytes(1024))], done)
    stored.wait()
group.close()
spool.close()
"""


def test_every_acknowledgement_comes_after_a_flush(tmp_path):
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    trace = tmp_path / "trace"
    done = subprocess.run(
        [strace, "-f", "-y", "-e", "trace=write,fsync,fdatasync", "-o", trace,
         sys.executable, "-c", PROGRAM, tmp_path / "spool.sqlite3"],
        capture_output=True, text=True,
    )  # fmt: skip
    if "ptrace" in done.stderr.lower():
        pytest.skip("strace may not trace here")
    assert done.stdout == "sent\nstored\n" * 10
    assert flushes_before_each_acknowledgement(trace.read_text()) == [True] * 10


def flushes_before_each_acknowledgement(trace):
    """Whether the log was flushed between each sending and its acknowledgement."""
    found, flushed = [], False
    for line in trace.splitlines():
        if r'"sent\n"' in line:
            flushed = False
        elif re.search(r"(fsync|fdatasync)\(\d+<[^>]*-wal>", line):
            flushed = True
        elif r'"stored\n"' in line:
            found.append(flushed)
    return found
