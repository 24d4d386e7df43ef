"""How the publication looks now, and a fingerprint of all that decides it.

A fingerprint that differs from the one on the shelf means that every page must be made anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from letterslot import __version__
from letterslot.newsroom.publication import Publication
from letterslot.pages import stylesheet, views
from letterslot.shelf import layout


def of(publication: Publication) -> views.Look:
    """The publication as its pages show it."""
    return views.Look(
        name=publication.name,
        url=publication.url,
        languages=publication.languages,
        policy=publication.policy,
        k_min=publication.k_min,
        stylesheet=stylesheet.stylesheet()[0],
        embed_hosts=publication.embed_hosts,
        links=publication.links,
    )


def fingerprint(publication: Publication, words: Mapping[str, views.Words]) -> str:
    """SHA-256, hex, of all that stands on the page of every story, whichever it is: templates,
    styles, translations, the publication's look, guidelines, disclaimer, titles of clauses.

    The pages of the newsroom's other words are made anew with each edition anyway.
    """
    shown = [
        [language, told.guidelines, told.disclaimer, [(c.number, c.title) for c in told.clauses]]
        for language, told in sorted(words.items())
    ]
    facts = [_program(), asdict(of(publication)), publication.comment_days, shown]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def on_shelf(shelf: Path) -> str:
    """The fingerprint that the shelf was printed with; empty where it is not known."""
    try:
        return str(json.loads((shelf / layout.door()).read_bytes())["look"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


@cache
def _program() -> str:
    """The part of the fingerprint that cannot change while the program runs."""
    digest = hashlib.sha256(__version__.encode())
    for room in ("pages", "press"):
        for name, content in sorted(_files(resources.files("letterslot").joinpath(room), room)):
            digest.update(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())
    return digest.hexdigest()


def _files(folder: Traversable, name: str) -> list[tuple[str, bytes]]:
    found = []
    for entry in folder.iterdir():
        path = f"{name}/{entry.name}"
        if entry.is_dir() and entry.name != "__pycache__":
            found += _files(entry, path)
        elif entry.is_file():
            found.append((path, entry.read_bytes()))
    return found
