"""Every fault of a copy is named, and only faults are."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import minisign
import pytest

from letterslot.shelf import verify as verify_module
from letterslot.shelf.layout import is_root_list, list_of
from letterslot.shelf.manifest import Entry, Root, read_list, read_root, write_list, write_root
from letterslot.shelf.printing import Printing
from letterslot.shelf.signing import sign
from letterslot.shelf.verify import verify

PAGE = "stories/harvest/index.html"
LIST = list_of(PAGE)


@pytest.fixture
def check(first: Path, public_key: bytes) -> Callable[[], list[str]]:
    return lambda: verify(first, public_key)


def test_a_whole_copy_has_no_fault(check) -> None:
    assert check() == []


def test_a_copy_carried_elsewhere_has_no_fault(
    first: Path, tmp_path: Path, public_key: bytes
) -> None:
    shutil.copytree(first, tmp_path / "copy", ignore=shutil.ignore_patterns(".*"))
    assert verify(tmp_path / "copy", public_key) == []


def test_a_flipped_bit_anywhere_is_found(first: Path, public_key: bytes) -> None:
    chance = random.Random(7)
    plain = [p for p in sorted(first.rglob("*")) if p.is_file() and ".previous" not in p.parts]
    for file in plain:
        whole = file.read_bytes()
        at = chance.randrange(len(whole))
        flipped = bytes([whole[at] ^ (1 << chance.randrange(8))])
        file.write_bytes(whole[:at] + flipped + whole[at + 1 :])
        faults = verify(first, public_key)
        assert faults, file
        name = str(file.relative_to(first))
        if name not in ("manifest.json", "manifest.json.minisig"):
            assert any(fault.startswith(f"{name} is changed") for fault in faults), faults
        file.write_bytes(whole)
    assert verify(first, public_key) == []


def _flip(file: Path, chance: random.Random) -> None:
    content = bytearray(file.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    file.write_bytes(content)


def _cut(file: Path, chance: random.Random) -> None:
    os.truncate(file, chance.randrange(file.stat().st_size))


def _add(file: Path, chance: random.Random) -> None:
    (file.parent / f"extra-{chance.randrange(1000)}.html").write_bytes(file.read_bytes())


def _swap(file: Path, chance: random.Random) -> None:
    others = [p for p in file.parents[0].iterdir() if p.is_file() and p != file]
    other = chance.choice(others) if others else file.with_name("moved")
    file.rename(file.with_name("passing"))
    if other.exists():
        other.rename(file)
    file.with_name("passing").rename(other)


def _lengthen(file: Path, chance: random.Random) -> None:
    file.write_bytes(file.read_bytes() + chance.choice([b"\n", b" ", b"\x00", b"x" * 100]))


def _delete(file: Path, chance: random.Random) -> None:
    file.unlink()


def _put_back(folder: Path, whole: dict[Path, bytes]) -> None:
    for path in [p for p in folder.rglob("*") if p.is_file() and p not in whole]:
        path.unlink()
    for path, content in whole.items():
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)


def test_none_of_300_alterations_goes_unnoticed(first: Path, public_key: bytes) -> None:
    chance = random.Random(20261123)
    shutil.rmtree(first / ".previous")
    whole = {p: p.read_bytes() for p in sorted(first.rglob("*")) if p.is_file()}
    for n in range(300):
        alter = chance.choice([_flip, _cut, _add, _swap, _lengthen, _delete])
        file = chance.choice(list(whole))
        alter(file, chance)
        assert verify(first, public_key) != [], (n, alter.__name__, file)
        _put_back(first, whole)
    assert verify(first, public_key) == []


def test_a_missing_file_is_named(first: Path, check) -> None:
    (first / PAGE).unlink()
    assert check() == [f"{PAGE} is missing."]


def test_an_extra_file_is_named_wherever_it_stands(first: Path, check) -> None:
    for name in ("extra.html", "stories/harvest/extra.html", ".htaccess", "new/folder/x", "x\ny"):
        (first / name).parent.mkdir(parents=True, exist_ok=True)
        (first / name).write_bytes(b"x")
    assert check() == [
        ".htaccess is an extra file: no list names it.",
        "extra.html is an extra file: no list names it.",
        "new/folder/x is an extra file: no list names it.",
        "stories/harvest/extra.html is an extra file: no list names it.",
        "'x\\ny' is an extra file: no list names it.",
    ]


def test_a_missing_file_does_not_hide_an_extra_one(first: Path, check) -> None:
    (first / PAGE).rename(first / "extra.html")
    assert check() == [f"{PAGE} is missing.", "extra.html is an extra file: no list names it."]


def test_swapped_files_are_named(first: Path, check) -> None:
    one, other = first / "index.html.gz", first / "terms/index.html.gz"
    one.rename(first / "x")
    other.rename(one)
    (first / "x").rename(other)
    faults = check()
    assert sorted(fault.split()[0] for fault in faults) == ["index.html.gz", "terms/index.html.gz"]


def test_a_cut_and_a_lengthened_file_are_named_with_their_sizes(first: Path, check) -> None:
    whole = (first / PAGE).read_bytes()
    (first / PAGE).write_bytes(whole[:100])
    assert check() == [f"{PAGE} is cut short: 100 bytes, listed with {len(whole)}."]
    (first / PAGE).write_bytes(whole + b"x")
    assert check() == [f"{PAGE} is too long: {len(whole) + 1} bytes, listed with {len(whole)}."]


def test_a_missing_or_foreign_root_is_named(first: Path, check) -> None:
    (first / "manifest.json").write_bytes(b"{}\n")
    assert "manifest.json is not the root of a shelf." in check()
    (first / "manifest.json").unlink()
    assert check() == ["manifest.json is missing: this is not a copy of a shelf."]


def test_a_missing_signature_is_named(first: Path, check) -> None:
    (first / "manifest.json.minisig").unlink()
    assert check() == ["manifest.json.minisig is missing."]


def test_without_a_key_nothing_is_vouched_for(first: Path) -> None:
    assert verify(first, None) == [
        "manifest.json.minisig was not checked: name the newsroom's public key."
    ]


def test_an_old_signature_used_again_is_named_with_its_edition(
    first: Path, print_edition, check, sample: SimpleNamespace
) -> None:
    old = (first / "manifest.json.minisig").read_bytes()
    print_edition(2, sample.second)
    (first / "manifest.json.minisig").write_bytes(old)
    assert check() == [
        "manifest.json.minisig: The signature is not over this root; "
        "it says “edition 1, slot 101, 2026-11-23”."
    ]


def test_a_signature_that_says_another_edition_than_its_root_is_named(
    first: Path, key: minisign.SecretKey, check, sample: SimpleNamespace
) -> None:
    content = (first / "manifest.json").read_bytes()
    other = sign(content, key, edition=9, slot=101, date=sample.facts().date)
    (first / "manifest.json.minisig").write_bytes(other)
    assert check() == [
        "manifest.json.minisig says “edition 9, slot 101, 2026-11-23”, "
        "manifest.json says “edition 1, slot 101, 2026-11-23”."
    ]


def test_a_signature_file_that_is_not_canonical_is_named(first: Path, check) -> None:
    signature = first / "manifest.json.minisig"
    signature.write_bytes(signature.read_bytes().replace(b"letterslot edition", b"anything else"))
    assert check() == [
        "manifest.json.minisig: The signature file is not byte for byte as it was written."
    ]


def test_mixed_editions_are_named(
    first: Path, tmp_path: Path, print_edition, check, sample: SimpleNamespace
) -> None:
    old = tmp_path / "old"
    shutil.copytree(first, old)
    print_edition(2, sample.second)

    shutil.copy(old / PAGE, first / PAGE)
    assert [fault.split(":")[0] for fault in check()] == [f"{PAGE} is cut short"]

    shutil.copy(old / LIST, first / LIST)
    (fault,) = check()
    assert fault.startswith(f"{LIST} is ")
    assert fault.endswith("It may be of another edition.")


def test_a_replaced_public_key_is_named_though_the_copy_signs_itself(
    tmp_path: Path, public_key: bytes, sample: SimpleNamespace
) -> None:
    stranger = minisign.KeyPair.generate().secret_key
    with Printing(tmp_path / "forged", mtime=sample.slot_time) as printing:
        printing.write("index.html", b"forged")
        printing.finish(sample.facts(1), stranger)
    faults = verify(tmp_path / "forged", public_key)
    assert "publication.pub holds another key than the newsroom's." in faults
    assert any("another key than the newsroom's" in f and "minisig" in f for f in faults)


def test_only_the_key_replaced_is_named_as_changed(first: Path, check) -> None:
    stranger = bytes(minisign.KeyPair.generate().public_key) + b"\n"
    (first / "publication.pub").write_bytes(stranger)
    assert check() == [
        "publication.pub is changed: its SHA-256 is not the listed one.",
        "publication.pub holds another key than the newsroom's.",
    ]


def resign(shelf: Path, key: minisign.SecretKey, name: str, content: bytes) -> None:
    """Sign a shelf with another list: what only the newsroom itself, gone wrong, could do."""
    (shelf / name).parent.mkdir(parents=True, exist_ok=True)
    (shelf / name).write_bytes(content)
    entry = Entry(hashlib.sha256(content).hexdigest(), len(content))
    if not is_root_list(name):
        above = list_of(name)
        entries = read_list((shelf / above).read_bytes(), above)
        return resign(shelf, key, above, write_list(entries | {name: entry}))
    root = read_root((shelf / "manifest.json").read_bytes())
    changed = write_root(Root(root.facts, root.serial, root.previous, root.lists | {name: entry}))
    facts = root.facts
    signature = sign(changed, key, edition=facts.edition, slot=facts.slot, date=facts.date)
    (shelf / "manifest.json").write_bytes(changed)
    (shelf / "manifest.json.minisig").write_bytes(signature)


def test_a_path_that_leaves_the_copy_is_named_and_never_opened(
    first: Path, tmp_path: Path, key: minisign.SecretKey, check, monkeypatch
) -> None:
    (tmp_path / "outside").write_bytes(b"secret")
    opened: list[str] = []
    real = verify_module.files.open_beneath
    monkeypatch.setattr(
        verify_module.files, "open_beneath", lambda r, p: (opened.append(p), real(r, p))[1]
    )
    for path in ("../outside", str(tmp_path / "outside")):
        resign(first, key, "lists/00.json", write_list({path: Entry("0" * 64, 6)}))
        assert f"lists/00.json names '{path}', which is not a path on a shelf." in check()
    assert not any("outside" in name for name in opened)


def test_a_list_larger_than_the_root_says_is_not_read(first: Path, check) -> None:
    size = (first / LIST).stat().st_size
    with (first / LIST).open("r+b") as file:
        file.truncate(1 << 40)  # a file of holes: a terabyte that takes no room
    assert check() == [
        f"{LIST} is too long: {1 << 40} bytes, listed with {size}. It may be of another edition."
    ]


def test_a_listed_file_without_end_is_not_read(first: Path, key: minisign.SecretKey, check) -> None:
    entries = read_list((first / LIST).read_bytes(), LIST)
    resign(first, key, LIST, write_list(entries | {PAGE: Entry("0" * 64, 1 << 40)}))
    with (first / PAGE).open("r+b") as file:
        file.truncate(1 << 40)
    assert check() == [f"{PAGE} is listed with {1 << 40} bytes: no file of a shelf is so large."]


def test_a_root_without_end_is_not_read(first: Path, check) -> None:
    with (first / "manifest.json").open("r+b") as file:
        file.truncate(1 << 40)
    assert "manifest.json is too large to be a root." in check()


def test_links_are_named_and_never_followed(first: Path, tmp_path: Path, check) -> None:
    """Also one that leads to the very bytes that are listed: elsewhere it would not."""
    outside = tmp_path / "outside"
    shutil.move(first / "stories", outside)
    (first / "stories").symlink_to(outside)
    faults = check()
    assert f"{PAGE} is not a plain file, or is reached through a link." in faults
    assert "stories is an extra link or special file: no list names it." in faults


@pytest.mark.parametrize("name", [PAGE, "extra.html", ".staging", ".previous"])
def test_a_linked_file_is_named(first: Path, tmp_path: Path, check, name: str) -> None:
    if name == PAGE:
        (first / PAGE).rename(tmp_path / "page")
    shutil.rmtree(first / name, ignore_errors=True)
    (first / name).symlink_to(tmp_path / "page")
    assert len(check()) >= 1
    assert all(fault.startswith(name) for fault in check())


def test_a_pipe_does_not_stop_the_check(first: Path, check) -> None:
    (first / PAGE).unlink()
    os.mkfifo(first / PAGE)
    assert check() == [f"{PAGE} is not a plain file, or is reached through a link."]


def test_the_folders_of_a_live_shelf_are_not_part_of_it(
    first: Path, print_edition, check, sample: SimpleNamespace
) -> None:
    print_edition(2, sample.second, sample.second_removed)
    assert (first / ".previous").exists()
    with Printing(first, mtime=sample.slot_time) as printing:
        printing.write("index.html", b"not yet")
        assert check() == []


def test_a_copy_taken_in_the_middle_of_a_switch_says_so(first: Path, check) -> None:
    (first / ".staging").mkdir()
    (first / ".staging/journal.json").write_bytes(b"{}")
    assert check() == []
    (first / PAGE).unlink()
    assert check()[-1].startswith("A switch to a new edition is under way or was interrupted")


@pytest.mark.skipif(shutil.which("sed") is None, reason="sed is not installed")
def test_the_lists_can_be_checked_by_hand_as_the_docs_say(first: Path, repository: Path) -> None:
    """The two command lines of docs/shelf.md, as they stand there."""
    text = (repository / "docs/shelf.md").read_text()
    lines = [line.strip() for line in text.splitlines() if "sha256sum --check" in line]
    assert len(lines) == 2
    for line in lines:
        run = subprocess.run(["/bin/sh", "-c", line], cwd=first, capture_output=True, check=False)
        assert run.returncode == 0, run.stderr
    (first / PAGE).write_bytes(b"changed")
    (first / LIST).touch()
    run = subprocess.run(["/bin/sh", "-c", lines[1]], cwd=first, capture_output=True, check=False)
    assert run.returncode != 0
    assert PAGE.encode() in run.stdout


# Old copies


@pytest.mark.parametrize(
    ("today", "is_old"), [(date(2026, 12, 27), False), (date(2026, 12, 28), True)]
)
def test_a_copy_past_its_last_day_is_old(first: Path, public_key: bytes, today, is_old) -> None:
    fault = ["The copy is old: it could pass as fresh until 2026-12-27."]
    assert verify(first, public_key, today=today) == (fault if is_old else [])


@pytest.fixture
def later(first: Path, tmp_path: Path, print_edition, sample: SimpleNamespace) -> SimpleNamespace:
    """Copies of the first and the second edition."""
    shutil.copytree(first, tmp_path / "first", ignore=shutil.ignore_patterns(".*"))
    print_edition(2, sample.second)
    root_of = lambda folder: (folder / "manifest.json").read_bytes()  # noqa: E731
    old = tmp_path / "first"
    return SimpleNamespace(old=old, new=first, old_root=root_of(old), new_root=root_of(first))


def test_an_older_copy_than_one_seen_before_is_named(later, public_key: bytes) -> None:
    assert verify(later.new, public_key, seen=later.old_root) == []
    assert verify(later.old, public_key, seen=later.old_root) == []
    assert verify(later.old, public_key, seen=later.new_root) == [
        "The copy is older than one seen before: edition 1 of 2026-11-23, serial 1, "
        "and there is serial 2 already."
    ]


def _retold(content: bytes, **changes: object) -> bytes:
    root = read_root(content)
    facts = {k: v for k, v in changes.items() if hasattr(root.facts, k)}
    other = {k: v for k, v in changes.items() if k not in facts}
    return write_root(replace(root, facts=replace(root.facts, **facts), **other))


@pytest.mark.parametrize(
    ("seen", "changes", "fault"),
    [
        ("new_root", {"slot": 99}, "Two different roots carry the serial 2"),
        ("old_root", {"slot": 99}, "The copy does not follow the one seen before"),
        ("old_root", {"edition": 3}, "The copy has fewer editions or decisions"),
        ("old_root", {"ledger_entries": 99}, "The copy has fewer editions or decisions"),
    ],
)
def test_a_history_told_anew_is_named(later, public_key: bytes, seen, changes, fault) -> None:
    """What only the newsroom itself, or who has its key, could try."""
    known = _retold(getattr(later, seen), **changes)
    (found,) = verify(later.new, public_key, seen=known)
    assert found.startswith(fault)


@pytest.mark.skipif(shutil.which("minisign") is None, reason="minisign is not installed")
def test_minisign_itself_accepts_the_root_and_refuses_any_other(
    first: Path, tmp_path: Path, public_key: bytes
) -> None:
    (tmp_path / "newsroom.pub").write_bytes(public_key)
    line = ["minisign", "-Vm", "manifest.json", "-p", str(tmp_path / "newsroom.pub")]
    accepted = subprocess.run(line, cwd=first, capture_output=True, text=True, check=False)
    assert accepted.returncode == 0
    assert "Trusted comment: edition 1, slot 101, 2026-11-23" in accepted.stdout
    by_line = ["minisign", "-Vm", "manifest.json", "-P", public_key.decode().split()[-1]]
    assert subprocess.run(by_line, cwd=first, capture_output=True, check=False).returncode == 0
    root = first / "manifest.json"
    root.write_bytes(root.read_bytes().replace(b'"serial":1', b'"serial":2'))
    assert subprocess.run(line, cwd=first, capture_output=True, check=False).returncode != 0


def test_ten_thousand_files_are_checked_in_little_memory(
    tmp_path: Path, key: minisign.SecretKey, public_key: bytes, sample: SimpleNamespace
) -> None:
    """Of a list and a file at a time; the time it takes, `make bench` tells."""
    shelf = tmp_path / "large"
    with Printing(shelf, mtime=sample.slot_time) as printing:
        for number in range(10_000):
            printing.write(f"stories/s{number // 25}/{number}.bin", b"%d" % number * 200)
        printing.finish(sample.facts(), key)
    tracemalloc.start()
    try:
        assert verify(shelf, public_key) == []
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
