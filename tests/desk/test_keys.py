"""The desk by keyboard alone, in a browser."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

pytestmark = pytest.mark.journey

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def signed_in(tmp_path_factory, key_file, password) -> Iterator[Page]:
    """A browser signed in at a desk."""
    if not CHROMIUM.exists():
        pytest.skip("Debian's chromium is not installed")
    script = Path(__file__).with_name("serving_to_a_browser.py")
    server = subprocess.Popen(
        [sys.executable, script, tmp_path_factory.mktemp("data"), key_file.path],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    address = f"http://127.0.0.1:{int(server.stdout.readline())}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(base_url=address)
        page.goto("/sign-in/")
        page.get_by_label("Name").fill("ines")
        page.get_by_label("Password").fill(password)
        page.keyboard.press("Enter")
        expect(page.get_by_text("Waiting:")).to_be_visible()
        yield page
        browser.close()
    server.stdin.close()
    server.wait(timeout=10)
    server.stdout.close()


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
    expect(page.locator(".letter .comment-text")).to_contain_text(f"Letter {letter}")


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
    page.keyboard.press("a")
    page.keyboard.press("s")
    page.wait_for_timeout(200)
    is_open(page, "a")
    page.get_by_role("button", name="Approve").click()
    is_open(page, "b")
    page.goto("/keys/")
    page.get_by_role("button", name="Switch them on").click()
