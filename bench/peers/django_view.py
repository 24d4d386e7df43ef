"""Runs the plain Django peer under gunicorn: one process, eight threads, default connections."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from bench import letters
from bench.servers import Server, free_port

ROOT = Path(__file__).resolve().parents[2]
THREADS = 8
PAGE = 200


def is_installed() -> bool:
    """Whether gunicorn is there; it belongs to the extra `bench`."""
    return find_spec("gunicorn") is not None


def prepare(database: Path, language: str = "en") -> Path:
    """A new database with the table and, under the story "page", 200 comments to read."""
    for file in (database, *(database.with_name(database.name + end) for end in ("-wal", "-shm"))):
        file.unlink(missing_ok=True)
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--run-syncdb", "--verbosity", "0"],
        check=True, cwd=ROOT, env={**os.environ, **_environment(database)},
    )  # fmt: skip
    rows = [("page", letters.NAMES[language], letters.text(language, n)) for n in range(PAGE)]
    with sqlite3.connect(database) as connection:
        connection.executemany(
            "INSERT INTO plain_django_comment (story, name, text) VALUES (?, ?, ?)", rows
        )
    return database


def rows_stored(database: Path) -> int:
    """How many comments were sent, those of the page apart."""
    with sqlite3.connect(database) as connection:
        count: int = connection.execute("SELECT count(*) FROM plain_django_comment").fetchone()[0]
    return count - PAGE


def serving(database: Path, log: Path) -> Server:
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "--workers", "1", "--worker-class", "gthread",
        "--threads", str(THREADS), "--bind", f"127.0.0.1:{port}", "--log-level", "warning",
        "bench.peers.plain_django.wsgi",
    ]  # fmt: skip
    return Server(command, port=port, log=log, env=_environment(database), cwd=ROOT)


def _environment(database: Path) -> dict[str, str]:
    return {
        "PLAIN_DJANGO_DATABASE": str(database),
        "DJANGO_SETTINGS_MODULE": "bench.peers.plain_django.settings",
    }
