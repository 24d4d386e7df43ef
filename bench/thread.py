"""The thread that is read: 25 conversations of a comment and 7 replies, printed by the product."""

from __future__ import annotations

import json
import random
import re
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

from bench.door import Publication

CONVERSATIONS = 25
REPLIES = 7
STORY = "page"
PAGE = f"/stories/{STORY}/comments/1/index.html"
KOREAN_EVERY = 4


def print_thread(publication: Publication) -> None:
    """Posts, collects, approves and prints; replies a slot after what they reply to."""
    words = Words()
    with publication.door() as door:
        url = f"http://127.0.0.1:{door.port}"
        _post_all(url, [(words.text(n), "") for n in range(CONVERSATIONS)])
        _approve_and_print(publication)
        parents = _printed_ids(url, CONVERSATIONS)
        replies = [(words.text(n), parent) for n, parent in enumerate(parents * REPLIES)]
        _post_all(url, replies)
        _approve_and_print(publication)
        _printed_ids(url, CONVERSATIONS * (1 + REPLIES))


class Words:
    """Invented words, as varied as those of people, so that a page shrinks as theirs would."""

    def __init__(self) -> None:
        self.chance = random.Random(200)
        self.latin = [self._latin_word() for _ in range(2000)]
        self.hangul = [self._hangul_word() for _ in range(2000)]

    def text(self, number: int) -> str:
        """About 300 characters in lower case words; every fourth text in Hangul."""
        words = self.hangul if number % KOREAN_EVERY == 0 else self.latin
        text = ""
        while len(text) < 300:
            text += self.chance.choice(words) + self.chance.choice([" "] * 9 + [". "])
        return text[:300].strip() + "."

    def _latin_word(self) -> str:
        syllables = self.chance.choice([1, 2, 2, 3])
        return "".join(
            self.chance.choice("bdfghklmnprstvw") + self.chance.choice("aeiou")
            for _ in range(syllables)
        )

    def _hangul_word(self) -> str:
        length = self.chance.choice([2, 3, 3, 4])
        return "".join(chr(0xAC00 + 28 * self.chance.randrange(399)) for _ in range(length))


def _post_all(url: str, letters: Sequence[tuple[str, str]]) -> None:
    for text, reply_to in letters:
        fields = {"story": STORY, "text": text, "name": "Marguerite", "reply_to": reply_to}
        token = _post(f"{url}/comment/preview", fields)["token"]
        _post(f"{url}/comment", {**fields, "token": token})


def _post(url: str, fields: dict[str, str]) -> Any:
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    request = urllib.request.Request(url, json.dumps(fields).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def _approve_and_print(publication: Publication) -> None:
    publication.command("collect")
    ids = [row["id"] for row in publication.command("queue")]
    publication.command("approve", *ids, "--by", "Ines")
    publication.command("edition", "--slot", "next")


def _printed_ids(url: str, count: int) -> list[str]:
    """The ids on the page, once it holds `count` comments: a door takes a second to notice a new
    edition. Raises RuntimeError if it never does."""
    ids: list[str] = []
    for _ in range(100):
        try:
            with urllib.request.urlopen(url + PAGE, timeout=30) as answer:
                ids = re.findall(r'id="c-([^"]+)"', answer.read().decode())
        except urllib.error.HTTPError:
            ids = []
        if len(ids) == count:
            return ids
        time.sleep(0.1)
    raise RuntimeError(f"The page to read holds {len(ids)} comments instead of {count}.")
