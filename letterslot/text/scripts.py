"""Scripts: which one a text is mainly in, which way it runs, and which language mark it gets."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Final, Literal

from babel.core import get_global, parse_locale
from fontTools import unicodedata as ucd

Direction = Literal["ltr", "rtl"]

_NO_SCRIPT: Final = frozenset({"Zyyy", "Zinh", "Zzzz"})  # common, inherited, unknown
_ALSO: Final = {  # what languages are written in that have more scripts than one, or a variant
    "Kore": frozenset({"Hang", "Hani"}),
    "Jpan": frozenset({"Hira", "Kana", "Hani"}),
    "Hans": frozenset({"Hani"}),
    "Hant": frozenset({"Hani", "Bopo"}),
    "Hanb": frozenset({"Hani", "Bopo"}),
    "Hrkt": frozenset({"Hira", "Kana"}),
    "Aran": frozenset({"Arab"}),
    "Latf": frozenset({"Latn"}),
    "Latg": frozenset({"Latn"}),
    "Cyrs": frozenset({"Cyrl"}),
    "Syre": frozenset({"Syrc"}),
    "Syrj": frozenset({"Syrc"}),
    "Syrn": frozenset({"Syrc"}),
}


def main_script(text: str) -> str | None:
    """The script (ISO 15924) of most of the characters, the first of them where two are even.

    Digits, blanks, marks and signs of no script do not count; None where nothing else is there.
    """
    if text.isascii():
        return "Latn" if any(map(str.isalpha, text)) else None
    counts: Counter[str] = Counter()
    for character, times in Counter(text).items():
        counts[_script_of(character)] += times
    return max(
        (script for script in counts if script not in _NO_SCRIPT),
        key=counts.__getitem__,
        default=None,
    )


def direction(text: str) -> Direction:
    """Which way the main script of a text runs; "ltr" where it has none."""
    script = main_script(text)
    return "ltr" if script is None else _direction_of(script)


def comment_lang(text: str, story_language: str) -> str:
    """The `lang` of a comment: the story's language where the text's main script fits it.

    Otherwise "und-SCRIPT", as "und-Hang"; a text of no script takes the story's language.
    """
    script = main_script(text)
    if script is None or script in _scripts_of(story_language):
        return story_language
    return f"und-{script}"


def language_direction(tag: str) -> Direction:
    """Which way a language (BCP 47) is written, by its script or the script it mostly has."""
    return _direction_of(min(_scripts_of(tag), default="Latn"))


def likely_region(tag: str) -> str | None:
    """The region (ISO 3166) a language tag names, or where the language is mostly spoken."""
    return _likely(tag)[1]


@lru_cache(maxsize=8192)
def _script_of(character: str) -> str:
    return str(ucd.script(character))


def _direction_of(script: str) -> Direction:
    return "rtl" if ucd.script_horizontal_direction(script, default="LTR") == "RTL" else "ltr"


@lru_cache(maxsize=1024)
def _scripts_of(tag: str) -> frozenset[str]:
    """The scripts that a text in this language may have; empty for a tag that nobody knows."""
    script = _likely(tag)[0]
    return frozenset() if script is None else _ALSO.get(script, frozenset({script}))


@lru_cache(maxsize=1024)
def _likely(tag: str) -> tuple[str | None, str | None]:
    """Script and region of a language tag, filled in by CLDR's likely subtags where not given."""
    try:
        language, region, script, *_ = parse_locale(tag, sep="-")
    except ValueError:
        return None, None
    if script is None or region is None:
        filled = _filled(language.lower(), script, region)
        script, region = script or filled[0], region or filled[1]
    return script, region


def _filled(language: str, script: str | None, region: str | None) -> tuple[str | None, str | None]:
    """What CLDR adds to a tag: by its script, else by its region, else by the language alone."""
    likely = get_global("likely_subtags")
    keys = [f"{language}_{subtag}" for subtag in (script, region) if subtag] + [language]
    filled = next((likely[key] for key in keys if key in likely), None)
    if filled is None:
        return None, None
    _, filled_region, filled_script, *_ = parse_locale(filled)
    return filled_script, filled_region
