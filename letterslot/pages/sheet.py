"""What every template knows: the publication, where the page stands, and which language is which.

A page has up to three languages: that of its story, that of its furniture (falling back where
there is no catalogue), and that of each comment. Whatever differs from its surroundings is marked
with `lang` and `dir`, so that fonts, hyphens, screen readers and direction are right.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from letterslot.pages import addresses, languages
from letterslot.pages.views import Clause, Look, Words
from letterslot.text.scripts import language_direction


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
        return self.link(f"{self._words_address('terms')}#c{clause.number}")

    def clause_title(self, clause: Clause) -> str:
        """A clause's title inside a sentence: English drops the capital of a title's first word."""
        title = clause.title
        if self.tongue == "en" and title[1:2].islower():
            return title[:1].lower() + title[1:]
        return title


def attributes(language: str) -> Markup:
    """` lang="ko" dir="ltr"`."""
    return Markup(' lang="{}" dir="{}"').format(language, language_direction(language))
