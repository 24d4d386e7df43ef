"""Takes the record out of the newsroom, and later brings other systems' comments in."""
