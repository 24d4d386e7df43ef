"""publication.toml: what it says when all is well, and one sentence for each fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from letterslot.newsroom import publication
from letterslot.newsroom.publication import PublicationFault

TEMPLATE = publication.template(
    name='The "Quay"', url="https://quay.example", languages=("en", "ko"), policy="guarded"
)


def test_a_new_publication_reads_as_it_was_written() -> None:
    paper = publication.from_text(TEMPLATE)
    assert (paper.name, paper.url, paper.languages) == (
        'The "Quay"', "https://quay.example", ("en", "ko")
    )  # fmt: skip
    assert (paper.policy, paper.k_min, paper.comment_days, paper.appeal_days) == (
        "guarded",
        10,
        14,
        14,
    )


def test_prompt_has_no_minimum() -> None:
    assert publication.from_text(TEMPLATE.replace('"guarded"', '"prompt"')).k_min == 0


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('name = "The \\"Quay\\""', "name = 7", "needs `name`"),
        ('name = "The \\"Quay\\""', "", "needs `name`"),
        ("https://quay.example", "quay.example", "the address of the site alone"),
        ("https://quay.example", "https://quay.example/news", "the address of the site alone"),
        ('"ko"]', '"xx"]', "a language nobody knows: xx"),
        ('policy = "guarded"', 'policy = "fast"', "is one of: prompt, guarded"),
        ('zone = "UTC"', 'zone = "Atlantis/West"', "the name of a time zone"),
        ("comment_days = 14", "comment_days = 0", "at least 1"),
        ("# k_min = 10", "k_min = 3", "at least 10"),
        ("# pool = 30", "pool = 80", "at most 50"),
        ("comment_days = 14", "coment_days = 14", "means nothing here: coment_days"),
        ("embed_hosts = []", 'embed_hosts = "a"', "is a list of texts"),
        ('desk_url = ""', 'desk_url = "http://desk.example"', "begins with https://"),
        ("embed_hosts = []", "embed_hosts = [", "cannot be read"),
        ('# onion_url = "http', 'onion_url = "http', "needs `onion_socket`"),
        ('# onion_socket = "/run', 'onion_socket = "/run', "needs `onion_url`"),
    ],
)
def test_a_fault_is_one_sentence(old: str, new: str, sentence: str) -> None:
    assert old in TEMPLATE
    with pytest.raises(PublicationFault, match=sentence):
        publication.from_text(TEMPLATE.replace(old, new))


@pytest.mark.parametrize(
    ("url", "path", "sentence"),
    [
        ("https://courier.example", "/run/onion.sock", "is like http://"),
        ("http://abc.onion", "onion.sock", "a whole path"),
        ("http://abc.onion", "/run/" + "x" * 100, "a whole path"),
        ("http://abc.onion/news", "/run/onion.sock", "the address of the site alone"),
    ],
)
def test_an_onion_service_has_an_address_and_a_socket(url: str, path: str, sentence: str) -> None:
    told = f'{TEMPLATE}\nonion_url = "{url}"\nonion_socket = "{path}"\n'
    with pytest.raises(PublicationFault, match=sentence):
        publication.from_text(told)


def test_without_an_onion_service_both_are_empty() -> None:
    paper = publication.from_text(TEMPLATE)
    assert (paper.onion_url, paper.onion_socket) == ("", "")


def test_a_missing_publication_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(PublicationFault, match=r"run `letterslot --data .* init` first"):
        publication.load(tmp_path)


@pytest.mark.parametrize(("said", "links"), [("", False), ("links = false", False),
                                             ("links = true", True)])  # fmt: skip
def test_links_are_printed_only_where_the_newsroom_says_so(said, links):
    named = 'name = "Courier"\nurl = "https://courier.example"\n'
    assert publication.from_text(named + said).links is links


def test_links_is_a_switch():
    with pytest.raises(PublicationFault, match="`links`"):
        publication.from_table(
            {"name": "Courier", "url": "https://courier.example", "links": "yes"}
        )
