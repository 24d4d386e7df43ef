"""The desk's one stylesheet and one script, served from memory under names made of their bytes.

The name changes with the content, so a browser may keep a file for ever and never shows an old one.
"""

from __future__ import annotations

import hashlib
from importlib import resources
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

_TYPES: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


def _read(kind: str) -> tuple[str, bytes]:
    content = resources.files(__package__).joinpath("static", f"desk.{kind}").read_bytes()
    return f"desk-{hashlib.sha256(content).hexdigest()[:12]}.{kind}", content


STYLESHEET: Final[str] = _read("css")[0]
SCRIPT: Final[str] = _read("js")[0]
_FILES: Final[dict[str, tuple[str, bytes]]] = {
    name: (_TYPES[kind], content) for kind in _TYPES for name, content in [_read(kind)]
}


@require_safe
def asset(request: HttpRequest, name: str) -> HttpResponse:
    """One of the two files, for anybody: the sign-in page needs them too."""
    try:
        content_type, content = _FILES[name]
    except KeyError:
        raise Http404 from None
    answer = HttpResponse(content, content_type=content_type)
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer
