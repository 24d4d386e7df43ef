"""A copy of the shelf on a stick: every link in it leads somewhere."""

from __future__ import annotations

import posixpath
from html.parser import HTMLParser
from urllib.parse import unquote

from letterslot.discussion.models import Printed


class Page(HTMLParser):
    """The links and the ids of a page."""

    def __init__(self, html):
        super().__init__()
        self.links, self.ids = [], set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("href", "src"):
                self.links.append(value)
            elif name == "srcset":
                self.links += [part.split()[0] for part in value.split(",")]
            elif name == "id":
                self.ids.add(value)


def broken_links(newsroom):
    files = newsroom.files()
    pages = {path: Page(files[path].decode()) for path in files if path.endswith("/index.html")}
    pages["index.html"] = Page(files["index.html"].decode())
    for path, page in pages.items():
        for link in page.links:
            if "://" in link:
                continue
            target, _, fragment = link.partition("#")
            place = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(target)))
            place = place if target else path
            if place not in files:
                yield f"{path}: {link} leads to no file"
            elif fragment and unquote(fragment) not in pages[place].ids:
                yield f"{path}: {link} leads nowhere in {place}"


def test_every_link_of_a_busy_shelf_leads_somewhere(newsroom):
    newsroom.speak_korean_too()
    newsroom.story("chusu", language="ko", headline="추수", translation_of="harvest")
    newsroom.story("tash", language="ug", headline="تاش", translation_of="harvest")
    newsroom.story("away", markdown="", canonical="https://paper.example/away")
    roots = newsroom.approve_many(27)
    newsroom.approved("돌은 거짓말을 하지 않는다.", story="chusu", name="정숙")
    newsroom.make()
    for n in range(23):
        newsroom.approved(f"Answer {n}.", reply_to=roots[0])
    newsroom.make_next()
    reply = Printed.objects.filter(place=None).order_by("position").last()
    newsroom.approved("To that.", reply_to=reply.pk)
    newsroom.edit(roots[1], "Call […].", clause=4)
    newsroom.act(roots[2], "remove", clause=2, reason="A name.")
    newsroom.act(roots[3], "withdraw")
    newsroom.make_next()
    assert list(broken_links(newsroom)) == []
