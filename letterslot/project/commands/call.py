"""One call of the command line: where its data lies, how it answers, what it may open."""

from __future__ import annotations

import argparse
import errno
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from letterslot.project.datafolder import DataFolder

if TYPE_CHECKING:
    from letterslot.letterbox.epochs import Keyring
    from letterslot.newsroom.models import Moderator
    from letterslot.newsroom.publication import Publication


class Refused(Exception):
    """The thing asked for did not hold or was refused. The message is one sentence for people."""


class Call:
    """What a command works with: the arguments, the data folder, the answer."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        self.folder = DataFolder(Path(arguments.data).resolve())
        self.wants_json: bool = arguments.json

    @property
    def data(self) -> Path:
        return self.folder.root

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def answer(self, document: Any, text: str | Callable[[], str]) -> int:
        """Print the answer: `document` with --json, else `text`. Always 0."""
        if self.wants_json:
            sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        else:
            words = text if isinstance(text, str) else text()
            sys.stdout.write(words.rstrip("\n") + "\n" if words else "")
        return 0

    def refuse(self, sentence: str) -> int:
        """Say on standard error why not. Always 1."""
        sys.stderr.write(f"letterslot: {sentence}\n")
        if self.wants_json:
            sys.stdout.write(json.dumps({"error": sentence}, ensure_ascii=False) + "\n")
        return 1

    @cached_property
    def publication(self) -> Publication:
        from letterslot.newsroom import publication

        return publication.load(self.data)

    def use_database(self) -> None:
        """Start Django on this data folder. Raises Refused where there is none."""
        if not self.folder.database.exists():
            raise Refused(
                f"There is no publication in {self.data}: "
                f"run `letterslot --data {self.data} init` first."
            )
        start_django(self.data)

    @cached_property
    def passphrase(self) -> str:
        """The newsroom's passphrase, from the file that the call or the environment names."""
        return read_passphrase(self.passphrase_file)

    @property
    def passphrase_file(self) -> Path | None:
        named = self.arguments.passphrase_file or os.environ.get("LETTERSLOT_PASSPHRASE_FILE")
        return Path(named) if named else None

    @cached_property
    def ring(self) -> Keyring:
        """The unlocked keys."""
        from letterslot.letterbox.epochs import KeyFile

        if not self.folder.keys.exists():
            raise Refused(f"There is no key file in {self.data}: run `init` there first.")
        return KeyFile.load(self.folder.keys).unlock(self.passphrase)

    def moderator(self) -> Moderator:
        """The moderator named by --by."""
        from letterslot.newsroom.models import Moderator

        name = self.arguments.by
        try:
            return Moderator.objects.get(name=name, is_active=True)
        except Moderator.DoesNotExist:
            raise Refused(
                f"There is no moderator “{name}”: `letterslot moderator list` names them."
            ) from None


def start_django(data: Path) -> None:
    """Point Django's settings at a data folder and start it, once a process."""
    import django
    from django.apps import apps

    os.environ["LETTERSLOT_DATA"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "letterslot.project.settings"
    if not apps.ready:
        django.setup()


def read_passphrase(path: Path | None) -> str:
    """The first line of a passphrase file. Raises Refused with what to do."""
    if path is None:
        raise Refused(
            "This opens sealed text and needs the passphrase: name its file with "
            "--passphrase-file or LETTERSLOT_PASSPHRASE_FILE."
        )
    try:
        words = path.read_text(encoding="utf-8").strip("\r\n")
    except FileNotFoundError:
        raise Refused(f"There is no passphrase file {path}.") from None
    except UnicodeDecodeError:
        raise Refused(f"{path} is not UTF-8.") from None
    if not words.strip():
        raise Refused(f"The passphrase file {path} is empty.")
    return words


_LOOK: Final = "Look at that path, then try again."
_WHAT_TO_DO: Final = {
    errno.ENOENT: "Make its folder, or name another path.",
    errno.EACCES: "Let the user who runs this read and write there, or name another path.",
    errno.EROFS: "Nothing can be written there; name another path.",
    errno.ENOSPC: "Make room on that disk, then try again.",
}


def foreseeable(fault: Exception) -> str | None:
    """The sentence for a fault that somebody thought of; None for one that nobody did."""
    if isinstance(fault, OSError) and fault.errno is not None and fault.strerror:
        if not fault.filename:
            return f"{fault.strerror}. `letterslot check` looks closer."
        return f"{fault.strerror}: {fault.filename}. {_WHAT_TO_DO.get(fault.errno, _LOOK)}"
    if isinstance(fault, UnicodeEncodeError):
        return "A word of this command is not UTF-8."
    if type(fault).__name__ in {"OperationalError", "DatabaseError"}:
        return f"The database could not do it: {fault}. `letterslot check` looks closer."
    if type(fault).__module__.startswith("letterslot."):
        return str(fault)
    return None
