"""One edition, measured in a process of its own: `python -m bench.edition DATA` prints JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.archive import open_newsroom


def main() -> None:
    data = Path(sys.argv[1]).resolve()
    ring = open_newsroom(data)
    from letterslot.press import edition

    _forget_peak()  # opening the key file took 256 MB, and gave it back
    begun, worked = time.perf_counter(), time.process_time()
    made = edition.make(data=data, ring=ring, now=datetime.now(UTC) + timedelta(days=1))
    figures = {
        "seconds": time.perf_counter() - begun,
        "processor": time.process_time() - worked,
        "megabytes": _peak(),
        "published": made.published,
        "answers": made.answers,
    }
    print(json.dumps(figures))


def _forget_peak() -> None:
    """Let the peak of resident memory be that of now (proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5")


def _peak() -> float:
    """Megabytes of resident memory at most, since `_forget_peak`."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
