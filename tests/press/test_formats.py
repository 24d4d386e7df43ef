"""A shelf read by docs/formats.md and docs/shelf.md alone: every field is there, and no other."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STORY = "stories/harvest/"


@pytest.fixture
def shelf(newsroom) -> Path:
    newsroom.approve_many(2)
    newsroom.make()
    newsroom.approve_many(1)
    newsroom.make_next()
    return newsroom.shelf


def fields(section: str, table: str) -> set[str]:
    """The names in the first column of a table: the first one after `table` in a section."""
    page = (ROOT / "docs" / "formats.md").read_text("utf-8")
    text = page.split(f"\n## {section}\n")[1].split("\n## ")[0].split(table, 1)[1]
    rows = text[text.index("|---|") :].split("\n\n")[0].splitlines()[1:]
    return {name for row in rows for name in re.findall(r"`([a-z_0-9]+)`", row.split("|")[1])}


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def list_of(path: str) -> str:
    """As docs/shelf.md tells it."""
    first, _, rest = path.partition("/")
    group = path.removesuffix(".gz").removesuffix(".br")
    if first == "stories":
        group = f"stories/{rest.split('/')[0]}"
    elif first == "answers":
        group = f"answers/{int(rest.split('.')[0]) // 1000}"
    digits = digest(group.encode())[:2]
    return f"lists/{digits}/{group[8:]}.json" if first == "stories" else f"lists/{digits}.json"


def test_the_root_has_the_fields_that_are_told_and_of_their_kinds(shelf) -> None:
    content = (shelf / "manifest.json").read_bytes()
    root = json.loads(content)
    assert set(root) == fields("The root and the lists", "under it are JSON")
    assert root["version"] == 2
    assert (root["serial"], root["edition"]) == (2, 2)
    assert re.fullmatch(r"[0-9a-f]{64}", root["previous"])
    assert set(root["ledger"]) == {"entries", "head"}
    assert re.fullmatch(r"[0-9a-f]{64}", root["ledger"]["head"])
    assert set(root["policy"]) == {"name", "k_min", "hold", "pool", "alone_after"}
    assert date.fromisoformat(root["date"]) < date.fromisoformat(root["expires"])
    paths = [entry["path"] for entry in root["lists"]]
    assert paths == sorted(paths)
    assert all(set(entry) == {"path", "sha256", "size"} for entry in root["lists"])
    assert spelled(root) == content


def spelled(root: dict) -> bytes:
    """The one spelling of a root, from its fields."""

    def compact(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    lines = {name: compact(value) for name, value in root.items()}
    lines["lists"] = "[\n" + ",\n".join(compact(entry) for entry in root["lists"]) + "\n]"
    return ("{\n" + ",\n".join(f'"{n}":{lines[n]}' for n in sorted(lines)) + "\n}\n").encode()


def test_every_file_is_found_by_its_lists_and_is_as_they_say(shelf) -> None:
    root = json.loads((shelf / "manifest.json").read_bytes())
    listed = {entry["path"]: (entry["sha256"], entry["size"]) for entry in root["lists"]}
    above = dict.fromkeys(listed, "manifest.json")
    waiting = list(listed)
    while waiting:
        name = waiting.pop()
        for path, entry in json.loads((shelf / name).read_bytes()).items():
            listed[path], above[path] = (entry["sha256"], entry["size"]), name
            waiting += [path] if path.startswith("lists/") else []
    files = {str(file.relative_to(shelf)) for file in shelf.rglob("*") if file.is_file()}
    there = {path for path in files if not path.startswith((".", "manifest.json"))}
    assert there == set(listed)
    for path, (sha256, size) in listed.items():
        content = (shelf / path).read_bytes()
        assert (digest(content), len(content)) == (sha256, size)
        if not path.startswith("lists/"):
            assert above[path] == list_of(path)


def test_what_the_door_is_told_is_what_the_document_says(shelf) -> None:
    door = json.loads((shelf / "door.json").read_bytes())
    assert set(door) == fields("What the door is told", "`door.json`, of the publication:")
    assert len(door["epochs"]) <= 35
    told = fields("What the door is told", "`stories/SLUG/door.json`:")
    story = json.loads((shelf / STORY / "door.json").read_bytes())
    assert set(story) == told - {"question", "aliases"}
    names = json.loads((shelf / STORY / "names.json").read_bytes())
    page = (shelf / STORY / "index.html").read_text()
    assert len(names) == 3
    assert all(f'id="c-{comment}"' in page for comment in names)


def test_answers_stand_in_the_order_of_their_sorted_ids(shelf) -> None:
    index = (shelf / "answers/1.idx").read_bytes()
    ids = [index[n : n + 16] for n in range(0, len(index), 16)]
    assert ids == sorted(ids)
    assert (shelf / "answers/1.bin").stat().st_size == 1024 * len(ids)
