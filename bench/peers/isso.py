"""Runs Isso under gunicorn as its documentation has it: four workers, its own settings of SQLite,
comments held for a moderator. Only its guard, which lets two comments a minute in, is off."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
import urllib.request
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from bench import letters
from bench.servers import Server, free_port
from bench.thread import CONVERSATIONS, REPLIES, Words

WORKERS = 4
# A worker answers one request at a time and closes the connection. More connections than workers
# only wait in line: a thread of 200 takes it a third of a second, so that 64 would wait 20 s.
READING_CONNECTIONS = WORKERS
HELD = 202  # the status of a comment that waits for a moderator
MAY_REFUSE = 0.02  # its SQLite is locked now and then, which it answers with 500
JSON = "application/json"
READ, SENT_TO = "/stories/page/", "/stories/ferry/"
READ_ADDRESS = f"/?uri={quote(READ, safe='')}"
SEND_ADDRESS = f"/new?uri={quote(SENT_TO, safe='')}"
# `host` is the newsroom's site, which Isso asks for once when it starts: nobody listens there.
CONFIGURATION = """\
[general]
dbpath = {database}
host = http://127.0.0.1:9/
[moderation]
enabled = true
[guard]
enabled = false
"""


def is_installed() -> bool:
    """Whether Isso and gunicorn are there; they belong to the extras `isso` and `bench`."""
    return find_spec("isso") is not None and find_spec("gunicorn") is not None


def body(language: str, number: int) -> bytes:
    """What its script in the page sends for a comment."""
    return _comment(letters.NAMES[language], letters.text(language, number))


def prepare(folder: Path) -> Path:
    """A new database with 25 conversations of 8 comments to read, sent to Isso itself and
    approved."""
    folder.mkdir(parents=True)
    database = folder / "comments.sqlite3"
    words = Words()
    with serving(database) as server:
        url = f"http://127.0.0.1:{server.port}/new?uri={quote(READ, safe='')}"
        parents = [_send(url, words.text(n), None) for n in range(CONVERSATIONS)]
        for number, parent in enumerate(parents * REPLIES):
            _send(url, words.text(number), parent)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE comments SET mode = 1")
    return database


def copy(database: Path, folder: Path) -> Path:
    """The same database in another folder, for one measurement; an older copy goes."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return Path(shutil.copy(database, folder))


def rows_stored(database: Path) -> int:
    """How many comments wait for a moderator: those sent; those to read are approved."""
    waiting = "SELECT count(*) FROM comments WHERE mode = 2"
    with closing(sqlite3.connect(database)) as connection:
        count: int = connection.execute(waiting).fetchone()[0]
    return count


def serving(database: Path) -> Server:
    """Isso over `database`; its configuration and its words stand beside it."""
    port = free_port()
    settings = database.with_name("isso.cfg")
    settings.write_text(CONFIGURATION.format(database=database))
    command = [
        sys.executable, "-m", "gunicorn", "--workers", str(WORKERS), "--preload",
        "--bind", f"127.0.0.1:{port}", "--log-level", "warning", "isso.run",
    ]  # fmt: skip
    environment = {"ISSO_SETTINGS": str(settings)}
    return Server(command, port=port, log=database.with_name("isso.log"), env=environment)


def _comment(name: str, text: str, parent: int | None = None) -> bytes:
    fields = {"author": name, "text": text, "title": "The ferry", "parent": parent}
    return json.dumps(fields, ensure_ascii=False).encode()


def _send(url: str, text: str, parent: int | None) -> int:
    """Sends one comment; gives its number."""
    request = urllib.request.Request(url, _comment("Marguerite", text, parent))
    request.add_header("Content-Type", JSON)
    with urllib.request.urlopen(request, timeout=30) as answer:
        number: int = json.load(answer)["id"]
    return number
