"""Signals: what a letter holds that a moderator should see, each with the passage that caused it.

They are found here, on this machine, and explain themselves. Nothing is decided by a signal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

import regex
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from letterslot.desk import addresses, tongue
from letterslot.desk.kinds import PLACES
from letterslot.desk.staff import Staff
from letterslot.desk.wordlist import WordList
from letterslot.discussion.wording import Wording
from letterslot.text import burmese, identifying, links, plain
from letterslot.text.folding import folded

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Spans = tuple[tuple[int, int], ...]
Place = Literal["text", "name"]

LONG: Final = 2_000  # clusters; a letter as long as this takes a minute to read
SHORT: Final = 3  # clusters; less says nothing that a reader could weigh


@dataclass(frozen=True)
class Signal:
    """One thing to look at.

    `spans` are passages of the text, or of the name where `place` says so, in code points, in
    order; `label` names the thing, `note` says of whom or where to. Both are said in the language
    of whoever looks, since signals are kept in mind for everybody.
    """

    kind: str  # one of KINDS
    label: str | _StrPromise
    spans: Spans
    note: str | _StrPromise = ""
    place: Place = "text"


@dataclass(frozen=True)
class Context:
    """What a letter is held against: its story's language, the newsroom's words and people."""

    story_language: str
    words: WordList
    staff: Staff


def _fill(message: str | _StrPromise, facts: Mapping[str, object]) -> str:
    return str(message) % facts


_PARTS: Final = {
    "publication": _("publication"), "newsroom": _("newsroom"), "moderator": _("moderator"),
    "reporter": _("reporter"), "translator": _("translator"), "writer": _("writer"),
    "editor": _("editor"), "photographer": _("photographer"),
}  # fmt: skip
filled = lazy(_fill, str)  # a sentence with its places filled when it is shown
_language_name = lazy(addresses.language_name, str)


def signals_of(words: Wording, context: Context) -> list[Signal]:
    """What the letter itself shows, in the order of KINDS. Duplicates are the memory's to add."""
    found = [signal for find in _FINDERS for signal in find(words, context)]
    return sorted(found, key=lambda signal: PLACES[signal.kind])


def _identifying(words: Wording, context: Context) -> Iterator[Signal]:
    """What could identify somebody, one signal a passage: each is a question of its own."""
    labels = _identifying_labels()
    for finding in identifying.find(words.text, context.story_language):
        label, note = labels.get(finding.kind, (finding.kind, ""))
        yield Signal(finding.kind, label, ((finding.start, finding.end),), note)


def _identifying_labels() -> dict[str, tuple[_StrPromise, _StrPromise]]:
    return {
        "telephone": (_("Looks like a telephone number."), _("Whose is it?")),
        "email": (_("An e-mail address."), _("It names a person.")),
        "account": (_("Names an account."), _("It can be followed to a person.")),
        "tracking": (
            _("The address carries a tracking part."),
            _("It can tell who copied it."),
        ),
        "place": (_("Looks like a postal address."), _("Who lives there?")),
        "workplace": (_("Says where somebody works."), _("Together with a name it is a person.")),
        "invisible": (
            _("Characters that nobody sees."),
            _("They can tell which copy this was quoted from."),
        ),
    }


def _links(words: Wording, _context: Context) -> Iterator[Signal]:
    """Addresses of pages, one signal a host."""
    hosts: dict[str | _StrPromise, list[tuple[int, int]]] = {}
    for match in links.ADDRESS.finditer(words.text):
        address = links.trimmed(match.group())
        span = (match.start(), match.start() + len(address))
        hosts.setdefault(_host(address), []).append(span)
    for host, spans in hosts.items():
        yield Signal(
            "link", _("A link."), tuple(spans), filled(_("It leads to %(host)s"), {"host": host})
        )


def _host(address: str) -> str | _StrPromise:
    """The host that an address truly leads to, as it is looked up; empty for none."""
    full = address if "://" in address else f"https://{address}"
    try:
        written = urlsplit(full).hostname or ""
        return written.encode("idna").decode() if not written.isascii() else written
    except (ValueError, UnicodeError):
        return _("no certain place")


def _words(words: Wording, context: Context) -> Iterator[Signal]:
    """Words of the newsroom's list, in text and name, one signal a word and place."""
    for place, said in _places(words):
        spans: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for hit in context.words.hits(folded(said)):
            key = (hit.entry.word, hit.entry.language)
            spans.setdefault(key, []).append((hit.start, hit.end))
        for (word, language), where in spans.items():
            facts = {"word": word, "language": _language_name(language)}
            note = filled(_("“%(word)s”, from the list for %(language)s"), facts)
            yield Signal("word", _("A word of your list."), tuple(where), note, place)


def _places(words: Wording) -> tuple[tuple[Place, str], tuple[Place, str]]:
    return ("text", words.text), ("name", words.name)


def _staff(words: Wording, context: Context) -> Iterator[Signal]:
    likeness = context.staff.likeness(words.name)
    if likeness is None:
        return
    person = likeness.person
    if likeness.same:
        label = _("Signed with a name of the newsroom.")
    else:
        label = _("Signed with a name that looks like one of the newsroom.")
    facts = {"name": person.name, "part": _PARTS.get(person.part, person.part)}
    note = filled(_("%(name)s is in the newsroom: %(part)s."), facts)
    yield Signal("staff", label, ((0, len(words.name)),), note, "name")


def _language(words: Wording, context: Context) -> Iterator[Signal]:
    foreign = tongue.foreign(words.text, context.story_language)
    if foreign is not None:
        said, expected = (_language_name(tag) for tag in (foreign.language, context.story_language))
        facts = {"said": said, "expected": expected}
        note = filled(_("%(said)s, under a story in %(expected)s."), facts)
        yield Signal("language", _("In another language than the story."), foreign.spans, note)


# Alphabets drawn so alike that a word in two of them deceives. Others stand together in honest
# words: Latin with Hangul, Han or Kana, digits with anything.
_ALPHABETS: Final = ("Latin", "Cyrillic", "Greek", "Armenian", "Cherokee", "Coptic")
_ALPHABETIC_WORD: Final = regex.compile(
    r"[{0}][{0}\p{{M}}\u200b-\u200d\u2060\u00ad]*[{0}]".format(
        "".join(rf"\p{{Script={name}}}" for name in _ALPHABETS)
    )
)
_IN_ALPHABET: Final = {name: regex.compile(rf"\p{{Script={name}}}") for name in _ALPHABETS}


def _mixture(words: Wording, _context: Context) -> Iterator[Signal]:
    for place, said in _places(words):
        if said.isascii():
            continue
        mixed = [
            (match.span(), alphabets)
            for match in _ALPHABETIC_WORD.finditer(said)
            if len(alphabets := _alphabets(match.group())) > 1
        ]
        if mixed:
            names = sorted({name for _, alphabets in mixed for name in alphabets})
            spans = tuple(span for span, _ in mixed)
            label = _("A word in letters of two alphabets.")
            yield Signal("mixture", label, spans, ", ".join(names), place)


def _alphabets(word: str) -> list[str]:
    return [name for name, letter in _IN_ALPHABET.items() if letter.search(word)]


def _zawgyi(words: Wording, _context: Context) -> Iterator[Signal]:
    line = burmese.zawgyi_line(words.text)
    if line is not None:
        label = _("Burmese in Zawgyi, not in Unicode.")
        yield Signal("zawgyi", label, (line,), _("Readers see other letters than the writer did."))


def _length(words: Wording, _context: Context) -> Iterator[Signal]:
    """The end of a long letter, or the whole of a very short one."""
    text = words.text
    if plain.longer_than(text, LONG):
        clusters = [match.end() for match in regex.finditer(r"\X", text)]
        note = filled(_("%(count)d characters."), {"count": len(clusters)})
        yield Signal("length", _("Long."), ((clusters[LONG - 1], len(text)),), note)
    elif not plain.longer_than(text, SHORT):
        yield Signal("length", _("Very short."), ((0, len(text)),))


_FINDERS: Final[tuple[Callable[[Wording, Context], Iterator[Signal]], ...]] = (
    _identifying, _links, _words, _staff, _language, _mixture, _zawgyi, _length,
)  # fmt: skip
