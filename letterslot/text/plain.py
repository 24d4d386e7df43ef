"""Plain text: its one normal form, how long it is to a reader, and its paragraphs."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice
from typing import Final

import regex

# Everything that `normalise` may have to change, apart from NFC and the ends: C0 and C1 controls
# except the line feed, lone surrogates, and tag characters.
_CONTROLS: Final = "\x00-\x09\x0b-\x1f\x7f-\x9f"
_ODD: Final = re.compile(f"[{_CONTROLS}\ud800-\udfff\U000e0000-\U000e007f]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_STRIPPED: Final = re.compile(f"[{_CONTROLS}]")
_CLUSTER: Final = regex.compile(r"\X")
# Two regional indicators make one flag. Counted ahead: \X looks back over the whole run for each
# of them, and 7,000 took 130 ms.
_PAIR_OF_REGIONS: Final = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_LAST_STOP: Final = regex.compile(r"[\s,;:，、；：،؛၊་-]+\Z")
_VISIBLE: Final = regex.compile(r"[^\p{Z}\p{C}\p{Default_Ignorable_Code_Point}\s]")
_BETWEEN_PARAGRAPHS: Final = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")

# The flags spelled in tag characters that Unicode recommends for interchange (RGI emoji tag
# sequences, UTS 51): England, Scotland, Wales. Any other run of tag characters is invisible
# everywhere, and could carry a mark that identifies a copy.
_FLAG: Final = "\N{WAVING BLACK FLAG}"
_FLAG_TAGS: Final = "|".join(
    "".join(chr(0xE0000 + ord(letter)) for letter in subdivision) + "\U000e007f"
    for subdivision in ("gbeng", "gbsct", "gbwls")
)
_TAGS: Final = re.compile(f"({_FLAG}(?:{_FLAG_TAGS}))|[\U000e0000-\U000e007f]")


def normalise(text: str) -> str:
    """The one form in which a text is sealed, printed and compared. Twice is the same as once.

    Line ends become LF and tabs blanks; other C0 and C1 controls go, and tag characters outside
    the flags of England, Scotland and Wales; a lone surrogate becomes U+FFFD; the rest is NFC;
    white space at both ends goes. Joiners and variation selectors stay: scripts need them.
    """
    if _ODD.search(text) is not None:
        text = _without_odd_characters(text)
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return text.strip()


def _without_odd_characters(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = _STRIPPED.sub("", _SURROGATE.sub("\ufffd", text))
    return _TAGS.sub(r"\1", text)


def one_line(text: str) -> str:
    """`normalise` for a name: every run of white space, line ends included, is one blank."""
    return " ".join(normalise(text).split())


def cluster_count(text: str) -> int:
    """How many grapheme clusters (UAX 29) a text has: what a reader takes for characters."""
    if text.isascii():
        return len(text) - text.count("\r\n")
    return sum(1 for _ in _CLUSTER.finditer(_PAIR_OF_REGIONS.sub("x", text)))


def longer_than(text: str, clusters: int) -> bool:
    """Whether a text has more grapheme clusters than this. Counts only where it must."""
    return len(text) > clusters and cluster_count(text) > clusters


def beginning(text: str, clusters: int) -> str:
    """The beginning of a text on one line, cut between words where it has blanks, else between
    grapheme clusters; with "…" in place of what is left out and of a comma before it."""
    line = " ".join(text[: clusters * 16].split())
    if not longer_than(line, clusters):
        return line
    cut = "".join(found[0] for found in islice(_CLUSTER.finditer(line), clusters))
    words, blank, _ = cut.rpartition(" ")
    return _LAST_STOP.sub("", words if blank and len(words) * 3 > len(cut) * 2 else cut) + "…"


def is_blank(text: str) -> bool:
    """Whether there is nothing to see: only white space, joiners, fillers and the like."""
    return _VISIBLE.search(text) is None


def paragraphs(text: str) -> list[list[str]]:
    """The lines of each paragraph; blank lines stand between paragraphs. Empty for a blank text."""
    stripped = text.strip()
    if not stripped:
        return []
    return [paragraph.split("\n") for paragraph in _BETWEEN_PARAGRAPHS.split(stripped)]
