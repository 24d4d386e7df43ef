"""A kill at any file operation of a switch, also with the loss of what was not yet on disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import minisign
import pytest

from letterslot.shelf import switch
from letterslot.shelf.manifest import read_root
from letterslot.shelf.printing import Printing, recover
from letterslot.shelf.serve import ShelfReader
from letterslot.shelf.verify import verify

OPERATIONS = (
    "chmod", "fchmod", "fsync", "link", "mkdir", "open", "rename", "rmdir", "unlink", "utime",
    "write",
)  # fmt: skip


class Killed(BaseException):
    """The process is dead: no handler of ours may catch it."""


class Machine:
    """Counts the file operations that change something, and dies before the n-th of them.

    A write dies half done. `lose_power` empties every file that was not flushed.
    """

    def __init__(self, dies_at: int | None = None) -> None:
        self.count = 0
        self.dies_at = dies_at
        self.trace: list[tuple[str, str]] = []
        self.unflushed: dict[int, bool] = {}

    @contextmanager
    def running(self) -> Iterator[Machine]:
        with pytest.MonkeyPatch.context() as patch:
            for name in OPERATIONS:
                patch.setattr(os, name, self._wrapped(name, getattr(os, name)))
            yield self

    def _wrapped(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def operation(*given: Any, **named: Any) -> Any:
            if name == "open" and not given[1] & os.O_CREAT:
                return real(*given, **named)
            self.count += 1
            if self.dies_at is not None and self.count >= self.dies_at:
                if name == "write" and self.count == self.dies_at:
                    real(given[0], bytes(given[1])[: len(given[1]) // 2])
                raise Killed
            at = Path(f"/proc/self/fd/{given[0]}").readlink() if name == "fsync" else given[-1]
            self.trace.append((name, str(at)))
            result = None if name == "fsync" else real(*given, **named)  # a disk's time, not ours
            self._note(name, given, result)
            return result

        return operation

    def _note(self, name: str, given: tuple[Any, ...], result: Any) -> None:
        if name == "open":
            self.unflushed[os.fstat(result).st_ino] = True
        if name == "fsync":
            self.unflushed.pop(os.fstat(given[0]).st_ino, None)

    def lose_power(self, folder: Path) -> None:
        for path in folder.rglob("*"):
            if path.is_file() and path.stat().st_ino in self.unflushed:
                path.write_bytes(b"")


@pytest.fixture(scope="module")
def base(
    tmp_path_factory: pytest.TempPathFactory, key: minisign.SecretKey, sample: SimpleNamespace
) -> Path:
    """A shelf with two small editions printed; the second left something in `.previous`."""
    folder = tmp_path_factory.mktemp("base") / "shelf"
    for edition in (1, 2):
        with Printing(folder, mtime=sample.slot_time) as printing:
            for path, content in before(sample, edition).items():
                printing.write(path, content)
            printing.finish(sample.facts(edition), key)
    return folder


def before(sample: SimpleNamespace, edition: int = 2) -> dict[str, bytes]:
    return {
        "index.html": sample.html(f"edition {edition}"),
        "stories/a/index.html": b"a",
        "stories/b/lite/index.html": b"b",
    }


def after(sample: SimpleNamespace) -> dict[str, bytes]:
    return {
        "index.html": sample.html("edition 3"),
        "stories/a/comments/1/index.html": b"new",
        "stories/a/index.html": b"a, changed",
    }


def print_third(shelf: Path, key: minisign.SecretKey, sample: SimpleNamespace) -> None:
    with Printing(shelf, mtime=sample.slot_time + 900) as printing:
        for path, content in after(sample).items():
            printing.write(path, content)
        printing.remove("stories/b/lite/index.html")
        printing.finish(sample.facts(3), key)


def shown(reader: ShelfReader, sample: SimpleNamespace) -> dict[str, bytes]:
    """All that a reader gets, of all paths of both editions."""
    paths = before(sample).keys() | after(sample).keys()
    return {path: content for path in paths if (content := reader.read(path)) is not None}


def count_operations(shelf: Path, key: minisign.SecretKey, sample: SimpleNamespace) -> Machine:
    machine = Machine()
    with machine.running():
        print_third(shelf, key, sample)
    return machine


@pytest.mark.parametrize("power", ["stays", "is lost"])
def test_a_kill_anywhere_leaves_the_old_edition_or_the_new_one_and_recovery_makes_it_hold(
    base: Path,
    tmp_path: Path,
    key: minisign.SecretKey,
    public_key: bytes,
    sample: SimpleNamespace,
    power: str,
) -> None:
    operations = count_operations(shutil.copytree(base, tmp_path / "0"), key, sample).count
    editions_after = []
    every = 1 if power == "stays" else 5
    for dies_at in range(1, operations + 1, every):
        shelf = shutil.copytree(base, tmp_path / str(dies_at))
        holding = ShelfReader(shelf, public_key)
        machine = Machine(dies_at)
        with machine.running(), pytest.raises(Killed):
            print_third(shelf, key, sample)
        if power == "is lost":
            machine.lose_power(shelf)

        assert shown(holding, sample) == before(sample), dies_at
        fresh = ShelfReader(shelf, public_key)
        assert fresh.root is not None, (dies_at, fresh.fault)
        wanted = after(sample) if fresh.root.facts.edition == 3 else before(sample)
        assert shown(fresh, sample) == wanted, dies_at

        recover(shelf)
        assert verify(shelf, public_key) == [], dies_at
        edition = read_root((shelf / "manifest.json").read_bytes()).facts.edition
        assert shown(ShelfReader(shelf, public_key), sample) == (
            after(sample) if edition == 3 else before(sample)
        )
        assert not (shelf / ".staging").exists()
        editions_after.append(edition)
        shutil.rmtree(shelf)
    assert editions_after == sorted(editions_after)
    assert set(editions_after) == {2, 3}


def test_a_kill_anywhere_in_recovery_is_recovered_from(
    base: Path,
    tmp_path: Path,
    key: minisign.SecretKey,
    public_key: bytes,
    sample: SimpleNamespace,
) -> None:
    whole = count_operations(shutil.copytree(base, tmp_path / "whole"), key, sample)
    journaled = next(
        at for at, (_, path) in enumerate(whole.trace, 1) if path.endswith("journal.json")
    )
    finished, dies_at = False, 0
    while not finished:
        dies_at += 1
        shelf = shutil.copytree(base, tmp_path / f"again-{dies_at}")
        with Machine(journaled + 1).running(), pytest.raises(Killed):
            print_third(shelf, key, sample)
        with Machine(dies_at).running(), suppress(Killed):
            finished = recover(shelf)
        recover(shelf)
        assert verify(shelf, public_key) == [], dies_at
        assert shown(ShelfReader(shelf, public_key), sample) == after(sample)
        shutil.rmtree(shelf)
    assert dies_at > 30


def test_recovery_leaves_the_same_bytes_and_times_as_an_undisturbed_switch(
    base: Path, tmp_path: Path, key: minisign.SecretKey, sample: SimpleNamespace
) -> None:
    whole = shutil.copytree(base, tmp_path / "whole")
    machine = count_operations(whole, key, sample)
    root_renamed = next(
        at for at, step in enumerate(machine.trace, 1) if step == ("rename", f"{whole}/index.html")
    )
    killed = shutil.copytree(base, tmp_path / "killed")
    with Machine(root_renamed).running(), pytest.raises(Killed):
        print_third(killed, key, sample)

    assert recover(killed)

    assert sample.everything(killed) == sample.everything(whole)


def test_the_root_is_renamed_only_after_everything_it_lists_is_on_the_disk(
    base: Path, tmp_path: Path, key: minisign.SecretKey, sample: SimpleNamespace
) -> None:
    shelf = shutil.copytree(base, tmp_path / "shelf")
    trace = count_operations(shelf, key, sample).trace
    renamed = [path for step, path in trace if step == "rename" and ".staging" not in path]
    assert renamed[-2:] == [f"{shelf}/manifest.json.minisig", f"{shelf}/manifest.json"]

    at_root = trace.index(("rename", f"{shelf}/manifest.json.minisig"))
    for path in renamed[:-2]:
        folder = str(Path(path).parent)
        if path != f"{shelf}/.previous":
            flushed = [at for at, step in enumerate(trace) if step == ("fsync", folder)]
            assert any(trace.index(("rename", path)) < at < at_root for at in flushed), path


def test_nothing_of_the_tree_is_touched_before_the_journal_is_on_the_disk(
    base: Path, tmp_path: Path, key: minisign.SecretKey, sample: SimpleNamespace
) -> None:
    shelf = shutil.copytree(base, tmp_path / "shelf")
    staging = f"{shelf}/.staging"
    trace = count_operations(shelf, key, sample).trace
    at_journal = trace.index(("rename", f"{staging}/journal.json"))
    assert trace[at_journal + 1] == ("fsync", staging)

    earlier = [path for step, path in trace[:at_journal] if step != "fsync"]
    assert [path for path in earlier if path.startswith("/") and staging not in path] == []
    written = {path for step, path in trace[:at_journal] if step == "fsync"}
    for path in (*after(sample), "manifest.json", "manifest.json.minisig"):
        assert f"{staging}/tree/{path}" in written


def test_a_printing_left_by_a_fault_leaves_the_shelf_as_it_was(
    first: Path, public_key: bytes, sample: SimpleNamespace
) -> None:
    before_it = sample.everything(first)
    with suppress(ZeroDivisionError), Printing(first, mtime=sample.slot_time) as printing:
        printing.write("index.html", b"half an edition")
        raise ZeroDivisionError

    assert sample.everything(first) == before_it
    assert not (first / ".staging").exists()
    assert verify(first, public_key) == []


def test_the_next_printing_finishes_what_a_crash_interrupted(
    base: Path,
    tmp_path: Path,
    key: minisign.SecretKey,
    public_key: bytes,
    sample: SimpleNamespace,
) -> None:
    whole = shutil.copytree(base, tmp_path / "whole")
    trace = count_operations(whole, key, sample).trace
    root_renamed = trace.index(("rename", f"{whole}/manifest.json"))
    shelf = shutil.copytree(base, tmp_path / "shelf")
    with Machine(root_renamed).running(), pytest.raises(Killed):
        print_third(shelf, key, sample)
    assert switch.interrupted(shelf)

    with Printing(shelf, mtime=sample.slot_time + 1800) as printing:
        assert read_root((shelf / "manifest.json").read_bytes()).facts.edition == 3
        printing.write("late.html", b"late")
        printing.finish(sample.facts(4), key)

    reader = ShelfReader(shelf, public_key)
    assert reader.root is not None
    assert reader.root.serial == 4
    assert shown(reader, sample) == after(sample)
    assert verify(shelf, public_key) == []


def test_a_damaged_journal_stops_with_what_to_do(first: Path) -> None:
    (first / ".staging").mkdir()
    (first / ".staging/journal.json").write_bytes(b"{")
    with pytest.raises(ValueError, match="put the shelf back from a mirror"):
        recover(first)
