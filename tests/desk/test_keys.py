"""The desk by keyboard alone, in a browser."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def signed_in(served) -> Page:
    """A browser signed in at a desk."""
    return served.sign_in()


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return itertools.count()


@pytest.fixture
def queue(numbers) -> str:
    """The part of the queue that belongs to this test: letters a to e under a story of its own."""
    return f"/queue/?story=story-{next(numbers)}"


@pytest.fixture
def page(signed_in, queue) -> Page:
    """The desk with letter a open."""
    signed_in.goto(queue)
    is_open(signed_in, "a")
    return signed_in


def is_open(page: Page, letter: str) -> None:
    """The letter stands there, long enough to have been read."""
    expect(page.locator(".letter .comment-text")).to_contain_text(f"Letter {letter}")
    expect(page.locator("body[data-unread]")).to_have_count(0)


def test_a_shift_with_the_keyboard_alone(page):
    page.keyboard.press("a")  # approve a
    is_open(page, "b")
    page.keyboard.press("s")  # skip b
    is_open(page, "c")
    page.keyboard.press("2")
    expect(page.get_by_role("radio", name="2 Facts")).to_be_checked()
    page.keyboard.press("d")  # decline c under clause 2
    is_open(page, "d")
    expect(page.locator(".undo")).to_contain_text("Declined:")
    page.keyboard.press("u")
    is_open(page, "c")
    page.keyboard.press("3")
    page.keyboard.press("e")  # edit c under clause 3
    expect(page.get_by_role("heading", name="Edit the comment")).to_be_visible()
    expect(page.get_by_role("radio", name="3 Private persons")).to_be_checked()
    page.get_by_label("As it will be printed").fill("Letter c, shorter.")
    page.keyboard.press("Control+Enter")
    is_open(page, "d")
    expect(page.locator(".undo")).to_contain_text("Edited:")


def test_declining_without_a_clause_leads_to_the_clauses(page):
    page.keyboard.press("d")
    expect(page.get_by_role("radio", name="1 Respect")).to_be_focused()
    expect(page.locator("#clause-fault")).to_be_visible()


def test_enter_on_a_clause_decides_nothing(page):
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Press one of these buttons.")).to_be_visible()
    is_open(page, "a")
    expect(page.get_by_role("radio", name="2 Facts")).to_be_checked()


def test_letters_typed_in_a_field_decide_nothing(page):
    page.get_by_label("To the writer, if you like").fill("")
    page.keyboard.type("a sad due 12?")
    expect(page.get_by_label("To the writer, if you like")).to_have_value("a sad due 12?")
    is_open(page, "a")


def test_escape_leaves_a_field_and_then_the_edit_page(page):
    page.keyboard.press("e")
    expect(page.get_by_label("As it will be printed")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_label("As it will be printed")).not_to_be_focused()
    page.keyboard.press("Escape")
    is_open(page, "a")


def test_the_question_mark_shows_the_keys_and_nothing_decides_behind_them(page):
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    is_open(page, "a")


def test_single_letters_can_be_switched_off(page, queue):
    page.goto("/keys/")
    page.get_by_role("button", name="Switch them off").click()
    page.goto(queue)
    is_open(page, "a")
    page.keyboard.press("a")
    page.keyboard.press("s")
    page.wait_for_timeout(200)
    is_open(page, "a")
    page.get_by_role("button", name="Approve").click()
    is_open(page, "b")
    page.goto("/keys/")
    page.get_by_role("button", name="Switch them on").click()


def test_a_key_that_is_held_decides_once(page):
    page.keyboard.down("a")
    is_open(page, "b")
    for _ in range(5):
        page.keyboard.down("a")  # what the browser sends while the key is held
    page.wait_for_timeout(400)
    is_open(page, "b")
    page.keyboard.up("a")


def test_enter_held_on_approve_decides_once(page):
    expect(page.get_by_role("button", name="Approve")).to_be_focused()
    page.keyboard.down("Enter")
    is_open(page, "b")
    for _ in range(5):
        page.keyboard.down("Enter")
    page.wait_for_timeout(400)
    is_open(page, "b")
    page.keyboard.up("Enter")


def test_what_has_just_appeared_cannot_be_decided(page):
    page.evaluate("""() => {
        const press = () => document.body.dispatchEvent(
            new KeyboardEvent("keydown", { key: "a", code: "KeyA", bubbles: true }));
        press();
        press();
        document.querySelector('[value="approve"]').click();
    }""")
    is_open(page, "b")


def test_a_clause_brings_ready_words_and_the_next_press_others(page):
    words = page.get_by_label("To the writer, if you like")
    page.keyboard.press("1")
    expect(words).to_have_value("It insults people instead of arguing with what they say or do.")
    page.keyboard.press("1")
    expect(words).to_have_value("It speaks with contempt of a whole group of people.")
    page.keyboard.press("1")
    expect(words).to_have_value("")
    words.fill("My own words.")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    expect(words).to_have_value("My own words.")


def test_a_letter_is_sent_back_with_ready_advice(page):
    page.keyboard.press("3")
    page.keyboard.press("b")
    is_open(page, "a")
    expect(page.get_by_label("To the writer, if you like")).to_have_value(
        re.compile("^Leave out names, numbers and places")
    )
    page.keyboard.press("b")
    is_open(page, "b")
    expect(page.locator(".undo")).to_contain_text("Sent back with advice:")


def test_what_is_selected_is_cut_with_one_key(page):
    page.keyboard.press("e")
    wording = page.get_by_label("As it will be printed")
    wording.evaluate("field => field.setSelectionRange(7, 8)")
    page.keyboard.press("[")
    expect(wording).to_have_value("Letter […].")
    expect(page.locator("#difference")).to_contain_text("1 characters cut, 3 put in")
