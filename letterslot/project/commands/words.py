"""The words of the command line: every command with its options, and the function that does it."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from typing import Any, NoReturn

from letterslot import __version__
from letterslot.project import doors
from letterslot.project.commands import (
    deciding,
    founding,
    hearing,
    moderators,
    notices,
    printing,
    record,
    serving,
    stories,
)
from letterslot.project.commands.call import Call

Command = Callable[[Call], int]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One sentence, as for every other fault; `--help` tells the usage."""
        self.exit(2, f"letterslot: {message[:1].upper()}{message[1:]}.\n")


def parser() -> argparse.ArgumentParser:
    """The parser of `letterslot`. Options that every command takes may stand before or after it."""
    top = _Parser(
        prog="letterslot",
        description="The comment section of a newsroom that reads every letter before printing it.",
        parents=[_everywhere(defaults=True)],
    )
    top.add_argument("--version", action="version", version=f"letterslot {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    _founding(commands)
    _serving(commands)
    _stories(commands)
    _moderators(commands)
    _deciding(commands)
    _printing(commands)
    _record(commands)
    _notices(commands)
    return top


def _everywhere(*, defaults: bool) -> argparse.ArgumentParser:
    parent = argparse.ArgumentParser(add_help=False)

    def default(value: Any) -> Any:
        return value if defaults else argparse.SUPPRESS

    parent.add_argument(
        "--data",
        metavar="DIR",
        default=default(os.environ.get("LETTERSLOT_DATA", "letterslot-data")),
        help="the data folder (LETTERSLOT_DATA; default ./letterslot-data)",
    )
    parent.add_argument(
        "--json", action="store_true", default=default(False), help="answer with one JSON document"
    )
    parent.add_argument(
        "--passphrase-file",
        metavar="FILE",
        default=default(None),
        help="where the passphrase is (LETTERSLOT_PASSPHRASE_FILE)",
    )
    return parent


def _add(commands: Any, name: str, does: Command, text: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=text, parents=[_everywhere(defaults=False)]
    )
    made.set_defaults(command=does)
    return made


def _group(commands: Any, name: str, text: str) -> Any:
    made = commands.add_parser(
        name, help=text, description=text, parents=[_everywhere(defaults=False)]
    )
    return made.add_subparsers(metavar="COMMAND", required=True)


def _founding(commands: Any) -> None:
    init = _add(commands, "init", founding.init, "make the data folder of a publication")
    init.add_argument("--name", required=True)
    init.add_argument("--url", required=True, help="where the public door answers")
    init.add_argument("--policy", choices=("prompt", "guarded"), default="prompt")
    init.add_argument("--languages", default="en,ko", help="comma-separated, the first one first")
    _add(commands, "check", founding.check, "look for everything that could be wrong here")
    recover = _add(
        commands, "recover", founding.recover, "set a new passphrase with the recovery code"
    )
    recover.add_argument("--code-file", required=True, help="a file with the code of the sheet")
    passphrase = _group(commands, "passphrase", "the newsroom's passphrase")
    change = _add(passphrase, "change", founding.change_passphrase, "set a new passphrase")
    change.add_argument("--new-passphrase-file", required=True)


def _serving(commands: Any) -> None:
    serve = _add(commands, "serve", serving.serve, "serve the public door, the desk, the worker")
    serve.add_argument("--doors", type=_doors, default="public,desk,worker", help="comma-separated")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--desk-host", default="127.0.0.1")
    serve.add_argument("--desk-port", type=int, default=8001)
    serve.add_argument(
        "--budget",
        type=int,
        default=30,
        metavar="N",
        help="comments a minute from one network prefix; 0 behind a proxy that has its own limit",
    )
    demo = _add(commands, "demo", serving.demo, "an invented newsroom, on this machine alone")
    demo.add_argument("--port", type=int, default=8000)
    demo.add_argument("--desk-port", type=int, default=8001)


def _stories(commands: Any) -> None:
    story = _group(commands, "story", "the stories")
    add = _add(story, "add", stories.add, "print stories from Markdown files, or print them again")
    add.add_argument("files", nargs="+", metavar="FILE.md", help="or - for standard input")
    _add(story, "list", stories.list_all, "the stories there are")
    for name, does, text in (
        ("close", stories.close, "take no more comments"),
        ("open", stories.open_again, "take comments again"),
    ):
        _add(story, name, does, text).add_argument("slug")


def _moderators(commands: Any) -> None:
    moderator = _group(commands, "moderator", "who may sign in at the desk")
    add = _add(moderator, "add", moderators.add, "let somebody in, or change their role")
    add.add_argument("name")
    add.add_argument("--role", choices=("reader", "moderator", "chief"), required=True)
    add.add_argument("--password-file", metavar="F", help="without one, a password is made")
    _add(moderator, "list", moderators.list_all, "who may sign in")
    remove = _add(moderator, "remove", moderators.remove, "let somebody in no more")
    reset = _add(
        moderator, "reset-factor", moderators.reset_factor, "forget a second factor that was lost"
    )
    limit = _add(moderator, "scope", moderators.limit, "limit somebody to some stories")
    which = limit.add_mutually_exclusive_group(required=True)
    which.add_argument("--story", nargs="+", metavar="SLUG", help="to these stories alone")
    which.add_argument("--all", action="store_true", help="to none in particular")
    for command in (remove, reset, limit):
        command.add_argument("name")


def _deciding(commands: Any) -> None:
    _add(commands, "collect", deciding.collect, "open what waits in the spool")
    queue = _add(commands, "queue", deciding.queue, "comments in a state, oldest slot first")
    queue.add_argument("--state", default="held", choices=(*deciding.STATES, *hearing.STATES))
    queue.add_argument("--story", metavar="SLUG", default="")
    queue.add_argument("--limit", type=_count, default=None)
    approve = _add(commands, "approve", deciding.approve, "let comments be printed")
    approve.add_argument("ids", nargs="+", metavar="ID")
    approve.add_argument("--revision", type=int, help="the wording that was read")
    decline = _add(commands, "decline", deciding.decline, "refuse comments under a clause")
    decline.add_argument("ids", nargs="+", metavar="ID")
    edit = _add(commands, "edit", deciding.edit, "approve a comment as edited under a clause")
    edit.add_argument("ids", nargs=1, metavar="ID")
    edit.add_argument("--text-file", required=True, metavar="F")
    edit.add_argument("--revision", type=int, help="the wording that was read")
    undo = _add(commands, "undo", deciding.undo, "take back a decision before its edition")
    undo.add_argument("ids", nargs=1, metavar="ID")
    remove = _add(commands, "remove", deciding.remove, "take out a printed comment")
    remove.add_argument("ids", nargs=1, metavar="ID")
    remove.add_argument("--now", action="store_true", help="at once, by a chief")
    pick = _add(commands, "pick", deciding.pick, "point printed comments out to readers")
    unpick = _add(commands, "unpick", deciding.unpick, "point them out no longer")
    for command in (pick, unpick):
        command.add_argument("ids", nargs="+", metavar="ID")
    reply = _add(commands, "reply", deciding.reply, "answer a printed comment as the newsroom")
    reply.add_argument("ids", nargs=1, metavar="ID")
    reply.add_argument("--text-file", required=True, metavar="F")
    reply.add_argument("--byline", default="", help="one of `bylines` in publication.toml")
    uphold = _add(commands, "uphold", hearing.uphold, "turn an appeal down: the decision stands")
    overturn = _add(commands, "overturn", hearing.overturn, "grant an appeal")
    dismiss = _add(commands, "dismiss", hearing.dismiss, "reports were read: the comment stands")
    for command in (uphold, overturn, dismiss):
        command.add_argument("ids", nargs=1, metavar="ID")
    for command in (uphold, overturn):
        command.add_argument("--reason", default="", help="to the writer, up to 600 bytes")
    decided = (approve, decline, edit, undo, remove, uphold, overturn, dismiss, pick, unpick, reply)
    for command in decided:
        command.add_argument("--by", required=True, metavar="NAME", help="the moderator's name")
    for command in (decline, edit, remove):
        command.add_argument("--clause", type=int, required=True, metavar="N")
        command.add_argument("--reason", default="", help="to the writer, up to 600 bytes")


def _printing(commands: Any) -> None:
    edition = _add(commands, "edition", printing.edition, "make the edition of the current slot")
    edition.add_argument("--slot", choices=("next",), help="move on to the next slot first")
    edition.add_argument("--dry-run", action="store_true", help="say what it would print")
    verify = _add(commands, "verify", printing.verify, "check a copy of the shelf")
    verify.add_argument("path")
    verify.add_argument("--key", metavar="FILE", help="the newsroom's publication.pub")
    mirror = _add(commands, "export-mirror", printing.export_mirror, "the shelf as one file")
    mirror.add_argument("file")


def _record(commands: Any) -> None:
    audit = _group(commands, "audit", "the ledger")
    verify = _add(audit, "verify", record.verify, "walk the ledger")
    verify.add_argument("--head", metavar="FILE", help="a manifest.json whose head must be in it")
    _add(audit, "export", record.export, "the lines of the ledger")


def _notices(commands: Any) -> None:
    group = _group(commands, "notices", "who is asked to look at the desk, at fixed hours")
    _add(group, "send", notices.send, "send one now, to try the way it takes")
    _add(group, "secret", notices.secret, "the signing secret, for the webhook's receiver")


def _doors(names: str) -> frozenset[str]:
    """Which of the three; argparse names what is wrong with any other."""
    chosen = frozenset(name.strip() for name in names.split(",") if name.strip())
    if not chosen or not chosen <= doors.ALL:
        raise argparse.ArgumentTypeError(f"takes some of: {', '.join(sorted(doors.ALL))}")
    return chosen


def _count(word: str) -> int:
    """How many at most; argparse names what is wrong with any other word."""
    if not word.isascii() or not word.isdigit():
        raise argparse.ArgumentTypeError(f"{word} is no number of rows")
    return int(word)
