"""The one script that readers may meet: other sites use it to show a thread when it is reached."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_SOURCE = Path(__file__).parent / "script" / "thread.js"


@cache
def thread_script() -> bytes:
    """Its bytes, as they are printed."""
    return _SOURCE.read_bytes()
