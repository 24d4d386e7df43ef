"""The demo newsroom: an invented paper, made once, and served on this machine alone."""

from __future__ import annotations

import os
import secrets
import sys
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any, Final

from letterslot.letterbox import epochs
from letterslot.letterbox.epochs import KeyFile, Keyring
from letterslot.letterbox.letters import CommentLetter, Letter, ReportLetter, write_wish
from letterslot.letterbox.receipts import Receipt
from letterslot.letterbox.spool import Spool
from letterslot.project import doors, founding
from letterslot.project.commands.call import Call, start_django
from letterslot.project.datafolder import DataFolder

SIGN_IN: Final = "demo-sign-in"  # file in the data folder: what the demo prints at each start
PASSPHRASE: Final = "demo-passphrase"  # noqa: S105 (the name of a file)

_NEWSROOM = resources.files(__package__).joinpath("demo_newsroom")


@dataclass(frozen=True)
class Desk:
    """Who signs in at the demo's desk, and the receipt to try."""

    name: str
    password: str
    receipt: str


def run(call: Call, *, port: int, desk_port: int) -> int:
    """Make the demo's data folder where there is none, then serve it until Ctrl-C."""
    folder, url = call.folder, f"http://localhost:{port}"
    if not folder.exists:
        sys.stdout.write("Making the demo newsroom; this takes a few seconds.\n")
        sys.stdout.flush()
        make(folder, url, call.now)
        _begin_anew()
    if _move(folder, url, call.now):
        _begin_anew()
    greeting = _greeting(folder, url, desk_port, _read_desk(folder))
    chosen = doors.Doors(names=doors.ALL, port=port, desk_port=desk_port, greeting=greeting)
    return doors.serve(folder, chosen, passphrase_file=folder.root / PASSPHRASE)


def make(folder: DataFolder, url: str, now: datetime) -> None:
    """The newsroom with its stories, its printed comments, and what waits at the desk."""
    newsroom = tomllib.loads(_NEWSROOM.joinpath("comments.toml").read_text("utf-8"))
    paper = newsroom["publication"]
    made = founding.found(
        folder,
        name=paper["name"],
        url=url,
        policy="prompt",
        languages=tuple(paper["languages"]),
        now=now,
        passphrase=None,
        second_factor="optional",
    )
    founding.write_private(folder.root / PASSPHRASE, made.passphrase + "\n")
    ring = KeyFile.load(folder.keys).unlock(made.passphrase)
    password = secrets.token_urlsafe(8)
    name = _moderators(newsroom["moderators"], password)
    _stories(folder, newsroom, ring, now)
    receipt = _Readers(folder, ring, newsroom, now).write_and_decide()
    founding.write_private(folder.root / SIGN_IN, f"{name}\n{password}\n{receipt}\n")


def _moderators(people: list[dict[str, Any]], password: str) -> str:
    """Everybody at the desk; the name of the one whose sign-in is printed."""
    from letterslot.newsroom.models import Moderator

    for person in people:
        moderator = Moderator(name=person["name"], role=person["role"])
        if person.get("sign_in"):
            moderator.set_password(password)
        else:
            moderator.set_unusable_password()
        moderator.save()
    return next(str(person["name"]) for person in people if person.get("sign_in"))


def _stories(folder: DataFolder, newsroom: dict[str, Any], ring: Keyring, now: datetime) -> None:
    from letterslot.press import edition, stories

    shift = now.date() - newsroom["anchor"]
    with resources.as_file(_NEWSROOM.joinpath("stories")) as beside:
        files = [
            stories.read(_this_week(beside / name, shift).encode(), name=name, folder=beside)
            for name in newsroom["publication"]["stories"]
        ]
        slugs = stories.add_all(files, data=folder.root)
    edition.print_stories(data=folder.root, ring=ring, now=now, slugs=slugs)


def _this_week(file: Path, shift: timedelta) -> str:
    """A story file with every date in its front matter moved by `shift`."""
    head, body = file.read_text("utf-8").removeprefix("---\n").split("\n---\n", 1)
    lines = []
    for line in head.split("\n"):
        key, _, value = line.partition(": ")
        if key in ("date", "comments") and value[:2] == "20":
            line = f"{key}: {date.fromisoformat(value.strip()) + shift}"
        lines.append(line)
    return "---\n" + "\n".join(lines) + "\n---\n" + body


class _Readers:
    """The invented readers and what the desk decided about their letters, edition by edition."""

    def __init__(
        self, folder: DataFolder, ring: Keyring, newsroom: dict[str, Any], now: datetime
    ) -> None:
        from letterslot.discussion.models import Story

        self.folder, self.ring, self.newsroom, self.now = folder, ring, newsroom, now
        self.epoch = epochs.epoch_of(now)
        self.languages = dict(Story.objects.values_list("slug", "language"))
        self.ids: dict[str, str] = {}  # this file's key -> public id
        self.first = newsroom["moderators"][0]["name"]
        self.to_try = ""  # the receipt that the demo prints

    def write_and_decide(self) -> str:
        """Everything that comments.toml tells. Returns the receipt to try, as printed."""
        printed = self.newsroom["printed"]
        for number in sorted({row["edition"] for row in printed}):
            self._take_out(number)
            self._respond(number)
            # A reply names a comment that stands; what it answers in the same edition goes first.
            for row in [row for row in printed if row["edition"] == number]:
                self._print(row)
            receipts = self._decline(number)
            self._edition()
            for receipt, words in receipts:
                self._appeal(receipt, words)
        later = {row["removed"]["edition"] for row in printed if "removed" in row}
        for number in sorted(later - {row["edition"] for row in printed}):
            self._take_out(number)
            self._edition()
        for row in self.newsroom["waiting"]:
            self._send(row)
        for row in self.newsroom["reported"]:
            self._report(self.ids[row["comment"]], row["reason"].strip())
        self._collect()
        return self.to_try

    def _print(self, row: dict[str, Any]) -> None:
        from letterslot.desk import decisions

        self._send(row)
        (comment,) = self._collect()
        self.ids[row["key"]] = comment
        edited = row.get("edited")
        grounds: dict[str, Any] = {"via": "desk", "ring": self.ring, "data": self.folder.root}
        if edited:
            decisions.edit(
                comment_id=comment,
                text=edited["text"].strip(),
                clause=edited["clause"],
                reason=edited.get("reason", ""),
                by=self._moderator(edited.get("by")),
                **grounds,
            )
        else:
            by = self._moderator(row.get("approved_by"))
            decisions.approve(ids=[comment], by=by, **grounds)

    def _take_out(self, number: int) -> None:
        from letterslot.desk import decisions

        for row in self.newsroom["printed"]:
            removed = row.get("removed")
            if removed and removed["edition"] == number:
                decisions.remove(
                    comment_id=self.ids[row["key"]],
                    clause=removed["clause"],
                    reason=removed.get("reason", ""),
                    by=self._moderator(removed.get("by")),
                    now=False,
                    via="desk",
                    ring=self.ring,
                    data=self.folder.root,
                )

    def _respond(self, number: int) -> None:
        """What the newsroom picks and answers with this edition, of what stands already."""
        from letterslot.desk import answering, decisions

        facts: dict[str, Any] = {"via": "desk", "ring": self.ring, "data": self.folder.root}
        for row in [row for row in self.newsroom["printed"] if row.get("picked") == number]:
            decisions.pick(ids=[self.ids[row["key"]]], by=self._moderator(None), **facts)
        for row in [row for row in self.newsroom["answered"] if row["edition"] == number]:
            answering.answer(
                comment_id=self.ids[row["comment"]],
                text=row["text"],
                by=self._moderator(row.get("by")),
                now=self.now,
                **facts,
            )

    def _decline(self, number: int) -> list[tuple[Receipt, str]]:
        """What is declined in this edition and then appealed: each receipt, and the words."""
        from letterslot.desk import decisions

        made = []
        for row in [row for row in self.newsroom["appealed"] if row["edition"] == number]:
            made.append((self._send(row), row["words"].strip()))
            decisions.decline(
                ids=self._collect(),
                clause=row["declined"]["clause"],
                reason=row["declined"]["reason"],
                by=self._moderator(row["declined"]["by"]),
                via="desk",
                ring=self.ring,
                data=self.folder.root,
            )
        return made

    def _appeal(self, receipt: Receipt, words: str) -> None:
        number, key = secrets.token_bytes(16), self.ring.public_key(self.epoch)
        self._post(
            write_wish(
                receipt,
                "appeal",
                number=number,
                epoch=self.epoch,
                epoch_public_key=key,
                details={"words": words},
            )
        )

    def _report(self, comment: str, reason: str) -> None:
        self._post(ReportLetter(secrets.token_bytes(16), self.epoch, comment, reason))

    def _send(self, row: dict[str, Any]) -> Receipt:
        """What the public door does with a letter, without the door."""
        receipt = Receipt.from_code_bytes(secrets.token_bytes(16))
        letter = CommentLetter(
            number=secrets.token_bytes(16),
            epoch=self.epoch,
            story=row["story"],
            language=self.languages[row["story"]],
            name=row.get("name", ""),
            text=row["text"].strip(),
            reply_to=self.ids.get(row.get("reply_to", ""), ""),
            group="yes",
            edits=row.get("edits", "yes") == "yes",
            receipt=receipt.public_key,
        )
        self._post(letter)
        if row.get("receipt_to_try"):
            self.to_try = receipt.printed
        return receipt

    def _post(self, letter: Letter) -> None:
        sealed = letter.seal(self.ring.public_key(self.epoch))
        with Spool.open(self.folder.spool) as spool:
            spool.add_many([(letter.number, self.epoch, sealed)])

    def _collect(self) -> list[str]:
        """Collect, and the ids of the comments that are new."""
        from letterslot.desk import post
        from letterslot.discussion import slots
        from letterslot.discussion.models import Comment
        from letterslot.newsroom import publication

        before = set(Comment.objects.values_list("id", flat=True))
        slot = slots.current(publication.load(self.folder.root), self.now)
        post.collect(data=self.folder.root, ring=self.ring, slot=slot)
        return [one for one in Comment.objects.values_list("id", flat=True) if one not in before]

    def _edition(self) -> None:
        from letterslot.press import edition

        edition.make(data=self.folder.root, ring=self.ring, now=self.now, move_on=True)

    def _moderator(self, name: str | None) -> Any:
        from letterslot.newsroom.models import Moderator

        return Moderator.objects.get(name=name or self.first)


def _begin_anew() -> None:
    """Run this same command again in this process's place: what made or moved the newsroom holds
    70 MB of Django and more, and who serves the public door needs none of it."""
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 (our own command)


def _move(folder: DataFolder, url: str, now: datetime) -> bool:
    """Let the demo answer at another port than the one it was made for; whether it has moved."""
    lines = folder.publication.read_text("utf-8").split("\n")
    changed = [f'url = "{url}"' if line.startswith("url = ") else line for line in lines]
    if changed == lines:
        return False
    folder.publication.write_text("\n".join(changed), "utf-8")
    start_django(folder.root)
    from letterslot.press import edition

    passphrase = (folder.root / PASSPHRASE).read_text().strip()
    ring = KeyFile.load(folder.keys).unlock(passphrase)
    edition.print_stories(data=folder.root, ring=ring, now=now, slugs=[])
    return True


def _read_desk(folder: DataFolder) -> Desk:
    name, password, receipt = (folder.root / SIGN_IN).read_text("utf-8").strip().split("\n")
    return Desk(name, password, receipt)


def _greeting(folder: DataFolder, url: str, desk_port: int, desk: Desk) -> str:
    command = f"{Path(sys.argv[0])} --data {folder.root}"
    return f"""
The demo newsroom is open, on this machine alone. It asks for no second factor and no passphrase
(the passphrase lies in {folder.root / PASSPHRASE}): never run a newsroom like this.

  The site          {url}/
  The desk          http://localhost:{desk_port}/
  Sign in as        {desk.name}
  Password          {desk.password}
  A receipt to try  {desk.receipt}

Editions come out every quarter of an hour, by the clock. Not so patient? The desk's page of
editions has a button, and so has the command line:
  {command} edition --slot next --passphrase-file {folder.root / PASSPHRASE}

Ctrl-C stops it. The next start goes on with the same data.

"""
