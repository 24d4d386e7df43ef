"""A hundred posts and a hundred errors leave no trace of who sent them, nor of what they said."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from at_work import proxies
from at_work.ports import free_port
from at_work.searching import files_in, forms_of_address, forms_of_word, traces

POSTS = 100
BUDGET = 30  # so that the door itself refuses some


def needles(reader) -> dict[str, dict[str, bytes]]:
    told = {f"the {name}": forms_of_word(word) for name, word in reader.words.items()}
    return told | {f"the address {one}": forms_of_address(one) for one in reader.addresses}


def letters(reader, slug: str) -> Iterator[dict[str, str]]:
    """Comments of all sizes, some too long to be taken."""
    for number in range(POSTS // 2):
        size = (10, 500, 2_000, 4_900, 60_000)[number % 5]
        text = f"{reader.words['text']} {number} " + "x" * size
        yield {"story": slug, "text": text[:size], "name": reader.words["name"]}


def coded(fields: dict[str, str], number: int) -> tuple[str, bytes]:
    """The fields in one of the three codings that a form may have."""
    if number % 3 == 0:
        return "application/json", json.dumps(fields).encode()
    if number % 3 == 1:
        return "application/x-www-form-urlencoded", urlencode(fields).encode()
    edge = secrets.token_hex(8)
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    body = "".join([*parts, f"--{edge}--\r\n"]).encode()
    return f"multipart/form-data; boundary={edge}", body


def write(reader, slug: str) -> None:
    for number, fields in enumerate(letters(reader, slug)):
        kind, body = coded(fields, number)
        looked = reader.ask("POST", "/comment/preview", body, {"Content-Type": kind})
        token = json.loads(looked).get("token", "") if looked.startswith(b"{") else ""
        kind, body = coded(fields | {"token": token}, number)
        reader.ask("POST", "/comment", body, {"Content-Type": kind})


def err(reader, slug: str) -> None:
    """Every refusal that can be had."""
    words = reader.words
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    text = urlencode({"text": words["text"]}).encode()
    file = b"x" * 3_000_000
    post = b"POST /comment HTTP/1.1\r\nHEADERS"
    for _ in range(5):
        reader.ask("GET", f"/{words['slug']}?{text.decode()}")
        reader.ask("POST", f"/{words['slug']}", text, form)
        reader.ask("GET", f"/comment?{text.decode()}")
        reader.ask("DELETE", f"/stories/{slug}/", text)
        reader.ask("POST", "/comment", text, {"Content-Type": words["text"].encode().hex()})
        reader.ask("POST", "/comment", text + b"&story=" + words["slug"].encode(), form)
        reader.ask("POST", "/comment", text + f"&story={slug}&token=x".encode(), form)
        reader.ask("POST", "/receipt", b"receipt=" + words["token"].encode(), form)
        reader.ask("GET", "/", more={"Host": f"{words['slug']}.example"})
        reader.say(post + b"Content-Length: 3, 3\r\n\r\n" + text)
        reader.say(post + b"Content-Length: 5\r\nX: a\0b\r\n\r\n" + text)
        reader.say(b"G(T /" + text + b" HTTP/1.1\r\nHEADERS\r\n")
        reader.say(b"POST /comment HTTP/1.0\r\nHEADERSTransfer-Encoding: chunked\r\n\r\n" + text)
        reader.say(b"GET /" + text * 1500 + b" HTTP/1.1\r\nHEADERS\r\n")
        reader.say(b"GET / HTTP/1.1\r\nHEADERS" + (b"X: " + text + b"\r\n") * 200 + b"\r\n")
        reader.say(post + b"Content-Length: 250000\r\nExpect: 100-continue\r\n\r\n" + text)
        reader.say(post + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + text)
        reader.say(b"TRACE /" + text + b" HTTP/1.1\r\nHEADERS\r\n")
    part = (
        f'--edge\r\nContent-Disposition: form-data; name="up"; filename="{words["slug"]}"\r\n\r\n'
    )
    upload = part.encode() + file + b"\r\n--edge--\r\n"
    for _ in range(4):
        reader.ask(
            "POST", "/comment", upload, {"Content-Type": "multipart/form-data; boundary=edge"}
        )
    # A body that does not come: the door, or the proxy, gives it up.
    reader.say(post + b"Content-Type: application/x-www-form-urlencoded\r\n"
               b"Content-Length: 900\r\n\r\n" + text)  # fmt: skip


def look(newsroom, reader, places: list[Path], began: float) -> list[tuple[str, str, str]]:
    everywhere = files_in(newsroom.folder) + files_in(*places, since=began)
    return traces(everywhere, needles(reader))


def test_the_door_keeps_nothing(newsroom, reader, places, began) -> None:
    newsroom.command("collect")  # what other tests sent
    newsroom.budget = BUDGET
    newsroom.open_door()
    write(reader, newsroom.slug)
    err(reader, newsroom.slug)

    assert {200, 201, 400, 404, 405, 408, 413, 415, 421, 431, 503} <= set(reader.statuses)
    assert len(reader.statuses) >= 2 * POSTS - 20
    assert look(newsroom, reader, places, began) == []
    waiting = traces(files_in(newsroom.data / "door"), {"the story": forms_of_word(newsroom.slug)})
    assert waiting == []
    assert list(newsroom.temporary.iterdir()) == []

    collected = newsroom.command("collect")
    newsroom.command("edition", "--slot", "next")
    newsroom.close_door()

    assert collected["collected"] == reader.statuses.count(201) > 20
    assert look(newsroom, reader, places, began) == []
    # The search would have found them: the same words, opened with the newsroom's passphrase.
    held = newsroom.command("queue")
    assert sum(reader.words["text"] in row["text"] for row in held) > 15
    opened = newsroom.folder / "opened"
    opened.write_text(json.dumps(held, ensure_ascii=False))
    assert {name for name, _, _ in look(newsroom, reader, places, began)} == {
        "the text", "the name",
    }  # fmt: skip
    opened.unlink()


def test_the_door_behind_nginx_keeps_nothing(newsroom, reader, places, began) -> None:
    newsroom.open_door()
    port = free_port()
    folder = newsroom.folder / "nginx"
    folder.mkdir()
    log = newsroom.folder / "door.log"
    said = log.stat().st_size if log.exists() else 0
    copy = proxies.copy_for_this_machine(folder, door=newsroom.port, port=port)
    quick = copy.read_text("utf-8").replace("client_body_timeout 30s", "client_body_timeout 1s")
    assert "client_body_timeout 1s" in quick
    copy.write_text(quick.replace("courier.example", "localhost"), "utf-8")
    reader.port, reader.host = port, "localhost"
    with proxies.nginx(folder, copy, port):
        write(reader, newsroom.slug)
        err(reader, newsroom.slug)
        assert look(newsroom, reader, places, began) == []

    assert {200, 201, 400, 404, 405, 413, 414, 431, 503} <= set(reader.statuses)
    assert look(newsroom, reader, places, began) == []
    assert list(newsroom.temporary.iterdir()) == []
    newsroom.close_door()
    assert log.stat().st_size == said


@pytest.mark.parametrize("name", ["nginx.log", "data/door/spool.sqlite3-old", "temporary/body"])
def test_a_trace_would_have_been_found(newsroom, reader, places, began, name) -> None:
    planted = newsroom.folder / name
    assert not planted.exists()
    planted.write_bytes(b"127.66.77.88 - - [23/Nov/2026] " + reader.words["browser"].encode())

    found = {(what, file) for what, _, file in look(newsroom, reader, places, began)}

    assert found == {
        ("the address 127.66.77.88", str(planted)), ("the browser", str(planted)),
    }  # fmt: skip
    planted.unlink()
