"""What every test stands on: a data folder of its own, no network but loopback, quick hashing."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

# Before Django reads its settings: a data folder that belongs to this run alone.
_DATA = Path(tempfile.mkdtemp(prefix="letterslot-tests-"))
(_DATA / "desk").mkdir()
atexit.register(shutil.rmtree, _DATA, ignore_errors=True)
os.environ["LETTERSLOT_DATA"] = str(_DATA)

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_runtest_setup(item: pytest.Item) -> None:
    from pytest_socket import socket_allow_hosts

    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path | None:
    """The folder of large corpora, where it is present."""
    return SHARED if SHARED.is_dir() else None
