"""`python -m letterslot` is the command `letterslot`."""

from letterslot.project.commands import main

main()
