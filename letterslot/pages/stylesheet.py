"""The one stylesheet of the public pages, named after its own bytes."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parent / "style" / "site.css"

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_AROUND = re.compile(r"\s*([{};,])\s*")
_AFTER_COLON = re.compile(r":\s+")


@cache
def stylesheet() -> tuple[str, bytes]:
    """Its path on the shelf, "site-1a2b3c4d.css", and its bytes."""
    content = pressed(SOURCE.read_text("utf-8")).encode()
    return f"site-{hashlib.sha256(content).hexdigest()[:8]}.css", content


def pressed(source: str) -> str:
    """The same rules without comments and spare space; quoted strings here hold neither."""
    rules = _AROUND.sub(r"\1", _COMMENT.sub("", source))
    rules = _AFTER_COLON.sub(":", rules)
    return re.sub(r"\s+", " ", rules).replace(";}", "}").strip() + "\n"
