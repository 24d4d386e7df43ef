"""A newsroom with one story, made once and copied for each test that changes it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from at_work.newsroom import Newsroom


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a newsroom that has a chief, a moderator, a reader, and one story."""
    folder = tmp_path_factory.mktemp("founded")
    newsroom = Newsroom(folder)
    newsroom.init(languages="en,ko")
    newsroom.add_story("east-quay")
    for name, role in (("ines", "moderator"), ("lise", "chief"), ("ada", "reader")):
        newsroom.command("moderator", "add", name, "--role", role)
    return folder


@pytest.fixture
def newsroom(founded: Path, tmp_path: Path) -> Newsroom:
    """A copy of it, for this test alone."""
    shutil.copytree(founded, tmp_path / "newsroom")
    return Newsroom(tmp_path / "newsroom")
