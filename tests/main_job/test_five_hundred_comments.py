"""The main job: five hundred comments of readers go the whole way, and nothing else gets out."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest
from at_work.letters import Letter, letters, newspaper_readers
from at_work.newsroom import Newsroom
from at_work.readers import ask, form_with, send_by_form, send_by_json, what_became_of
from at_work.site import Printed, comments_on, contents, files_with

STORY = "old-bridge-ko"
COUNT = 500
APPROVED, EDITED, DECLINED = 300, 50, 100  # and 50 are left waiting
DECLINE_CLAUSE, EDIT_CLAUSE = 1, 3
DECLINE_REASON = "Against the first clause of the terms."
EDIT_REASON = "Shortened."
CLIENTS = 8
MODERATORS = 2
BY = ("--by", "Ines")


@dataclass
class Phases:
    """How long each part took, in seconds."""

    took: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.took[name] = time.perf_counter() - begun

    def table(self) -> str:
        lines = [f"{name:<34}{seconds:8.1f} s" for name, seconds in self.took.items()]
        return "\n".join(["", *lines, f"{'together':<34}{sum(self.took.values()):8.1f} s"])


@dataclass
class Fate:
    """A letter, its receipt, its public id, and what the newsroom made of it."""

    letter: Letter
    receipt: str
    id: str = ""
    state: str = "waiting"
    printed_text: str = field(default="", repr=False)


@pytest.mark.journey
def test_five_hundred_comments_go_the_whole_way(
    newsroom: Newsroom, repository: Path, shared_data: Path | None, tmp_path: Path
) -> None:
    phases = Phases()
    rows = newspaper_readers(shared_data, repository / "tests" / "data" / "harmless_korean.txt")
    furniture = "\n".join(content for _, content in contents(newsroom.shelf))
    written = letters(rows, COUNT, furniture=furniture)
    with phases.phase("500 previewed and sent"):
        fates = send_all(newsroom, written)
    with phases.phase("collected"):
        collected = newsroom.command("collect")
    assert collected == {"collected": COUNT, "rejected": 0, "waiting": 0}
    with phases.phase("queue read"):
        match_with_queue(fates, newsroom.command("queue", "--story", STORY))
    with phases.phase("300 approved, 100 declined"):
        approve_and_decline(newsroom, fates)
    with phases.phase("50 edited"):
        edit(newsroom, fates, tmp_path)
    with phases.phase("editions"):
        editions = make_editions(newsroom)
        newsroom.wait_for_the_shelf()
    assert sum(made["published"] for made in editions) == APPROVED + EDITED
    with phases.phase("every page read"):
        printed = read_pages(newsroom)
    check_pages(fates, printed, clause_title(newsroom))
    with phases.phase("every file of the shelf searched"):
        check_nothing_else_got_out(newsroom, fates)
    with phases.phase("500 receipts asked"):
        check_receipts(newsroom, fates)
    with phases.phase("shelf and ledger verified"):
        key = str(newsroom.data / "publication.pub")
        newsroom.command("verify", str(newsroom.shelf), "--key", key)
        newsroom.command("audit", "verify")
    print(phases.table())


def send_all(newsroom: Newsroom, written: list[Letter]) -> list[Fate]:
    """Each letter by a client of its own; every fifth by a program instead of a browser."""
    story = ask(f"{newsroom.url}/stories/{STORY}/")
    form = form_with(story.page(), "text")

    def send(letter: Letter) -> Fate:
        if letter.number % 5 == 0:
            fields = {"story": STORY, "name": letter.name, "text": letter.text}
            return Fate(letter, send_by_json(newsroom.url, fields))
        receipt = send_by_form(newsroom.url, form, name=letter.name, text=letter.text)
        return Fate(letter, receipt)

    fates = in_parallel(send, written)
    assert len({fate.receipt for fate in fates}) == COUNT
    return fates


def in_parallel(work: Callable[[Any], Any], items: list[Any], at_once: int = CLIENTS) -> list[Any]:
    with ThreadPoolExecutor(at_once) as people:
        return list(people.map(work, items))


def match_with_queue(fates: list[Fate], rows: list[dict[str, Any]]) -> None:
    """Finds each letter in the queue by its exact name and text."""
    ids = {(row["name"], row["text"]): row["id"] for row in rows}
    assert (len(rows), len(ids)) == (COUNT, COUNT)
    missing = [fate.letter.number for fate in fates if key_of(fate.letter) not in ids]
    assert missing == [], "letters that are not in the queue as they were sent"
    for fate in fates:
        fate.id = ids[key_of(fate.letter)]


def key_of(letter: Letter) -> tuple[str, str]:
    return letter.name, letter.text


def approve_and_decline(newsroom: Newsroom, fates: list[Fate]) -> None:
    """Draws who is approved, edited, declined and left; edits are of letters of one row."""
    drawn = random.Random(500).sample(fates, len(fates))
    edited = [fate for fate in drawn if len(fate.letter.rows) == 1][:EDITED]
    others = [fate for fate in drawn if fate not in edited]
    for fate in edited:
        fate.state = "edited"
    for fate in others[:APPROVED]:
        fate.state, fate.printed_text = "approved", fate.letter.text
    for fate in others[APPROVED : APPROVED + DECLINED]:
        fate.state = "declined"
    grounds = ("--clause", str(DECLINE_CLAUSE), "--reason", DECLINE_REASON)
    approved = newsroom.command("approve", *ids_of(fates, "approved"), *BY)
    declined = newsroom.command("decline", *ids_of(fates, "declined"), *BY, *grounds)
    assert (len(approved["done"]), approved["refused"]) == (APPROVED, [])
    assert (len(declined["done"]), declined["refused"]) == (DECLINED, [])


def ids_of(fates: list[Fate], state: str) -> list[str]:
    return [fate.id for fate in fates if fate.state == state]


def edit(newsroom: Newsroom, fates: list[Fate], folder: Path) -> None:
    """One call for each, two at a time, as two moderators would."""

    def edit_one(fate: Fate) -> None:
        text = fate.letter.text
        middle = len(text) // 2
        # Two characters in the middle give way to a mark, so that the original stands nowhere.
        fate.printed_text = f"{text[:middle].rstrip()} […] {text[middle + 2 :].lstrip()}"
        file = folder / f"edited-{fate.letter.number}.txt"
        file.write_text(fate.printed_text + "\n", encoding="utf-8")
        grounds = ("--clause", str(EDIT_CLAUSE), "--reason", EDIT_REASON)
        done = newsroom.command("edit", fate.id, *BY, *grounds, "--text-file", str(file))
        assert (done["done"], done["refused"]) == ([fate.id], [])

    in_parallel(edit_one, [fate for fate in fates if fate.state == "edited"], MODERATORS)


def make_editions(newsroom: Newsroom) -> list[dict[str, Any]]:
    """Slot after slot until nothing is due."""
    made = []
    for _ in range(10):
        edition = newsroom.command("edition", "--slot", "next")
        if edition["edition"] is None:
            return made
        made.append(edition)
    raise AssertionError("after ten slots something was still due")


def read_pages(newsroom: Newsroom) -> dict[str, list[Printed]]:
    """What stands on each page of the thread, by the page's address, until there is none."""
    pages = {}
    for number in range(1, COUNT):
        address = f"{newsroom.url}/stories/{STORY}/comments/{number}/"
        answer = ask(address)
        if answer.status == 404:
            return pages
        assert answer.status == 200
        pages[address] = comments_on(answer.page())
    raise AssertionError("the thread has no end")


def check_pages(fates: list[Fate], pages: dict[str, list[Printed]], clause: str) -> None:
    printed = [comment for comments in pages.values() for comment in comments]
    by_id = {comment.id: comment for comment in printed}
    due = {fate.id: fate for fate in fates if fate.state in {"approved", "edited"}}
    assert Counter(comment.id for comment in printed) == Counter(due.keys())
    assert max(len(comments) for comments in pages.values()) == 25
    changed = [
        fate.letter.number for id_, fate in due.items() if by_id[id_].text != fate.printed_text
    ]
    assert changed == [], "letters whose text is not printed exactly"
    renamed = [
        fate.letter.number
        for id_, fate in due.items()
        if fate.letter.name and by_id[id_].name != fate.letter.name
    ]
    assert renamed == [], "letters whose name is not printed exactly"
    check_marks(due, by_id, clause)


def check_marks(due: dict[str, Fate], by_id: dict[str, Printed], clause: str) -> None:
    """Every edited comment says so and names the clause; no other says it."""
    unmarked = [
        fate.letter.number
        for id_, fate in due.items()
        if fate.state == "edited" and clause not in (by_id[id_].edited or "")
    ]
    marked = [
        fate.letter.number
        for id_, fate in due.items()
        if fate.state != "edited" and by_id[id_].edited is not None
    ]
    assert (unmarked, marked) == ([], [])


def clause_title(newsroom: Newsroom) -> str:
    """What clause 3 is called in the story's language, as the door knows it."""
    clauses = dict(ask(f"{newsroom.url}/door.json").json()["clauses"]["ko"])
    title: str = clauses[EDIT_CLAUSE]
    return title


def check_nothing_else_got_out(newsroom: Newsroom, fates: list[Fate]) -> None:
    """Nothing of the declined and the waiting stands in any file, nor an edited original."""
    unprinted = [fate for fate in fates if fate.state in {"declined", "waiting"}]
    edited = [fate for fate in fates if fate.state == "edited"]
    needles = [(fate, row) for fate in unprinted + edited for row in fate.letter.rows]
    needles += [(fate, fate.letter.name) for fate in unprinted if fate.letter.name]
    needles += [(fate, fate.id) for fate in unprinted]
    found = files_with(newsroom.shelf, [needle for _, needle in needles])
    leaks = {needles[at][0].letter.number: paths for at, paths in found.items()}
    assert leaks == {}, "letters of which something stands where nothing may"
    sought = [fate for fate in fates if fate.state == "approved"]
    seen = files_with(newsroom.shelf, [fate.letter.rows[0] for fate in sought])
    assert len(seen) == APPROVED, "the search must find what is printed, or it proves nothing"


def check_receipts(newsroom: Newsroom, fates: list[Fate]) -> None:
    answers = in_parallel(lambda fate: what_became_of(newsroom.url, fate.receipt), fates)
    wrong = [
        fate.letter.number
        for fate, answer in zip(fates, answers, strict=True)
        if facts_of(answer) != expected_facts(fate)
    ]
    assert wrong == [], "letters whose receipts do not tell the truth"
    addresses = {
        fate.id: urldefrag(urljoin(f"{newsroom.url}/", answer["address"]))
        for fate, answer in zip(fates, answers, strict=True)
        if fate.state in {"approved", "edited"}
    }
    pages = {url: comments_on(ask(url).page()) for url in {url for url, _ in addresses.values()}}
    astray = [
        fate.letter.number
        for fate in fates
        if fate.id in addresses and not stands_at(fate, *addresses[fate.id], pages)
    ]
    assert astray == [], "letters whose receipts name a place where they do not stand"


def stands_at(fate: Fate, url: str, fragment: str, pages: dict[str, list[Printed]]) -> bool:
    if fragment != f"c-{fate.id}":
        return False
    return any(one.id == fate.id and one.text == fate.printed_text for one in pages[url])


def facts_of(answer: dict[str, Any]) -> tuple[Any, ...]:
    """State, clause, reason, and whether the writer may refuse an edit."""
    may_refuse = "refuse-edit" in answer.get("may", [])
    return answer["state"], answer.get("clause"), answer.get("reason") or "", may_refuse


def expected_facts(fate: Fate) -> tuple[Any, ...]:
    return {
        "approved": ("published", None, "", False),
        "edited": ("published", EDIT_CLAUSE, EDIT_REASON, True),
        "declined": ("declined", DECLINE_CLAUSE, DECLINE_REASON, False),
        "waiting": ("waiting", None, "", False),
    }[fate.state]
