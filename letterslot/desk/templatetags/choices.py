"""Choices of a form, made in one go: a loop in a template over a hundred stories took a quarter of
the time of the whole page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from letterslot.discussion.models import ReadyReason

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

register = template.Library()
_KEPT = 1_000  # options; one is some hundred bytes
_SELECTED, _NOTHING = mark_safe(" selected"), mark_safe("")


@dataclass(frozen=True)
class Choice:
    """One thing to choose. `language` is that of its label, where it is not the page's."""

    value: str
    label: str | _StrPromise
    language: str = ""


@register.simple_tag
def options(choices: Iterable[Choice], chosen: str) -> SafeString:
    """The choices as options of a select, `chosen` selected."""
    return format_html_join("", "{}", ((_option(one, one.value == chosen),) for one in choices))


@lru_cache(maxsize=_KEPT)
def _option(one: Choice, is_chosen: bool) -> SafeString:
    """The same on nearly every page: what changes from one to the next is a count or two."""
    return format_html(
        '<option value="{}"{}{}>{}</option>',
        one.value,
        format_html(' lang="{}"', one.language) if one.language else _NOTHING,
        _SELECTED if is_chosen else _NOTHING,
        one.label,
    )


@register.simple_tag
def ready_words(ready: Iterable[tuple[int, Iterable[ReadyReason]]], chosen: str) -> SafeString:
    """Words that stand ready, under their clauses."""
    groups = ((clause, _under(clause, reasons, chosen)) for clause, reasons in ready)
    return format_html_join("", '<optgroup label="{}">{}</optgroup>', groups)


def _under(clause: int, reasons: Iterable[ReadyReason], chosen: str) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}" data-clause="{}" data-use="{}"{}>{}</option>',
        (
            (one.pk, clause, one.use, _SELECTED if str(one.pk) == chosen else _NOTHING, one.text)
            for one in reasons
        ),
    )
