"""What a printing leaves on the shelf."""

from __future__ import annotations

import errno
import gzip
import hashlib
import os
from pathlib import Path
from types import SimpleNamespace

import brotli
import minisign
import pytest

from letterslot.shelf import files
from letterslot.shelf.layout import UnsafePath
from letterslot.shelf.manifest import read_root
from letterslot.shelf.printing import Printing, ShelfDamaged
from letterslot.shelf.serve import ShelfReader
from letterslot.shelf.switch import forget_previous
from letterslot.shelf.verify import verify


def root_of(shelf: Path):
    return read_root((shelf / "manifest.json").read_bytes())


def test_the_same_editions_give_the_same_bytes_and_times(
    tmp_path: Path, print_edition, sample: SimpleNamespace
) -> None:
    shelves = [tmp_path / "one", tmp_path / "two"]
    for shelf in shelves:
        print_edition(1, sample.first, into=shelf)
        print_edition(2, sample.second, sample.second_removed, into=shelf)
    assert sample.everything(shelves[0]) == sample.everything(shelves[1])


def test_the_order_of_writing_does_not_show(
    tmp_path: Path, print_edition, sample: SimpleNamespace
) -> None:
    print_edition(1, sample.first, into=tmp_path / "one")
    print_edition(1, dict(reversed(sample.first.items())), into=tmp_path / "two")
    assert sample.everything(tmp_path / "one") == sample.everything(tmp_path / "two")


def test_everything_written_carries_the_time_of_the_slot_and_nothing_finer(
    first: Path, sample: SimpleNamespace
) -> None:
    times = {time for _, time, _ in sample.everything(first).values()}
    assert times == {(sample.slot_time + 900) * 10**9}
    assert first.stat().st_mtime_ns in times


def test_text_gets_variants_that_unpack_to_it_and_pictures_get_none(
    first: Path, sample: SimpleNamespace
) -> None:
    for path, content in sample.first.items():
        packed = [first / f"{path}{suffix}" for suffix in (".gz", ".br")]
        if path.endswith((".html", ".css")):
            assert gzip.decompress(packed[0].read_bytes()) == content
            assert brotli.decompress(packed[1].read_bytes()) == content
        if path.startswith("answers/") or path.endswith(".jpg"):
            assert not any(file.exists() for file in packed)


def test_a_variant_that_saves_nothing_is_not_kept(print_edition, shelf: Path) -> None:
    print_edition(1, {"index.html": b"long enough to be compressed " * 20})
    assert (shelf / "index.html.gz").exists()
    print_edition(2, {"index.html": b"x"})
    assert not (shelf / "index.html.gz").exists()
    assert not (shelf / "index.html.br").exists()


def test_a_file_that_did_not_change_is_not_written_again(
    first: Path, print_edition, sample: SimpleNamespace
) -> None:
    before = {path: (first / path).stat() for path in sample.first}
    print_edition(2, sample.first)
    after = {path: (first / path).stat() for path in sample.first}
    assert after == before
    assert not list((first / ".previous").rglob("*.html"))


def test_only_the_lists_of_what_changed_are_written_again(
    first: Path, print_edition, sample: SimpleNamespace
) -> None:
    before = root_of(first).lists
    print_edition(2, sample.second)
    after = root_of(first).lists
    changed = {path for path in after if after[path] != before.get(path)}
    assert len(changed) == 1


def test_a_file_lost_from_the_shelf_is_written_again(
    first: Path, print_edition, public_key: bytes, sample: SimpleNamespace
) -> None:
    (first / "terms/index.html.br").unlink()
    assert verify(first, public_key) == ["terms/index.html.br is missing."]
    print_edition(2, sample.first)
    assert verify(first, public_key) == []


def test_every_signing_raises_the_serial_and_names_the_root_before(
    shelf: Path, print_edition, sample: SimpleNamespace
) -> None:
    first = print_edition(1, sample.first)
    again = print_edition(1, {})
    second = print_edition(2, sample.second)
    roots = [read_root(content) for content in (first, again, second)]
    assert [root.serial for root in roots] == [1, 2, 3]
    assert [root.facts.edition for root in roots] == [1, 1, 2]
    assert [root.previous for root in roots] == [
        None,
        hashlib.sha256(first).hexdigest(),
        hashlib.sha256(again).hexdigest(),
    ]
    assert (shelf / "manifest.json").read_bytes() == second


def test_what_is_removed_goes_with_its_variants_its_folder_and_its_empty_list(
    first: Path, print_edition, public_key: bytes, sample: SimpleNamespace
) -> None:
    lists = root_of(first).lists
    print_edition(2, sample.second, sample.second_removed)
    assert not (first / "stories/river").exists()
    assert not (first / "stories/harvest/lite").exists()
    assert len(root_of(first).lists) == len(lists) - 1
    assert verify(first, public_key) == []


def test_what_the_last_switch_replaced_is_kept_for_readers_and_no_longer(
    first: Path, print_edition, sample: SimpleNamespace
) -> None:
    page = "stories/harvest/index.html"
    print_edition(2, sample.second)
    assert (first / ".previous" / page).read_bytes() == sample.first[page]
    print_edition(3, {"index.html": b"other"})
    assert not (first / ".previous" / page).exists()


def test_what_was_replaced_can_be_forgotten_once_no_reader_holds_it(
    first: Path, print_edition, public_key: bytes, sample: SimpleNamespace
) -> None:
    behind = ShelfReader(first, public_key)
    print_edition(2, sample.second, sample.second_removed)
    forget_previous(first)
    assert not (first / ".previous").exists()
    assert verify(first, public_key) == []
    page = "stories/harvest/index.html"
    assert behind.read(page) == sample.second[page]


def test_a_shelf_can_be_read_by_a_web_server_whatever_the_umask(
    shelf: Path, print_edition, sample: SimpleNamespace
) -> None:
    before = os.umask(0o077)
    try:
        print_edition(1, sample.first)
    finally:
        os.umask(before)
    modes = {mode & 0o777 for _, _, mode in sample.everything(shelf).values()}
    assert modes == {0o644, 0o755}
    assert shelf.stat().st_mode & 0o777 == 0o755
    assert (shelf / ".previous").stat().st_mode & 0o007 == 0


def test_the_last_of_several_writings_and_removals_counts(
    first: Path, key: minisign.SecretKey, public_key: bytes, sample: SimpleNamespace
) -> None:
    with Printing(first, mtime=sample.slot_time) as printing:
        printing.write("index.html", b"passing " * 50)
        printing.write("index.html", sample.first["index.html"])
        printing.remove("terms/index.html")
        printing.write("terms/index.html", b"back")
        printing.write("new.html", b"passing")
        printing.remove("new.html")
        printing.finish(sample.facts(2), key)
    assert (first / "index.html").read_bytes() == sample.first["index.html"]
    assert (first / "terms/index.html").read_bytes() == b"back"
    assert not (first / "new.html").exists()
    assert verify(first, public_key) == []


def test_a_printing_tells_what_a_story_will_have(first: Path, sample: SimpleNamespace) -> None:
    with Printing(first, mtime=sample.slot_time) as printing:
        printing.remove("stories/harvest/lite/index.html")
        printing.write("stories/harvest/form.html", b"form")
        assert printing.of_story("harvest") == [
            "stories/harvest/embed/index.html",
            "stories/harvest/form.html",
            "stories/harvest/index.html",
            "stories/harvest/market.jpg",
            "stories/harvest/thread.html",
        ]
        assert printing.of_story("unknown") == []


def test_the_public_key_is_on_every_shelf(first: Path, public_key: bytes) -> None:
    assert (first / "publication.pub").read_bytes() == public_key


@pytest.mark.parametrize(
    "path",
    [
        "../outside.html",
        "/tmp/outside.html",
        "a/../../outside.html",
        ".previous/a.html",
        "manifest.json",
        "manifest.json.minisig",
        "lists/00.json",
        "index.html.gz",
        "index.html.br",
    ],
)
def test_no_file_is_written_outside_or_over_what_the_printing_writes(
    first: Path, path: str, sample: SimpleNamespace
) -> None:
    with Printing(first, mtime=sample.slot_time) as printing:
        with pytest.raises(UnsafePath):
            printing.write(path, b"x")
        with pytest.raises(UnsafePath):
            printing.remove(path)


def test_a_link_in_the_tree_leads_no_file_outside(
    first: Path, tmp_path: Path, print_edition, sample: SimpleNamespace
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (first / "stories/linked").symlink_to(outside)
    before = (first / "manifest.json").read_bytes()
    with pytest.raises(OSError, match="not a folder of the shelf"):
        print_edition(2, {"stories/linked/index.html": b"x"})
    assert list(outside.iterdir()) == []
    assert (first / "manifest.json").read_bytes() == before
    assert not (first / ".staging").exists()


def test_a_link_where_a_file_should_be_is_replaced_and_not_written_through(
    first: Path, tmp_path: Path, print_edition
) -> None:
    outside = tmp_path / "outside.html"
    outside.write_bytes(b"private")
    (first / "new.html").symlink_to(outside)
    print_edition(2, {"new.html": b"public"})
    assert outside.read_bytes() == b"private"
    assert (first / "new.html").read_bytes() == b"public"
    assert not (first / "new.html").is_symlink()


def test_a_damaged_root_or_list_stops_the_printing_with_what_to_do(
    first: Path, print_edition, sample: SimpleNamespace
) -> None:
    for path in first.glob("lists/*.json"):
        path.write_bytes(b"{}\n")
    with pytest.raises(ShelfDamaged, match="put it back from a mirror"):
        print_edition(2, sample.second)
    (first / "manifest.json").write_bytes(b"{}\n")
    with pytest.raises(ShelfDamaged, match="Put it back from a mirror"):
        print_edition(2, sample.second)


def test_a_finished_printing_takes_no_more(
    shelf: Path, key: minisign.SecretKey, sample: SimpleNamespace
) -> None:
    with Printing(shelf, mtime=sample.slot_time) as printing:
        printing.finish(sample.facts(1), key)
        with pytest.raises(RuntimeError, match="finished"):
            printing.write("index.html", b"late")


def test_many_files_are_all_flushed_at_once_before_the_journal(
    shelf: Path, print_edition, public_key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {f"stories/s{n}/index.html": b"%d" % n for n in range(100)}
    tree = shelf / ".staging/tree"
    at_once: list[tuple[bool, bool]] = []
    flush = files._settle_file_system

    def watched(path: Path) -> bool:
        written = all((tree / page).exists() for page in pages)
        at_once.append((written, any(shelf.glob(".staging/journal.json*"))))
        return flush(path)

    monkeypatch.setattr(files, "_settle_file_system", watched)
    print_edition(1, pages)
    assert (True, False) in at_once
    assert verify(shelf, public_key) == []


def test_many_files_are_flushed_one_by_one_where_the_system_has_no_other_way(
    shelf: Path, print_edition, public_key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_settle_file_system", lambda path: False)
    flushed: set[str] = set()
    monkeypatch.setattr(
        os, "fsync", lambda handle: flushed.add(str(Path(f"/proc/self/fd/{handle}").readlink()))
    )
    pages = {f"stories/s{n}/index.html": b"%d" % n for n in range(100)}
    print_edition(1, pages)
    assert {f"{shelf}/.staging/tree/{path}" for path in pages} <= flushed
    assert {f"{shelf}/stories/s{n}" for n in range(100)} <= flushed
    assert verify(shelf, public_key) == []


def test_where_the_disk_has_no_links_the_old_files_are_copied(
    first: Path, print_edition, sample: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: object, **named: object) -> None:
        raise PermissionError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    print_edition(2, sample.second, sample.second_removed)
    for path in ("stories/harvest/index.html", *sample.second_removed):
        assert (first / ".previous" / path).read_bytes() == sample.first[path]


def test_an_edition_on_one_story_rewrites_its_list_the_list_of_that_and_no_other(
    first: Path, print_edition, sample: SimpleNamespace
) -> None:
    before = {path: path.read_bytes() for path in first.glob("lists/**/*.json")}
    print_edition(2, {"stories/harvest/index.html": sample.html("harvest, again")})
    changed = [path for path, content in before.items() if path.read_bytes() != content]
    assert sorted(str(path.relative_to(first)) for path in changed) == [
        "lists/7d.json",
        "lists/7d/harvest.json",
    ]


def test_the_list_of_a_story_that_is_gone_goes_too(
    first: Path, print_edition, public_key: bytes
) -> None:
    of_river = next(first.glob("lists/*/river.json"))
    print_edition(2, {}, ("stories/river/index.html",))
    assert not of_river.exists()
    assert not of_river.parent.exists()
    assert verify(first, public_key) == []


def test_a_shelf_of_an_earlier_format_is_replaced_whole_and_its_count_goes_on(
    first: Path, print_edition, public_key: bytes
) -> None:
    root = (first / "manifest.json").read_bytes()
    earlier = root.replace(b'"version":2', b'"version":1')
    (first / "manifest.json").write_bytes(earlier)
    print_edition(2, {"index.html": b"all that there is now"})
    assert root_of(first).serial == 2
    assert root_of(first).previous == hashlib.sha256(earlier).hexdigest()
    assert not (first / "stories").exists()
    assert verify(first, public_key) == []
