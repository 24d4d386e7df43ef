"""How often a harmless comment is asked about: measured on comments that people really wrote.

The corpora are for measuring only. Their texts are never shown, only counted.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from letterslot.text.burmese import zawgyi_line
from letterslot.text.identifying import find
from letterslot.text.plain import normalise

# Comments with at least one such question, in 1,000, at most. The corpora hold real telephone
# numbers, accounts and addresses too, so that the share of false ones is lower still.
MOST = {
    "telephone": 0.5, "email": 0.5, "account": 4.0, "tracking": 0.5, "place": 0.2,
    "workplace": 0.2, "invisible": 0.5, "zawgyi": 0.0,
}  # fmt: skip


def korean(folder: Path) -> list[str]:
    place = folder / "corpora" / "kocohub+korean-hate-speech"
    with (place / "train.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row["comments"] for row in rows]


def chinese(folder: Path) -> list[str]:
    place = folder / "corpora" / "thu-coai+COLDataset" / "dev.csv"
    with place.open(encoding="utf-8-sig", newline="") as lines:
        return [row["TEXT"] for row in csv.DictReader(lines)]


@pytest.mark.parametrize(("language", "corpus"), [("ko", korean), ("zh-Hans", chinese)])
def test_real_comments_are_seldom_asked_about(shared_data, language, corpus):
    if shared_data is None:
        pytest.skip("the corpora are not on this machine")
    counts: Counter[str] = Counter()
    comments = [normalise(text) for text in corpus(shared_data)]
    for text in comments:
        counts.update({finding.kind for finding in find(text, language)})
        counts["zawgyi"] += zawgyi_line(text) is not None
    shares = {kind: 1000 * counts[kind] / len(comments) for kind in MOST}
    print(language, len(comments), {kind: round(share, 2) for kind, share in shares.items()})
    assert {kind for kind, share in shares.items() if share > MOST[kind]} == set()
