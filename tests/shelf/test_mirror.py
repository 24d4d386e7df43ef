"""The shelf as one file to carry."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from letterslot.shelf.mirror import NotAMirror, export_mirror, unpacked
from letterslot.shelf.snapshot import Superseded
from letterslot.shelf.verify import verify


@pytest.fixture
def mirror(first: Path, tmp_path: Path) -> Path:
    export_mirror(first, tmp_path / "mirror.tar")
    return tmp_path / "mirror.tar"


def test_a_mirror_unpacks_to_the_shelf_and_verifies(
    first: Path, mirror: Path, tmp_path: Path, public_key: bytes, sample: SimpleNamespace
) -> None:
    with tarfile.open(mirror) as archive:
        archive.extractall(tmp_path / "copy", filter="data")
    bytes_of = lambda folder: {p: c for p, (c, _, _) in sample.everything(folder).items() if c}  # noqa: E731
    assert bytes_of(tmp_path / "copy") == bytes_of(first)
    assert verify(tmp_path / "copy", public_key) == []


def test_the_archive_itself_verifies(mirror: Path, public_key: bytes) -> None:
    assert verify(mirror, public_key) == []


def test_the_same_edition_gives_the_same_archive(
    tmp_path: Path, print_edition, mirror: Path, sample: SimpleNamespace
) -> None:
    print_edition(1, sample.first, into=tmp_path / "other")
    (tmp_path / "other/unlisted.txt").write_bytes(b"not taken along")
    export_mirror(tmp_path / "other", tmp_path / "other.tar")
    assert (tmp_path / "other.tar").read_bytes() == mirror.read_bytes()


def test_an_archive_tells_nothing_of_the_machine_or_the_minute(mirror: Path) -> None:
    with tarfile.open(mirror) as archive:
        members = archive.getmembers()
    assert {(m.uid, m.gid, m.uname, m.gname, m.mode) for m in members} == {(0, 0, "", "", 0o644)}
    assert {m.mtime for m in members} == {1_795_392_000}  # midnight of the slot's day
    assert [m.name for m in members][:2] == ["manifest.json", "manifest.json.minisig"]
    assert not any(m.name.startswith(".") for m in members)


def test_a_damaged_shelf_is_not_exported(first: Path, tmp_path: Path) -> None:
    (first / "stories/harvest/index.html").write_bytes(b"damaged")
    with pytest.raises(Superseded, match=r"stories/harvest/index\.html"):
        export_mirror(first, tmp_path / "mirror.tar")
    assert list(tmp_path.glob("mirror.tar*")) == []


def _archive(file: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(file, "w") as archive:
        for member, content in members:
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file


def test_a_hostile_archive_is_refused(tmp_path: Path) -> None:
    link = tarfile.TarInfo("index.html")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    plain = tarfile.TarInfo("index.html")
    hostile = [
        _archive(tmp_path / "up.tar", (tarfile.TarInfo("../up"), b"x")),
        _archive(tmp_path / "root.tar", (tarfile.TarInfo("/root"), b"x")),
        _archive(tmp_path / "link.tar", (link, b"")),
        _archive(tmp_path / "twice.tar", (plain, b"x"), (plain, b"y")),
        tmp_path / "junk.tar",
    ]
    hostile[-1].write_bytes(b"junk" * 1000)
    for file in hostile:
        with pytest.raises(NotAMirror), unpacked(file):
            pass
        assert len(verify(file, b"")) == 1
    assert not (tmp_path / "up").exists()
