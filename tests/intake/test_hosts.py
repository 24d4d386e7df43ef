"""Which names a request may be for."""

from __future__ import annotations

import pytest

from letterslot.intake.hosts import Hosts, host_name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Courier.Example:8000", "courier.example"),
        ("[::1]:8000", "[::1]"),
        ("[::1]", "[::1]"),
        ("localhost", "localhost"),
        ("", ""),
    ],
)
def test_the_name_in_a_host_header(header, name) -> None:
    assert host_name(header) == name


@pytest.mark.parametrize(
    ("named", "authority", "status"),
    [
        ("courier.example", None, None),
        ("Courier.Example:8000", None, None),
        ("courier.example", "courier.example", None),
        ("courier.example", "evil.example", 421),
        ("evil.example", None, 421),
        ("", None, 421),
        (None, None, 400),
    ],
)
def test_a_request_must_be_for_one_of_the_names(named, authority, status) -> None:
    hosts = Hosts(["courier.example"])

    for _ in range(2):  # a spelling that is known already takes a shorter way
        wrong = hosts.refuse(named, authority)
        assert (wrong and wrong.status) == status


def test_a_way_in_without_a_name_answers_nobody() -> None:
    assert Hosts([""]).refuse("", None).status == 421
