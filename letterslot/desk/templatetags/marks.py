"""A text with its marks, made in one go."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from letterslot.desk.marking import Passage

register = template.Library()


@register.simple_tag
def marked(passages: Iterable[Passage]) -> SafeString:
    """The passages one after the other, with the numbers of the signals whose marks end there."""
    return format_html_join("", "{}{}", ((_marked(one), _numbers(one)) for one in passages))


def _marked(passage: Passage) -> str | SafeString:
    if passage.veiled:
        return format_html('<mark class="veil">{}</mark>', passage.text)
    return format_html("<mark>{}</mark>", passage.text) if passage.marked else passage.text


def _numbers(passage: Passage) -> SafeString:
    return format_html_join("", "<sup>{}</sup>", ((number,) for number in passage.signals))
