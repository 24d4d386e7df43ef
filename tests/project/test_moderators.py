"""The commands about moderators: who may sign in, for which stories, and with what."""

from __future__ import annotations

import pytest
from at_work.newsroom import CommandError, Newsroom


def row(newsroom: Newsroom, name: str) -> dict[str, object]:
    """What `moderator list` tells of somebody."""
    return next(one for one in newsroom.command("moderator", "list") if one["name"] == name)


def acts(newsroom: Newsroom) -> list[tuple[str, str]]:
    """The last lines of the ledger about accounts."""
    lines = newsroom.command("audit", "export")
    return [(one["act"], one["moderator"]) for one in lines if "moderator" in one]


def test_a_moderator_is_limited_to_stories_and_back(newsroom: Newsroom) -> None:
    limited = newsroom.command("moderator", "scope", "ines", "--story", "east-quay")
    assert limited == {"name": "ines", "stories": ["east-quay"]}
    assert row(newsroom, "ines") == {
        "name": "ines", "role": "moderator", "stories": ["east-quay"], "second_factor": False,
    }  # fmt: skip
    assert newsroom.command("moderator", "scope", "ines", "--all")["stories"] is None
    assert row(newsroom, "ines")["stories"] is None
    assert acts(newsroom)[-2:] == [("limit-moderator", "ines")] * 2
    assert newsroom.command("audit", "verify")["holds"]


def test_a_lost_factor_is_reset_and_the_ledger_tells_it(newsroom: Newsroom) -> None:
    done = newsroom.command("moderator", "reset-factor", "ines")
    assert done == {"name": "ines", "reset": False}
    assert acts(newsroom) == [
        ("add-moderator", "ines"), ("add-moderator", "lise"), ("add-moderator", "ada"),
        ("reset-factors", "ines"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["scope", "lise", "--story", "east-quay"], "a chief works on every story"),
        (["scope", "ines", "--story", "nowhere"], "There is no story nowhere"),
        (["reset-factor", "nobody"], "There is no moderator “nobody”"),
    ],
)
def test_what_cannot_be_is_a_sentence(newsroom: Newsroom, words: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        newsroom.command("moderator", *words)


def test_a_desk_without_a_chief_is_said(newsroom: Newsroom) -> None:
    assert newsroom.command("moderator", "remove", "ines") == {"removed": "ines"}
    warned = newsroom.command("moderator", "remove", "lise")
    assert (warned["removed"], "no chief now" in warned["warning"]) == ("lise", True)


def test_a_password_alone_over_the_network_is_a_finding(newsroom: Newsroom) -> None:
    path = newsroom.data / "publication.toml"
    text = path.read_text().replace('second_factor = "required"', 'second_factor = "optional"')
    path.write_text(text)
    assert newsroom.command("check")["holds"]
    path.write_text(text.replace('desk_url = ""', 'desk_url = "https://desk.courier.example"'))
    [finding] = newsroom.command("check", status=1)["findings"]
    assert 'set it to "required"' in finding
