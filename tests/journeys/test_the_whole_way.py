"""A reader's comment goes the whole way, and a stranger watches it do so."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from at_work.demo import Demo
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.journey

TEXT = (
    "My aunt kept a diary of the lake, and Pieter of Mill Lane 4 kept another. They never agreed."
)
EDITED = "My aunt kept a diary of the lake, and […] kept another. They never agreed."


def write(reader: Page, demo: Demo, text: str, name: str) -> str:
    """Write a comment as a reader without scripts does; the receipt."""
    reader.goto(f"{demo.site}/")
    reader.get_by_role("link", name=re.compile("The lake is 61 percent")).first.click()
    reader.get_by_label("Your comment").fill(text)
    reader.get_by_label("Name", exact=True).fill(name)
    reader.get_by_role("button", name="Look before sending").click()
    expect(reader.get_by_text("Nothing is stored yet").first).to_be_visible()
    expect(reader.locator(".comment-text").first).to_contain_text("They never agreed.")
    reader.get_by_role("button", name="Send this comment").click()
    return reader.locator("#receipt").inner_text()


def look_up(reader: Page, demo: Demo, receipt: str) -> None:
    reader.goto(f"{demo.site}/receipt/")
    reader.get_by_label("Receipt", exact=True).fill(receipt)
    reader.get_by_role("button", name="See what became of it").click()


def find_in_queue(moderator: Page, demo: Demo, name: str) -> None:
    """Collect the post and open the comment of this name, wherever it stands in the queue."""
    moderator.goto(f"{demo.desk}/queue/")
    moderator.get_by_role("button", name="Collect the post").click()
    moderator.goto(f"{demo.desk}/search/?q={name}")
    moderator.locator("main").get_by_role("link", name=name).first.click()
    expect(moderator.locator(".letter")).to_contain_text(name)


def print_next_edition(moderator: Page, demo: Demo) -> None:
    moderator.goto(f"{demo.desk}/editions/")
    moderator.get_by_role("button", name="Print the next edition now").click()
    expect(moderator.get_by_role("heading", level=1)).to_contain_text("is printed")
    time.sleep(1)  # the door notices a new edition within a second


def test_a_comment_is_edited_printed_refused_and_gone(
    demo: Demo, reader: Page, moderator: Page
) -> None:
    receipt = write(reader, demo, TEXT, "Diary Niece")
    assert len(receipt.split()) == 6

    look_up(reader, demo, receipt)
    expect(reader.get_by_role("heading", level=1)).to_contain_text("aiting")

    find_in_queue(moderator, demo, "Diary Niece")
    moderator.get_by_role("button", name="Edit").click()
    moderator.get_by_label("As it will be printed").fill(EDITED)
    moderator.get_by_label(re.compile("Private persons")).check()
    moderator.get_by_label(re.compile("To the writer")).fill("He was not asked.")
    moderator.get_by_role("button", name="Print as edited").click()
    expect(moderator.locator("body")).to_contain_text("Undo")

    reader.goto(f"{demo.site}/stories/old-bridge/")
    assert "Diary Niece" not in reader.content()

    print_next_edition(moderator, demo)
    reader.reload()
    mine = reader.locator("article.comment", has_text="Diary Niece")
    expect(mine.locator(".comment-text")).to_have_text(EDITED)
    expect(mine.locator(".comment-edited")).to_contain_text("clause 3")
    assert "Mill Lane" not in reader.content()

    look_up(reader, demo, receipt)
    expect(reader.get_by_role("heading", level=1)).to_contain_text("edit")
    expect(reader.locator("main")).to_contain_text("He was not asked.")
    reader.get_by_role("button", name="Refuse the edit").click()
    expect(reader.locator("main")).to_contain_text("edition")

    reader.goto(f"{demo.site}/stories/old-bridge/")
    assert "Diary Niece" in reader.content()
    print_next_edition(moderator, demo)
    reader.reload()
    assert "Diary Niece" not in reader.content()
    look_up(reader, demo, receipt)
    expect(reader.get_by_role("heading", level=1)).to_contain_text("ithdrawn")


def test_a_reply_goes_to_the_comment_it_answers(demo: Demo, reader: Page, moderator: Page) -> None:
    reader.goto(f"{demo.site}/stories/old-bridge/")
    asked = reader.locator("article.comment").first
    answered = asked.get_attribute("id") or ""
    asked.get_by_role("button", name="Reply").first.click()
    reader.get_by_label("Your comment").fill("Which gate was that?")
    reader.get_by_label("Name", exact=True).fill("Asks Twice")
    reader.get_by_role("button", name="Look before sending").click()
    reader.get_by_role("button", name="Send this comment").click()
    expect(reader.locator("#receipt")).to_be_visible()

    find_in_queue(moderator, demo, "Asks Twice")
    moderator.get_by_role("button", name="Approve").click()
    print_next_edition(moderator, demo)
    reader.goto(f"{demo.site}/stories/old-bridge/")
    parent = reader.locator(f"#{answered}")
    expect(parent.locator(".replies article", has_text="Asks Twice")).to_be_visible()


def test_a_fault_keeps_the_text_and_says_what_to_put_right(demo: Demo, reader: Page) -> None:
    reader.goto(f"{demo.site}/stories/old-bridge-ko/")
    reader.locator("textarea[name=text]").fill("다리를 다시 보았습니다.")
    reader.locator("input[name=name]").fill("가" * 81)
    reader.locator("form#write button.btn").click()
    expect(reader.locator("textarea[name=text]")).to_have_value("다리를 다시 보았습니다.")
    expect(reader.locator("input[name=name]")).to_have_attribute("aria-invalid", "true")
    assert reader.locator("html").get_attribute("lang") == "ko"


def test_the_full_and_the_lite_view_lead_to_each_other(demo: Demo, reader: Page) -> None:
    reader.goto(f"{demo.site}/stories/old-bridge/")
    reader.locator("a.view-lite").click()
    reader.wait_for_url("**/stories/old-bridge/lite/**")
    assert reader.locator("img").count() == 0
    reader.locator("a.view-full-site").click()
    expect(reader.locator("figure img")).to_be_visible()


def test_no_page_asks_anything_of_anybody_else_or_sets_a_cookie(demo: Demo, reader: Page) -> None:
    asked: list[str] = []
    reader.on("request", lambda request: asked.append(request.url))
    write(reader, demo, "A comment that only looks around.\nThey never agreed.", "")
    assert [url for url in asked if not url.startswith(demo.site)] == []
    assert reader.context.cookies() == []


def test_nothing_moves_while_a_page_loads(
    demo: Demo, context: Callable[..., BrowserContext]
) -> None:
    page = context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(f"{demo.site}/stories/old-bridge/")
    shift = page.evaluate(
        """() => new Promise(done => {
            let sum = 0;
            new PerformanceObserver(list => list.getEntries().forEach(one => { sum += one.value; }))
                .observe({type: "layout-shift", buffered: true});
            setTimeout(() => done(sum), 300);
        })"""
    )
    assert shift == 0
