"""What the main job reads back and searches with is itself put to the test."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import brotli
from at_work.letters import letters, newspaper_readers
from at_work.readers import form_with, parse
from at_work.site import comments_on, files_with

PAGE = """
<article class="comment" id="c-a1"><h4 class="comment-name"><bdi>An &amp; Bo</bdi></h4>
<div class="comment-text"><p>one<br>two</p><p>three &lt;b&gt;</p></div>
<p class="comment-edited"><span>Edited under <a>clause 3, Length</a>.</span></p>
<div class="replies"><article class="comment" id="c-b2"><div class="comment-text"><p>four</p></div>
</article></div></article>
"""


def test_a_printed_comment_reads_as_it_was_written() -> None:
    first, second = comments_on(parse(PAGE.encode()))
    assert (first.id, first.name, first.text) == ("a1", "An & Bo", "one\ntwo\n\nthree <b>")
    assert first.edited == "Edited under clause 3, Length."
    assert (second.id, second.text, second.edited) == ("b2", "four", None)


def test_a_text_is_found_in_every_kind_of_file(tmp_path: Path) -> None:
    text = 'she said "no & never"'
    (tmp_path / "a.html").write_text("<p>she said &#34;no &amp; never&#34;")
    (tmp_path / "b.json").write_text(json.dumps({"names": [text]}))
    (tmp_path / "c.txt.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / ".previous").mkdir()
    (tmp_path / ".previous" / "d.txt.br").write_bytes(brotli.compress(text.encode()))
    (tmp_path / "e.html").write_text("something else")
    found = files_with(tmp_path, ["nowhere", text])
    assert found == {1: [".previous/d.txt.br", "a.html", "b.json", "c.txt.gz"]}


def test_a_form_sends_what_a_browser_would() -> None:
    page = parse(
        b'<form><input name="q"></form><form><input type="hidden" name="token" value="t">'
        b'<textarea name="text">\n\nline</textarea><input type="radio" name="edits" value="yes">'
        b'<input type="radio" name="edits" value="no" checked><button name="look">Look</button>'
        b'<input type="checkbox" name="box"><input name="off" disabled></form>'
    )
    assert form_with(page, "token") == {"token": "t", "text": "\nline", "edits": "no"}


def test_our_own_sentences_suffice_where_the_corpus_is_absent(repository: Path) -> None:
    own = repository / "tests" / "data" / "harmless_korean.txt"
    made = letters(newspaper_readers(None, own), 500, furniture="")
    assert len({letter.text for letter in made}) == 500
    rows = [row for letter in made for row in letter.rows]
    assert [row for row in rows if sum(row in other for other in rows) > 1] == []
