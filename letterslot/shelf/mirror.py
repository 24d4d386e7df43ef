"""The shelf as one file to carry: a tar archive with the same bytes for the same edition."""

from __future__ import annotations

import io
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory

from letterslot.shelf import files
from letterslot.shelf.layout import MANIFEST, PUBLIC_KEY, SIGNATURE, is_list, is_path
from letterslot.shelf.manifest import LARGEST_FILE, read_list
from letterslot.shelf.signing import BadSignature
from letterslot.shelf.snapshot import Snapshot, Superseded, take

_TRIES = 3
_LISTS_IN_MEMORY = 64 * 1024 * 1024
_LARGEST_KEY = 1024


def export_mirror(shelf_dir: Path, file: Path) -> None:
    """Write the whole shelf, as its root lists it, into `file`; nothing else is taken along.

    Every file is checked on its way, against the shelf's own key: that finds damage, not fraud.
    May run while an edition is switched in: one edition is written, wholly. Raises
    FileNotFoundError where there is no shelf, BadManifest, BadSignature or Superseded where a
    file is damaged.
    """
    draft = file.with_name(file.name + ".draft")
    try:
        _write_whole(shelf_dir, draft)
        files.settle(draft)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    files.settle(file.absolute().parent)


def _write_whole(shelf: Path, draft: Path) -> None:
    """Begin again with the newer root where the shelf was switched twice meanwhile."""
    for attempt in range(1, _TRIES + 1):
        key = files.read_beneath(shelf, PUBLIC_KEY, _LARGEST_KEY) or b""
        try:
            snapshot, _ = take(shelf, key, _LISTS_IN_MEMORY)
            return _write(snapshot, draft)
        except (BadSignature, Superseded):
            if attempt == _TRIES:
                raise


def _write(snapshot: Snapshot, file: Path) -> None:
    midnight = int(datetime.combine(snapshot.root.facts.date, time(), UTC).timestamp())
    with file.open("wb") as out, tarfile.open(fileobj=out, mode="w:") as archive:
        for path, content in _files(snapshot):
            name = tarfile.TarInfo(path)
            name.size, name.mtime, name.mode = len(content), midnight, 0o644
            archive.addfile(name, io.BytesIO(content))


def _files(snapshot: Snapshot) -> Iterator[tuple[str, bytes]]:
    """Root, signature and lists first, each story's list before its files, so that who reads the
    archive can check what follows."""
    for path in (MANIFEST, SIGNATURE, *sorted(snapshot.root.lists)):
        yield path, snapshot.must_read(path)
    for name in sorted(snapshot.root.lists):
        yield from _listed(snapshot, name)


def _listed(snapshot: Snapshot, name: str) -> Iterator[tuple[str, bytes]]:
    for path in read_list(snapshot.must_read(name), name):
        yield path, snapshot.must_read(path)
        if is_list(path):
            yield from _listed(snapshot, path)


class NotAMirror(ValueError):
    """A file that `export_mirror` did not make; the message is one sentence."""


@contextmanager
def unpacked(file: Path) -> Iterator[Path]:
    """The archive's files in a folder that is deleted afterwards; raises NotAMirror.

    Only plain files with paths of a shelf, each once, and none larger than a shelf's may be.
    """
    with TemporaryDirectory(prefix="letterslot-mirror-") as name:
        folder = Path(name)
        try:
            with tarfile.open(file, mode="r:") as archive:
                for member in archive:
                    _unpack(archive, member, folder)
        except tarfile.TarError:
            raise NotAMirror(f"{file.name} is not an archive of a shelf.") from None
        yield folder


def _unpack(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    if not member.isreg() or not is_path(member.name) or member.size > LARGEST_FILE:
        raise NotAMirror(f"The archive holds {member.name[:80]!r}, which is no file of a shelf.")
    if (folder / member.name).exists():
        raise NotAMirror(f"The archive holds {member.name} twice.")
    content = archive.extractfile(member)
    if content is not None:
        files.Folders(folder).make_for(member.name)
        with (folder / member.name).open("xb") as out:
            shutil.copyfileobj(content, out)
