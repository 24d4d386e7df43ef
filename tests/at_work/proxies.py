"""The shipped configurations of nginx and Varnish, fitted to a test's folder and ports, and run."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from at_work.ports import free_port

DEPLOY = Path(__file__).parents[2] / "deploy"


def copy_for_this_machine(into: Path, *, door: int, port: int) -> Path:
    """nginx.conf with the ports and folders of a test, and its site without TLS."""
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    text = re.sub(r"^user .*\n", "", text, flags=re.M)
    text = re.sub(r"^pid .*;", f"pid {into}/nginx.pid;", text, flags=re.M)
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{door}")
    text = re.sub(r"_temp_path [^;]*;", lambda m: f"_temp_path {into}/{m.start()};", text)
    text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.M)
    text = re.sub(r"listen 443 ssl http2;", f"listen 127.0.0.1:{port};", text)
    text = re.sub(r"listen 443 .*default_server;\n", "", text)
    text = re.sub(r"listen 80\b", f"listen 127.0.0.1:{free_port()}", text)
    text = re.sub(
        r"^ *ssl_(certificate|certificate_key|reject_handshake) .*\n", "", text, flags=re.M
    )
    for other in ("fastcgi", "uwsgi", "scgi"):
        text = text.replace("http {", f"http {{\n{other}_temp_path {into}/{other};", 1)
    copy = into / "nginx.conf"
    copy.write_text(text, "utf-8")
    return copy


def copy_before_a_store(into: Path, *, door: int, port: int, store: int) -> Path:
    """The same with the lines of docs/store.md, and a store on this machine without TLS."""
    told = (DEPLOY.parent / "docs/store.md").read_text("utf-8")
    lines = told.split("```nginx\n")[1].split("```")[0]
    lines = re.sub(r"^ *proxy_ssl_.*\n", "", lines, flags=re.M)
    lines = re.sub(r"set \$store \S+;", f"set $store http://127.0.0.1:{store};", lines)
    copy = copy_for_this_machine(into, door=door, port=port)
    text = copy.read_text("utf-8")
    plain = "        location / {\n            proxy_pass http://door;\n        }\n"
    assert text.count(plain) == 1
    copy.write_text(text.replace(plain, lines), "utf-8")
    return copy


def nginx_that_includes(into: Path, *, door: int, port: int, pages: Path) -> Path:
    """includes-nginx.conf as the whole of a configuration, without TLS."""
    text = (DEPLOY / "includes-nginx.conf").read_text("utf-8")
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{door}")
    text = text.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};")
    text = text.replace("/var/www/news", str(pages)).replace("courier.example", "localhost")
    copy = into / "nginx.conf"
    folders = "".join(
        f"{kind}_temp_path {into}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""  # the test's pages are its own user's
    copy.write_text(
        f"{user}pid {into}/nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n"
        f"types {{ text/html html; text/plain txt; }}\n{folders}{text}}}\n",
        "utf-8",
    )
    return copy


@contextlib.contextmanager
def varnish(into: Path, *, door: int, site: int, port: int) -> Iterator[http.client.HTTPConnection]:
    """A running Varnish with includes.vcl in front of a site and a door."""
    program = shutil.which("varnishd", path=os.defpath + ":/usr/sbin")
    if program is None:
        pytest.skip("varnish is not installed")
    text = (DEPLOY / "includes.vcl").read_text("utf-8")
    text = text.replace('"8080"', f'"{site}"').replace('"8000"', f'"{door}"')
    copy = into / "includes.vcl"
    copy.write_text(text.replace("courier.example", "localhost"), "utf-8")
    process = subprocess.Popen(
        [program, "-F", "-j", "none", "-n", str(into / "varnish"), "-f", str(copy),
         "-a", f"127.0.0.1:{port}", "-s", "malloc,8m", "-p", "vsl_space=4M"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        _wait_for(connection)
        yield connection
    finally:
        connection.close()
        process.terminate()
        process.wait(20)


def _wait_for(connection: http.client.HTTPConnection) -> None:
    """Until somebody listens; the first request fails where nobody does in twenty seconds."""
    for _ in range(1000):
        with contextlib.suppress(ConnectionRefusedError):
            connection.connect()
        if connection.sock is not None:
            return
        time.sleep(0.02)


@contextlib.contextmanager
def nginx(into: Path, copy: Path, port: int) -> Iterator[http.client.HTTPConnection]:
    """A running nginx that can write no temporary file: where its folders were, files stand."""
    if shutil.which("nginx", path=os.defpath + ":/usr/sbin") is None:
        pytest.skip("nginx is not installed")
    process = subprocess.Popen(
        ["nginx", "-e", "/dev/null", "-c", str(copy), "-g", "daemon off;"],
        env={**os.environ, "PATH": os.environ.get("PATH", "") + ":/usr/sbin"},
    )
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    _wait_for(connection)
    for folder in [path for path in into.iterdir() if path.is_dir()]:
        folder.rmdir()
        folder.touch()
    try:
        yield connection
    finally:
        connection.close()
        process.terminate()
        process.wait(10)
