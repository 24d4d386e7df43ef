"""A screen that nobody sits at, in a browser."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.journey

PASSWORD = "a long enough password"


@pytest.fixture(scope="module")
def page(served):
    """Ines' browser, whose clock a test moves on."""
    page = served.sign_in(bypass_csp=True)
    page.clock.install()
    page.goto("/queue/?story=story-3")
    return page


def test_after_a_quarter_of_an_hour_the_page_is_covered_and_comes_back_with_what_was_typed(page):
    page.get_by_label("To the writer, if you like").fill("Half a sentence")
    page.clock.run_for("14:00")
    expect(page.get_by_text("Letter a.")).to_be_visible()
    page.clock.run_for("01:20")
    expect(page.get_by_role("heading", name="Is it still you?")).to_be_visible()
    assert "Letter a." not in page.locator("body").inner_text()
    assert Axe().run(page).response["violations"] == []
    page.get_by_label("Your password").fill("guess")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("This is not it: try again.")).to_be_visible()
    page.get_by_label("Your password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Letter a.")).to_be_visible()
    expect(page.get_by_label("To the writer, if you like")).to_have_value("Half a sentence")


def test_who_works_in_one_page_is_not_away_in_another(page):
    other = page.context.new_page()
    other.goto("/terms/")
    other.evaluate(
        "() => { heard = 0; new BroadcastChannel('desk').onmessage = () => { heard++ } }"
    )
    for signs in (1, 2):
        page.clock.run_for("10:00")  # in both pages
        page.mouse.move(50 * signs, 50)
        while other.evaluate("heard") < signs:
            page.wait_for_timeout(20)
    expect(other.get_by_role("heading", name=re.compile("Terms"))).to_be_visible()
    other.close()


@pytest.mark.parametrize("button", ["Lock", "Sign out"])
def test_who_leaves_in_one_page_leaves_no_letter_on_another(served, button):
    page = served.sign_in("tomas")
    other = page.context.new_page()
    other.goto("/queue/?story=story-4")
    expect(other.get_by_text("Letter a.")).to_be_visible()
    page.get_by_role("button", name=button).click()
    expect(other.get_by_role("heading", name="Is it still you?")).to_be_visible()
    assert "Letter a." not in other.locator("body").inner_text()
    other.get_by_label("Your password").fill(PASSWORD)
    other.keyboard.press("Enter")
    if button == "Lock":
        expect(other.get_by_text("Letter a.")).to_be_visible()
    else:
        other.wait_for_url("**/sign-in/")


def test_an_answer_that_comes_while_a_page_is_covered_uncovers_nothing(served):
    page = served.sign_in("m6")
    page.goto("/queue/?story=story-6")
    other = page.context.new_page()
    other.goto("/terms/")
    routes = []
    page.route(re.compile("/decide/"), lambda route: routes.append(route))
    with page.expect_request(re.compile("/decide/")):
        page.keyboard.press("a")
    answer = routes[0].fetch()
    other.get_by_role("button", name="Lock").click()
    expect(page.get_by_role("heading", name="Is it still you?")).to_be_visible()
    with page.expect_event("requestfinished"):
        routes[0].fulfill(response=answer)
    page.get_by_label("Your password").fill(PASSWORD)
    assert "Letter b." not in page.locator("body").inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Letter b.")).to_be_visible()
    expect(page.locator("#last")).to_contain_text("Letter a.")


def test_locking_waits_for_no_decision_that_is_under_way(served):
    page = served.sign_in("m5")
    page.goto("/queue/?story=story-5")
    page.route(re.compile("/decide/"), lambda route: None)  # it never gets an answer
    with page.expect_request(re.compile("/decide/")):
        page.keyboard.press("s")
    page.get_by_role("button", name="Lock").click()
    expect(page).to_have_url(re.compile("/locked/$"))
