"""Where an address in a text begins and ends, and where it leads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterslot.text.links import find


def found(text):
    return [(text[link.start : link.end], link.href, link.host) for link in find(text)]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see https://news.example/a.", "https://news.example/a"),
        ("(https://news.example/a)", "https://news.example/a"),
        ("https://news.example/a_(b), and", "https://news.example/a_(b)"),
        ("“https://news.example/a”라고", "https://news.example/a"),
        ("看https://news.example/a。对", "https://news.example/a"),
        ("https://news.example/a؟", "https://news.example/a"),
        ("really https://news.example?!...", "https://news.example"),
        ("https://news.example/?a=1&b=2#c", "https://news.example/?a=1&b=2#c"),
        ("https://news.example:8443/x", "https://news.example:8443/x"),
        ("https://news.example/가을", "https://news.example/가을"),
        ("<https://news.example/a>", "https://news.example/a"),
        ("https://news.example/a\u202eb", "https://news.example/a"),
        ("https://news.example/a\u200bb", "https://news.example/a"),
        ("https://good.example\\@evil.example", "https://good.example"),
    ],
)
def test_an_address_ends_where_a_reader_would_say(text, address):
    assert found(text) == [(address, address, "")]


@pytest.mark.parametrize(
    ("text", "href", "host"),
    [
        ("https://аррӏе.example/x", "https://xn--80ak6aa92e.example/x", "xn--80ak6aa92e.example"),
        ("https://straße.example", "https://xn--strae-oqa.example", "xn--strae-oqa.example"),
        ("http://한국.example:80/", "http://xn--3e0b707e.example:80/", "xn--3e0b707e.example"),
        ("HTTPS://News.Example/A", "https://news.example/A", ""),
    ],
)
def test_it_leads_to_the_host_in_ascii_and_says_so(text, href, host):
    assert found(text) == [(text, href, host)]


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)", "data:text/html,x", "ftp://news.example/a", "//news.example/a",
        "www.news.example", "news.example", "mailto:a@news.example", "https://localhost/",
        "https://[::1]/", "https://bank.example@evil.example/", "https://a:b@evil.example/",
        "https://news.example:99999/", "https://-a.example/", "https://a..example/", "https://",
        "xhttps://news.example/", "https:///x", "https://\u202enews.example", "https://%00.example",
    ],
)  # fmt: skip
def test_everything_else_is_no_link(text):
    assert found(text) == []


bits = st.sampled_from(
    ["https://", "http://a.example", "@", ":", "/", "(", ")", ".", "?", "%", "가", "\u202e", "[",
     "]", "xn--", "ß", "\\", " ", "'", "\n", "&", "#", "٣", "。"]
)  # fmt: skip


@given(st.lists(bits, max_size=20).map("".join))
def test_any_text_can_be_searched_and_every_link_is_safe(text):
    end = 0
    for link in find(text):
        assert end <= link.start < link.end <= len(text)
        assert link.href.startswith(("http://", "https://"))
        assert link.href.split("/")[2].isascii()
        assert not set(link.href) & set('"<>\\ \n\u202e')
        end = link.end
