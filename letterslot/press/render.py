"""Sets what the database says into the files of the shelf. The same rows give the same bytes."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final, Protocol

from letterslot.discussion import threads
from letterslot.discussion.models import Edition
from letterslot.discussion.models import Story as StoryRow
from letterslot.letterbox.epochs import Keyring
from letterslot.newsroom.publication import Publication
from letterslot.pages import addresses, stylesheet, views
from letterslot.pages.pages import Pages
from letterslot.pages.threadscript import thread_script
from letterslot.press import aliases, answers, feeds, fitting, galley, look, pictures, sitemaps
from letterslot.press.closing import state_of
from letterslot.press.faults import StoryFault
from letterslot.press.group import Group
from letterslot.shelf import layout
from letterslot.shelf.answers import write_answers
from letterslot.text import questions

EPOCH_KEYS: Final = 35  # days whose public keys stand on the shelf, yesterday's among them
EDITIONS_LISTED: Final = 400


class Paper(Protocol):
    """What pages are written on: letterslot.shelf.Printing, or a test's own."""

    def write(self, path: str, content: bytes) -> bool: ...

    def remove(self, path: str) -> bool: ...

    def of_story(self, slug: str) -> list[str]: ...


@dataclass
class Setter:
    """Sets pages as of `today` on `paper`. `data` holds the pictures."""

    data: Path
    publication: Publication
    words: Mapping[str, views.Words]
    ring: Keyring
    today: date
    paper: Paper
    _group: Group = field(default_factory=lambda: Group({}, {}, {}, set(), set()))
    _newest: tuple[str, list[views.Conversation]] = ("", [])  # of the story set last
    _picks: tuple[str, tuple[views.Comment, ...]] = ("", ())  # of the same

    @cached_property
    def look(self) -> views.Look:
        return look.of(self.publication)

    @cached_property
    def pages(self) -> Pages:
        return Pages(self.look, self.words)

    @cached_property
    def galley(self) -> galley.Galley:
        return galley.Galley(self.publication, self.words, self.today)

    # A story and its thread

    def take(self, group: Group) -> None:
        """These stories are printed next; any other is looked up by itself."""
        self._group = group

    def _known(self, slug: str) -> Group:
        """A group in which this story is."""
        if slug not in self._group.next_places:
            self._group = Group.of([slug])
        return self._group

    def story(self, row: StoryRow) -> None:
        """The story's own pages, with the newest conversations, and what the door must know."""
        group, answerable = self._known(row.slug), dict(_names(row.slug))
        story = self.galley.story(row, len(answerable), alone=row.slug not in group.in_families)
        newest = self.galley.newest(row.slug)
        self._newest = (row.slug, newest)
        picked = row.slug in group.with_picks
        self._picks = (row.slug, self.galley.picks(row.slug) if picked else ())
        self._write(layout.story_page(row.slug), self._story_page(story, newest))
        self._write(layout.lite_page(row.slug), self._lite_page(story, newest))
        if self.publication.embed_hosts:
            self._write(layout.embed_page(row.slug), self._embed_page(story, newest))
        names = group.aliases[row.slug]
        self._for_the_door(row, names, answerable)
        self._pieces(row, story, newest, names)
        self._led_here(story, names)
        self._pictures(row)

    def _pieces(
        self,
        row: StoryRow,
        story: views.Story,
        newest: list[views.Conversation],
        names: Sequence[str],
    ) -> None:
        """What other pages and programs take in, by the story's own name and by its others."""
        comments = state_of(row, self.publication, self.today).at_the_door
        thread = feeds.thread_json(self.look, story, self._thread(story, newest), comments)
        fragment, form = self._thread_fragment(story, newest), self.pages.form_fragment(story)
        feed = feeds.comments_atom(self.look, story, newest)
        for name in (row.slug, *names):
            self._write(layout.thread_fragment(name), fragment)
            self._write(layout.form_fragment(name), form)
            self._json(layout.thread_json(name), thread)
            self._write(layout.comments_feed(name), feed)

    def _led_here(self, story: views.Story, names: Sequence[str]) -> None:
        """Pages under the story's other names that lead to it; those of dropped names leave."""
        for name in names:
            self._write(layout.story_page(name), self.pages.moved(story, name))
        for name in aliases.left(self.data / "shelf", story.slug):
            for path in self.paper.of_story(name):
                self.paper.remove(path)

    def _for_the_door(
        self, row: StoryRow, names: Sequence[str], answerable: Mapping[str, str]
    ) -> None:
        """What the door must know of a story, and who can be answered there."""
        door = {
            "headline": row.headline,
            "language": row.language,
            "comments": state_of(row, self.publication, self.today).at_the_door,
            "date": row.date.isoformat(),
        }
        others = {"aliases": list(names)} if names else {}
        self._json(layout.story_door(row.slug), door | _question(row) | others)
        self._json(layout.story_names(row.slug), answerable)

    def _story_page(self, story: views.Story, newest: list[views.Conversation]) -> str:
        """Where it grows too heavy, readers come first: machines are told what still fits."""
        whole = self.pages.story(story, self._thread(story, newest))
        if fitting.weight(whole) <= fitting.PAGE_BYTES:
            return whole
        shown, _ = fitting.how_many_fit(
            lambda n: self.pages.story(story, self._thread(story, newest[:n]), told=0),
            most=len(newest),
            least=min(1, len(newest)),
        )
        thread = self._thread(story, newest[:shown])
        return fitting.most_that_fit(
            lambda n: self.pages.story(story, thread, told=n), most=shown, least=0
        )

    def _lite_page(self, story: views.Story, newest: list[views.Conversation]) -> str:
        _, style = stylesheet.stylesheet()
        return fitting.most_that_fit(
            lambda n: self.pages.story(story, self._thread(story, newest[:n]), lite=True),
            most=len(newest),
            least=0,
            budget=fitting.PAGE_BYTES - fitting.weight(style),
        )

    def _thread_fragment(self, story: views.Story, newest: list[views.Conversation]) -> str:
        return fitting.most_that_fit(
            lambda n: self.pages.thread_fragment(story, self._thread(story, newest[:n])),
            most=len(newest),
            least=min(1, len(newest)),
        )

    def _embed_page(self, story: views.Story, newest: list[views.Conversation]) -> str:
        return fitting.most_that_fit(
            lambda n: self.pages.embed(story, self._thread(story, newest[:n])),
            most=len(newest),
            least=min(1, len(newest)),
        )

    def _thread(self, story: views.Story, shown: list[views.Conversation]) -> views.Thread:
        return views.Thread(
            conversations=tuple(shown),
            total=story.comment_count,
            pages=self._pages_of(story.slug),
            older=self._older(story.slug, len(shown)),
            picks=self._picks_of(story.slug),
        )

    def _picks_of(self, slug: str) -> tuple[views.Comment, ...]:
        known, picks = self._picks
        return picks if known == slug else ()

    def _older(self, slug: str, shown: int) -> int:
        """The page of the first conversation after the newest that are shown; 0 where all are."""
        _, newest = self._newest
        if shown < len(newest):
            return addresses.page_of(newest[shown].comment.address)
        if len(newest) < galley.NEWEST:
            return 0
        beyond = threads.shown_conversations(slug)[shown : shown + 1].first()
        return layout.page_of(beyond.place or 0) if beyond else 0

    def _pages_of(self, slug: str) -> int:
        return -(-self._known(slug).next_places[slug] // layout.PAGE)

    def conversations(self, row: StoryRow, ids: Iterable[str]) -> None:
        """The pages of the thread, and of replies, on which these conversations stand."""
        story = self.galley.outline(row)
        places = threads.places(ids)
        for number in sorted({layout.page_of(place) for place in places.values()}):
            self._comments_page(story, number)
        for conversation in self.galley.further_replies(list(places)):
            path = layout.replies_page(row.slug, conversation.comment.id)
            self._write(path, self.pages.replies_page(story, conversation))

    def _comments_page(self, story: views.Story, number: int) -> None:
        """A page of the thread knows nothing of later ones, so that a full page never changes."""
        shown = self._shown_on(story.slug, number)
        thread = views.Thread(shown, total=_count(shown), pages=number, page=number)
        path = layout.comments_page(story.slug, number)
        self._write(path, self.pages.comments_page(story, thread))

    def _shown_on(self, slug: str, number: int) -> tuple[views.Conversation, ...]:
        """The conversations of a page; those that were looked up for the story's own page are not
        looked up again."""
        known, newest = self._newest
        if known == slug and len(newest) < galley.NEWEST:
            on_page = (one for one in newest if addresses.page_of(one.comment.address) == number)
            return tuple(on_page)
        return tuple(self.galley.page(slug, number))

    def _pictures(self, row: StoryRow) -> None:
        """The story's picture in both sizes; an older one leaves the shelf."""
        kept = row.picture or {}
        names = [kept[key] for key in ("name", "small_name") if kept.get(key)]
        standing = self.paper.of_story(row.slug)
        for name in names:
            path = layout.picture(row.slug, name)
            content = pictures.read(self.data, row.slug, name)
            if content is not None:
                self.paper.write(path, content)
            elif path not in standing:
                raise StoryFault(f"The picture of {row.slug} is gone: add the story again.")
        for path in standing:
            name = path.rpartition("/")[2]
            if name.startswith("picture-") and name not in names:
                self.paper.remove(path)

    # The publication

    def publication_pages(self, fingerprint: str) -> None:
        """The front page, the words in every language, and what the door must know."""
        path, style = stylesheet.stylesheet()
        self.paper.write(path, style)
        public_key = bytes(self.ring.signing_key.get_public_key()) + b"\n"
        self.paper.write(layout.PUBLIC_KEY, public_key)
        self._write(layout.front(), self._front())
        lines, rule = _edition_lines(), _rule(self.publication)
        key_line = public_key.decode().splitlines()[-1]
        for language in self.publication.languages:
            self._words_page("terms", language, self.pages.terms(language))
            self._words_page("how-comments-work", language, self.pages.how_comments_work(language))
            self._words_page("receipt", language, self.pages.receipt_form(language))
            editions = self.pages.editions(lines, language, rule=rule, public_key=key_line)
            self._words_page("editions", language, editions)
        self._write(layout.robots(), sitemaps.robots(self.look))
        self.paper.write(layout.thread_script(), thread_script())
        self.paper.write(layout.thread_schema(), feeds.thread_schema())
        self._json(layout.door(), self._door(fingerprint))

    def _front(self) -> str:
        last = threads.last_edition()
        mark = self.galley.mark(last.number) if last else None
        shown = self.galley.stories_for_front()
        more = len(shown) == galley.ON_FRONT and StoryRow.objects.count() > galley.ON_FRONT
        return self.pages.front(shown, edition=mark, more=more)

    def archive(self, days: Iterable[date]) -> None:
        """The pages of the months that these days are in, and the page that names all months."""
        months = [*StoryRow.objects.dates("date", "month", order="DESC")]
        self._write(layout.archive(), self.pages.archive(months))
        self._write(layout.sitemap(), sitemaps.of_months(self.look, months))
        for month in sorted({day.replace(day=1) for day in days}):
            path = layout.archive_month(month)
            if month in months:
                stories = self.galley.stories_of_month(month)
                self._write(path, self.pages.archive_month(month, stories))
                self._write(layout.sitemap_month(month), sitemaps.of_stories(self.look, stories))
            else:
                self.paper.remove(path)
                self.paper.remove(layout.sitemap_month(month))

    def _words_page(self, name: str, language: str, page: str) -> None:
        first = self.publication.first_language
        self._write(layout.words_page(name, language, first), page)

    def _door(self, fingerprint: str) -> dict[str, object]:
        """What the public door reads: it has no other knowledge of the newsroom."""
        publication = self.publication
        return {
            "version": 1,
            "name": publication.name,
            "url": publication.url,
            "languages": list(publication.languages),
            "policy": publication.policy,
            "zone": str(publication.zone),
            "k_min": publication.k_min,
            "stylesheet": self.look.stylesheet,
            "epochs": self._epoch_keys(),
            "clauses": {
                language: [[clause.number, clause.title] for clause in words.clauses]
                for language, words in self.words.items()
            },
            "embed_hosts": list(publication.embed_hosts),
            "links": publication.links,
            "words": {
                language: {"guidelines": words.guidelines, "disclaimer": words.disclaimer}
                for language, words in self.words.items()
            },
            "look": fingerprint,
        }

    def _epoch_keys(self) -> dict[str, str]:
        """The public keys of the days around today. The date is the newsroom's, epochs are UTC's:
        it may be yesterday there."""
        days = [self.today + timedelta(days=n - 1) for n in range(EPOCH_KEYS)]
        there = set(self.ring.epochs())
        return {
            day.isoformat(): base64.b64encode(self.ring.public_key(day.isoformat())).decode()
            for day in days
            if day.isoformat() in there
        }

    def answers(self, edition: Edition) -> None:
        """The sealed answers of an edition and their index."""
        index, content = write_answers(answers.printed(edition))
        content_path, index_path = layout.answers(edition.number)
        self.paper.write(content_path, content)
        self.paper.write(index_path, index)

    def _write(self, path: str, page: str) -> None:
        self.paper.write(path, page.encode())

    def _json(self, path: str, value: object) -> None:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        self.paper.write(path, f"{text}\n".encode())


def _question(row: StoryRow) -> dict[str, object]:
    """The newsroom's question, with its answers as digests: the shelf is read by everybody."""
    if not row.question:
        return {}
    digests = {questions.digest(answer, row.slug) for answer in row.question["answers"]}
    return {"question": {"ask": row.question["ask"], "answers": sorted(digests)}}


def _names(slug: str) -> Iterable[tuple[str, str]]:
    """Who can be answered: id and name of each comment that stands in the thread."""
    return threads.readable(slug).values_list("pk", "name")


def _count(conversations: Iterable[views.Conversation]) -> int:
    """Comments with words in these conversations, those on pages of replies included."""
    total = 0
    for conversation in conversations:
        shown = (conversation.comment, *conversation.replies)
        total += sum(one.has_words for one in shown)
        total += conversation.more_replies
    return total


def _rule(publication: Publication) -> views.Rule | None:
    if publication.policy != "guarded":
        return None
    return views.Rule(
        publication.k_min, publication.hold, publication.pool, publication.alone_after
    )


def _edition_lines() -> list[views.EditionLine]:
    """The newest editions, newest first."""
    rows = Edition.objects.order_by("-number")[:EDITIONS_LISTED]
    return [views.EditionLine(row.number, row.date, row.published, row.removed) for row in rows]
