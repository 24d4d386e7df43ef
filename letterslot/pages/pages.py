"""Every public page, from plain values to HTML: what press prints and what the door answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from letterslot.pages import addresses, arrangement, composing, structured, stylesheet, templating
from letterslot.pages.sheet import Conversations, Sheet
from letterslot.pages.translations import tongue
from letterslot.pages.views import (
    Asking,
    Conversation,
    Draft,
    EditionLine,
    EditionMark,
    Fault,
    Look,
    Outcome,
    Reporting,
    Rule,
    Story,
    Thread,
    Warning,
    Words,
)

# A page of what became of a receipt, its longest reason in every language included, fits in this.
OUTCOME_SIZE = 16 * 1024

# The faults after which sending the same text again makes sense.
_PASSING = frozenset({429, 503})


class Lettered(Protocol):
    """Anything that knows the language and direction of a text: a Comment, or a draft's proof."""

    @property
    def lang(self) -> str: ...
    @property
    def dir(self) -> str: ...


class Pages:
    """The pages of one publication. `words` by language tag; the first language must be there."""

    def __init__(self, look: Look, words: Mapping[str, Words]) -> None:
        self.look = look
        self._words = words
        self._kept: tuple[str, Conversations] = ("", {})  # of the story that was printed last

    # Printed: each stands at its own path on the shelf, and its links are relative.

    def story(
        self, story: Story, thread: Thread, *, lite: bool = False, told: int | None = None
    ) -> str:
        """A story with its thread and form; lite is text first, its picture linked.

        `told` is how many of the conversations are described to machines too; None: all.
        """
        path = addresses.lite(story.slug) if lite else addresses.story(story.slug)
        talks = thread.conversations[:told]
        article = None if lite else structured.news_article(story, self.look, talks)
        template = "lite.html" if lite else "story.html"
        return self._print_thread(template, path, story, thread, structured=article)

    def comments_page(self, story: Story, thread: Thread) -> str:
        """Page `thread.page` of a story's conversations."""
        path = addresses.comments(story.slug, thread.page)
        return self._print_thread("comments.html", path, story, thread)

    def replies_page(self, story: Story, conversation: Conversation) -> str:
        """A comment and the replies that did not fit beneath it."""
        path = addresses.replies(story.slug, conversation.comment.id)
        thread = Thread((conversation,), total=0)
        return self._print_thread("replies.html", path, story, thread, conversation=conversation)

    def embed(self, story: Story, thread: Thread) -> str:
        """Thread and form as a page for other sites' frames; its links open outside the frame."""
        return self._print_thread("embed.html", addresses.embed(story.slug), story, thread)

    def thread_fragment(self, story: Story, thread: Thread) -> str:
        """<section id="comments"> alone with absolute addresses, to be included anywhere."""
        place = addresses.Place(self.look.url, abroad=True)
        page = self._sheet(story.language, place, story, reply="link" if story.open else "")
        return self._fill("thread_fragment.html", page, story=story, **_thread_values(thread))

    def form_fragment(self, story: Story) -> str:
        """The form alone with absolute addresses."""
        place = addresses.Place(self.look.url, abroad=True)
        page = self._sheet(story.language, place, story)
        return self._fill("form_fragment.html", page, story=story)

    def moved(self, story: Story, alias: str) -> str:
        """A page under another name of a story that leads to it, scripts or not."""
        place = self._printed(addresses.story(alias))
        page = self._sheet(story.language, place)
        return self._fill("moved.html", page, story=story)

    def front(
        self, stories: Sequence[Story], *, edition: EditionMark | None, more: bool = False
    ) -> str:
        """The newspaper's front; stories newest first, in whatever languages there are. `more`:
        there are older ones, which the archive names."""
        page = self._sheet(self.look.languages[0], self._printed(addresses.FRONT))
        days = [story.date for story in stories] + ([edition.date] if edition else [])
        return self._fill(
            "front.html",
            page,
            front=arrangement.front_page(stories, page.lang),
            edition=edition,
            day=max(days, default=None),
            more=more,
        )

    def archive(self, months: Sequence[date]) -> str:
        """The months in which there are stories, newest first, any day of each."""
        page = self._sheet(self.look.languages[0], self._printed(addresses.ARCHIVE))
        return self._fill("archive.html", page, months=months, month=None, stories=())

    def archive_month(self, month: date, stories: Sequence[Story]) -> str:
        """All stories of a month, newest first; `month` is any day of it."""
        page = self._sheet(self.look.languages[0], self._printed(addresses.archive_month(month)))
        return self._fill("archive.html", page, months=(), month=month, stories=stories)

    def terms(self, language: str) -> str:
        return self._fill("terms.html", self._words_sheet("terms", language))

    def how_comments_work(self, language: str) -> str:
        return self._fill("how.html", self._words_sheet("how-comments-work", language))

    def editions(
        self,
        lines: Sequence[EditionLine],
        language: str,
        *,
        rule: Rule | None = None,
        public_key: str = "",
    ) -> str:
        """The newest editions, the rule they are made by (None: `prompt`), and how to check a copy
        of the site with the public key, minisign's second line."""
        page = self._words_sheet("editions", language)
        return self._fill("editions.html", page, lines=lines, rule=rule, public_key=public_key)

    def receipt_form(
        self, language: str, *, faults: Sequence[Fault] = (), receipt: str = "", live: bool = False
    ) -> str:
        """The form to look up a receipt; `live` when the door answers with it, with its fault."""
        page = self._live(language) if live else self._words_sheet("receipt", language)
        return self._fill("receipt_form.html", page, faults=faults, receipt=receipt)

    # Answers of the live door: links start at the root.

    def form(self, draft: Draft, *, story_headline: str, faults: Sequence[Fault] = ()) -> str:
        """The form alone: for a reply, or again with what is to be put right."""
        return self._fill(
            "form.html", self._live_for(draft), draft=draft, headline=story_headline, faults=faults
        )

    def preview(
        self,
        draft: Draft,
        *,
        comment: Lettered,
        warnings: Sequence[Warning],
        cleaned: str,
        token: str,
        cleaned_name: str | None = None,
        story_headline: str = "",
        faults: Sequence[Fault] = (),
    ) -> str:
        """The draft as it will be printed, and what `warnings` ask about it.

        A cleaned text and name are offered where one of them differs from the draft's.
        """
        asked = composing.questions(warnings, {"text": draft.text, "name": draft.name})
        listed = asked[: composing.QUESTIONS]
        better = replace(
            draft,
            text=cleaned,
            name=draft.name if cleaned_name is None else cleaned_name,
        )
        return self._fill(
            "preview.html",
            self._live_for(draft),
            draft=draft,
            comment=comment,
            asked=len(asked),
            questions=listed,
            name=composing.marked_line(draft.name, composing.marks("name", warnings, listed)),
            text=composing.marked(
                draft.text, composing.marks("text", warnings, listed), self.look.links
            ),
            better=better if better != draft else None,
            token=token,
            headline=story_headline,
            faults=faults,
        )

    def receipt(self, printed_code: str, language: str, *, story: str = "") -> str:
        """The receipt, shown once. Printed on paper it is the code alone."""
        page = self._live(language)
        return self._fill("receipt.html", page, code=printed_code.split(), story=story)

    def outcome(
        self,
        outcome: Outcome,
        receipt_printed: str,
        language: str,
        size: int = OUTCOME_SIZE,
    ) -> str:
        """What became of a receipt, in exactly `size` bytes of UTF-8, so that length tells nothing.

        Raises ValueError where the page is longer than that.
        """
        page = self._live(language)
        html = self._fill(
            "outcome.html", page, outcome=outcome, receipt=receipt_printed, asked=language
        )
        missing = size - len(html.encode())
        if missing < 0:
            raise ValueError(f"The answer's page is {-missing} bytes longer than {size}.")
        return html + " " * missing

    def asking(self, asking: Asking, language: str, faults: Sequence[Fault]) -> str:
        """An appeal or a changed choice again, with what is to be put right."""
        page = self._live(language)
        return self._fill("asking.html", page, asking=asking, asked=language, faults=faults)

    def report(self, about: Reporting, faults: Sequence[Fault] = ()) -> str:
        """The form to report a printed comment; again with its faults."""
        page = self._live(about.language, about.story)
        return self._fill("report.html", page, about=about, faults=faults)

    def thanks(self, verb: str, language: str) -> str:
        """Taken: withdraw, refuse-edit, appeal, group or report takes effect at an edition."""
        return self._fill("thanks.html", self._live(language), verb=verb)

    def fault(
        self, status: int, heading: str, sentence: str, language: str, draft: Draft | None = None
    ) -> str:
        """A refusal: a heading, one sentence that says what to do, and the draft's text back.

        Both come in the page's language: see translations.say.
        """
        return self._fill(
            "fault.html",
            self._live(language),
            heading=heading,
            sentence=sentence,
            draft=draft,
            again=status in _PASSING,
            faults=(),
        )

    @staticmethod
    def stylesheet() -> tuple[str, bytes]:
        """The stylesheet's path on the shelf and its bytes."""
        return stylesheet.stylesheet()

    # How a page gets its sheet.

    def _print_thread(
        self, template: str, path: str, story: Story, thread: Thread, **values: object
    ) -> str:
        reply = "button" if story.open else ""
        page = self._sheet(story.language, self._printed(path), story, reply=reply)
        return self._fill(template, page, story=story, **_thread_values(thread), **values)

    def _printed(self, path: str) -> addresses.Place:
        return addresses.Place(self.look.url, path)

    def _words_sheet(self, name: str, language: str) -> Sheet:
        path = addresses.words(name, language, self.look.languages[0])
        return self._sheet(language, self._printed(path))

    def _live(self, language: str, slug: str = "") -> Sheet:
        """A page of the door, wholly in the furniture's language."""
        spoken = tongue(language, self.look.languages[0])
        place = addresses.Place(self.look.url)
        return Sheet(self.look, place, spoken, spoken, self._words_in(language), slug)

    def _live_for(self, draft: Draft) -> Sheet:
        return self._live(draft.language, draft.story)

    def _sheet(
        self,
        language: str,
        place: addresses.Place,
        story: Story | None = None,
        reply: str = "",
    ) -> Sheet:
        spoken = tongue(language, self.look.languages[0])
        slug = story.slug if story else ""
        words, kept = self._words_in(language), self._conversations_of(slug)
        return Sheet(self.look, place, language, spoken, words, slug, reply, kept)

    def _conversations_of(self, slug: str) -> Conversations:
        """A story's pages are printed together, and most show the same conversations."""
        if self._kept[0] != slug:
            self._kept = (slug, {})
        return self._kept[1]

    def _words_in(self, language: str) -> Words:
        for tag in (language, language.split("-")[0], self.look.languages[0]):
            if tag in self._words:
                return self._words[tag]
        return next(iter(self._words.values()))

    def _fill(self, template: str, page: Sheet, **values: object) -> str:
        return templating.fill(template, page.tongue, page=page, **values)


def _thread_values(thread: Thread) -> dict[str, object]:
    return {
        "thread": thread,
        "folios": arrangement.folios(thread),
        "shown": arrangement.shown_ids(thread),
        "older": arrangement.older_page(thread),
        "numbers": arrangement.page_numbers(thread.page) if thread.page else [],
    }
