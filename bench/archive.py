"""A newsroom that has printed for years, filled in bulk: `python -m bench.archive DATA STORIES`.

Every story has ten printed comments. Its files are those that the product printed of one such
story, linked to its name and truly listed and signed; only their words are the same in all.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bench.thread import Words

if TYPE_CHECKING:
    from letterslot.letterbox.epochs import Keyring
    from letterslot.shelf.manifest import Entry

PRINTED = 10  # comments of a story
NEW = 10_000  # approved comments that wait for the edition
TOUCHED = 1_000  # stories they are written under
SAMPLE = "page"
ROWS = 5_000  # in one statement
LINKS = 50_000  # of one file; ext4 takes 65,000

T = TypeVar("T")


def main() -> None:
    data, stories = Path(sys.argv[1]).resolve(), int(sys.argv[2])
    ring = open_newsroom(data)
    letters = _Letters(ring)
    from letterslot.press import edition

    letters.approve(SAMPLE, PRINTED)
    edition.make(data=data, ring=ring, now=datetime.now(UTC))
    slugs = [f"story-{number:06d}" for number in range(stories)]
    _fill_database(slugs)
    _fill_shelf(data / "shelf", slugs, ring)
    touched = slugs[:: max(1, stories // TOUCHED)][:TOUCHED]
    letters.approve_all([(slug, NEW // len(touched)) for slug in touched])


def open_newsroom(data: Path) -> Keyring:
    """Start Django on a data folder and open its keys with the passphrase beside it."""
    from letterslot.letterbox.epochs import KeyFile
    from letterslot.project.commands.call import start_django

    start_django(data)
    passphrase = (data.parent / "passphrase").read_text().strip()
    return KeyFile.load(data / "keys.json").unlock(passphrase)


class _Letters:
    """Approved comments of invented words, with receipts, sealed as the desk keeps them."""

    def __init__(self, ring: Keyring) -> None:
        self.ring, self.words, self.written = ring, Words(), 0
        self.epoch = datetime.now(UTC).date().isoformat()

    def approve_all(self, many: list[tuple[str, int]]) -> None:
        from django.db import transaction

        with transaction.atomic():
            for slug, count in many:
                self.approve(slug, count)

    def approve(self, slug: str, count: int) -> None:
        from letterslot.discussion import ledger
        from letterslot.discussion.models import Comment
        from letterslot.letterbox import sealing
        from letterslot.letterbox.receipts import Receipt

        moderator = ledger.Hand(by="Ines", role="moderator")
        for _ in range(count):
            self.written += 1
            text = {"name": "Marguerite", "text": self.words.text(self.written)}
            comment = Comment(
                id=secrets.token_hex(6), story_id=slug, epoch=self.epoch, slot=1,
                receipt=Receipt(secrets.token_bytes(16)).public_key,
            )  # fmt: skip
            sealed = sealing.seal(text, self.ring.public_key(self.epoch))
            ledger.receive(comment, sealed, slot=1)
            ledger.act(comment.pk, "approve", hand=moderator, slot=1)


def _fill_database(slugs: list[str]) -> None:
    """Stories and what is printed of them. What was sealed has long been destroyed."""
    from django.db import transaction

    from letterslot.discussion.models import Comment, Printed, Story

    today, words = datetime.now(UTC).date(), Words()
    texts = [words.text(number) for number in range(1000)]
    with transaction.atomic():
        for some in _batches(iter(slugs), ROWS // PRINTED):
            Story.objects.bulk_create(
                Story(
                    slug=slug, language="en", headline=f"The ferry of {slug}", comments="open",
                    date=today - timedelta(days=int(slug[-6:]) % 3000),
                    markdown="The ferry leaves at seven.\n\n" * 20,
                )
                for slug in some
            )  # fmt: skip
            ids = [(slug, secrets.token_hex(6)) for slug in some for _ in range(PRINTED)]
            Comment.objects.bulk_create(
                Comment(id=pk, story_id=slug, state="published", epoch="2020-01-01", slot=1)
                for slug, pk in ids
            )
            Printed.objects.bulk_create(
                Printed(
                    comment_id=pk, story_id=slug, conversation=pk, place=number % PRINTED,
                    edition=1, position=number, revision=1, name="Marguerite", lang="en",
                    dir="ltr", text=texts[number % 1000],
                )
                for number, (slug, pk) in enumerate(ids)
            )  # fmt: skip


def _fill_shelf(shelf: Path, slugs: list[str], ring: Keyring) -> None:
    """The sample's files under every story's name, listed, and signed anew."""
    from letterslot.shelf import layout, manifest, signing
    from letterslot.shelf.listing import describe

    sample = shelf / "stories" / SAMPLE
    names = [str(f.relative_to(sample)) for f in sorted(sample.rglob("*")) if f.is_file()]
    contents = {name: (sample / name).read_bytes() for name in names}
    entries = {name: describe(content) for name, content in contents.items()}
    root = manifest.read_root((shelf / layout.MANIFEST).read_bytes())
    above: dict[str, dict[str, Entry]] = {
        name: manifest.read_list((shelf / name).read_bytes(), name) for name in root.lists
    }
    pool = sample
    for number, slug in enumerate(slugs):
        if number % LINKS == 0:
            pool = _pool(shelf.parent / f"pool-{number}", contents)
        _link_story(pool, shelf / "stories" / slug, names)
        name = layout.list_of(layout.story_page(slug))
        of_story = {f"stories/{slug}/{file}": entry for file, entry in entries.items()}
        content = manifest.write_list(of_story)
        _put(shelf / name, content)
        above.setdefault(layout.list_of(name), {})[name] = describe(content)
    lists = {}
    for name, listed in above.items():
        content = manifest.write_list(listed)
        _put(shelf / name, content)
        lists[name] = describe(content)
    signed = manifest.write_root(manifest.Root(root.facts, root.serial + 1, None, lists))
    facts = root.facts
    signature = signing.sign(
        signed, ring.signing_key, edition=facts.edition, slot=facts.slot, date=facts.date
    )
    _put(shelf / layout.MANIFEST, signed)
    _put(shelf / layout.SIGNATURE, signature)


def _pool(folder: Path, contents: dict[str, bytes]) -> Path:
    for name, content in contents.items():
        _put(folder / name, content)
    return folder


def _link_story(pool: Path, folder: Path, names: list[str]) -> None:
    for part in sorted({Path(name).parent for name in names}):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for name in names:
        os.link(pool / name, folder / name)


def _put(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def _batches(many: Iterator[T], size: int) -> Iterator[list[T]]:
    while some := list(islice(many, size)):
        yield some


if __name__ == "__main__":
    main()
