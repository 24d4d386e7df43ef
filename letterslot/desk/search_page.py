"""The page of search: one field, four narrowings, and what was found with the hit marked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import regex
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from letterslot.desk import house, letter, page, permissions, search
from letterslot.desk.marking import Passage
from letterslot.desk.permissions import require_act
from letterslot.desk.search import Found, Wanted
from letterslot.desk.templatetags.choices import Choice
from letterslot.discussion import states
from letterslot.discussion.models import Story
from letterslot.newsroom import scope
from letterslot.newsroom.models import Moderator
from letterslot.newsroom.scope import Stories
from letterslot.text import scripts, seeking

BEFORE, EXCERPT = 60, 260  # code points before the first hit, and of the whole excerpt
STORIES: Final = 60  # that can be chosen on the page; any can be named in the address
HEADLINE: Final = 80  # code points of a story's to choose
_MARK: Final = regex.compile(r"[\p{M}\u200d]")


@dataclass(frozen=True)
class Line:
    """A comment that was found, as the page shows it."""

    found: Found
    query: seeking.Query

    @cached_property
    def name(self) -> list[Passage]:
        words = self.found.words
        return _passages(words.name, self.query.spans(words.name)) if words else []

    @cached_property
    def text(self) -> list[Passage]:
        """The words around the first hit; their beginning where the hit is in the name alone."""
        return _around(self.found.words.text, self.query) if self.found.words else []

    @property
    def state(self) -> str:
        return _state_names()[self.found.comment.state]

    @property
    def language(self) -> str:
        text = self.found.words.text if self.found.words else ""
        return scripts.comment_lang(text, self.found.comment.story.language)

    @property
    def direction(self) -> str:
        return scripts.direction(self.found.words.text) if self.found.words else "ltr"


@require_safe
@require_act("read")
def show(request: HttpRequest) -> HttpResponse:
    """The field, and what was found for the words and narrowings in the address."""
    stories = scope.of(permissions.signed_in(request))
    wanted = replace(Wanted.of(request.GET), stories=stories)
    results = search.search(wanted, ring=permissions.ring(), data=settings.DATA)
    query = seeking.parse(wanted.words)
    last = wanted.page * search.PAGE
    context: dict[str, object] = {
        "wanted": wanted,
        "results": results,
        "lines": [Line(found, query) for found in results.found],
        "next": wanted.page + 1 if last < results.total else 0,
        "previous": wanted.page - 1,
        "stories": _stories(wanted.story, stories),
        "states": [Choice(state, name) for state, name in _state_names().items()],
        "clauses": house.terms(settings.DATA).clauses,
        "moderators": [Choice(name, name) for name in _moderators()],
    }
    return page.show(request, "search", context)


def _stories(chosen: str, within: Stories) -> list[Choice]:
    """The newest stories, and the one that is chosen. Two queries at most."""
    rows = scope.within(Story.objects.all(), within, "pk").values_list("slug", "headline")
    found = dict(rows.order_by("-date", "slug")[:STORIES])
    if chosen and chosen not in found:
        found = dict(rows.filter(slug=chosen)) | found
    return [Choice(slug, letter.excerpt(headline, HEADLINE)) for slug, headline in found.items()]


def _moderators() -> QuerySet[Moderator, str]:
    return Moderator.objects.order_by("name").values_list("name", flat=True)


def _state_names() -> dict[str, str]:
    return {
        states.HELD: _("waiting"),
        states.APPROVED: _("approved"),
        states.DECLINED: _("declined"),
        states.PUBLISHED: _("printed"),
        states.REMOVED: _("removed"),
        states.WITHDRAWN: _("withdrawn"),
    }


def _around(text: str, query: seeking.Query) -> list[Passage]:
    """A part of the text with the first hit in it, cut at no mark."""
    spans = query.spans(text)
    start = max(spans[0][0] - BEFORE, 0) if spans else 0
    while 0 < start < len(text) and _MARK.match(text[start]):
        start -= 1
    end = min(start + EXCERPT, len(text))
    while end < len(text) and _MARK.match(text[end]):
        end += 1
    inside = [(one - start, stop - start) for one, stop in spans if stop <= end]
    before, after = ("… " if start else ""), (" …" if end < len(text) else "")
    return [
        one
        for one in (Passage(before), *_passages(text[start:end], inside), Passage(after))
        if one.text
    ]


def _passages(text: str, spans: list[tuple[int, int]]) -> list[Passage]:
    passages, end = [], 0
    for start, stop in spans:
        passages += [Passage(text[end:start]), Passage(text[start:stop], marked=True)]
        end = stop
    return [one for one in [*passages, Passage(text[end:])] if one.text]
