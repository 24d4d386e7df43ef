"""Makes an edition: chooses, renders, signs, puts on the shelf."""
