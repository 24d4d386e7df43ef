"""What every template knows: the publication, where the page stands, and which language is which.

A page has up to three languages: that of its story, that of its furniture (falling back where
there is no catalogue), and that of each comment. Whatever differs from its surroundings is marked
with `lang` and `dir`, so that fonts, hyphens, screen readers and direction are right.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

from markupsafe import Markup, escape

from letterslot.pages import addresses, languages
from letterslot.pages.views import Clause, Conversation, Look, Words
from letterslot.text.scripts import language_direction

MOST_CONVERSATIONS = 60  # kept at once: a story's newest page has up to 25, in two forms
Conversations = dict[tuple[object, ...], str]
# No text holds such a character: none passes the door, or an import.
_LATER = re.compile("\x02([^\x03]*)\x03")


@dataclass(frozen=True)
class Sheet:
    """One page to be filled, as its template sees it under the name `page`."""

    look: Look
    place: addresses.Place
    lang: str  # of the page: its story's, or its furniture's
    tongue: str  # of the furniture
    words: Words
    slug: str = ""  # of the story, where the page has one
    reply: str = ""  # how comments are answered here: "button", "link" or ""
    conversations: Conversations = field(default_factory=dict)  # that other pages show, too

    @cached_property
    def dir(self) -> str:
        return language_direction(self.lang)

    @cached_property
    def furn(self) -> Markup:
        """Attributes for furniture that stands directly on the page."""
        return self.furn_in(self.lang)

    @cached_property
    def furn_lang(self) -> Markup:
        """The same for a container whose parts keep the page's direction."""
        if languages.same_language(self.tongue, self.lang):
            return Markup()
        return Markup(' lang="{}"').format(self.tongue)

    def furn_in(self, surroundings: str) -> Markup:
        """Attributes for furniture inside something written in the language `surroundings`.

        Even inside its own language it needs them where the page runs the other way, because
        the thread keeps names and marks to the page's direction.
        """
        same = languages.same_language(self.tongue, surroundings)
        if same and self.dir == language_direction(self.tongue):
            return Markup()
        return attributes(self.tongue)

    def own(self, language: str) -> Markup:
        """Attributes for something in `language` that stands directly on the page."""
        return Markup() if language == self.lang else attributes(language)

    def own_lang(self, language: str) -> Markup:
        return Markup() if language == self.lang else Markup(' lang="{}"').format(language)

    def link(self, address: str) -> str:
        return self.place.link(address)

    def door(self, path: str) -> str:
        return self.place.door(path)

    @cached_property
    def answering(self) -> str:
        """Where a comment of this page's story is answered at the door, up to its id."""
        return f"{self.door('/comment/new')}?story={quote(self.slug)}&reply_to="

    @cached_property
    def reporting(self) -> str:
        """The same for reporting it."""
        return f"{self.door('/report')}?story={quote(self.slug)}&comment="

    def words_page(self, name: str) -> str:
        """A link to terms, how-comments-work, receipt or editions in the reader's language."""
        return self.link(self._words_address(name))

    def _words_address(self, name: str) -> str:
        return addresses.words(name, self.tongue_of_words, self.look.languages[0])

    @cached_property
    def tongue_of_words(self) -> str:
        """The page's language where the publication prints its words in it, else the first."""
        for language in (self.lang, self.words.language, self.tongue):
            if language in self.look.languages:
                return language
        return self.look.languages[0]

    def elsewhere(self, address: str) -> str:
        """An address outside the shelf; empty where it is not one of the web."""
        return addresses.of_the_web(address)

    def clause_link(self, clause: Clause) -> str:
        return self.link(self.clause_address(clause))

    def clause_address(self, clause: Clause) -> str:
        return f"{self._words_address('terms')}#c{clause.number}"

    def later(self, address: str) -> str:
        """A mark in a conversation where the link to this address comes in: only links tell its
        pages apart."""
        return f"\x02{address}\x03"

    def conversation(self, render: Callable[[Conversation], str], talk: Conversation) -> Markup:
        """A conversation: rendered for the first page that shows it, and given its links for each.

        Whom a reply answers stands in the same conversation, or on none of its pages.
        """
        key = (self.place.abroad, self.reply, self.lang, self.tongue, talk)
        text = self.conversations.get(key)
        if text is None:
            if len(self.conversations) >= MOST_CONVERSATIONS:
                self.conversations.clear()
            text = self.conversations[key] = render(talk)
        placed = _LATER.sub(lambda found: str(escape(self.link(found[1]))), text)
        return Markup(placed)  # noqa: S704 - what the template made, and links that are escaped

    def clause_title(self, clause: Clause) -> str:
        """A clause's title inside a sentence: English drops the capital of a title's first word."""
        title = clause.title
        if self.tongue == "en" and title[1:2].islower():
            return title[:1].lower() + title[1:]
        return title


def attributes(language: str) -> Markup:
    """` lang="ko" dir="ltr"`."""
    return Markup(' lang="{}" dir="{}"').format(language, language_direction(language))
