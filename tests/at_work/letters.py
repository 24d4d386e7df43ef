"""The letters of the main job: Korean texts that can be told apart wherever they stand."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

CORPUS = Path("corpora") / "kocohub+korean-hate-speech" / "train.tsv"
# A shorter text could stand on a page by chance.
SHORTEST = 8
# Every so often a letter has two rows: as two lines, or as two paragraphs.
TWO_ROWS_EVERY = 25


@dataclass(frozen=True)
class Letter:
    """A letter and the rows of the corpus that it is made of. Never shows its words."""

    number: int
    name: str = field(repr=False)
    text: str = field(repr=False)
    rows: tuple[str, ...] = field(repr=False)


def letters(rows: Iterable[str], count: int, *, furniture: str) -> list[Letter]:
    """`count` letters; no row of any stands inside another's or in `furniture`, the words of the
    pages themselves, so that a row found on the shelf is that letter's and nothing else."""
    fitting = _apart(rows, furniture)
    made = []
    for number in range(count):
        taken = [next(fitting)]
        if number % TWO_ROWS_EVERY == 0:
            taken.append(next(fitting))
        joint = "\n" if number % (2 * TWO_ROWS_EVERY) == 0 else "\n\n"
        name = "" if number % 5 == 4 else f"독자 {number:04d}호"
        made.append(Letter(number, name, joint.join(taken), tuple(taken)))
    return made


def _apart(rows: Iterable[str], furniture: str) -> Iterator[str]:
    taken: list[str] = []
    for row in rows:
        if len(row) < SHORTEST or row in furniture:
            continue
        if any(row in other or other in row for other in taken):
            continue
        taken.append(row)
        yield row


def newspaper_readers(shared_data: Path | None, own: Path) -> list[str]:
    """Comments of Korean newspaper readers that hold neither hate nor bias, each once; harmless
    sentences of our own where the corpus is absent."""
    corpus = shared_data / CORPUS if shared_data else None
    if corpus is not None and corpus.is_file():
        rows = _without_hate(corpus)
    else:
        rows = own.read_text(encoding="utf-8").splitlines()
    normal = (unicodedata.normalize("NFC", row).strip() for row in rows)
    return list(dict.fromkeys(row for row in normal if row))


def _without_hate(corpus: Path) -> list[str]:
    with corpus.open(encoding="utf-8", newline="") as lines:
        # The texts hold unpaired quotation marks: nothing in this file is quoted.
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row["comments"] for row in rows if row["hate"] == "none" and row["bias"] == "none"]
