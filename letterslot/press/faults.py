"""What can be wrong with a story, said in one sentence."""

from __future__ import annotations


class StoryFault(ValueError):
    """Something in a story file does not hold; the message says what to do."""
