"""The desk's stylesheet and its scripts, served from memory under names made of their bytes.

The name changes with the content, so a browser may keep a file for ever and never shows an old one.
"""

from __future__ import annotations

import hashlib
from importlib import resources
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

_CSS: Final = "text/css; charset=utf-8"
_JS: Final = "text/javascript; charset=utf-8"
_FILES: Final[dict[str, tuple[str, bytes]]] = {}


def _read(file: str, content_type: str) -> str:
    """Take in a file; the name under which it is served."""
    content = resources.files(__package__).joinpath("static", file).read_bytes()
    stem, _, kind = file.partition(".")
    name = f"{stem}-{hashlib.sha256(content).hexdigest()[:12]}.{kind}"
    _FILES[name] = (content_type, content)
    return name


STYLESHEET: Final[str] = _read("desk.css", _CSS)
SCRIPT: Final[str] = _read("desk.js", _JS)
PASSKEYS: Final[str] = _read("passkeys.js", _JS)
AWAY: Final[str] = _read("away.js", _JS)


@require_safe
def asset(request: HttpRequest, name: str) -> HttpResponse:
    """One of the files, for anybody: the sign-in page needs them too."""
    try:
        content_type, content = _FILES[name]
    except KeyError:
        raise Http404 from None
    answer = HttpResponse(content, content_type=content_type)
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer
