"""Changes of settings: each is one line in the ledger, and secrets are in none."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from letterslot.discussion import known_settings, ledger
from letterslot.newsroom import publication, terms

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Paper:
    """A data folder whose settings a person changes."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.file = data / publication.FILE
        text = publication.template(
            name="The Quay", url="https://quay.example", languages=("en",), policy="guarded"
        )
        self.file.write_text(text)
        terms.write_defaults(data, ("en",))

    def change(self, old: str, new: str) -> None:
        assert old in self.file.read_text()
        self.file.write_text(self.file.read_text().replace(old, new))

    def notice(self) -> list[dict[str, object]]:
        """What the next print writes down, without what every line has."""
        known = len(list(ledger.export()))
        many = known_settings.notice(self.data, publication.load(self.data), NOW)
        lines = [json.loads(line) for line in ledger.export()][known:]
        assert len(lines) == many
        assert all((line["via"], line["by"], line["slot"]) == ("server", "", 1) for line in lines)
        assert {line["act"] for line in lines} <= {"change-setting"}
        return [{k: line[k] for k in ("setting", "old", "new") if k in line} for line in lines]


@pytest.fixture
def paper(db: None, tmp_path: Path) -> Paper:
    """One whose settings are known already."""
    made = Paper(tmp_path)
    assert made.notice() == []
    return made


def digest(path: Path) -> str:
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


def test_what_did_not_change_leaves_no_line(paper: Paper) -> None:
    paper.change("# The publication.", "# Our publication.")
    assert paper.notice() == []


def test_a_changed_value_is_told_with_the_old_one_and_once(paper: Paper) -> None:
    paper.change("# k_min = 10", "k_min = 12")
    paper.change('zone = "UTC"', 'zone = "Asia/Seoul"')
    paper.change("embed_hosts = []", 'embed_hosts = ["a.example", "b.example"]')
    assert paper.notice() == [
        {"setting": "embed_hosts", "old": "[]", "new": '["a.example", "b.example"]'},
        {"setting": "k_min", "old": "10", "new": "12"},
        {"setting": "zone", "old": "UTC", "new": "Asia/Seoul"},
    ]
    assert paper.notice() == []
    assert ledger.verify() is None


def test_a_change_that_is_taken_back_is_a_second_line(paper: Paper) -> None:
    paper.change("links = false", "links = true")
    paper.notice()
    paper.change("links = true", "links = false")
    assert paper.notice() == [{"setting": "links", "old": "true", "new": "false"}]


def test_words_are_told_by_their_digests_when_they_come_change_and_go(paper: Paper) -> None:
    guidelines = paper.data / "words" / "en" / "guidelines.md"
    marked = paper.data / "words" / "en" / "marked-words.txt"
    old = digest(guidelines)
    guidelines.write_text("Be brief.\n")
    marked.write_text("harbour*\n")
    coming = digest(marked)
    assert paper.notice() == [
        {"setting": "words/en/guidelines.md", "old": old, "new": digest(guidelines)},
        {"setting": "words/en/marked-words.txt", "new": coming},
    ]
    marked.unlink()
    assert paper.notice() == [{"setting": "words/en/marked-words.txt", "old": coming}]


def test_what_an_editor_leaves_beside_the_words_is_no_setting(paper: Paper) -> None:
    folder = paper.data / "words" / "en"
    (folder / ".#terms.md").symlink_to("ines@desk.1234:1")
    (folder / ".terms.md").write_text("half a line")
    assert paper.notice() == []


def test_a_long_value_is_told_by_its_digest(paper: Paper) -> None:
    hosts = json.dumps([f"{number}.example.org" for number in range(40)])
    paper.change("embed_hosts = []", f"embed_hosts = {hosts}")
    [line] = paper.notice()
    assert line["new"] == f"sha256:{hashlib.sha256(hosts.encode()).hexdigest()}"


def test_a_table_is_told_as_one_value(paper: Paper) -> None:
    table = '[shelf]\nstore = "https://s3.example"\nbucket = "quay-comments"\n'
    paper.file.write_text(paper.file.read_text() + table)
    [line] = paper.notice()
    assert (line["setting"], "old" in line) == ("store", False)
    assert json.loads(str(line["new"]))["bucket"] == "quay-comments"


def test_addresses_of_people_and_secrets_are_in_no_line(paper: Paper) -> None:
    table = (
        '[notices]\nhours = ["08:00"]\nmail_to = ["ines@home.example"]\n'
        'mail_from = "slot@quay.example"\nwebhook = "https://hooks.example/very-secret"\n'
    )
    paper.file.write_text(paper.file.read_text() + table)
    assert paper.notice() == [
        {"setting": "notices.hours", "old": "[]", "new": '["08:00"]'},
        {"setting": "notices.mail_from"},
        {"setting": "notices.mail_to"},
        {"setting": "notices.webhook"},
    ]
    paper.change("ines@home.example", "jun@home.example")
    assert paper.notice() == [{"setting": "notices.mail_to"}]


def test_a_key_that_came_with_a_release_is_no_change(paper: Paper) -> None:
    known_settings.KnownSetting.objects.filter(name="links").delete()
    known_settings.KnownSetting.objects.create(name="gone", value="1")
    assert paper.notice() == []
    paper.change("links = false", "links = true")
    assert paper.notice() == [{"setting": "links", "old": "false", "new": "true"}]
