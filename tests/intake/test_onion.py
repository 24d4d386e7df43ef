"""The onion service's own way into the door."""

from __future__ import annotations

import gzip
import socket
import stat

import httpx
import pytest

from letterslot.intake import onion
from letterslot.pages.addresses import Place
from letterslot.shelf.serve import Served

NAME = "abcdefghijklmnop.onion"
URL = "https://courier.example"
AS_JSON = {"accept": "application/json"}
COMMENT = {"story": "open", "text": "It is raining.", "name": ""}
FORM = b'<form action="https://courier.example/comment/preview"><a href="https://courier.example/">'


@pytest.fixture
def path(tmp_path):
    return tmp_path / "onion.sock"


@pytest.fixture
def over_tor(running, newsroom, path):
    """A door with an onion service, and a client whom Tor brings."""
    door = running(newsroom, budget=1, tor=(str(path), NAME))
    way = httpx.HTTPTransport(uds=str(path))
    with httpx.Client(transport=way, base_url=f"http://{NAME}", timeout=20) as client:
        yield door, client


def send(client):
    token = client.post("/comment/preview", data=COMMENT, headers=AS_JSON).json()["token"]
    return client.post("/comment", data=COMMENT | {"token": token}, headers=AS_JSON)


def test_over_tor_one_can_read_write_and_ask(over_tor) -> None:
    door, client = over_tor

    assert client.get("/stories/open/").status_code == 200
    sent = send(client)
    asked = client.post("/receipt", data={"receipt": sent.json()["receipt"]}, headers=AS_JSON)

    assert (sent.status_code, asked.json()["state"]) == (201, "waiting")
    assert door.stored() == 1


def test_no_budget_of_a_network_binds_those_whom_tor_brings(over_tor) -> None:
    door, client = over_tor

    assert {send(client).status_code for _ in range(5)} == {201}
    with door.client() as clearnet:
        assert [send(clearnet).status_code for _ in range(2)] == [201, 503]
    assert send(client).status_code == 201


def test_each_way_answers_to_its_own_name_alone(over_tor) -> None:
    """Else whoever tries addresses with the onion's name finds out which server it is."""
    door, client = over_tor

    with door.client() as clearnet:
        assert clearnet.get("/healthz", headers={"host": NAME}).status_code == 421
        assert clearnet.get("/healthz", headers={"host": "courier.example"}).status_code == 200
    assert client.get("/healthz", headers={"host": "localhost"}).status_code == 421
    assert client.get("/healthz").status_code == 200


def test_the_socket_is_its_owners_and_their_groups_and_goes_with_the_door(over_tor, path) -> None:
    door, _ = over_tor

    assert stat.S_IMODE(path.stat().st_mode) == 0o660
    door.stop()
    assert not path.exists()


def test_a_socket_that_a_killed_door_left_is_replaced(running, newsroom, path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))

    running(newsroom, tor=(str(path), NAME))

    with socket.socket(socket.AF_UNIX) as line:
        assert line.connect_ex(str(path)) == 0


def test_a_socket_that_somebody_else_answers_on_is_left_alone(start, newsroom, port, path) -> None:
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        other.listen()

        door = start(newsroom, port, tor=(str(path), NAME))

        assert door.process.wait(20) == 1
        assert "Another server listens on" in door.said
        assert path.is_socket()


@pytest.mark.parametrize("packed", [False, True])
def test_forms_of_a_printed_page_stay_in_the_onion_service(packed) -> None:
    body = gzip.compress(FORM) if packed else FORM
    coding = [("content-encoding", "gzip")] if packed else []
    headers = [("content-type", "text/html; charset=utf-8"), ("etag", '"x"'), *coding]

    page = onion.printed(Served(200, [*headers, ("content-length", str(len(body)))], body), URL)

    told = gzip.decompress(page.body) if packed else page.body
    assert told == b'<form action="/comment/preview"><a href="https://courier.example/">'
    assert dict(page.headers) == {**dict(headers), "content-length": str(len(page.body))}


def test_the_links_to_answer_and_to_report_stay_in_the_onion_service_too() -> None:
    place = Place(URL, "stories/open/index.html")
    links = [f'<a href="{place.door(path)}?story=open">' for path in ("/comment/new", "/report")]
    assert all(URL in link for link in links)
    canonical = f'<link rel="canonical" href="{URL}/stories/open/">'
    body = "".join([*links, canonical]).encode()

    page = onion.printed(Served(200, [("content-type", "text/html; charset=utf-8")], body), URL)

    stay = b'<a href="/comment/new?story=open"><a href="/report?story=open">'
    assert page.body == stay + canonical.encode()


@pytest.mark.parametrize("kind", ["image/webp", "application/json", "text/css"])
def test_what_is_no_page_stays_as_it_is(kind) -> None:
    served = Served(200, [("content-type", kind)], FORM)

    assert onion.printed(served, URL) is served


@pytest.mark.parametrize(
    ("accepted", "asked"), [("br, gzip", "gzip"), ("gzip", "gzip"), ("br", ""), ("", "")]
)
def test_only_what_can_be_set_anew_is_asked_of_the_shelf(accepted, asked) -> None:
    assert onion.coding(accepted) == asked
