"""What is printed, reported and appealed, by the keyboard alone: a list's keys press what stands in
the focused line."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey


def test_keys_pick_in_the_list_what_has_the_focus(served):
    page = served.sign_in()
    page.goto("/printed/")
    page.keyboard.press("p")  # nothing has the focus yet: it goes to the first, and no more
    expect(page.locator("[data-entry]").first.get_by_role("link").first).to_be_focused()
    expect(page.get_by_text("Editors’ pick with the next edition")).to_have_count(0)
    page.keyboard.press("j")
    second = page.locator("[data-entry]").nth(1)
    page.keyboard.press("p")
    expect(second.get_by_text("Editors’ pick with the next edition")).to_be_visible()
    expect(second).to_be_focused()
    page.keyboard.press("p")
    expect(page.get_by_text("Editors’ pick with the next edition")).to_have_count(0)
    expect(second).to_be_focused()
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="Answer as the newsroom")).to_be_visible()
    expect(page.get_by_label("Answer, in plain text")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_text("It is printed.")).to_be_visible()
    page.keyboard.press("p")
    expect(page.get_by_text("Editors’ pick with the next edition")).to_be_visible()


def test_a_report_and_an_appeal_are_decided_by_keys(served):
    page = served.sign_in()
    page.goto("/reports/")
    page.keyboard.press("j")
    page.keyboard.press("d")
    expect(page.get_by_role("heading", name="Remove the printed comment")).to_be_visible()
    page.keyboard.press("Escape")
    page.goto("/reports/")
    page.keyboard.press("a")
    page.keyboard.press("a")
    expect(page.get_by_text("No report waits to be read.")).to_be_visible()
    page.goto("/appeals/")
    page.keyboard.press("j")
    page.keyboard.press("h")
    expect(page.get_by_text("No appeal waits to be heard.")).to_be_visible()
    page.keyboard.press("q")
    expect(page.get_by_text("Waiting:")).to_be_visible()


def test_a_key_decides_nothing_by_a_button_that_is_not_on_the_screen(served):
    page = served.sign_in("tomas", viewport={"width": 1280, "height": 160})
    page.goto("/printed/")
    button = page.locator("[data-entry]").first.get_by_role("button")
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    page.keyboard.press("j")
    page.evaluate("scrollTo(0, 0)")
    expect(button).not_to_be_in_viewport(ratio=1)
    page.keyboard.press("p")
    expect(button).to_be_in_viewport(ratio=1)
    page.goto("/printed/")
    assert sent == ["GET"] * len(sent)
