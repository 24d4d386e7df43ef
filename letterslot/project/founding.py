"""Making a publication's data folder: keys, databases, words, and its first, empty shelf."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from letterslot.letterbox.epochs import KeyFile, Keyring
from letterslot.letterbox.spool import Spool
from letterslot.letterbox.tokens import TokenKey
from letterslot.project.commands.call import Refused, start_django
from letterslot.project.datafolder import DataFolder

EPOCH_DAYS = 401  # today and 400 days ahead
PASSPHRASE_WORDS = 6  # of 7,776 each: 77 bits, behind Argon2id


@dataclass(frozen=True)
class Founded:
    """What `init` shows once."""

    passphrase: str
    passphrase_is_new: bool
    recovery_code: str
    public_key: str


def found(
    folder: DataFolder,
    *,
    name: str,
    url: str,
    policy: str,
    languages: tuple[str, ...],
    now: datetime,
    passphrase: str | None,
    second_factor: str = "required",
) -> Founded:
    """Make the data folder. All or nothing: a fault on the way leaves no half of one.

    Raises PublicationFault for a name, address or language that does not do.
    """
    from letterslot.newsroom import publication

    text = publication.template(
        name=name,
        url=url.rstrip("/"),
        languages=languages,
        policy=policy,
        second_factor=second_factor,
    )
    publication.from_text(text)  # before anything is made
    words = passphrase or new_passphrase()
    with _all_or_nothing(folder.root):
        for part in ("door", "desk", "shelf"):
            (folder.root / part).mkdir(mode=0o700)
        keys, recovery = KeyFile.create(folder.keys, words, first_day=now.date(), days=EPOCH_DAYS)
        write_private(folder.publication, text, mode=0o644)
        folder.public_key.write_bytes(keys.publication_key)
        write_private(folder.desk_secret, secrets.token_urlsafe(48))
        TokenKey.create(folder.token_key)
        Spool.open(folder.spool).close()
        _first_shelf(folder, languages, keys.unlock(words), now)
    return Founded(
        words, passphrase is None, recovery, keys.publication_key.decode().split("\n")[1]
    )


def _first_shelf(
    folder: DataFolder, languages: tuple[str, ...], ring: Keyring, now: datetime
) -> None:
    from letterslot.desk import wordlist
    from letterslot.newsroom import terms

    terms.write_defaults(folder.root, languages)
    wordlist.write_defaults(folder.root, languages)
    start_django(folder.root)
    migrate()
    from letterslot.discussion import reasons
    from letterslot.press import edition

    reasons.found(languages)
    edition.print_stories(data=folder.root, ring=ring, now=now, slugs=[])


def migrate() -> None:
    """Bring the desk's database to the newest form."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def new_passphrase() -> str:
    """Six words of the EFF's long list, drawn by the operating system's generator."""
    from xkcdpass import xkcd_password

    words = xkcd_password.generate_wordlist(wordfile=xkcd_password.locate_wordfile())
    return " ".join(secrets.choice(words) for _ in range(PASSPHRASE_WORDS))


def rewrap(folder: DataFolder, *, old: str, new: str) -> None:
    """Make `new` the passphrase of the key file; `old` is the passphrase or the recovery code."""
    if not folder.keys.exists():
        raise Refused(f"There is no key file in {folder.root}: run `init` there first.")
    KeyFile.load(folder.keys).rewrap(old, new)


def recovery_sheet(made: Founded, data: Path) -> str:
    """The sheet that `init` prints once, for paper."""
    lines = [
        "LETTERSLOT: RECOVERY SHEET",
        "Printed once. Put it on paper, away from the server, and clear this screen.",
        "",
    ]
    if made.passphrase_is_new:
        lines += [f"Passphrase:     {made.passphrase}"]
    lines += [
        f"Recovery code:  {made.recovery_code}",
        f"Public key:     {made.public_key}",
        f"Data folder:    {data}",
        "",
        "The passphrase opens the post and signs editions. It is kept nowhere on this machine.",
        "Lost it? Put the recovery code into a file and run",
        "    letterslot recover --code-file CODE --passphrase-file NEW",
        "Who has neither the passphrase nor this code cannot read what waits, and neither can you.",
        "The public key is for readers: with it anyone checks an edition. Print it in the paper.",
    ]
    return "\n".join(lines)


def write_private(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Write a file that others on this machine may not read, and flush it to the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _all_or_nothing(root: Path) -> Iterator[None]:
    """The data folder, made now; gone again where making it fails."""
    was_there = root.exists()
    if was_there and any(root.iterdir()):
        raise Refused(f"{root} is not empty, and not a publication: name a folder of its own.")
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        yield
    except BaseException:
        for part in root.iterdir():
            shutil.rmtree(part) if part.is_dir() else part.unlink()
        if not was_there:
            root.rmdir()
        raise
