"""The public door as a program that writes down whatever anybody logs."""

import logging
import os
import sys
from pathlib import Path

from letterslot.intake import server

logging.basicConfig(level=logging.DEBUG)  # in each of its processes: they all begin with this file

server.SHIFT_SECONDS = float(os.environ.get("SHIFT_SECONDS", server.SHIFT_SECONDS))

if __name__ == "__main__":
    data, host, port, budget, *tor = sys.argv[1:]
    onion = server.OnionWay(Path(tor[0]), tor[1]) if tor else None
    try:
        server.run(
            Path(data),
            [server.Way(host, int(port))],
            ("localhost", "127.0.0.1"),
            int(budget),
            onion=onion,
        )
    except server.CannotServe as why:
        sys.exit(str(why))
