"""Plain text: normalise, count, direct, find what identifies a person."""
