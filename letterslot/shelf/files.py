"""Files beneath a folder: read without following any link, written so that they last."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import re
import stat
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe must not hang us
_CHUNK = 1024 * 1024
_DEEPEST = 12  # folders in folders
_MANY, _AT_ONCE = 64, 16
_SLASH = re.compile("/")
_FILE_MODE = 0o644
FOLDER_MODE = 0o755

# What tells one state of a file from another without reading it: device, inode, size, and the
# times of its last change. Content alone would do, but costs a read.
Mark = tuple[int, int, int, int, int]


class NotPlain(OSError):
    """Something that is not a plain file or folder stands where one should: a link, a pipe."""


def open_beneath(root: Path, path: str) -> int:
    """A descriptor of the plain file at `path`; no part of `path` may be a link.

    Raises FileNotFoundError where nothing is there, NotPlain for links, pipes and folders.
    """
    *folders, name = path.split("/")
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in folders:
            inner = _open(part, _FOLDER, folder)
            os.close(folder)
            folder = inner
        file = _open(name, _FILE, folder)
    finally:
        os.close(folder)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise NotPlain(errno.EINVAL, "not a plain file", path)
    return file


def _open(name: str, flags: int, folder: int) -> int:
    try:
        return os.open(name, flags, dir_fd=folder)
    except OSError as error:
        # ELOOP, or ENOTDIR with O_DIRECTORY, is how a link answers; ENXIO and ENODEV, a socket.
        if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.ENXIO, errno.ENODEV):
            raise NotPlain(error.errno, "not a plain file or folder", name) from None
        raise


def read_beneath(root: Path, path: str, limit: int) -> bytes | None:
    """The file's bytes, no more than limit + 1 of them; None where there is no plain file."""
    try:
        file = open_beneath(root, path)
    except (FileNotFoundError, NotPlain):
        return None
    try:
        return read_open(file, limit)
    finally:
        os.close(file)


def read_open(file: int, limit: int) -> bytes:
    """At most limit + 1 bytes from an open file: one more tells the caller that it is too long."""
    content = os.read(file, limit + 1)
    while len(content) <= limit and (more := os.read(file, limit + 1 - len(content))):
        content += more
    return content


def digest_open(file: int, limit: int) -> tuple[str, int]:
    """SHA-256 in hex and size of an open file, read in pieces and never past limit + 1 bytes."""
    digest, size = hashlib.sha256(), 0
    while size <= limit and (piece := os.read(file, min(_CHUNK, limit + 1 - size))):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def mark_open(file: int) -> Mark:
    return mark(os.fstat(file))


def mark(found: os.stat_result) -> Mark:
    """A switch within one slot leaves size and mtime as they were; inode and ctime it cannot."""
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def write(file: Path, content: bytes, mtime: int) -> None:
    """Write a new file with this time of change, in seconds; `settle` makes it last."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fchmod(handle, _FILE_MODE)  # whatever the umask says: a web server must read it
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.utime(handle, (mtime, mtime))
    finally:
        os.close(handle)


def settle(path: Path) -> None:
    """Return when a file's bytes, or a folder's names, are on the disk."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def settle_all(paths: Sequence[Path]) -> None:
    """`settle` each; of many on one file system, all that waits there at once, which is the only
    way to write thousands of files in a second or two."""
    if len(paths) < _MANY:
        for path in paths:
            settle(path)
    elif not _settle_file_system(paths[0]):
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for _ in pool.map(settle, paths, chunksize=16):
                pass


def _settle_file_system(path: Path) -> bool:
    """syncfs(2) on the file system of `path`; False where the system knows no such call."""
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if syncfs is None:
        return False
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if syncfs(handle) != 0:
            error = ctypes.get_errno()
            raise OSError(error, os.strerror(error), str(path))
    finally:
        os.close(handle)
    return True


class Folders:
    """Folders beneath a root, each made and looked at once, however many files go into it."""

    def __init__(self, root: Path) -> None:
        self._root = str(root)
        self._made = {""}

    def make_for(self, path: str) -> None:
        """Make the folders that the file at `path` stands in; raises NotPlain where one is a
        link."""
        for folder in folders_of(path):
            if folder not in self._made:
                self._make(f"{self._root}/{folder}")
                self._made.add(folder)

    def _make(self, folder: str) -> None:
        try:
            os.mkdir(folder, FOLDER_MODE)  # noqa: PTH102 - one call a step, as crash tests count
            os.chmod(folder, FOLDER_MODE)  # noqa: PTH101
        except FileExistsError:
            if not stat.S_ISDIR(os.lstat(folder).st_mode):
                raise NotPlain(errno.ENOTDIR, "not a folder", folder) from None


def folders_of(path: str) -> list[str]:
    """The folders that a path runs through, outermost first: "a", "a/b" of "a/b/c.html"."""
    return [path[: mark.start()] for mark in _SLASH.finditer(path)]


def walk(root: Path) -> Iterator[tuple[str, bool]]:
    """Every name beneath `root` that is no folder, with whether it is a plain file; in order.

    Links are reported, never followed; a folder deeper than any of a shelf is reported, not
    entered.
    """
    return _walk(root, "", _DEEPEST)


def _walk(folder: Path, before: str, levels: int) -> Iterator[tuple[str, bool]]:
    with os.scandir(folder) as found:
        names = sorted(found, key=lambda entry: entry.name)
    for entry in names:
        if entry.is_dir(follow_symlinks=False) and levels:
            yield from _walk(Path(entry.path), f"{before}{entry.name}/", levels - 1)
        else:
            yield before + entry.name, entry.is_file(follow_symlinks=False)
