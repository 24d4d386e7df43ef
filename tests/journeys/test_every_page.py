"""Every page of both doors: no fault of accessibility, no sideways scroll, in light and dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from at_work.demo import Demo
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.journey

SITE = [
    "/", "/stories/old-bridge/", "/stories/old-bridge/lite/", "/stories/old-bridge/comments/1/",
    "/stories/old-bridge-ko/", "/stories/seed-library/", "/stories/night-hives/",
    "/stories/night-hives/lite/", "/stories/old-bridge/thread.html",
    "/stories/old-bridge/form.html",
    "/archive/", "/terms/", "/terms/ko/", "/how-comments-work/", "/how-comments-work/ko/",
    "/receipt/", "/receipt/ko/", "/editions/", "/editions/ko/", "/comment/new?story=old-bridge",
    "/comment/new?story=nowhere", "/nowhere/", "/report?comment=k3v9q2m7",
]  # fmt: skip
DESK = [
    "/queue/", "/queue/list/", "/search/", "/search/?q=bridge", "/printed/", "/appeals/",
    "/reports/", "/reasons/", "/sessions/", "/password/", "/second-factor/",
    "/editions/", "/terms/", "/keys/",
]  # fmt: skip
SCHEMES = ["light", "dark"]

# Links and buttons that stand alone and are too low for a finger: under 24 px (WCAG 2.5.8). Those
# inside a sentence are as high as its lines.
SMALL = """() => [...document.querySelectorAll('a, button')].filter(it => {
  const box = it.getBoundingClientRect(), around = it.parentElement.textContent.trim();
  const alone = getComputedStyle(it).display !== 'inline' || around === it.textContent.trim();
  return alone && box.width > 1 && box.height < 24;
}).map(it => it.outerHTML.slice(0, 120))"""

Contexts = Callable[..., BrowserContext]


def _faults(page: Page, *, whole: bool = True) -> list[str]:
    """What axe finds, as short sentences. A fragment is not a page: rules of pages leave it out."""
    options: dict[str, Any] = {} if whole else {"rules": {
        rule: {"enabled": False}
        for rule in ("document-title", "html-has-lang", "landmark-one-main", "page-has-heading-one",
                     "region", "bypass", "heading-order")
    }}  # fmt: skip
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


def _sideways(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("address", SITE)
def test_a_page_of_the_site_is_open_to_everybody(
    demo: Demo, context: Contexts, address: str, scheme: str
) -> None:
    page = context(
        viewport={"width": 360, "height": 740}, color_scheme=scheme, bypass_csp=True
    ).new_page()
    page.goto(demo.site + address)
    whole = not address.endswith(("thread.html", "form.html"))
    assert _faults(page, whole=whole) == []
    assert _sideways(page) == 0
    # A fragment has no style before another site's page takes it in.
    assert not whole or page.evaluate(SMALL) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert _sideways(page) == 0
    page.set_viewport_size({"width": 1280, "height": 800})
    assert _sideways(page) == 0


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_pages_that_answer_a_form_are_open_to_everybody(
    demo: Demo, context: Contexts, scheme: str
) -> None:
    page = context(
        viewport={"width": 360, "height": 740}, color_scheme=scheme, bypass_csp=True
    ).new_page()
    page.goto(f"{demo.site}/stories/old-bridge/")
    page.get_by_label("Your comment").fill("Ask Pieter on 020 7946 0958 or at pieter@mill.example.")
    page.get_by_role("button", name="Look before sending").click()
    assert (_faults(page), _sideways(page)) == ([], 0)
    page.get_by_role("button", name="Send this comment").click()
    receipt = page.locator("#receipt").inner_text()
    assert (_faults(page), _sideways(page)) == ([], 0)
    for code in (receipt, demo.sign_in[2], "mistyped"):
        page.goto(f"{demo.site}/receipt/")
        page.get_by_label("Receipt", exact=True).fill(code)
        page.get_by_role("button", name="See what became of it").click()
        assert (_faults(page), _sideways(page)) == ([], 0)
    page.goto(f"{demo.site}/stories/old-bridge/")
    page.get_by_label("Name", exact=True).fill("x" * 90)
    page.get_by_label("Your comment").fill("A text that is kept.")
    page.get_by_role("button", name="Look before sending").click()
    assert (_faults(page), _sideways(page)) == ([], 0)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_signing_in_page_is_open_to_everybody(
    demo: Demo, context: Contexts, scheme: str
) -> None:
    page = context(
        viewport={"width": 360, "height": 740}, color_scheme=scheme, bypass_csp=True
    ).new_page()
    page.goto(f"{demo.desk}/sign-in/")
    assert (_faults(page), _sideways(page)) == ([], 0)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_page_of_the_desk_is_open_to_everybody(
    demo: Demo, moderator: Page, context: Contexts, scheme: str
) -> None:
    cookies = moderator.context.cookies()
    signed_in = context(
        viewport={"width": 1280, "height": 800}, color_scheme=scheme, bypass_csp=True
    )
    signed_in.add_cookies(cookies)  # type: ignore[arg-type]
    page = signed_in.new_page()
    for address in DESK:
        page.goto(demo.desk + address)
        page.set_viewport_size({"width": 1280, "height": 800})
        assert (address, _faults(page), _sideways(page)) == (address, [], 0)
        page.set_viewport_size({"width": 360, "height": 740})
        assert (address, _faults(page), _sideways(page)) == (address, [], 0)
    # One whose writer lets it be edited: which letter opens first is chance.
    page.goto(f"{demo.desk}/search/?q=Had Enough")
    page.locator("main").get_by_role("link", name="Had Enough").first.click()
    page.get_by_role("button", name="Edit").click()
    assert (_faults(page), _sideways(page)) == ([], 0)
