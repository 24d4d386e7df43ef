"""Readers who write: each takes the form as a browser would, looks at the preview, and sends."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib

BOUNDARY = "letterslot-test-3f1c7a90d2b84e56"


class NoAnswerError(ConnectionError):
    """The connection broke before the whole answer had come."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes = field(repr=False)  # may hold a reader's text: never shown

    def json(self) -> Any:
        return json.loads(self.body)

    def page(self) -> Element:
        return parse(self.body)


def parse(body: bytes) -> Element:
    """A page as a browser reads it."""
    page: Element = html5lib.parse(body, transport_encoding="utf-8", namespaceHTMLElements=False)
    return page


def ask(
    url: str, *, body: bytes | None = None, content_type: str = "", accept: str = "text/html"
) -> Answer:
    """One request on a connection of its own, as a separate client makes it."""
    parts = urlsplit(url)
    headers = {"Accept": accept, "Connection": "close"}
    if body is not None:
        headers["Content-Type"] = content_type
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    try:
        connection.request("POST" if body is not None else "GET", parts.path, body, headers)
        answer = connection.getresponse()
        return Answer(answer.status, answer.read())
    except (OSError, http.client.HTTPException) as fault:
        raise NoAnswerError(type(fault).__name__) from None
    finally:
        connection.close()


def post_form(url: str, fields: Mapping[str, str]) -> Answer:
    """Posts fields as multipart/form-data, with line ends as browsers send them."""
    return ask(
        url, body=_multipart(fields), content_type=f"multipart/form-data; boundary={BOUNDARY}"
    )


def post_json(url: str, fields: Mapping[str, str]) -> Answer:
    return ask(
        url,
        body=json.dumps(fields).encode(),
        content_type="application/json",
        accept="application/json",
    )


def _multipart(fields: Mapping[str, str]) -> bytes:
    parts = []
    for name, value in fields.items():
        lines = value.replace("\r\n", "\n").replace("\n", "\r\n")
        parts.append(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n')
        parts.append(f"{lines}\r\n")
    return ("".join(parts) + f"--{BOUNDARY}--\r\n").encode()


def form_with(page: Element, control: str) -> dict[str, str]:
    """What a browser would send for the form that has a control of this name, unchanged."""
    for form in page.iter("form"):
        fields = dict(_controls(form))
        if control in fields:
            return fields
    raise AssertionError(f"the page has no form with a field “{control}”")


def _controls(form: Element) -> Iterator[tuple[str, str]]:
    """The successful controls of a form; buttons send nothing here."""
    for element in form.iter():
        name = element.get("name", "")
        if not name or "disabled" in element.attrib:
            continue
        if element.tag == "textarea":
            yield name, element.text or ""
        elif element.tag == "select":
            yield name, _chosen(element)
        elif element.tag == "input":
            kind = element.get("type", "text")
            if kind in {"radio", "checkbox"} and "checked" not in element.attrib:
                continue
            if kind not in {"submit", "button", "image", "reset", "file"}:
                yield name, element.get("value", "on" if kind == "checkbox" else "")


def _chosen(select: Element) -> str:
    options = list(select.iter("option"))
    chosen = [option for option in options if "selected" in option.attrib] or options[:1]
    return chosen[0].get("value", chosen[0].text or "") if chosen else ""


def by_id(page: Element, identifier: str) -> Element:
    """The one element of this id."""
    found = [element for element in page.iter() if element.get("id") == identifier]
    assert len(found) == 1, f"{len(found)} elements have the id “{identifier}”"
    return found[0]


def send_by_form(url: str, form: Mapping[str, str], *, name: str, text: str) -> str:
    """Fills in the form of a story's page, looks, sends the preview's form; gives the receipt."""
    preview = post_form(f"{url}/comment/preview", {**form, "name": name, "text": text})
    assert preview.status == 200, f"the preview answered {preview.status}"
    sent = post_form(f"{url}/comment", form_with(preview.page(), "token"))
    assert sent.status == 201, f"sending answered {sent.status}"
    return "".join(by_id(sent.page(), "receipt").itertext()).strip()


def send_by_json(url: str, fields: Mapping[str, str]) -> str:
    """The same as a program does it."""
    letter = with_token(url, fields)
    sent = post_json(f"{url}/comment", letter)
    assert sent.status == 201, f"sending answered {sent.status}"
    return str(sent.json()["receipt"])


def with_token(url: str, fields: Mapping[str, str]) -> dict[str, str]:
    """The fields with the token that the preview gives for them."""
    preview = post_json(f"{url}/comment/preview", fields)
    assert preview.status == 200, f"the preview answered {preview.status}"
    return {**fields, "token": preview.json()["token"]}


def what_became_of(url: str, receipt: str) -> Any:
    """The answer to a receipt, as JSON."""
    answer = post_json(f"{url}/receipt", {"receipt": receipt})
    assert answer.status == 200, f"the receipt was answered {answer.status}"
    return answer.json()
