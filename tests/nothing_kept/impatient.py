"""The command `letterslot`, with a door that waits one second for a body."""

from letterslot.intake import gate

gate.PATIENCE = 1.0  # in each of its processes: they all begin with this file

if __name__ == "__main__":
    import sys

    from letterslot.project.commands import main

    sys.exit(main())
