"""Tell Burmese written in Zawgyi from Unicode: the same code points, read as other letters."""

from __future__ import annotations

import re
import warnings
from functools import cache
from typing import Final

from myanmartools import ZawgyiDetector

_BURMESE: Final = re.compile("[\u1000-\u109f]{2}")
# Of 91 + 63 lines in Zawgyi 153 lie above, and of as many in Unicode all lie below 0.05.
_CERTAIN: Final = 0.95


def zawgyi_line(text: str) -> tuple[int, int] | None:
    """Start and end of the first Burmese line of a text that is almost certainly Zawgyi, else None.

    The text is judged as a whole. Shan, Mon and Karen in Unicode are not taken for it.
    """
    found = None if text.isascii() else _BURMESE.search(text)
    if found is None or _detector().get_zawgyi_probability(text) <= _CERTAIN:
        return None
    start = text.rfind("\n", 0, found.start()) + 1
    end = text.find("\n", found.start())
    return start, len(text) if end < 0 else end


@cache
def _detector() -> ZawgyiDetector:
    """Reads its 28 kB model once."""
    with warnings.catch_warnings():
        # It opens its model by a function that Python has announced to replace.
        warnings.simplefilter("ignore", DeprecationWarning)
        return ZawgyiDetector()
