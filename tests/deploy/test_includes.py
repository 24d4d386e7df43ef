"""Threads put into a newsroom's own pages by a real nginx (SSI) and a real Varnish (ESI)."""

from __future__ import annotations

import gzip
import http.client
import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from at_work import placed
from at_work.newsroom import Newsroom
from at_work.ports import free_port
from at_work.proxies import nginx, nginx_that_includes, varnish
from at_work.readers import parse
from at_work.site import comments_on

MARKS = {
    "nginx": '<!--# include virtual="/letterslot/stories/{slug}/{piece}.html" -->',
    "varnish": '<esi:include src="/letterslot/stories/{slug}/{piece}.html"/>',
}

Read = Callable[..., tuple[http.client.HTTPResponse, bytes]]


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    room = placed.newsroom(tmp_path_factory.mktemp("includes"))
    yield room
    room.close_door()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The newsroom's own site: pages for either program, and a file that no reader may ask for."""
    folder = tmp_path_factory.mktemp("news")
    for program, mark in MARKS.items():
        for slug in (placed.SLUG, "unknown-story"):
            both = "".join(mark.format(slug=slug, piece=piece) for piece in ("thread", "form"))
            (folder / f"{program}-{slug}.html").write_text(
                f'<!doctype html><html lang="en"><title>News</title><main>{both}</main><p>End.</p>'
            )
    (folder / "secret.txt").write_text("hidden words")
    return folder


@pytest.fixture(scope="module")
def origin(pages: Path) -> Iterator[int]:
    """The site behind Varnish; its port."""

    class Serving(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Serving, directory=str(pages))
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def _running(
    program: str, into: Path, door: int, pages: Path, origin: int
) -> ExitStack[bool | None]:
    """The program in front of the site and of a door at this port; its connection as `line`."""
    stack, port = ExitStack(), free_port()
    if program == "nginx":
        copy = nginx_that_includes(into, door=door, port=port, pages=pages)
        stack.line = stack.enter_context(nginx(into, copy, port))  # type: ignore[attr-defined]
    else:
        around = varnish(into, door=door, site=origin, port=port)
        stack.line = stack.enter_context(around)  # type: ignore[attr-defined]
    return stack


def _read(
    line: http.client.HTTPConnection, path: str, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    line.request("GET", path, headers={"Host": "news.example", **headers})
    answer = line.getresponse()
    return answer, answer.read()


@pytest.fixture(scope="module", params=sorted(MARKS))
def program(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def read(
    program: str,
    tmp_path_factory: pytest.TempPathFactory,
    newsroom: Newsroom,
    pages: Path,
    origin: int,
) -> Iterator[Read]:
    """Asks the running program for a page of the site."""
    into = tmp_path_factory.mktemp(program)
    with _running(program, into, newsroom.port, pages, origin) as running:
        yield partial(_read, running.line)  # type: ignore[attr-defined]


def test_thread_and_form_stand_in_the_page(program: str, read: Read, newsroom: Newsroom) -> None:
    answer, body = read(f"/{program}-{placed.SLUG}.html")
    page = parse(body)
    assert answer.status == 200
    assert body.rstrip().endswith(b"<p>End.</p>")
    (comment,) = comments_on(page)
    assert comment.text == placed.HOSTILE
    (form,) = [form for form in page.iter("form") if form.get("id") == "write"]
    assert form.get("action") == f"{newsroom.url}/comment/preview"


def test_nothing_that_a_reader_wrote_is_a_command_or_markup(program: str, read: Read) -> None:
    _, body = read(f"/{program}-{placed.SLUG}.html")
    assert b"hidden words" not in body
    assert b"uid=" not in body
    assert [*parse(body).iter("script")] == []
    assert (body.count(b"<!--#"), body.count(b"<esi:"), body.count(b"<!--esi")) == (0, 0, 0)


def test_a_story_that_is_not_known_leaves_the_page_whole(program: str, read: Read) -> None:
    answer, body = read(f"/{program}-unknown-story.html")
    assert answer.status == 200
    assert b"<main></main><p>End.</p>" in body


def test_readers_who_take_compressed_pages_get_the_same(program: str, read: Read) -> None:
    _, plain = read(f"/{program}-{placed.SLUG}.html")
    answer, body = read(f"/{program}-{placed.SLUG}.html", **{"Accept-Encoding": "gzip, br"})
    packed = answer.headers["Content-Encoding"] == "gzip"
    assert (gzip.decompress(body) if packed else body) == plain


def test_what_a_browser_asks_about_its_own_copy_does_not_reach_the_door(
    program: str, read: Read, newsroom: Newsroom
) -> None:
    fragment = f"/stories/{placed.SLUG}/thread.html"
    line = http.client.HTTPConnection("127.0.0.1", newsroom.port, timeout=10)
    line.request("GET", fragment, headers={"Host": "localhost"})
    answer = line.getresponse()
    answer.read()
    line.close()
    _, plain = read(f"/{program}-{placed.SLUG}.html")
    for asked in ({"If-None-Match": answer.headers["ETag"]}, {"If-None-Match": "*"}):
        answer, body = read(f"/{program}-{placed.SLUG}.html", **asked)
        assert answer.status == 304 or body == plain


def test_the_pieces_cannot_be_had_from_outside(program: str, read: Read) -> None:
    _, body = read(f"/letterslot/stories/{placed.SLUG}/thread.html")
    assert [*parse(body).iter("article")] == []


def test_a_door_that_is_away_leaves_the_page_whole(
    program: str, tmp_path: Path, pages: Path, origin: int
) -> None:
    with _running(program, tmp_path, free_port(), pages, origin) as running:
        answer, body = _read(running.line, f"/{program}-{placed.SLUG}.html")  # type: ignore[attr-defined]
    assert answer.status == 200
    assert b"<main></main><p>End.</p>" in body
