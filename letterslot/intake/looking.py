"""Looks a draft over for its writer: what could identify somebody, and how it reads without."""

from __future__ import annotations

from typing import NamedTuple

from letterslot.pages.views import Draft, Warning
from letterslot.text import burmese, identifying
from letterslot.text.identifying import Finding
from letterslot.text.plain import is_blank, one_line


class Looked(NamedTuple):
    """What the preview warns of, those of the name last, and a cleaned text and name."""

    warnings: list[Warning]
    text: str
    name: str


def look_over(draft: Draft) -> Looked:
    """Warnings block nothing and change nothing; the cleaned draft is only an offer."""
    in_text = identifying.find(draft.text, draft.language)
    in_name = identifying.find(draft.name, draft.language)
    warnings = [_warning(finding, "text") for finding in in_text]
    zawgyi = burmese.zawgyi_line(draft.text)
    if zawgyi is not None:
        warnings.insert(0, Warning("zawgyi", *zawgyi, draft.text[slice(*zawgyi)]))
    warnings += [_warning(finding, "name") for finding in in_name]
    name = one_line(identifying.cleaned(draft.name, in_name, cut="")) if in_name else draft.name
    return Looked(
        warnings, identifying.cleaned(draft.text, in_text), "" if is_blank(name) else name
    )


def told(warning: Warning) -> dict[str, object]:
    """A warning for programs: `field` stands there for the name alone, as `text` is the rule."""
    document: dict[str, object] = {
        "kind": warning.kind, "start": warning.start, "end": warning.end,
        "passage": warning.passage,
    }  # fmt: skip
    if warning.characters:
        document["characters"] = warning.characters
    return document if warning.field == "text" else document | {"field": warning.field}


def _warning(finding: Finding, field: str) -> Warning:
    return Warning(
        finding.kind, finding.start, finding.end, finding.passage, finding.characters, field
    )
