"""The second factor in a browser: a passkey that an authenticator holds, and an app without
scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from newsroom.test_factors import code
from playwright.sync_api import CDPSession, Page, expect

pytestmark = pytest.mark.journey

PASSWORD = "a long enough password"
WIDTHS = (360, 1280)


@pytest.fixture(scope="module")
def required(served) -> Iterator[Any]:
    """The desk, where a second factor is asked for, under the name that browsers trust."""
    path = served.data / "publication.toml"
    path.write_text(path.read_text().replace('"optional"', '"required"'))
    served.address = served.address.replace("127.0.0.1", "localhost")
    return served


def browser(required, **options: Any) -> Page:
    page = required.browser.new_context(
        base_url=required.address, viewport={"width": 1280, "height": 900}, **options
    ).new_page()
    page.set_default_timeout(10_000)
    return page


def give_the_password(page: Page, name: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in/$"))


def authenticator(page: Page) -> CDPSession:
    """A security key that says yes to everything it is asked."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }})  # fmt: skip
    return session


def looks_right(page: Page, *schemes: str) -> None:
    """No fault of accessibility and no sideways scroll, on a phone and on a laptop."""
    for scheme in schemes or ("light",):
        page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            beyond = page.evaluate("document.documentElement.scrollWidth") - width
            assert (page.url, beyond) == (page.url, 0)
        found = Axe().run(page).response["violations"]
        assert [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found] == []


def test_a_passkey_is_made_and_signs_in(required) -> None:
    page = browser(required, bypass_csp=True)
    authenticator(page)
    give_the_password(page, "m1")
    expect(page).to_have_url(re.compile("/second-factor/$"))
    looks_right(page, "dark", "light")
    page.get_by_role("link", name="Set up an app").click()
    looks_right(page, "dark", "light")
    page.get_by_role("link", name="Back").click()
    page.get_by_role("link", name="Make a passkey").click()
    looks_right(page)
    page.get_by_label("What you call it").fill("The laptop")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("heading", name="Write these codes down now")).to_be_visible()
    looks_right(page)
    page.get_by_role("link", name="I have them: to the queue").click()
    expect(page.get_by_text("Waiting:")).to_be_visible()
    page.get_by_role("link", name="m1, moderator").click()
    looks_right(page)
    page.get_by_role("link", name="Look at it or change it").click()
    expect(page.get_by_text("The laptop")).to_be_visible()
    looks_right(page)
    sign_out(page)
    give_the_password(page, "m1")
    expect(page).to_have_url(re.compile("/sign-in/second/$"))
    looks_right(page)
    page.get_by_role("button", name="Use the passkey").click()
    expect(page.get_by_text("Waiting:")).to_be_visible()


def test_another_key_does_not_sign_in(required) -> None:
    page = browser(required)
    held = authenticator(page)
    give_the_password(page, "m2")
    page.goto("/second-factor/passkey/")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("heading", name="Write these codes down now")).to_be_visible()
    code_kept = page.locator(".codes code").first.inner_text()
    page.goto("/queue/")
    sign_out(page)
    give_the_password(page, "m2")
    page.wait_for_url("**/sign-in/second/")
    form = page.locator("form[data-passkey]")
    asked = json.loads(form.get_attribute("data-options"))
    asked["publicKey"]["challenge"] = "c29tZSBvdGhlciBjaGFsbGVuZ2UgdGhhbiB0aGlzIG9uZQ"
    form.evaluate("(form, asked) => { form.dataset.options = asked }", json.dumps(asked))
    page.get_by_role("button", name="Use the passkey").click()
    expect(page.get_by_text("This does not fit, or was used before")).to_be_visible()
    held.send("WebAuthn.disable")
    page.get_by_label("A recovery code").fill(code_kept)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Waiting:")).to_be_visible()


def test_an_app_is_set_up_and_signs_in_without_scripts(required) -> None:
    page = browser(required, java_script_enabled=False)
    give_the_password(page, "m3")
    page.get_by_role("link", name="Set up an app").click()
    secret = page.locator(".secret").inner_text().replace(" ", "")
    expect(page.locator(".qr svg")).to_be_visible()
    page.get_by_label("The code that the app shows now").fill(code(secret, periods=-1))
    page.get_by_role("button", name="Use this app").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="I have them: to the queue").click()
    expect(page.get_by_text("Waiting:")).to_be_visible()
    sign_out(page)
    give_the_password(page, "m3")
    page.get_by_label("Code of the authenticator app, or a recovery code").fill(code(secret))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Waiting:")).to_be_visible()
