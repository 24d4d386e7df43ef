"""Letters as they leave the preview, each with a token of its own, ready to be sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from bench import letters
from bench.door import Publication
from letterslot.intake.checks import settled
from letterslot.letterbox.tokens import TokenKey

SUBMISSION_STORY = "ferry"


def plain_body(language: str) -> Callable[[int], bytes]:
    """Makes the numbered bodies of the plain Django view: url-encoded, as its form would send."""
    fields = {"story": SUBMISSION_STORY, "name": letters.NAMES[language]}
    return lambda number: letters.urlencoded({**fields, "text": letters.text(language, number)})


class SealedLetters:
    """Makes the numbered bodies of our door: multipart, with the fields of the preview's form.

    The tokens are issued with the door's own key, as its preview would, some 100,000 at a time.
    """

    def __init__(self, publication: Publication, language: str) -> None:
        self.key = TokenKey.load(publication.data / "token.key")
        self.language = language
        self.today = datetime.now(UTC).date()

    def body(self, number: int) -> bytes:
        fields = {
            "story": SUBMISSION_STORY,
            "text": letters.text(self.language, number),
            "name": letters.NAMES[self.language],
            "edits": "yes",
        }
        token = self.key.issue(settled(fields, guarded=False), self.today)
        return letters.multipart({"token": token, **fields})
