"""A shelf checked as a stranger would: `python -m bench.checking DATA` prints JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from letterslot.shelf.verify import verify


def main() -> None:
    data = Path(sys.argv[1])
    files = sum(path.is_file() for path in (data / "shelf").rglob("*"))
    begun = time.perf_counter()
    faults = verify(data / "shelf", (data / "publication.pub").read_bytes())
    seconds = time.perf_counter() - begun
    assert faults == [], faults[:3]
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"files": files, "seconds": seconds, "megabytes": megabytes}))


if __name__ == "__main__":
    main()
