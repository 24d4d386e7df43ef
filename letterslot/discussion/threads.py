"""Queries that only press asks: what is due to be printed, and what stands in a story's thread.

A thread is made of conversations. A conversation begins with a comment that has a `place`; its
replies have none. A withdrawn comment stays a row without words, because its place and its rank
among the replies must never pass to another; it is shown only where replies would lose their hold.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from letterslot.discussion import states
from letterslot.discussion.models import Comment, Decision, Edition, Printed, Story

# What is due.


def approved() -> QuerySet[Comment]:
    """Comments that wait for their first printing. Sorted by public id, which is random."""
    approved = Comment.objects.filter(state=states.APPROVED).order_by("pk")
    return approved.select_related("story").defer("story__markdown")


def approved_slots(comments: Iterable[Comment]) -> dict[str, int]:
    """In which slot each of these was last approved, by id."""
    rows = Decision.objects.filter(comment__in=list(comments), act__in=("approve", "edit"))
    return dict(rows.order_by("entry").values_list("comment_id", "slot"))


def to_print_anew() -> QuerySet[Printed]:
    """Printed comments whose wording is no longer the current one, or that came back."""
    changed = ~Q(revision=F("comment__revision")) | Q(removed_edition__isnull=False)
    return _printed_of(states.PUBLISHED).filter(changed)


def to_remove() -> QuerySet[Printed]:
    """Comments that stand on the shelf and are removed at the desk."""
    return _printed_of(states.REMOVED).filter(removed_edition__isnull=True)


def to_withdraw() -> QuerySet[Printed]:
    """Comments that stand on the shelf and were withdrawn by their writers. The stub of one that
    was removed stays, and goes on saying why."""
    return _printed_of(states.WITHDRAWN).filter(withdrawn=False, removed_edition__isnull=True)


def _printed_of(state: str) -> QuerySet[Printed]:
    rows = Printed.objects.filter(comment__state=state)
    return rows.select_related("comment__story", "story").order_by("pk")


def picks_due() -> QuerySet[Printed]:
    """Printed comments that became editors' picks, or are none any more, since the shelf told."""
    rows = Printed.objects.filter(comment__pick_due=True)
    return rows.select_related("comment__story", "story").order_by("pk")


def answers_due() -> QuerySet[Comment]:
    """Comments whose writers must be told something. Sorted by public id, which is random."""
    due = Comment.objects.filter(answer_due=True).order_by("pk")
    return due.select_related("story", "printed").defer("story__markdown", "printed__text")


# What stands.


def next_places(slugs: Collection[str]) -> dict[str, int]:
    """The place of the next conversation of each of these stories."""
    rows = Printed.objects.filter(story_id__in=slugs).values_list("story_id")
    last = dict(rows.annotate(Max("place")).order_by())
    return {slug: 0 if last.get(slug) is None else last[slug] + 1 for slug in slugs}


def shown_conversations(slug: str) -> QuerySet[Printed]:
    """The comments that begin a conversation, newest edition first, without those that vanished.

    Within an edition the last place comes first too: so whatever a story's page has no room for
    lies on one page and on those before it, which its links lead to.
    """
    reply = Printed.objects.filter(conversation=OuterRef("pk"), place__isnull=True, withdrawn=False)
    return (
        Printed.objects.filter(story_id=slug, place__isnull=False)
        .filter(Q(withdrawn=False) | Exists(reply))
        .order_by("-place")
    )


def picks(slug: str) -> QuerySet[Printed]:
    """The editors' picks of a story, the latest picked first. What leaves the shelf is none."""
    rows = Printed.objects.filter(story_id=slug, picked_edition__isnull=False)
    return rows.order_by("-picked_edition", "-edition", "position")


def replies(conversations: Iterable[str]) -> dict[str, list[Printed]]:
    """All replies of the conversations, withdrawn ones too, oldest edition first, by conversation.

    A reply's index in its list is its rank, which never changes.
    """
    ids = list(conversations)
    found: dict[str, list[Printed]] = {conversation: [] for conversation in ids}
    rows = Printed.objects.filter(conversation__in=ids, place__isnull=True)
    for row in rows.order_by("edition", "position"):
        found[row.conversation].append(row)
    return found


def rank_among_replies(printed: Printed) -> int:
    """The index of a reply in its conversation, from 0, as `replies` lists it."""
    before = Q(edition__lt=printed.edition) | Q(
        edition=printed.edition, position__lt=printed.position
    )
    same = Printed.objects.filter(conversation=printed.conversation, place__isnull=True)
    return same.filter(before).count()


def beginnings(conversations: Iterable[str]) -> list[Printed]:
    """The comments that begin these conversations, in the order of their places."""
    rows = Printed.objects.filter(pk__in=list(conversations), place__isnull=False)
    return list(rows.order_by("place"))


def places(conversations: Iterable[str]) -> dict[str, int]:
    """The place of each of these conversations, in their order."""
    rows = Printed.objects.filter(pk__in=list(conversations)).order_by("place")
    return {pk: place for pk, place in rows.values_list("pk", "place") if place is not None}


def place_of(conversation: str) -> int:
    """The place of a conversation in its story."""
    place = Printed.objects.values_list("place", flat=True).get(pk=conversation)
    assert place is not None
    return place


def readable(slug: str) -> QuerySet[Printed]:
    """The printed comments of a story whose words stand on the shelf."""
    return Printed.objects.filter(
        story_id=slug, withdrawn=False, removed_edition__isnull=True
    ).order_by("pk")


def readable_counts(slugs: Collection[str]) -> dict[str, int]:
    """How many comments are readable in each of these threads that has any, by slug."""
    rows = Printed.objects.filter(withdrawn=False, removed_edition__isnull=True)
    rows = rows.filter(story_id__in=slugs)
    return dict(rows.values_list("story_id").annotate(Count("pk")).order_by())


def all_conversations(slug: str) -> list[str]:
    """The ids of all conversations of a story, in the order of their places."""
    rows = Printed.objects.filter(story_id=slug, place__isnull=False).order_by("place")
    return list(rows.values_list("pk", flat=True))


def family(story: Story) -> list[Story]:
    """The same story in its other languages, whichever of them names which."""
    known, asked = {story.slug}, {story.slug, story.translation_of} - {""}
    found: dict[str, Story] = {}
    while asked:
        rows = Story.objects.filter(Q(pk__in=asked) | Q(translation_of__in=asked))
        found |= {row.slug: row for row in rows}
        known |= asked
        asked = {slug for row in found.values() for slug in (row.slug, row.translation_of)}
        asked -= known | {""}
    found.pop(story.slug, None)
    return sorted(found.values(), key=lambda row: (row.language, row.slug))


def last_edition() -> Edition | None:
    """The newest edition there is, finished or not."""
    return Edition.objects.order_by("-number").first()
