"""From one root to the next: staged beside the tree, journaled, then renamed into place.

The journal is the moment of decision. Before it stands whole on the disk the tree is untouched and
a crash forgets the new edition; after it every step can be taken again, and `recover` takes them.
Readers that hold the old root find what it lists either still in the tree or in `.previous`, which
is complete before the first file of the tree changes and stays until the next switch.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from letterslot.shelf import files
from letterslot.shelf.layout import MANIFEST, PREVIOUS, SIGNATURE, STAGING, check_path

TREE = "tree"  # in .staging: what will stand in the tree
_PREVIOUS = "previous"  # in .staging: what will be .previous
_DISCARDED = "discarded"  # in .staging: what was .previous
_JOURNAL = "journal.json"

_PRIVATE = 0o700
_GROUP = 0o750  # of .previous: the door may run as another user of the group; web servers not

# Answers of file systems without hard links, or with too many of one file.
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.EXDEV)


@dataclass(frozen=True)
class Journal:
    """A switch: files to rename into the tree, in this order, files to delete, the slot's time."""

    new: list[str]
    gone: list[str]
    mtime: int


def begin(shelf: Path) -> Path:
    """An empty folder to stage into; a switch that a crash interrupted is finished first."""
    if not shelf.exists():
        shelf.mkdir(parents=True)
        shelf.chmod(files.FOLDER_MODE)
    recover(shelf)
    tree = shelf / STAGING / TREE
    tree.parent.mkdir(mode=_PRIVATE)
    tree.mkdir()
    return tree


def abandon(shelf: Path) -> None:
    """Forget what was staged. Never after `commit`: a journaled switch goes forward only."""
    if not (shelf / STAGING / _JOURNAL).exists():
        _remove_tree(shelf / STAGING)


def commit(shelf: Path, *, new: Sequence[str], gone: Iterable[str], mtime: int) -> None:
    """Switch to the staged files; `new` ends with the signature and the root."""
    journal = Journal(list(new), sorted(gone), mtime)
    staging = shelf / STAGING
    _check_places(shelf, journal.new)
    files.settle_all([staging / TREE / path for path in journal.new])
    _settle_folders(staging / TREE, journal.new)
    _link_previous(shelf, journal)
    _write_journal(staging, journal)
    _carry_out(shelf, journal)


def recover(shelf: Path) -> bool:
    """Finish a switch that a crash interrupted, or drop one not yet decided; True if finished.

    Whoever calls this holds the lock of the press.
    """
    staging = shelf / STAGING
    if not staging.exists():
        return False
    journal = _read_journal(staging)
    if journal is None:
        _remove_tree(staging)
        return False
    _carry_out(shelf, journal)
    return True


def interrupted(shelf: Path) -> bool:
    """Whether a switch is under way, or waits for `recover`."""
    return (shelf / STAGING / _JOURNAL).exists()


def forget_previous(shelf: Path) -> None:
    """Delete what the last switch replaced, once no reader holds the old root any more.

    A removal is only then off the disk; a few seconds after a switch are enough.
    """
    if not interrupted(shelf):
        _remove_tree(shelf / PREVIOUS)


def _check_places(shelf: Path, paths: Iterable[str]) -> None:
    """What would stop a switch must be found before the journal: after it there is no way back."""
    for folder in _folders(paths):
        place = shelf / folder
        if os.path.lexists(place) and (place.is_symlink() or not place.is_dir()):
            raise files.NotPlain(errno.ENOTDIR, "not a folder of the shelf", str(place))
    for path in paths:
        if (shelf / path).is_dir() and not (shelf / path).is_symlink():
            raise files.NotPlain(errno.EISDIR, "a folder stands where a file should", path)


def _link_previous(shelf: Path, journal: Journal) -> None:
    previous = shelf / STAGING / _PREVIOUS
    previous.mkdir()
    os.chmod(previous, _GROUP)  # noqa: PTH101 - past the umask
    kept = [path for path in journal.new + journal.gone if os.path.lexists(f"{shelf}/{path}")]
    folders = files.Folders(previous)
    for path in kept:
        folders.make_for(path)
        _link(f"{shelf}/{path}", f"{previous}/{path}")
    _settle_folders(previous, kept)


def _link(old: str, kept: str) -> None:
    try:
        os.link(old, kept, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        shutil.copy2(old, kept, follow_symlinks=False)
        files.settle(Path(kept))


def _write_journal(staging: Path, journal: Journal) -> None:
    draft = staging / (_JOURNAL + ".draft")
    files.write(draft, json.dumps(asdict(journal)).encode(), journal.mtime)
    files.settle(draft)
    files.settle(staging)
    draft.rename(staging / _JOURNAL)
    files.settle(staging)
    files.settle(staging.parent)


def _read_journal(staging: Path) -> Journal | None:
    try:
        fields = json.loads((staging / _JOURNAL).read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        raise ValueError(
            f"{staging / _JOURNAL} is damaged: "
            f"put the shelf back from a mirror, and delete {staging}."
        ) from None
    journal = Journal(**fields)
    for path in journal.new + journal.gone:
        check_path(path)
    return journal


def _carry_out(shelf: Path, journal: Journal) -> None:
    """Every step looks at what is there first, so that all may be taken again after a crash."""
    staging = shelf / STAGING
    _put_previous(shelf, staging)
    last = [path for path in journal.new if path in (SIGNATURE, MANIFEST)]
    first = [path for path in journal.new if path not in (SIGNATURE, MANIFEST)]
    _rename_into(shelf, staging / TREE, first)
    _settle_folders(shelf, first)
    _rename_into(shelf, staging / TREE, last)
    files.settle(shelf)
    _delete(shelf, journal.gone)
    _date_folders(shelf, journal)
    _end(shelf, staging, journal.mtime)


def _put_previous(shelf: Path, staging: Path) -> None:
    fresh, standing, discarded = staging / _PREVIOUS, shelf / PREVIOUS, staging / _DISCARDED
    if not fresh.exists():
        return
    if standing.exists():
        _remove_tree(discarded)
        standing.rename(discarded)
    fresh.rename(standing)
    files.settle(shelf)
    files.settle(staging)


def _rename_into(shelf: Path, tree: Path, paths: Iterable[str]) -> None:
    folders = files.Folders(shelf)
    for path in paths:
        if os.path.lexists(f"{tree}/{path}"):
            folders.make_for(path)
            os.rename(f"{tree}/{path}", f"{shelf}/{path}")  # noqa: PTH104 - thousands


def _delete(shelf: Path, gone: Iterable[str]) -> None:
    gone = list(gone)
    for path in gone:
        (shelf / path).unlink(missing_ok=True)
    for folder in reversed(_folders(gone)):  # the innermost first
        _settle_if_kept(shelf / folder)
    if gone:
        files.settle(shelf)


def _settle_if_kept(folder: Path) -> None:
    """Make deletions in a folder last, or delete the folder where they left it empty."""
    if not folder.is_dir():
        return
    if not any(folder.iterdir()):
        folder.rmdir()
    else:
        files.settle(folder)


def _date_folders(shelf: Path, journal: Journal) -> None:
    """A folder's time of change would tell the minute of printing: give it the slot's."""
    for folder in _folders(journal.new + journal.gone):
        with suppress(FileNotFoundError):  # it is empty, and gone
            os.utime(f"{shelf}/{folder}", (journal.mtime, journal.mtime))


def _end(shelf: Path, staging: Path, mtime: int) -> None:
    (staging / _JOURNAL).unlink(missing_ok=True)
    files.settle(staging)
    _remove_tree(staging)
    os.utime(shelf, (mtime, mtime))


def _folders(paths: Iterable[str]) -> list[str]:
    """The folders that these paths run through, sorted, so that an outer one stands first."""
    return sorted({folder for path in paths for folder in files.folders_of(path)})


def _settle_folders(root: Path, paths: Iterable[str]) -> None:
    files.settle_all([root, *(root / folder for folder in _folders(paths))])


def _remove_tree(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
