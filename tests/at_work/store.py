"""An S3-compatible store as a process of its own, which checks conditions and signatures."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import minisign

from letterslot.newsroom.places import Store, StoreKeys
from letterslot.press.bucket import Bucket
from letterslot.shelf.manifest import RootFacts, Rule
from letterslot.shelf.printing import Printing

KEYS = StoreKeys("quay", "lantern")
SIGNING_KEY = minisign.KeyPair.generate().secret_key
PUBLIC_KEY = bytes(SIGNING_KEY.get_public_key()) + b"\n"
SHELF_FOLDER = "comments/"


class S3:
    """The server, asked by whoever runs it."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.made = 0

    def store(self, bucket: str) -> Store:
        return Store(self.endpoint, bucket, "us-east-1", SHELF_FOLDER)

    def new_bucket(self, *, versions: bool = False) -> Store:
        self.made += 1
        store = self.store(f"courier-{self.made}")
        client = Bucket(store, KEYS)._client
        client.create_bucket(Bucket=store.bucket)
        if versions:
            on = {"Status": "Enabled"}
            client.put_bucket_versioning(Bucket=store.bucket, VersioningConfiguration=on)
        return store

    @contextmanager
    def checking_signatures(self) -> Iterator[None]:
        """From now on only keys that the server gave out are taken, and it gave out none."""
        self._ask("/moto-api/reset-auth", b"0")
        try:
            yield
        finally:
            self._ask("/moto-api/reset-auth", b"inf")

    def _ask(self, path: str, body: bytes) -> None:
        headers = {"Content-Type": "text/plain"}
        request = urllib.request.Request(self.endpoint + path, body, headers)
        with urllib.request.urlopen(request) as answer:
            answer.read()


@contextmanager
def running() -> Iterator[S3]:
    command = [sys.executable, "-P", str(Path(__file__).with_name("store_server.py"))]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stderr is not None
        said: list[str] = []  # until it listens, or why it does not
        while not (found := re.search(r"Running on (http://127\.0\.0\.1:\d+)", "".join(said))):
            told = process.stderr.readline()
            assert told, f"The store ended: {''.join(said)}"
            said.append(told)
        # It tells of every request: unread, its pipe would fill, and it would wait for ever.
        reading = threading.Thread(target=process.stderr.read)
        reading.start()
        yield S3(found[1])
    finally:
        process.terminate()
        process.wait()
    reading.join()
    process.stderr.close()


def print_edition(
    shelf: Path, number: int, written: dict[str, bytes], removed: Iterable[str] = ()
) -> bytes:
    """An edition on the shelf here, which a delivery then carries; the bytes of its root."""
    facts = RootFacts(
        "The Courier 신문", "https://courier.example", number, number, date(2026, 11, 23),
        3 * number, "0" * 64, Rule("prompt"), date(2026, 12, 27),
    )  # fmt: skip
    with Printing(shelf, mtime=1_795_392_000 + number) as printing:
        for path, content in written.items():
            printing.write(path, content)
        for path in removed:
            printing.remove(path)
        return printing.finish(facts, SIGNING_KEY)


def download(bucket: Bucket, folder: Path) -> Path:
    """All that stands in the bucket, as anyone may fetch it; the press's own note apart."""
    for path, _ in bucket.marks():
        held = bucket.get(path, 2**20)
        if held is not None and not path.startswith("."):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(held.content)
    return folder
