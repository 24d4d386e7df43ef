"""What the door answers, in HTML and in JSON, with the headers that guard it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Final

from letterslot.intake import wording
from letterslot.intake.outcomes import OutcomePages
from letterslot.pages.pages import Pages
from letterslot.pages.translations import say, tongue
from letterslot.pages.views import Draft, Fault, Look, Words
from letterslot.shelf.headers import Header, security_headers
from letterslot.shelf.serve import Served

JSON_OUTCOME_BYTES: Final = 4 * 1024

_NEVER: Final = ("cache-control", "no-store")
_PAGES_KEPT: Final = 1024
_REFUSALS_KEPT: Final = 256
_GROUPS: Final = 6  # of symbols in a printed receipt
# Private use: stands in no page by itself.
_PLACES: Final = " ".join(f"\ue0f0{n}" for n in range(_GROUPS))
_PLACE: Final = re.compile("\ue0f0([0-5])")

_NOBODY: Final = Look(
    name="", url="", languages=("en",), policy="prompt", k_min=0, stylesheet="site.css"
)
_NO_WORDS: Final = {"en": Words("en", "", "", "", "", ())}


class Voice:
    """Answers in the look of one publication. Its lists of headers are shared: never change one."""

    def __init__(self, pages: Pages | None = None) -> None:
        """Without pages, before anything was printed: a bare look in English."""
        self.pages = pages or Pages(_NOBODY, _NO_WORDS)
        self.outcomes = OutcomePages(self.pages)
        self.url = self.pages.look.url
        self._first = self.pages.look.languages[0]
        guards = [_NEVER, *security_headers(self.pages.look.url)]
        self._html: list[Header] = [("content-type", "text/html; charset=utf-8"), *guards]
        self._json: list[Header] = [("content-type", "application/json"), *guards]
        self._plain: list[Header] = [("content-type", "text/plain; charset=utf-8"), *guards]
        self._receipts: dict[tuple[str, str], _ReceiptPage] = {}
        self._refusals: dict[tuple[int, str, str, tuple[Header, ...], str], Served] = {}

    def page(self, status: int, html: str, *more: Header) -> Served:
        """A page. A lone surrogate, should one come this far, is shown as a question mark."""
        headers = [*self._html, *more] if more else self._html
        return Served(status, headers, html.encode("utf-8", "replace"))

    def document(self, status: int, document: object, *more: Header, size: int = 0) -> Served:
        """A JSON document, filled up with blanks to `size` bytes."""
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        headers = [*self._json, *more] if more else self._json
        return Served(status, headers, body.encode("utf-8", "replace").ljust(size))

    def plain(self, status: int, words: str) -> Served:
        return Served(status, self._plain, words.encode())

    def refusal(
        self,
        status: int,
        heading: str,
        sentence: str,
        *more: Header,
        wants_json: bool,
        field: str = "",
        language: str = "",
        draft: Draft | None = None,
    ) -> Served:
        """A heading, one sentence that says what to do, and the text back where there is one."""
        language = language or (draft.language if draft is not None else "") or self._first
        if wants_json:
            return self.faulty(status, Fault(field, sentence), language, *more)
        if draft is not None:
            return self._refusal(status, heading, sentence, more, language, draft)
        # Made once: whoever sends nonsense shall not cost more than whoever reads.
        key = (status, heading, sentence, more, language)
        served = self._refusals.get(key)
        if served is None:
            if len(self._refusals) >= _REFUSALS_KEPT:
                self._refusals.clear()
            served = self._refusals[key] = self._refusal(*key, None)
        return served

    def _refusal(
        self, status: int, heading: str, sentence: str, more: tuple[Header, ...], language: str,
        draft: Draft | None,
    ) -> Served:  # fmt: skip
        html = self.pages.fault(
            status, self.said(heading, language), self.said(sentence, language), language, draft
        )
        return self.page(status, html, *more)

    def faulty(self, status: int, fault: Fault, language: str, *more: Header) -> Served:
        """A fault in JSON."""
        document = {"error": self.said(fault.sentence, language), "field": fault.field}
        return self.document(status, document, *more)

    def not_stored(
        self, sentence: str, seconds: int, *, wants_json: bool, language: str = "",
        draft: Draft | None = None,
    ) -> Served:  # fmt: skip
        """503: what was sent is not stored, and when to try again."""
        return self.refusal(
            503, wording.NOT_STORED, sentence, ("retry-after", str(seconds)),
            wants_json=wants_json, language=language, draft=draft,
        )  # fmt: skip

    def receipt(self, printed: str, language: str, story: str, *, wants_json: bool) -> Served:
        """201, with the receipt. The page is made once for each story and only its code put in."""
        if wants_json:
            body = b'{"receipt":"%b","state":"waiting"}' % printed.encode()
            return Served(201, self._json, body)
        page = self._receipts.get((language, story))
        if page is None:
            if len(self._receipts) >= _PAGES_KEPT:
                self._receipts.clear()
            page = _ReceiptPage(self.pages.receipt(_PLACES, language, story=story))
            self._receipts[language, story] = page
        return Served(201, self._html, page.with_code(printed))

    def said(self, sentence: str, language: str) -> str:
        """A sentence of `wording` in the language of a page's furniture."""
        return say(sentence, tongue(language or self._first, self._first))

    def faults_said(self, faults: Sequence[Fault], language: str) -> list[Fault]:
        return [Fault(fault.field, self.said(fault.sentence, language)) for fault in faults]


class _ReceiptPage:
    """A receipt's page in pieces, around the six groups of symbols of its code."""

    def __init__(self, page: str) -> None:
        pieces = _PLACE.split(page.replace("%", "%%"))
        self._template = "%b".join(pieces[::2]).encode()
        self._groups = itemgetter(*map(int, pieces[1::2]))

    def with_code(self, printed: str) -> bytes:
        filled: bytes = self._template % self._groups(printed.encode().split(b" "))
        return filled


def wants_json(accept: str) -> bool:
    """Whether a client asks for JSON; a browser, which always takes HTML, does not."""
    accept = accept.lower()
    return "application/json" in accept and "text/html" not in accept


def kept_draft(fields: Mapping[str, str], language: str = "") -> Draft:
    """The fields as they came, for giving a text back unchecked: a comment's, or the words of an
    appeal or a report."""
    get = fields.get
    text = get("text") or get("words") or get("reason") or ""
    return Draft(
        "", text, get("name", ""), get("reply_to", ""), get("group", "yes"),
        get("edits", "yes"), language, answer=get("answer", ""), token=get("token", ""),
    )  # fmt: skip
