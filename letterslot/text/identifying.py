"""Find what could identify a person in a text, so that the preview can warn of it.

A warning is a question to the writer and never a change: missing something and asking once too
often are both possible. Nothing is looked up anywhere.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, Literal, NamedTuple

import phonenumbers

from letterslot.text import invisible, places
from letterslot.text.links import ADDRESS, trimmed
from letterslot.text.plain import normalise
from letterslot.text.scripts import likely_region

Kind = Literal["telephone", "email", "account", "tracking", "place", "workplace", "invisible"]

CUT: Final = "[…]"


class Finding(NamedTuple):
    """A passage that could identify somebody: text[start:end] == passage, in code points.

    `characters` names those of an invisible passage.
    """

    kind: Kind
    start: int
    end: int
    passage: str
    characters: str = ""


def find(text: str, region_language: str) -> list[Finding]:
    """What could identify a person, in order, not overlapping.

    `region_language` (BCP 47, the story's) says where a number without a country code is dialled.
    """
    found: list[Finding] = []
    starts: list[int] = []
    for finding in _all(text, region_language):  # the weightier kinds come first
        place = bisect_right(starts, finding.start)
        before = place and found[place - 1].end > finding.start
        after = place < len(found) and found[place].start < finding.end
        if not before and not after:
            starts.insert(place, finding.start)
            found.insert(place, finding)
    return found


def cleaned(text: str, findings: Iterable[Finding], cut: str = CUT) -> str:
    """The text with every finding replaced by `cut`, `findings` being in order.

    Of a link only the tracking marks are cut. What cannot be seen goes, or becomes the blank or
    line end that it looks like.
    """
    pieces: list[str] = []
    done = 0
    for finding in findings:
        start, end = _goes(text, finding)
        pieces += (text[done:start], _put_for(finding, cut))
        done = end
    # Again in normal form: a mark may now stand beside the letter that it composes with.
    return normalise("".join(pieces) + text[done:]) if done else text


def _goes(text: str, finding: Finding) -> tuple[int, int]:
    """What is replaced: of a tracking mark also the sign that ties it to the rest of its link."""
    start, end = finding.start, finding.end
    if finding.kind != "tracking":
        return start, end
    if text[start - 1] == "?" and text[end : end + 1] == "&":
        return start, end + 1
    return start - 1, end


def _put_for(finding: Finding, cut: str) -> str:
    if finding.kind == "tracking":
        return ""
    return invisible.replaced(finding.passage) if finding.kind == "invisible" else cut


def _all(text: str, region_language: str) -> Iterator[Finding]:
    links = list(ADDRESS.finditer(text)) if "/" in text or "." in text else []
    yield from _emails(text)
    yield from _accounts(text)
    yield from _telephones(text, region_language, [link.span() for link in links])
    yield from _tracking(links)
    for kind, start, end in places.find(text):
        yield Finding(kind, start, end, text[start:end])
    for start, end in invisible.find(text):
        passage = text[start:end]
        yield Finding("invisible", start, end, passage, invisible.named(passage))


_EMAIL: Final = re.compile(
    r"(?<![\w.+%-])[\w.+%-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}(?![\w-])"
)


def _emails(text: str) -> Iterator[Finding]:
    if "@" in text:
        for match in _EMAIL.finditer(text):
            yield _finding("email", match)


# Places where an address leads to one person's account. Only the address counts, not the site.
_PROFILE: Final = re.compile(
    r"(?<![\w@.-])(?:https?://)?(?:(?:www|m|open|mobile)\.)?"
    r"(?:t\.me|telegram\.me|wa\.me|instagram\.com|facebook\.com|fb\.com|twitter\.com|x\.com|vk\.com"
    r"|tiktok\.com|threads\.net|weibo\.com|line\.me|kakao\.com|signal\.me|discord\.gg|ok\.ru"
    r"|linkedin\.com|snapchat\.com|zalo\.me|youtube\.com(?=/@)|blog\.naver\.com)"
    r"/[\w.#~@%/?=&+-]{0,300}[\w@]",
    re.IGNORECASE,
)
_HANDLE: Final = re.compile(r"(?<![\w@./])@[^\W_][\w.]{1,30}(?<![.])")
# "Telegram: …", "카톡 아이디 …", "微信号 …": a service, perhaps a word for "id", and the name.
_NAMED: Final = re.compile(
    r"(?<![^\W_])(?:telegram|whatsapp|wechat|weixin|kakao(?:\s?talk)?|instagram|insta|signal|skype"
    r"|viber|zalo|카카오톡|카톡|텔레그램|위챗|인스타(?:그램)?|라인|微信|微博|телеграм|вайбер)"
    r"\s{0,2}(?:(?:아이디|계정|号)\s{0,2}[:：=은는]?"
    r"|(?:id|account|handle|ник)\s{0,2}(?:[:：=]|is\b)|[:：=])\s{0,2}"
    r"@?(?P<name>[A-Za-z0-9][A-Za-z0-9._-]{2,40})",
    re.IGNORECASE,
)


def _accounts(text: str) -> Iterator[Finding]:
    if "/" in text:
        for match in _PROFILE.finditer(text):
            yield _finding("account", match)
    for match in _NAMED.finditer(text):
        yield _finding("account", match, "name")
    if "@" in text:
        for match in _HANDLE.finditer(text):
            yield _finding("account", match)


_DIGITS: Final = re.compile(r"\d")
_FEWEST_DIGITS: Final = 7  # shorter numbers are not asked about: they are mostly years and sums
# Candidates that turn out not to be numbers. Beyond these it gives up: 5,000 characters of "1/2/"
# took 140 ms otherwise; with 80 tries the longest took 30.
_MOST_TRIES: Final = 80
_MOST_NUMBERS: Final = 100  # beyond these only grouped ones are found: 350 of them took 80 ms
# Numbers of neighbouring countries, written with a leading zero and in groups as people do.
_GROUPED: Final = re.compile(r"(?<![\d.,-])0\d{1,3}[-. ]\d{3,4}[-. ]\d{4}(?![\d.,-]*\d)")


def _telephones(text: str, region_language: str, links: list[tuple[int, int]]) -> Iterator[Finding]:
    if len(_DIGITS.findall(text)) < _FEWEST_DIGITS:
        return
    region = likely_region(region_language)
    matcher = phonenumbers.PhoneNumberMatcher(text, region, max_tries=_MOST_TRIES)
    for match in islice(matcher, _MOST_NUMBERS):
        if not _inside(match.start, links):
            # A bracket that opens before the number and closes behind it belongs to the sentence.
            number = match.raw_string if ")" in match.raw_string else match.raw_string.lstrip("(")
            yield Finding("telephone", match.end - len(number), match.end, number)
    for grouped in _GROUPED.finditer(text):
        if not _inside(grouped.start(), links):
            yield _finding("telephone", grouped)


def _inside(position: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in spans)


# Marks that say from where or from whom a link was copied. Exact names, and one family.
# fmt: off
_TRACKING_NAMES: Final = frozenset({
    "fbclid", "gclid", "gbraid", "wbraid", "dclid", "msclkid", "yclid", "twclid", "ttclid",
    "igshid", "igsh", "mc_eid", "mc_cid", "si", "_ga", "_gl", "vero_id", "oly_enc_id",
    "oly_anon_id", "_hsenc", "_hsmi", "mkt_tok", "wt_mc", "s_cid", "ref_src", "ref_url",
    "rdt_cid", "sclid", "epik", "spm", "share_id", "share_token", "xmt", "li_fat_id",
    "_branch_match_id",
})
# fmt: on


def _tracking(links: list[re.Match[str]]) -> Iterator[Finding]:
    """The tracking marks of each link, neighbours together: "utm_source=x&fbclid=y"."""
    for link in links:
        question = link.group().find("?")
        if question < 0:
            continue
        query = trimmed(link.group().split("#", 1)[0])[question:]
        for start, end in _marks(query):
            at = link.start() + question
            yield Finding("tracking", at + start, at + end, query[start:end])


def _marks(query: str) -> Iterator[tuple[int, int]]:
    """Where in a query such as "?a=1&utm_source=x&b=2" a run of tracking marks stands."""
    begun, end = -1, 0
    for part in query[1:].split("&"):
        start, end = end + 1, end + 1 + len(part)
        if _is_tracking(part):
            begun = start if begun < 0 else begun
        elif begun >= 0:
            yield begun, start - 1
            begun = -1
    if begun >= 0:
        yield begun, end


def _is_tracking(part: str) -> bool:
    name = part.split("=", 1)[0].lower()
    return name in _TRACKING_NAMES or name.startswith("utm_")


def _finding(kind: Kind, match: re.Match[str], group: str | int = 0) -> Finding:
    return Finding(kind, *match.span(group), match.group(group))
