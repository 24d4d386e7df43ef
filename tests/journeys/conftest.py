"""The demo newsroom, made and served for the journeys, and browsers to walk through it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from at_work.demo import Demo, start, stop
from at_work.ports import free_ports
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo newsroom for all journeys; each journey writes comments of its own."""
    folder = tmp_path_factory.mktemp("demo")
    running = start(folder / "data", *free_ports(2), folder / "log")
    yield running
    stop(running)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. For a module and no longer: while Playwright is awake its event loop runs
    in this thread, and no other test may start one."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Debian's package chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                  "--disable-background-networking", "--disable-component-update",
                  "--disable-sync"],
        )  # fmt: skip
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes a browser context of its own, closed after the test."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        made.append(chromium.new_context(**options))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def reader(context: Callable[..., BrowserContext]) -> Page:
    """A reader on an old phone: no scripts, 360 px."""
    page = context(java_script_enabled=False, viewport={"width": 360, "height": 740}).new_page()
    page.set_default_timeout(15_000)
    return page


@pytest.fixture
def moderator(context: Callable[..., BrowserContext], demo: Demo) -> Page:
    """The demo's chief, signed in at the desk on a laptop."""
    page = context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(15_000)
    name, password, _ = demo.sign_in
    page.goto(f"{demo.desk}/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/queue/**")
    return page
