"""`python -m bench`: prints the figures of docs/performance.md, measured side by side."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

from bench import receipts
from bench.figures import HEADINGS, table, write_between_marks
from bench.peers import django_view, isso, nginx
from bench.rounds import Plan, Rounds

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
BUSY = 0.5  # processes that ran or waited in the last minute


def main() -> int:
    arguments = _arguments()
    missing = _missing()
    if missing:
        print(f"bench: {missing}", file=sys.stderr)
        return 1
    busy = os.getloadavg()[0]
    if busy > BUSY:
        print("Other work runs on this machine: the figures will be low and uneven.")
    if nginx.executable() is None:
        print("nginx is not installed: it is left out. On Debian: apt-get install nginx.")
    if not django_view.is_installed():
        print("gunicorn is not installed: the plain Django view is left out (extra “bench”).")
    if not isso.is_installed():
        print("Isso is not installed: it is left out (extra “isso”).")
    with tempfile.TemporaryDirectory(prefix="letterslot-bench-", dir=arguments.folder) as folder:
        rounds = Rounds(
            Plan(arguments.rounds, arguments.seconds, Path(folder)),
            say=lambda line: print(f"… {line}", file=sys.stderr, flush=True),
        )
        rounds.run()
        look_ups = receipts.measure(Path(folder) / "receipts")
    figures = _figures(rounds, look_ups, busy)
    print(figures)
    if arguments.write:
        write_between_marks(DOCUMENT, figures)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=8, help="of load for each measure")
    parser.add_argument(
        "--folder", type=Path, default=None, help="where files may be put; a real disk, not memory"
    )
    parser.add_argument(
        "--write", action="store_true", help="put the figures into docs/performance.md"
    )
    return parser.parse_args()


def _missing() -> str | None:
    """What the benchmark cannot do without, as a sentence."""
    if (os.cpu_count() or 1) < 2:
        return "Server and load each need a processor core of their own; this machine has one."
    for program, package in (("wrk", "wrk"), ("taskset", "util-linux")):
        if shutil.which(program) is None:
            return f"{program} is not installed; on Debian: apt-get install {package}."
    return None


def _figures(rounds: Rounds, look_ups: receipts.LookUps, busy: float) -> str:
    rows = [comparison.cells() for comparison in rounds.comparisons]
    memory = [
        [name, f"{size.rss / 2**20:,.0f}", f"{size.pss / 2**20:,.0f}", str(size.processes)]
        for name, size in rounds.memory.items()
    ]
    plan = rounds.plan
    method = (
        f"Medians [lowest–highest] of {plan.rounds} rounds of {plan.seconds} s; 64 connections; "
        f"one core for the server, one for the load; {platform.machine()}, "
        f"Python {platform.python_version()}; {busy:.1f} other processes at work when it began."
    )
    resident = table(
        ["resident", "MB, shared pages in each", "MB, shared out", "processes"], memory
    )
    steps = [
        [step, *(f"{costs[step]:.0f}" for costs in rounds.steps.values())]
        for step in rounds.steps["en"]
    ]
    submission = table(["a submission's steps", "µs, English", "µs, Korean"], steps)
    states = next(iter(look_ups.values()))
    asked = table(
        ["a receipt's answer, µs", *states],
        [[form, *(f"{time:.0f}" for time in times.values())] for form, times in look_ups.items()],
    )
    return "\n\n".join([table(HEADINGS, rows), resident, submission, asked, method])


if __name__ == "__main__":
    sys.exit(main())
