"""The shipped nginx configuration, fitted to a test's folder and ports, and run."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
    for _ in range(500):
        try:
            connection.connect()
            break
        except ConnectionRefusedError:
            time.sleep(0.02)
    for folder in [path for path in into.iterdir() if path.is_dir()]:
        folder.rmdir()
        folder.touch()
    try:
        yield connection
    finally:
        connection.close()
        process.terminate()
        process.wait(10)
