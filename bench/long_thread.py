"""A story of 50,000 comments, printed: `python -m bench.long_thread DATA` prints JSON."""

from __future__ import annotations

import gzip
import json
import secrets
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.archive import open_newsroom
from bench.thread import Words

COMMENTS = 50_000
SLUG = "long"


def main() -> None:
    data = Path(sys.argv[1]).resolve()
    ring = open_newsroom(data)
    from letterslot.press import edition

    now = datetime.now(UTC)
    _fill(now)
    begun = time.perf_counter()
    edition.print_stories(data=data, ring=ring, now=now, slugs=[SLUG])
    page = (data / "shelf" / "stories" / SLUG / "index.html").read_bytes()
    seconds = time.perf_counter() - begun
    print(json.dumps({"seconds": seconds, "bytes": len(gzip.compress(page, 9, mtime=0))}))


def _fill(now: datetime) -> None:
    from django.db import transaction

    from letterslot.discussion.models import Comment, Printed, Story

    words = Words()
    ids = [secrets.token_hex(6) for _ in range(COMMENTS)]
    with transaction.atomic():
        Story.objects.create(
            slug=SLUG, language="en", headline="Everybody writes", date=now.date(),
            comments="open", markdown="The ferry leaves at seven.",
        )  # fmt: skip
        Comment.objects.bulk_create(
            Comment(id=pk, story_id=SLUG, state="published", epoch="2020-01-01", slot=1)
            for pk in ids
        )
        Printed.objects.bulk_create(
            Printed(
                comment_id=pk, story_id=SLUG, conversation=pk, place=number, edition=1,
                position=number, revision=1, name="Marguerite", lang="en", dir="ltr",
                text=words.text(number),
            )
            for number, pk in enumerate(ids)
        )  # fmt: skip


if __name__ == "__main__":
    main()
