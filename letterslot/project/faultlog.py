"""What a log may say of a fault: its type and the place in the code. Never a message, a path of a
request or a value: a text could be in any of them."""

from __future__ import annotations

import logging
import traceback


class PlaceOnly(logging.Formatter):
    """`ERROR ValueError at letterslot/desk/views.py:47, called from …`."""

    def format(self, record: logging.LogRecord) -> str:
        if not record.exc_info or record.exc_info[0] is None:
            return f"{record.levelname} {record.name}"
        places = [
            f"{frame.filename.rpartition('/letterslot/')[2]}:{frame.lineno}"
            for frame in traceback.extract_tb(record.exc_info[2])
        ]
        where = ", called from ".join(reversed(places[-6:]))
        return f"{record.levelname} {record.exc_info[0].__name__} at {where}"
