"""`python -m bench.editions`: what an edition costs beside what stands on the shelf already.

10,000 new comments on 1,000 stories are printed twice: where 1,000 stories stand and where 100,000
do, ten comments each. Besides, the first page of a story of 50,000 comments, and how long a check
of a copy of 10,000 files takes. Filling takes most of the time: half an hour, and 4 GB of disk.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.__main__ import DOCUMENT
from bench.door import Publication
from bench.figures import table, write_between_marks

SMALL, LARGE = 1_000, 100_000  # stories
MARKS = "figures of editions"
COPY = 400  # stories of the copy that is checked: 26 files each with their variants


def main() -> int:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="letterslot-bench-", dir=arguments.folder) as folder:
        figures = measure(Path(folder), arguments.stories)
    print(figures)
    if arguments.write:
        write_between_marks(DOCUMENT, figures, MARKS)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.editions", description=__doc__)
    parser.add_argument("--stories", type=int, default=LARGE, help="on the large shelf")
    parser.add_argument("--folder", type=Path, default=None, help="on a real disk")
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    return parser.parse_args()


def measure(folder: Path, stories: int) -> str:
    rows = []
    for count in (SMALL, stories):
        publication = _filled(folder / str(count), count)
        made = _run("bench.edition", publication)
        rows.append([f"{count:,}", f"{count * 10:,}", *(_told(made))])
    long = _run("bench.long_thread", Publication(folder / str(SMALL)))
    checked = _run("bench.checking", _filled(folder / "copy", COPY))
    return "\n\n".join(
        [
            table(["stories", "printed before", "seconds", "of processor", "MB at most"], rows),
            f"The first page of a story of 50,000 comments: {long['bytes']:,} bytes of gzip. "
            f"A check of {checked['files']:,.0f} files: {checked['seconds']:.2f} s, "
            f"{checked['megabytes']:.0f} MB.",
        ]
    )


def _told(made: dict[str, float]) -> list[str]:
    return [f"{made[name]:.1f}" for name in ("seconds", "processor", "megabytes")]


def _filled(folder: Path, stories: int) -> Publication:
    publication = Publication.found(folder, story="page")
    subprocess.run(
        [sys.executable, "-m", "bench.archive", str(publication.data), str(stories)], check=True
    )
    return publication


def _run(module: str, publication: Publication) -> dict[str, float]:
    """What a measuring module prints, run on one core."""
    core = min(os.sched_getaffinity(0))
    line = ["taskset", "-c", str(core), sys.executable, "-m", module, str(publication.data)]
    ran = subprocess.run(line, check=True, capture_output=True, text=True)
    told: dict[str, float] = json.loads(ran.stdout)
    return told


if __name__ == "__main__":
    sys.exit(main())
