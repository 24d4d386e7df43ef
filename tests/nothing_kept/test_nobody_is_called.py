"""The public door calls nobody and opens no file of a reader's, whatever is sent: it is traced."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from at_work.readers import ask, post_form, post_json, with_token

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")

OWN = [
    "http://127.0.0.1:1/", "https://localhost/%0d%0aHost:x", "file:///etc/passwd",
    "//elsewhere.example/a.js", "<img src=http://192.0.2.1/x.png>", "gopher://192.0.2.7:70/_",
    "${jndi:ldap://192.0.2.9/a}", "![](https://elsewhere.example/p.gif)", "; nslookup x.example",
    '<!DOCTYPE a [<!ENTITY x SYSTEM "http://192.0.2.3/">]><a>&x;</a>', "me@elsewhere.example",
]  # fmt: skip
MOST = 150


def corpus(shared: Path | None) -> list[str]:
    """Hostile strings: our own, and a spread of the large corpus where it is present."""
    found = list(OWN)
    for path in sorted((shared / "blns").rglob("*.json")) if shared else []:
        told = json.loads(path.read_text("utf-8"))
        found += [one for one in told if isinstance(one, str)] if isinstance(told, list) else []
    step = max(1, len(found) // MOST)
    return [*OWN, *found[len(OWN) :: step]]


def calls(trace: Path) -> list[str]:
    """System calls that reach for somebody else."""
    lines = trace.read_text(errors="replace").splitlines()
    reaching = re.compile(
        r"\bconnect\(|\bsend(to|msg|mmsg)\([^)]*sin6?_addr|socket\(AF_(INET6?|PACKET|NETLINK), "
        r"SOCK_(DGRAM|RAW)"
    )
    return [line for line in lines if reaching.search(line)]


def made(trace: Path) -> set[str]:
    """The names of files that were opened to be made or written."""
    opened = re.compile(r'open(?:at)?\([^"]*"([^"]+)", [^)]*(?:O_CREAT|O_TMPFILE|O_WRONLY|O_RDWR)')
    return set(opened.findall(trace.read_text(errors="replace")))


def opened(trace: Path) -> set[str]:
    """The names of files that were opened, to be read too."""
    lines = re.findall(r'open(?:at)?\([^"]*"([^"]+)", ', trace.read_text(errors="replace"))
    return set(lines)


def test_a_call_would_have_been_seen(tmp_path) -> None:
    program = (
        "import socket, tempfile\n"
        "try: socket.getaddrinfo('elsewhere.example', 80)\n"
        "except OSError: pass\n"
        "socket.socket().connect_ex(('127.0.0.1', 1))\n"
        f"open({str(tmp_path / 'body')!r}, 'w')"
    )
    trace = tmp_path / "trace"
    subprocess.run(
        ["strace", "-f", "-e", "trace=network,open,openat", "-o", str(trace),
         sys.executable, "-c", program],
        check=True,
    )  # fmt: skip

    assert any("sin_port=htons(1)" in line for line in calls(trace))
    assert str(tmp_path / "body") in made(trace)


def test_the_door_calls_nobody_and_writes_only_its_spool(newsroom, shared_data, tmp_path) -> None:
    trace = tmp_path / "trace"
    tracing = ["strace", "-f", "-e", "trace=network,open,openat", "-e", "signal=none"]
    newsroom.tracing = [*tracing, "-o", str(trace)]
    newsroom.open_door()
    strings = corpus(shared_data)
    for number, text in enumerate(strings):
        fields = {"story": newsroom.slug, "text": text, "name": text[:40]}
        looked = post_json(f"{newsroom.url}/comment/preview", fields)
        if looked.status == 200 and number % 5 == 0:
            sent = post_json(f"{newsroom.url}/comment", with_token(newsroom.url, fields))
            assert sent.status == 201
        post_form(f"{newsroom.url}/receipt", {"receipt": text})
        post_form(f"{newsroom.url}/comment", {**fields, "story": text, "reply_to": text})
    part = b'--edge\r\nContent-Disposition: form-data; name="up"; filename="a.png"\r\n\r\n'
    file = part + b"x" * 3_000_000 + b"\r\n--edge--\r\n"
    kind = "multipart/form-data; boundary=edge"
    assert ask(f"{newsroom.url}/comment", body=file, content_type=kind).status == 413
    small = part + b"x" * 100_000 + b"\r\n--edge--\r\n"
    assert ask(f"{newsroom.url}/comment", body=small, content_type=kind).status == 400
    os.killpg(newsroom.door.pid, signal.SIGTERM)
    newsroom.door.wait(60)
    newsroom.door = None

    assert calls(trace) == []
    door = newsroom.data / "door"
    written = {Path(name) for name in made(trace)} - {Path("/dev/null")}
    assert {path for path in written if "__pycache__" not in path.parts} <= {
        door / "lock", *(door / f"spool.sqlite3{end}" for end in ("", "-wal", "-shm", "-journal")),
    }  # fmt: skip
    assert door / "spool.sqlite3" in written
    # Neither the desk's database nor the keys, and no story but as it is printed.
    read = [Path(name) for name in opened(trace) if name.startswith(f"{newsroom.data}/")]
    assert {path.relative_to(newsroom.data).parts[0] for path in read} == {
        "door", "publication.pub", "publication.toml", "shelf", "token.key",
    }  # fmt: skip
    assert list(newsroom.temporary.iterdir()) == []
