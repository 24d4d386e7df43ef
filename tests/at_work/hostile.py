"""Hostile texts, and what a page may be made of whatever stands in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from letterslot.text import plain

OWN = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</textarea></title></style></script><svg/onload=alert(1)>",
    "<!-- --> ]]> <![CDATA[ <?php",
    "javascript:alert(1) https://a.example/\"onmouseover=alert(1)//<b>",
    "{{ 7*7 }}{% raw %}%(name)s %s {0} ${1}",
    "&lt;b&gt; &amp;quot; &#60;i&#62; &nosuch;",
    "</p></article></section></bdi><form action=//evil.example><button formaction=//evil.example>",
    "\u202eevil\u2066 \u2028 \u2029 \x00 \ufeff \ufffe \x1b[31m",
    "＜script＞ ˂script˃ \u0130\u0131 ﬀ",
    "=1+1 @SUM(A1) +cmd|' /C calc'!A0",
    "../../etc/passwd\\..\\..\\ %00 %2e%2e%2f",
    "a" + "\u0301" * 60,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f3f4\U000e0067\U000e007f",
    "ျမန္မာစာ ေရးပါ",
)  # fmt: skip
LONGEST = 4_500  # of a batch, in code points: below the limit of a comment


def texts(shared: Path | None) -> list[str]:
    """Our own, and where they are present the large lists, as the door would leave them."""
    found = list(OWN)
    if shared is not None:
        scripts = shared / "xss" / "payloadbox-xss-payload-list.txt"
        found += scripts.read_text("utf-8", "replace").splitlines()
        found += json.loads((shared / "blns" / "blns.json").read_text("utf-8"))
        for name in ("udhr_mya_zawgyi_out.txt", "mmgov_zawgyi_src.txt"):
            found += (shared / "zawgyi" / name).read_text("utf-8").splitlines()
        found += decoded_bytes(shared)
    normal = (plain.normalise(text) for text in found)
    return list(dict.fromkeys(text for text in normal if not plain.is_blank(text)))


def byte_sequences(shared: Path) -> Iterator[tuple[bytes, bool]]:
    """222 byte sequences, and whether each is UTF-8."""
    lines = (shared / "utf8" / "utf8tests.txt").read_text("utf-8").splitlines()
    for line in lines:
        case = re.match(r"[\d.]+: ?(in)?valid hex:([\dA-Fa-f ]+)", line)
        if case:
            yield bytes.fromhex(case.group(2)), case.group(1) is None


def decoded_bytes(shared: Path) -> list[str]:
    return [sequence.decode("utf-8", "replace") for sequence, _ in byte_sequences(shared)]


def batches(written: Iterable[str]) -> list[str]:
    """The texts in comments of many lines, each text on lines of its own and none lost."""
    made, lines, size = [], [], 0
    for text in written:
        weight = len(text.encode()) // 5 + len(text)
        if lines and size + weight > LONGEST:
            made.append("\n".join(lines))
            lines, size = [], 0
        lines.append(text)
        size += weight
    return [*made, "\n".join(lines)] if lines else made


def names(written: Iterable[str]) -> list[str]:
    """What of the texts is short enough for a name, each in one line."""
    lines = (plain.one_line(text) for text in written)
    return [
        line for line in lines if not plain.longer_than(line, 80) and len(line.encode()) <= 1024
    ]


class _Parts(HTMLParser):
    """Every tag, and every attribute with its tag; of an address only where it leads."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: set[tuple[str, ...]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.add((tag,))
        for name, value in attrs:
            self.parts.add((tag, name))
            if name in ("href", "src", "srcset", "action", "formaction", "data", "poster"):
                self.parts.add((tag, name, _leads_to(value or "")))

    def handle_comment(self, data: str) -> None:
        self.parts.add(("<!--",))

    def handle_pi(self, data: str) -> None:
        self.parts.add(("<?",))

    def unknown_decl(self, data: str) -> None:
        self.parts.add(("<![",))


def parts(page: str) -> set[tuple[str, ...]]:
    """What a page is made of, without its words."""
    parser = _Parts()
    parser.feed(page)
    parser.close()
    return parser.parts


def _leads_to(address: str) -> str:
    """The scheme and host of an address; "" for one of our own site."""
    try:
        leads = urlsplit(address)
    except ValueError:
        return "nowhere"
    return f"{leads.scheme}://{leads.netloc}" if leads.scheme or leads.netloc else ""


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


def words(page: str) -> str:
    """All the words of a page, without its tags."""
    reader = _Words()
    reader.feed(page)
    reader.close()
    return "".join(reader.pieces)
