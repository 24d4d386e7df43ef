"""A moderator's browser for the benchmark of the desk, without scripts, on one connection."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode

FORM = re.compile(
    r'<form[^>]*action="(/comments/[^"/]+/decide/[^"]*)"[^>]*>(.*?)</form>', re.DOTALL
)
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')


@dataclass
class Browser:
    """One moderator's browser on a connection that stays open."""

    port: int
    cookies: dict[str, str]
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, path: str) -> tuple[int, str, str]:
        return self._ask("GET", path, None)

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, str, str]:
        return self._ask("POST", path, urlencode(fields))

    def _ask(self, verb: str, path: str, body: str | None) -> tuple[int, str, str]:
        """Status, the address it leads on to, and the page."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Host": f"localhost:{self.port}", "Cookie": cookies}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(verb, path, body, headers)
        answer = self.connection.getresponse()
        page = answer.read().decode()
        for header in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), page


@dataclass(frozen=True)
class Open:
    """The open comment of a page of the queue: where its form goes, and what the form carries."""

    id: str
    action: str
    fields: dict[str, str]


def opened(page: str) -> Open | None:
    """None where nothing is open to be decided."""
    form = FORM.search(page)
    if form is None:
        return None
    fields = {}
    for hidden in HIDDEN.findall(form[2]):
        attributes = dict(ATTRIBUTE.findall(hidden))
        fields[attributes["name"]] = unescape(attributes.get("value", ""))
    return Open(form[1].split("/")[2], unescape(form[1]), fields)
