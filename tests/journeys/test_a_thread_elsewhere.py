"""A page of another site shows the thread when it is reached, and its link where it cannot."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator

import pytest
from at_work.demo import Demo
from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.journey

STORY = "old-bridge"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>News</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
<p style="height:5000px">A long story.</p>
<div data-letterslot="{story}"><a href="{story}#comments">Read and write comments</a></div>
<script defer src="{site}/thread.js"></script>"""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[dict[str, str]]:
    """Another site: what it holds by path; its own address under "address"."""
    pages: dict[str, str] = {}

    class Serving(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path, "").encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Serving)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    pages["address"] = f"http://127.0.0.1:{server.server_address[1]}"
    yield pages
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(
    demo: Demo, elsewhere: dict[str, str], context: Callable[..., BrowserContext]
) -> Callable[..., tuple[Page, list[str]]]:
    """Opens the other site's page about a story; the page, and what it asked of the newsroom."""

    for name in ("thread.html", "form.html"):
        elsewhere[f"/stories/{STORY}/{name}"] = '<article class="comment">Not theirs.</article>'

    def open_page(
        slug: str = STORY, story: str = "", mark: str = "", scripts: bool = True
    ) -> tuple[Page, list[str]]:
        story = story.format(**elsewhere) or f"{demo.site}/stories/{slug}/"
        elsewhere["/story"] = PAGE.format(story=story, site=demo.site)
        page = context(java_script_enabled=scripts).new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url.removeprefix(demo.site)))
        page.goto(f"{elsewhere['address']}/story{mark}", wait_until="networkidle")
        return page, [path for path in asked if path.startswith("/")]

    return open_page


def reach(page: Page) -> None:
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")


def test_the_thread_is_asked_for_when_it_is_reached(visit, demo) -> None:
    page, asked = visit()
    assert asked == ["/thread.js"]
    reach(page)
    page.get_by_role("heading", name="Comments", exact=True).wait_for()
    assert page.locator("article.comment").count() > 0
    assert page.locator("form#write").get_attribute("action") == f"{demo.site}/comment/preview"
    assert page.get_by_role("link", name="Read and write comments").count() == 0


def test_a_link_to_a_comment_finds_it(visit) -> None:
    first, _ = visit()
    reach(first)
    first.locator("article.comment").first.wait_for()
    ident = first.locator("article.comment").first.get_attribute("id")
    page, _ = visit(mark=f"#{ident}")
    page.locator(f"#{ident}").wait_for()
    page.wait_for_function("scrollY > 1000")
    assert page.locator(f"#{ident}").bounding_box()["y"] < page.viewport_size["height"]


@pytest.mark.parametrize(
    "page",
    [
        {"scripts": False},
        {"slug": "unknown-story"},
        {"story": "{address}/stories/old-bridge/"},
    ],
    ids=["without scripts", "unknown story", "another site's story"],
)
def test_where_it_cannot_be_shown_the_link_stays(visit, page) -> None:
    shown, _ = visit(**page)
    if page.get("scripts", True):
        reach(shown)
    assert shown.get_by_role("link", name="Read and write comments").count() == 1
    assert shown.locator("article.comment").count() == 0
