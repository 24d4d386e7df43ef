"""The command line as seen from outside: one JSON document, one sentence, the right status."""

from __future__ import annotations

import base64
import json
import secrets
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from at_work.newsroom import Newsroom

from letterslot.letterbox import epochs
from letterslot.letterbox.epochs import KeyFile
from letterslot.letterbox.letters import CommentLetter
from letterslot.letterbox.receipts import Receipt
from letterslot.letterbox.spool import Spool

pytestmark = pytest.mark.journey


def run(
    newsroom: Newsroom, *words: str, passphrase: bool = True
) -> subprocess.CompletedProcess[str]:
    """One command as a person would run it."""
    named = ["--passphrase-file", str(newsroom.passphrase_file)] if passphrase else []
    return subprocess.run(
        [sys.executable, "-m", "letterslot", *words, "--data", str(newsroom.data), *named],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def write(newsroom: Newsroom, *texts: str) -> None:
    """Put letters into the spool as the door does."""
    epoch = epochs.epoch_of(datetime.now(UTC))
    keys = json.loads((newsroom.data / "keys.json").read_bytes())
    key = base64.b64decode(keys["epochs"][epoch]["public"])
    rows = []
    for text in texts:
        letter = CommentLetter(
            number=secrets.token_bytes(16), epoch=epoch, story="east-quay", language="en",
            name="", text=text, reply_to="", group="yes", edits=True,
            receipt=Receipt.from_code_bytes(secrets.token_bytes(16)).public_key,
        )  # fmt: skip
        rows.append((letter.number, epoch, letter.seal(key)))
    with Spool.open(newsroom.data / "door" / "spool.sqlite3") as spool:
        spool.add_many(rows)


def held(newsroom: Newsroom, **filters: str) -> list[dict[str, Any]]:
    words = [word for name, value in filters.items() for word in (f"--{name}", value)]
    rows: list[dict[str, Any]] = newsroom.command("queue", *words)
    return rows


def test_init_makes_a_folder_that_nobody_else_may_read_into(newsroom: Newsroom) -> None:
    for name in ("keys.json", "token.key", "desk/secret.key"):
        assert stat.S_IMODE((newsroom.data / name).stat().st_mode) == 0o600


def test_a_second_init_changes_nothing_and_says_so(newsroom: Newsroom) -> None:
    before = (newsroom.data / "keys.json").read_bytes()
    second = run(newsroom, "init", "--name", "Other", "--url", "http://other.example")
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert "nothing was changed" in second.stderr
    assert (newsroom.data / "keys.json").read_bytes() == before


def test_init_makes_six_words_where_no_passphrase_is_given(tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "letterslot", "init", "--data", str(tmp_path / "new"),
         "--name", "Q", "--url", "http://q.example", "--json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    document = json.loads(made.stdout)
    assert len(document["passphrase"].split()) == 6
    KeyFile.load(tmp_path / "new/keys.json").unlock(document["passphrase"])


def test_an_init_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    failed = subprocess.run(
        [sys.executable, "-m", "letterslot", "init", "--data", str(tmp_path / "new"),
         "--name", "Q", "--url", "not an address"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert failed.returncode == 1
    assert failed.stderr == (
        "letterslot: `url` in publication.toml is the address of the site alone, "
        "like https://courier.example.\n"
    )
    assert not (tmp_path / "new").exists()


def test_the_recovery_code_sets_a_new_passphrase(newsroom: Newsroom, tmp_path: Path) -> None:
    other = Newsroom(tmp_path)
    (other.folder / "code").write_text(
        other.command("init", "--name", "Q", "--url", "http://q.example")["recovery"]
    )
    other.passphrase_file.write_text("an entirely new passphrase\n")
    other.command("recover", "--code-file", str(other.folder / "code"))
    assert other.command("queue") == []


def test_the_passphrase_can_be_changed(newsroom: Newsroom) -> None:
    new = newsroom.folder / "new"
    new.write_text("six other words for the desk\n")
    newsroom.command("passphrase", "change", "--new-passphrase-file", str(new))
    refused = run(newsroom, "queue")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    newsroom.passphrase_file.write_text(new.read_text())
    assert newsroom.command("queue") == []


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (["queue"], 1, "needs the passphrase"),
        (["approve", "nosuchid", "--by", "ines"], 1, "nosuchid"),
        (["approve", "x", "--by", "nobody"], 1, "There is no moderator “nobody”"),
        (["decline", "x", "--by", "ines"], 2, "--clause"),
        (["story", "close", "nowhere"], 1, "There is no story nowhere"),
        (["story", "add", "/nowhere.md"], 1, "There is no file /nowhere.md"),
        (["moderator", "remove", "nobody"], 1, "There is no moderator “nobody”"),
        (["verify", "/nowhere"], 1, "There is nothing at /nowhere"),
        (["serve", "--doors", "front"], 2, "takes some of"),
        (["queue", "--story", "nowhere"], 1, "There is no story nowhere"),
        (["edit", "x", "--by", "ines", "--clause", "1", "--text-file", "/nowhere"], 1, "nowhere"),
        (["export-mirror", "/nowhere/mirror.zip"], 1, "Make its folder, or name another path."),
        (["queue", "--state", "lost"], 2, "invalid choice"),
        (["queue", "--limit", "-1"], 2, "-1 is no number of rows"),
        (["approve", "\udcff", "--by", "ines"], 1, "A word of this command is not UTF-8."),
        (["nonsense"], 2, "invalid choice"),
        ([], 2, "required"),
    ],
)
def test_a_fault_is_one_sentence_and_never_a_traceback(
    newsroom: Newsroom, words: list[str], status: int, sentence: str
) -> None:
    ended = run(newsroom, *words, passphrase=words != ["queue"])
    assert ended.returncode == status
    assert sentence in ended.stderr + ended.stdout
    assert "Traceback" not in ended.stderr


def test_a_passphrase_file_of_other_bytes_is_one_sentence(newsroom: Newsroom) -> None:
    newsroom.passphrase_file.write_bytes(b"\xff\xfe")
    ended = run(newsroom, "queue")
    assert (ended.returncode, ended.stderr) == (
        1, f"letterslot: {newsroom.passphrase_file} is not UTF-8.\n",
    )  # fmt: skip


def test_a_wrong_passphrase_is_one_sentence(newsroom: Newsroom) -> None:
    newsroom.passphrase_file.write_text("wrong\n")
    ended = run(newsroom, "queue")
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert "passphrase" in ended.stderr


def test_a_comment_goes_the_whole_way_by_the_command_line(newsroom: Newsroom) -> None:
    write(newsroom, "The first of three.", "The second of three.", "The third of three.")
    assert newsroom.command("collect") == {"collected": 3, "rejected": 0, "waiting": 0}
    rows = held(newsroom)
    assert {row["text"] for row in rows} == {
        "The first of three.", "The second of three.", "The third of three."
    }  # fmt: skip
    assert {frozenset(row) for row in rows} == {
        frozenset(["id", "state", "story", "name", "text", "language", "revision", "reply_to",
                   "signals"])
    }  # fmt: skip
    first, second, third = (row["id"] for row in sorted(rows, key=lambda row: str(row["text"])))
    done = newsroom.command("approve", first, "--by", "ines", "--revision", "1")
    assert done == {"done": [first], "refused": []}
    newsroom.command("decline", second, "--by", "ines", "--clause", "2", "--reason", "No.")
    edited = newsroom.folder / "edited"
    edited.write_text("The third […].")
    newsroom.command("edit", third, "--by", "ines", "--clause", "3", "--text-file", str(edited))
    assert newsroom.command("undo", first, "--by", "ines") == {"done": [first], "refused": []}
    assert [row["id"] for row in held(newsroom)] == [first]
    newsroom.command("approve", first, "--by", "ines")
    assert newsroom.command("edition", "--dry-run")["published"] == 2
    made = newsroom.command("edition", "--slot", "next")
    assert (made["edition"], made["published"], made["removed"], made["waiting"]) == (1, 2, 0, 0)
    page = (newsroom.shelf / "stories/east-quay/index.html").read_text()
    assert "The third […]." in page
    assert "The second of three." not in page
    assert newsroom.command("edition")["edition"] is None
    assert newsroom.command("pick", first, "--by", "ines") == {"done": [first], "refused": []}
    words = ("--by", "ines", "--text-file", str(edited))
    (reply,) = newsroom.command("reply", first, *words)["done"]
    assert newsroom.command("queue", "--state", "approved")[0]["id"] == reply
    newsroom.command("remove", third, "--by", "lise", "--clause", "3", "--now")
    assert "The third […]." not in (newsroom.shelf / "stories/east-quay/index.html").read_text()
    assert newsroom.command("verify", str(newsroom.shelf))["holds"] is True
    assert newsroom.command("audit", "verify")["holds"] is True
    ledger = newsroom.command("audit", "export")
    assert [line["act"] for line in ledger if line.get("by")] == [
        "approve", "decline", "edit", "undo", "approve", "pick", "write", "remove"
    ]  # fmt: skip
    assert {line["via"] for line in ledger if line.get("by")} == {"command"}


def test_a_call_with_one_refusal_does_nothing(newsroom: Newsroom) -> None:
    write(newsroom, "One.", "Two.")
    newsroom.command("collect")
    ids = [row["id"] for row in held(newsroom)]
    refused = newsroom.command("approve", *ids, "nosuchid", "--by", "ines", status=1)
    assert refused["done"] == []
    assert {one["id"] for one in refused["refused"]} == {*ids, "nosuchid"}
    assert len(held(newsroom)) == 2


def test_a_decision_on_another_wording_is_refused_with_who_was_first(newsroom: Newsroom) -> None:
    write(newsroom, "One.")
    newsroom.command("collect")
    (row,) = held(newsroom)
    newsroom.command("decline", row["id"], "--by", "lise", "--clause", "1")
    late = newsroom.command("approve", row["id"], "--by", "ines", "--revision", "1", status=1)
    assert "lise declined this comment meanwhile" in late["refused"][0]["why"]


def test_a_reader_of_the_desk_decides_nothing(newsroom: Newsroom) -> None:
    write(newsroom, "One.")
    newsroom.command("collect")
    (row,) = held(newsroom)
    ended = run(newsroom, "approve", row["id"], "--by", "ada")
    assert ended.returncode == 1
    assert [one["state"] for one in held(newsroom)] == ["held"]


def test_only_a_chief_removes_at_once(newsroom: Newsroom) -> None:
    write(newsroom, "One.")
    newsroom.command("collect")
    (row,) = held(newsroom)
    newsroom.command("approve", row["id"], "--by", "ines")
    newsroom.command("edition", "--slot", "next")
    ended = run(newsroom, "remove", row["id"], "--by", "ines", "--clause", "1", "--now")
    assert ended.returncode == 1
    assert "One." in (newsroom.shelf / "stories/east-quay/index.html").read_text()


def test_a_mirror_is_checked_where_only_the_key_is_known(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    file = tmp_path / "mirror.tar"
    newsroom.command("export-mirror", str(file))
    copy = tmp_path / "copy"
    copy.mkdir()
    subprocess.run(["tar", "-xf", str(file), "-C", str(copy)], check=True)
    key = str(newsroom.data / "publication.pub")
    assert newsroom.command("verify", str(copy), "--key", key)["holds"] is True
    (copy / "index.html").write_bytes(b"other words")
    faults = newsroom.command("verify", str(copy), "--key", key, status=1)["faults"]
    assert any("index.html" in fault for fault in faults)


def test_check_finds_nothing_in_a_new_newsroom(newsroom: Newsroom) -> None:
    assert newsroom.command("check") == {"holds": True, "findings": []}


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda data: (data / "token.key").chmod(0o644), "chmod 600"),
        (lambda data: (data / "token.key").unlink(), "token.key is missing"),
        (lambda data: (data / "publication.toml").write_text("name = 1"), "needs `name`"),
        (lambda data: (data / "words/en/terms.md").unlink(), "There is no words/en/terms.md"),
        (lambda data: (data / "shelf/index.html").write_text("x"), "index.html"),
        (lambda data: (data / "keys.json").write_text("{}"), "key file cannot be read"),
        (
            lambda data: (data / "publication.toml").write_text(
                (data / "publication.toml")
                .read_text()
                .replace("two_hosts = false", "two_hosts = true")
            ),
            "promises readers that the door has no keys",
        ),
    ],
)
def test_check_names_what_is_wrong_and_what_to_do(
    newsroom: Newsroom, spoil: Any, sentence: str
) -> None:
    spoil(newsroom.data)
    found = newsroom.command("check", status=1)["findings"]
    assert any(sentence in finding for finding in found)


def test_the_help_names_every_command_of_the_contract() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "letterslot", "--help"], capture_output=True, text=True, check=True
    ).stdout
    commands = (
        "init serve story moderator collect queue approve decline edit undo remove edition verify "
        "export-mirror audit check"
    )
    for command in commands.split():
        assert f"    {command} " in shown


@pytest.mark.parametrize("words", [[], ["nonsense"], ["approve"], ["serve", "--port", "x"]])
def test_wrong_use_is_one_sentence_and_status_2(words: list[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "letterslot", *words],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("letterslot: ")
    assert ran.stderr.count("\n") == 1
