"""The page of appeals: the comment, the decision with its reason, the writer's words against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from letterslot.desk import hearing, house, page, permissions
from letterslot.desk.decisions import Done
from letterslot.desk.forms import GroundsForm
from letterslot.desk.permissions import require_act
from letterslot.discussion import appeals, wording
from letterslot.discussion.models import Appeal, Comment, Decision, Revision
from letterslot.discussion.wording import Wording
from letterslot.letterbox.epochs import Keyring
from letterslot.newsroom import scope
from letterslot.newsroom.models import Moderator
from letterslot.newsroom.terms import Terms
from letterslot.text import scripts

PAGE: Final = 10  # appeals are read whole


@dataclass(frozen=True)
class Case:
    """One appeal with all that it is judged by. Words are None, or empty, where their key is
    destroyed."""

    appeal: Appeal
    decision: Decision
    words: Wording | None  # as it stands
    original: Wording | None  # as its writer wrote it, where a moderator changed it
    reason: str  # of the decision
    plea: str  # the writer's words against it
    terms: Terms  # that the writer reads
    may_hear: bool
    own: bool  # whether this moderator decided it

    @property
    def comment(self) -> Comment:
        return self.appeal.comment

    @property
    def clause(self) -> str:
        """The title of the clause that the decision names."""
        return self.terms.clauses.get(self.decision.clause or 0, "")

    @property
    def lang(self) -> str:
        text = self.words.text if self.words else ""
        return scripts.comment_lang(text, self.comment.story.language)

    @property
    def dir(self) -> str:
        return scripts.direction(self.words.text if self.words else "")

    @property
    def plea_dir(self) -> str:
        return scripts.direction(self.plea)


@require_safe
@require_act("read")
def show(request: HttpRequest) -> HttpResponse:
    """Appeals that wait, oldest slot first, a page at a time."""
    return _show(request)


@require_POST
@require_act("hear")
def hear(request: HttpRequest, comment_id: str) -> HttpResponse:
    """Uphold or overturn; then the next one. A comment that waits again opens at once."""
    comment = permissions.comment_for(request, comment_id, "hear")
    form = GroundsForm(request.POST)
    verbs = {"uphold": hearing.uphold, "overturn": hearing.overturn}
    verb = verbs.get(request.POST.get("hearing", ""))
    if verb is None or not form.is_valid():
        return _show(request, at=comment.pk, form=form, status=400)
    done = verb(
        comment_id=comment.pk,
        **permissions.acting(request),
        reason=form.cleaned_data["reason"],
    )
    if done.refused:
        return _show(request, at=comment.pk, form=form, done=done, status=409)
    waits_again = verb is hearing.overturn and comment.state == "declined"
    return redirect("comment", comment_id=comment.pk) if waits_again else redirect("appeals")


def _show(
    request: HttpRequest,
    *,
    at: str = "",
    form: GroundsForm | None = None,
    done: Done | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; with the fault, and what was typed, at the comment `at`."""
    moderator = permissions.signed_in(request)
    waiting = scope.within(appeals.waiting(), scope.of(moderator), "comment__story")
    shown = page.part(request, waiting, PAGE)
    context: dict[str, object] = {
        "page": shown,
        "cases": _cases(list(shown), moderator, permissions.ring()),
        "at": at,
        "typed": form.data.get("reason", "") if form else "",
        "faults": form.sentences if form else {},
        "refused": done.refused[0][1] if done else "",
    }
    return page.show(request, "appeals", context, status=status)


def _cases(rows: list[Appeal], moderator: Moderator, ring: Keyring) -> list[Case]:
    """The appeals with what they are about, in a fixed number of queries."""
    decisions = Decision.objects.in_bulk([row.against for row in rows], field_name="entry")
    comments = [row.comment for row in rows]
    words, firsts = wording.current(comments, ring), _first_words(comments, ring)
    colleagues = hearing.colleagues(moderator, decisions.values())
    return [
        Case(
            appeal=row,
            decision=(decision := decisions[row.against]),
            words=words.get(row.comment_id),
            original=firsts.get(row.comment_id) if row.comment.revision > 1 else None,
            reason=wording.unseal_reason(decision.sealed_reason, row.comment.epoch, ring),
            plea=wording.unseal_reason(row.sealed_words, row.epoch, ring),
            terms=house.terms(settings.DATA, row.comment.story.language),
            may_hear=hearing.may_hear(moderator, decision, row.comment.story_id, colleagues),
            own=decision.by == moderator.name,
        )
        for row in rows
    ]


def _first_words(comments: list[Comment], ring: Keyring) -> dict[str, Wording]:
    """What each writer wrote, by comment."""
    epochs = {comment.pk: comment.epoch for comment in comments}
    rows = Revision.objects.filter(comment__in=comments, number=1)
    opened = {r.comment_id: wording.unseal(r.sealed, epochs[r.comment_id], ring) for r in rows}
    return {pk: words for pk, words in opened.items() if words is not None}
