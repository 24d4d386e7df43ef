"""nginx with gzip_static over the very files of the shelf: the fastest a reader can be answered."""

from __future__ import annotations

import shutil
from pathlib import Path

from bench.servers import Server, free_port

# All that makes nginx fast is on: open files are kept, nothing is logged, connections live on.
CONFIGURATION = """\
daemon off;
master_process off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 512; }}
http {{
    types {{ text/html html; text/css css; application/json json; }}
    charset utf-8;
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    open_file_cache max=1000 inactive=600s;
    open_file_cache_valid 60s;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {shelf};
        gzip_static on;
        gzip_vary on;
        etag on;
        index index.html;
    }}
}}
"""


def executable() -> str | None:
    """Where nginx is installed; None where it is not. Debian keeps it out of a user's path."""
    return shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin")


def serving(shelf: Path, folder: Path) -> Server:
    """One nginx process of its own over `shelf`, with everything it writes inside `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, shelf=shelf, port=port))
    command = [
        executable() or "nginx", "-p", str(folder), "-c", str(configuration),
        "-e", str(folder / "error.log"),
    ]  # fmt: skip
    return Server(command, port=port, log=folder / "nginx.out")
