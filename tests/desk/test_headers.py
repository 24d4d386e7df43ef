"""The headers of every answer at the desk, faults included."""

from __future__ import annotations

import pytest

from letterslot.desk import page
from letterslot.desk.middleware import HEADERS

EXPECTED = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
ADDRESSES = [
    "/", "/sign-in/", "/queue/", "/printed/", "/editions/", "/terms/", "/keys/", "/nothing/",
    "/queue", "/comments/nothing/", "/sign-out/",
]  # fmt: skip


@pytest.mark.parametrize("who", ["stranger", "ines", "lise"])
def test_every_answer_carries_the_headers(desk, request, who):
    for address in ADDRESSES:
        answer = request.getfixturevalue(who).get(address)
        found = {name: answer.headers.get(name) for name in EXPECTED}
        assert (address, found) == (address, EXPECTED)
        assert answer.headers["Permissions-Policy"] == HEADERS["Permissions-Policy"]


def test_a_fault_of_ours_carries_the_headers_too(desk, ines, monkeypatch):
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("an unmistakable text")

    monkeypatch.setattr(page, "show", broken)
    ines.raise_request_exception = False
    answer = ines.get("/keys/")
    assert answer.status_code == 500
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
    assert b"unmistakable" not in answer.content


def test_no_page_has_an_inline_style_or_script(desk, ines, lise):
    desk.letter("Ask me: mina@example.org.")
    printed = desk.printed()
    for address in (
        "/queue/", "/printed/", "/editions/", "/terms/", "/keys/", f"/comments/{printed.id}/edit/",
        f"/comments/{printed.id}/remove/",
    ):  # fmt: skip
        text = lise.get(address).content.decode()
        assert text.count("<script") == text.count("<script src=") == 2
        assert "<style" not in text
        assert " style=" not in text
        assert " on" + "click" not in text


def test_an_unknown_address_is_a_page_of_the_desk(desk, ines):
    answer = ines.get("/nothing/")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


def test_a_fault_in_the_newsrooms_files_is_one_sentence(desk, ines, stranger):
    (desk.data / "publication.toml").write_text("name = 1")
    answer = ines.get("/queue/")
    assert (answer.status_code, answer["Cache-Control"]) == (503, "no-store")
    assert answer.content.decode() == "publication.toml needs `name`, one line of text."
    stranger.raise_request_exception = False
    assert b"publication.toml" not in stranger.get("/sign-in/").content
