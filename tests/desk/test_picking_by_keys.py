"""What is printed, by the keyboard alone: a list's keys press what stands in the focused line."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey


def test_keys_pick_in_the_list_what_has_the_focus(served):
    page = served.sign_in()
    page.goto("/printed/")
    page.keyboard.press("p")
    expect(page.get_by_text("Editors’ pick with the next edition")).to_have_count(0)
    page.keyboard.press("j")
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
