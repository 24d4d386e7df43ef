"""Database rows as the plain values that pages show: the proof before it is set."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from letterslot.discussion import threads
from letterslot.discussion.models import Edition, Printed
from letterslot.discussion.models import Story as StoryRow
from letterslot.newsroom import terms
from letterslot.newsroom.publication import Publication
from letterslot.pages import views
from letterslot.press import addresses, body
from letterslot.press.closing import state_of
from letterslot.shelf import layout

ON_FRONT: Final = 60  # stories on the front page; all others are found by their month
NEWEST: Final = layout.PAGE  # conversations at most on a story's own page
PICKS: Final = 5  # editors' picks named above a thread; each of them is marked in its place


def words(data: Path, publication: Publication) -> dict[str, views.Words]:
    """The newsroom's own words in every language of the publication, its first one first."""
    return {
        language: _words(terms.load(data, publication, language))
        for language in publication.languages
    }


def _words(loaded: terms.Terms) -> views.Words:
    return views.Words(
        language=loaded.language,
        terms=loaded.html["terms"],
        guidelines=loaded.html["guidelines"],
        disclaimer=loaded.html["disclaimer"],
        how_comments_work=loaded.html["how-comments-work"],
        clauses=tuple(
            views.Clause(number, title, loaded.clause_html.get(number, ""))
            for number, title in loaded.clauses.items()
        ),
    )


@dataclass
class Galley:
    """Turns rows into values as of `today`, the date of what is printed."""

    publication: Publication
    words: Mapping[str, views.Words]
    today: date
    _marks: dict[int, views.EditionMark] = field(default_factory=dict)
    _languages: dict[str, str] = field(default_factory=dict)  # of stories, by slug
    _known_replies: dict[str, list[Printed]] = field(default_factory=dict)

    # Stories

    def stories_for_front(self) -> list[views.Story]:
        """The newest stories, newest first, without their bodies and translations."""
        rows = list(StoryRow.objects.defer("markdown").order_by("-date", "slug")[:ON_FRONT])
        counts = threads.readable_counts([row.slug for row in rows])
        return [self.outline(row, counts.get(row.slug, 0)) for row in rows]

    def stories_of_month(self, day: date) -> list[views.Story]:
        """All stories of the month that `day` is in, newest first, as outlines."""
        rows = StoryRow.objects.defer("markdown").order_by("-date", "slug")
        return [
            self.outline(row) for row in rows.filter(date__year=day.year, date__month=day.month)
        ]

    def story(self, row: StoryRow, comment_count: int, *, alone: bool = False) -> views.Story:
        """A story as all its pages show it; `alone` where it stands in no other language."""
        return dataclasses.replace(
            self.outline(row, comment_count),
            html=body.to_html(row.markdown),
            translations=tuple(
                views.Translation(other.slug, other.language, other.headline)
                for other in (() if alone else threads.family(row))
            ),
        )

    def outline(self, row: StoryRow, comment_count: int = 0) -> views.Story:
        """A story without its body and translations."""
        state = state_of(row, self.publication, self.today)
        return views.Story(
            slug=row.slug,
            language=row.language,
            headline=row.headline,
            date=row.date,
            summary=row.summary,
            credits=tuple(views.Credit(**credit) for credit in row.credits),
            picture=_picture(row),
            canonical=row.canonical,
            open=state.open,
            closes=state.last_day,
            comment_count=comment_count,
            question=(row.question or {}).get("ask", ""),
        )

    # Threads

    def newest(self, slug: str) -> list[views.Conversation]:
        """The newest conversations of a story, as many as its own page may hold."""
        return self.conversations(list(threads.shown_conversations(slug)[:NEWEST]))

    def picks(self, slug: str) -> tuple[views.Comment, ...]:
        """The latest editors' picks of a story, wherever in its thread they stand."""
        rows = list(threads.picks(slug)[:PICKS])
        self._learn_editions(rows)
        return tuple(self._comment(row, addresses.of_printed(row), None) for row in rows)

    def page(self, slug: str, number: int) -> list[views.Conversation]:
        """The conversations of one page of the thread, newest edition first."""
        first = (number - 1) * layout.PAGE
        rows = threads.shown_conversations(slug).filter(
            place__gte=first, place__lt=first + layout.PAGE
        )
        return self.conversations(list(rows))

    def conversations(self, roots: Sequence[Printed]) -> list[views.Conversation]:
        """Conversations with the replies that stand inline, in the order of `roots`."""
        replies = self._replies_to([root.pk for root in roots])
        self._learn_editions([*roots, *(row for rows in replies.values() for row in rows)])
        return [self._conversation(root, replies[root.pk]) for root in roots]

    def _replies_to(self, ids: Sequence[str]) -> dict[str, list[Printed]]:
        """By conversation. Those asked for last are kept: a story's pages are set together."""
        if not self._known_replies.keys() >= set(ids):
            self._known_replies = threads.replies(ids)
        return self._known_replies

    def _conversation(self, root: Printed, replies: Sequence[Printed]) -> views.Conversation:
        inline, further = replies[: addresses.INLINE], replies[addresses.INLINE :]
        return views.Conversation(
            comment=self._root(root),
            replies=tuple(self._replies(root, inline, replies)),
            more_replies=sum(_has_words(row) for row in further),
        )

    def further_replies(self, conversations: Sequence[str]) -> list[views.Conversation]:
        """Of those conversations that have more than twenty replies, the replies after these."""
        replies = self._replies_to(conversations)
        long = threads.beginnings(one for one in conversations if _is_long(replies[one]))
        self._learn_editions([*long, *(row for root in long for row in replies[root.pk])])
        return [self._further(root, replies[root.pk]) for root in long]

    def _further(self, root: Printed, replies: Sequence[Printed]) -> views.Conversation:
        after = replies[addresses.INLINE :]
        shown = self._replies(root, after, replies, rank=addresses.INLINE)
        return views.Conversation(self._root(root), tuple(shown))

    def _root(self, root: Printed) -> views.Comment:
        assert root.place is not None
        address = addresses.of_comment(root.story_id, root.place, root.pk)
        return self._comment(root, address, None)

    def _replies(
        self, root: Printed, shown: Sequence[Printed], all_of_them: Sequence[Printed], rank: int = 0
    ) -> Iterable[views.Comment]:
        """The replies in `shown`, the first of which has `rank`, without the withdrawn ones."""
        assert root.place is not None
        by_id = {row.pk: row for row in all_of_them}
        for place, row in enumerate(shown, start=rank):
            if not row.withdrawn:
                address = addresses.of_reply(root.story_id, root.place, root.pk, place, row.pk)
                yield self._comment(row, address, by_id.get(row.answers_to))

    def _comment(self, row: Printed, address: str, answered: Printed | None) -> views.Comment:
        names_whom = answered is not None and _has_words(answered)
        return views.Comment(
            id=row.pk,
            name=row.name,
            text=row.text,
            lang=row.lang,
            dir=row.dir,
            edition=self.mark(row.edition),
            address=address,
            edited_clause=self._clause(row, row.edited_clause) if _has_words(row) else None,
            removed=self._removal(row),
            withdrawn=row.withdrawn,
            picked=row.picked_edition is not None,
            staff_role=row.staff_role,
            answers_to=answered.name if answered and names_whom else "",
            answers_to_id=answered.pk if answered and names_whom else "",
        )

    def _removal(self, row: Printed) -> views.Removal | None:
        if row.removed_edition is None or row.withdrawn:
            return None
        return views.Removal(
            edition=self.mark(row.removed_edition),
            clause=self._clause(row, row.removed_clause) or views.Clause(0, ""),
            reason=row.removed_reason,
        )

    def _clause(self, row: Printed, number: int | None) -> views.Clause | None:
        """A clause as the story's language names it; its number alone where no language does."""
        if number is None:
            return None
        language = self._language(row.story_id)
        words = self.words.get(language) or self.words.get(language.split("-")[0])
        first = self.words[self.publication.first_language]
        for clause in (words or first).clauses:
            if clause.number == number:
                return clause
        return views.Clause(number, "")

    def _language(self, slug: str) -> str:
        if slug not in self._languages:
            language = StoryRow.objects.values_list("language", flat=True).get(pk=slug)
            self._languages[slug] = language
        return self._languages[slug]

    # Editions

    def mark(self, number: int) -> views.EditionMark:
        """An edition as it is named beside a comment."""
        if number not in self._marks:
            self._learn([number])
        return self._marks[number]

    def _learn_editions(self, rows: Iterable[Printed]) -> None:
        """Look up at once the editions that these comments name."""
        named = {n for row in rows for n in (row.edition, row.removed_edition) if n is not None}
        self._learn(named - self._marks.keys())

    def _learn(self, numbers: Iterable[int]) -> None:
        for edition in Edition.objects.filter(pk__in=list(numbers)):
            self._marks[edition.number] = views.EditionMark(edition.number, edition.date)


def _is_long(replies: Sequence[Printed]) -> bool:
    return len(replies) > addresses.INLINE


def _has_words(row: Printed) -> bool:
    return not row.withdrawn and row.removed_edition is None


def _picture(row: StoryRow) -> views.Picture | None:
    kept = row.picture
    if kept is None:
        return None
    small = kept["small_name"]
    return views.Picture(
        path=layout.picture(row.slug, kept["name"]),
        width=kept["width"],
        height=kept["height"],
        alt=kept["alt"],
        caption=kept["caption"],
        credit=kept["credit"],
        small_path=layout.picture(row.slug, small) if small else "",
        small_width=kept["small_width"],
    )
