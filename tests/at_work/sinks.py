"""Receivers of notices on this machine: an SMTP server and a webhook that keep what they are sent,
and refuse, hang or redirect when told to."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass
class MailSink:
    """An SMTP server. A `greeting` other than 220 refuses; it does not know the `refused`."""

    port: int = 0
    greeting: str = "220 sink"
    refused: frozenset[str] = frozenset()
    helo: list[str] = field(default_factory=list)
    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)  # from, to, content


@dataclass
class Hook:
    """A webhook. `status` is what it answers; a `gate` that is not set keeps callers waiting.

    `calls` are path, headers and body of each.
    """

    port: int = 0
    status: int = 204
    gate: threading.Event | None = None
    calls: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/desk?room=1"


@contextmanager
def mail_sink(tls: ssl.SSLContext | None = None) -> Iterator[MailSink]:
    """An SMTP server that answers while the block lasts; `tls`: under TLS from the first byte."""
    sink = MailSink()

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            _converse(self, sink)

    with _serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session), sink, tls):
        yield sink


@contextmanager
def hook(tls: ssl.SSLContext | None = None) -> Iterator[Hook]:
    """A webhook that answers while the block lasts."""
    kept = Hook()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.calls.append((self.path, dict(self.headers), body))
            if kept.gate is not None:
                kept.gate.wait(30)
            self.send_response(kept.status)
            if 300 <= kept.status < 400:
                self.send_header("Location", f"http://127.0.0.1:{kept.port}/elsewhere")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Says nothing."""

    with _serving(ThreadingHTTPServer(("127.0.0.1", 0), Answer), kept, tls):
        yield kept


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """TLS for 127.0.0.1 with a certificate of its own, and the file by which one can trust it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=True
        )
        .sign(key, hashes.SHA256())
    )
    trusted, private = folder / "trusted.pem", folder / "private.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, private)
    return context, trusted


@contextmanager
def _serving(
    server: socketserver.TCPServer, sink: MailSink | Hook, tls: ssl.SSLContext | None
) -> Iterator[None]:
    server.daemon_threads = True
    server.block_on_close = False
    server.handle_error = lambda *_about: None  # a caller that trusts no such certificate hangs up
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    sink.port = server.server_address[1]
    serving = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    serving.start()
    try:
        yield
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def _converse(session: socketserver.StreamRequestHandler, sink: MailSink) -> None:
    """As much of RFC 5321 as a client that only sends needs."""

    def say(line: str) -> None:
        session.wfile.write(line.encode() + b"\r\n")

    say(sink.greeting)
    sender, to = "", []
    while words := session.rfile.readline().decode().strip():
        verb = words[:4].upper()
        if verb in ("EHLO", "HELO"):
            sink.helo.append(words[5:])
            say("250 sink")
        elif verb == "MAIL":
            sender, to = _address(words), []
            say("250 yes")
        elif verb == "RCPT":
            known = _address(words) not in sink.refused
            to += [_address(words)] if known else []
            say("250 yes" if known else "550 unknown")
        elif verb == "DATA":
            say("354 go on")
            sink.mails.append((sender, to, b"".join(iter(session.rfile.readline, b".\r\n"))))
            say("250 kept")
        else:
            say("221 bye" if verb == "QUIT" else "250 yes")


def _address(words: str) -> str:
    return words[words.index("<") + 1 : words.index(">")]
