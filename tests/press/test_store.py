"""The shelf carried to a store: what stands there is one whole edition, whoever breaks off."""

from __future__ import annotations

import gzip
import http.server
import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from at_work import store as at_work
from at_work.store import KEYS, PUBLIC_KEY, S3, download, print_edition

from letterslot.newsroom.places import Store
from letterslot.press import bucket as buckets
from letterslot.press import claim
from letterslot.press.bucket import Bucket, Changed, StoreFault
from letterslot.press.delivery import BrokenOff, Delivered, deliver, state
from letterslot.shelf.verify import verify

PAGE = "stories/quay/index.html"
SECRET = b"the name nobody may read"


class Killed(BaseException):
    """The press is dead: no handler of ours may catch it."""


class Dying(Bucket):
    """Dies at the n-th write, and so do all threads that write after it."""

    writes = 0
    dies_at = 10**9

    def put(self, *given, **named):
        self._count()
        return super().put(*given, **named)

    def delete(self, *given):
        self._count()
        super().delete(*given)

    def _count(self) -> None:
        self.writes += 1
        if self.writes >= self.dies_at:
            raise Killed


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    with at_work.running() as server:
        yield server


@pytest.fixture(autouse=True)
def one_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "_TRIES", 1)


@pytest.fixture
def place(s3: S3) -> Store:
    return s3.new_bucket()


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "shelf"


def page(words: str, times: int = 1) -> bytes:
    """Once is too short to have compressed variants."""
    return b"<!doctype html><title>x</title>" + f"<p>{words}</p>".encode() * times


FIRST = {
    PAGE: page("first", 40),
    "stories/pier/index.html": page(SECRET.decode()),
    "stories/gone/index.html": page("leaves"),
    "index.html": page("front"),
    "site-0123456789abcdef.css": b"p{color:#111}" * 60,
}
SECOND = {
    PAGE: page("second", 40),
    "stories/pier/index.html": page("removed"),
    "new.html": page("n"),
}


def contents(shelf: Path) -> dict[str, bytes]:
    files = ((str(file.relative_to(shelf)), file) for file in shelf.rglob("*") if file.is_file())
    return {path: file.read_bytes() for path, file in files if not path.startswith(".")}


def carry(shelf: Path, bucket: Bucket, holder: str = "one", lease: float = 60) -> Delivered:
    return deliver(shelf, PUBLIC_KEY, bucket, holder=holder, lease=lease)


def faults(bucket: Bucket, folder: Path) -> list[str]:
    return verify(download(bucket, folder), PUBLIC_KEY)


def test_what_is_carried_verifies_as_a_copy_of_the_shelf(place, shelf, tmp_path) -> None:
    root = print_edition(shelf, 1, FIRST)
    bucket = Bucket(place, KEYS)
    carry(shelf, bucket)
    assert faults(bucket, tmp_path / "copy") == []
    assert (tmp_path / "copy/manifest.json").read_bytes() == root
    assert state(shelf, PUBLIC_KEY, bucket) == ""


def test_only_what_changed_is_sent_and_what_is_gone_leaves(place, shelf, tmp_path) -> None:
    print_edition(shelf, 1, FIRST)
    bucket = Dying(place, KEYS)
    carry(shelf, bucket)
    assert carry(shelf, bucket) == Delivered(1)
    before = contents(shelf)
    print_edition(shelf, 2, SECOND, removed=["stories/gone/index.html"])
    after = contents(shelf)
    changed = [path for path, content in after.items() if before.get(path) != content]
    left = before.keys() - after.keys()
    assert carry(shelf, bucket) == Delivered(2, sent=len(changed), deleted=len(left))
    assert not any("gone" in path for path, _ in bucket.marks())
    assert faults(bucket, tmp_path / "copy") == []


def test_files_have_their_types_codings_and_times_to_keep(place, shelf) -> None:
    print_edition(shelf, 1, FIRST)
    bucket = Bucket(place, KEYS)
    carry(shelf, bucket)

    def headers(path: str) -> tuple[str | None, ...]:
        head = bucket._head(path) or {}
        return tuple(head.get(n) for n in ("ContentType", "ContentEncoding", "CacheControl"))

    assert headers(PAGE) == ("text/html; charset=utf-8", None, "no-cache")
    assert headers(PAGE + ".gz") == ("text/html; charset=utf-8", "gzip", "no-cache")
    assert headers(PAGE + ".br") == ("text/html; charset=utf-8", "br", "no-cache")
    assert headers("manifest.json") == ("application/json", None, "no-cache")
    held = bucket.get(PAGE + ".gz", 10_000)
    assert held is not None
    assert gzip.decompress(held.content) == FIRST[PAGE]


def test_a_name_that_tells_its_content_may_be_kept_for_ever(place, shelf) -> None:
    print_edition(shelf, 1, FIRST)
    bucket = Bucket(place, KEYS)
    carry(shelf, bucket)
    head = bucket._head("site-0123456789abcdef.css") or {}
    assert head["CacheControl"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("dies_at", [1, 4, 8, 12, 16, 19])
def test_a_press_killed_at_any_write_leaves_the_old_root_or_the_new_and_the_next_run_finishes(
    s3, shelf, tmp_path, dies_at
) -> None:
    place = s3.new_bucket()
    old = print_edition(shelf, 1, FIRST)
    carry(shelf, Bucket(place, KEYS))
    new = print_edition(shelf, 2, SECOND, removed=["stories/gone/index.html"])
    dying = Dying(place, KEYS)
    dying.dies_at = dies_at
    with pytest.raises(Killed):
        carry(shelf, dying)
    bucket = Bucket(place, KEYS)
    held = bucket.get("manifest.json", 10**5)
    assert held is not None
    assert held.content in (old, new)
    both = {*FIRST.values(), *SECOND.values()}
    assert all(bucket.get(path, 10**5).content in both for path in (PAGE, "index.html"))
    assert "start the worker" in state(shelf, PUBLIC_KEY, bucket)
    carry(shelf, bucket, holder="two", lease=0)
    assert faults(bucket, tmp_path / "copy") == []
    assert (tmp_path / "copy/manifest.json").read_bytes() == new


def test_a_press_that_is_told_to_end_breaks_off_and_the_next_run_finishes(
    place, shelf, tmp_path
) -> None:
    ending = threading.Event()

    class Telling(Bucket):
        def put(self, path, *given, **named):
            if path == PAGE:
                ending.set()
            return super().put(path, *given, **named)

    print_edition(shelf, 1, FIRST)
    facts = {"holder": "one", "ending": ending}
    with pytest.raises(BrokenOff):
        deliver(shelf, PUBLIC_KEY, Telling(place, KEYS), **facts)
    bucket = Bucket(place, KEYS)
    assert bucket.get("manifest.json", 10) is None
    carry(shelf, bucket)
    assert faults(bucket, tmp_path / "copy") == []


def test_a_page_that_a_dead_press_sent_and_no_edition_names_any_more_leaves(
    place, shelf, tmp_path
) -> None:
    print_edition(shelf, 1, FIRST)
    carry(shelf, Bucket(place, KEYS))
    print_edition(shelf, 2, {"stories/quay/replies/a/index.html": page(SECRET.decode())})
    dying = Dying(place, KEYS)
    dying.dies_at = 6
    with pytest.raises(Killed):
        carry(shelf, dying)
    assert any("replies" in path for path, _ in dying.marks())
    print_edition(shelf, 3, {}, removed=["stories/quay/replies/a/index.html"])
    bucket = Bucket(place, KEYS)
    carry(shelf, bucket)
    assert not any("replies" in path for path, _ in bucket.marks())
    assert faults(bucket, tmp_path / "copy") == []


def test_a_removed_text_is_in_no_older_version(s3, shelf) -> None:
    place = s3.new_bucket(versions=True)
    bucket = Bucket(place, KEYS)
    print_edition(shelf, 1, FIRST)
    carry(shelf, bucket)
    carried = [one for one in bucket.versions("stories/pier/") if not one.is_mark]
    assert carried
    print_edition(shelf, 2, SECOND, removed=["stories/gone/index.html"])
    carry(shelf, bucket)
    left = [one for one in bucket.versions("") if not one.path.startswith(".")]
    assert all(one.is_newest and not one.is_mark for one in left)
    assert not any(SECRET in bucket.get(one.path, 10**6).content for one in left)


def test_while_one_press_prints_there_another_waits(place, shelf) -> None:
    print_edition(shelf, 1, FIRST)
    claim.take(Bucket(place, KEYS), serial=1, holder="one", lease=60)
    with pytest.raises(Changed, match="this one waits"):
        carry(shelf, Bucket(place, KEYS), holder="two")
    assert carry(shelf, Bucket(place, KEYS), holder="one").sent > 0


def test_what_stands_there_is_compared_in_one_sentence(place, shelf) -> None:
    print_edition(shelf, 1, FIRST)
    bucket = Bucket(place, KEYS)
    assert state(shelf, PUBLIC_KEY, bucket).startswith("The store has no shelf yet")
    carry(shelf, bucket)
    assert state(shelf, PUBLIC_KEY, bucket) == ""
    print_edition(shelf, 2, SECOND)
    assert state(shelf, PUBLIC_KEY, bucket).startswith(
        "The store has the shelf with serial 1, here stands 2: start the worker"
    )
    claim.take(bucket, serial=2, holder="one", lease=60)
    assert state(shelf, PUBLIC_KEY, bucket).startswith("A delivery to the store goes on or broke")


def test_a_press_that_slept_through_its_claim_writes_over_nothing(place, shelf, tmp_path) -> None:
    print_edition(shelf, 1, FIRST)
    carry(shelf, Bucket(place, KEYS))
    older = tmp_path / "older"
    print_edition(shelf, 2, {PAGE: page("of the slow press")})
    shutil.copytree(shelf, older)
    print_edition(shelf, 3, {PAGE: page("of the quick press")})

    class Sleeping(Bucket):
        asleep = False

        def put(self, path, *given, **named):
            if path == PAGE and not self.asleep:
                self.asleep = True
                carry(shelf, Bucket(place, KEYS), holder="quick", lease=0)
            return super().put(path, *given, **named)

    with pytest.raises(Changed, match="one alone may print there"):
        carry(older, Sleeping(place, KEYS), holder="slow")
    bucket = Bucket(place, KEYS)
    assert faults(bucket, tmp_path / "copy") == []
    assert (tmp_path / "copy" / PAGE).read_bytes() == page("of the quick press")


@pytest.fixture
def outrun(place, shelf, tmp_path):
    """A shelf that is one edition behind, and the store in which the newer one stands."""
    print_edition(shelf, 1, FIRST)
    older = tmp_path / "older"
    shutil.copytree(shelf, older)
    print_edition(shelf, 2, SECOND)
    bucket = Bucket(place, KEYS)
    carry(shelf, bucket)
    return older, bucket


def test_a_press_with_an_older_shelf_is_told_so(outrun) -> None:
    older, bucket = outrun
    with pytest.raises(StoreFault, match="serial 2, this press has 1: another press printed there"):
        carry(older, bucket)
    print_edition(older, 2, {PAGE: page("another")})
    with pytest.raises(StoreFault, match="another shelf with the same serial, 2"):
        carry(older, bucket)


def test_what_an_older_shelf_is_told_to_do_brings_it_there(outrun, tmp_path) -> None:
    older, bucket = outrun
    with pytest.raises(StoreFault, match=r"If this one is right, delete the whole shelf there\.$"):
        carry(older, bucket)
    for path, _ in list(bucket.marks()):
        bucket.delete(path)
    carry(older, bucket)
    assert faults(bucket, tmp_path / "copy") == []
    assert (tmp_path / "copy" / PAGE).read_bytes() == FIRST[PAGE]


def test_a_store_that_takes_no_notice_of_conditions_is_refused(place, shelf) -> None:
    print_edition(shelf, 1, FIRST)
    bucket = Bucket(place, KEYS)

    def forget(request, **_named) -> None:
        del request.headers["If-Match"]
        del request.headers["If-None-Match"]

    events = bucket._client.meta.events
    events.register("before-sign.s3.PutObject", forget)
    try:
        with pytest.raises(StoreFault, match="takes no notice of If-Match"):
            carry(shelf, bucket)
    finally:
        events.unregister("before-sign.s3.PutObject", forget)
    assert Bucket(place, KEYS).get("manifest.json", 10) is None


def test_an_answer_that_was_lost_is_not_taken_for_another_press(place) -> None:
    bucket = Bucket(place, KEYS)
    first = bucket.put("a.txt", b"words", {}, over="")
    assert bucket.put("a.txt", b"words", {}, over="") == first
    with pytest.raises(Changed):
        bucket.put("a.txt", b"others", {}, over="")


def test_a_bucket_with_files_of_others_is_left_alone(place, shelf) -> None:
    print_edition(shelf, 1, FIRST)
    bucket = Bucket(place, KEYS)
    bucket.put("their.txt", b"theirs", {}, over="")
    with pytest.raises(StoreFault, match="a bucket of its own"):
        carry(shelf, bucket)
    assert [path for path, _ in bucket.marks()] == ["their.txt"]


def test_a_damaged_list_in_the_store_is_written_anew(place, shelf, tmp_path) -> None:
    print_edition(shelf, 1, FIRST)
    bucket = Bucket(place, KEYS)
    carry(shelf, bucket)
    name = next(path for path, _ in bucket.marks("lists/") if path.endswith("/pier.json"))
    bucket.put(name, b"{}\n", {}, over=bucket.etag(name))
    print_edition(shelf, 2, {"stories/pier/index.html": page("anew")})
    carry(shelf, bucket)
    assert faults(bucket, tmp_path / "copy") == []


# What is wrong with the store is one sentence.


def test_a_missing_bucket(s3, shelf) -> None:
    print_edition(shelf, 1, FIRST)
    with pytest.raises(StoreFault, match=r"^There is no bucket nowhere at http\S+: make it"):
        carry(shelf, Bucket(s3.store("nowhere"), KEYS))


def test_keys_that_the_store_does_not_know(s3, place, shelf) -> None:
    print_edition(shelf, 1, FIRST)
    with s3.checking_signatures(), pytest.raises(StoreFault, match=r"^The store does not take the"):
        carry(shelf, Bucket(place, KEYS))


def test_a_store_that_cannot_be_reached(shelf) -> None:
    print_edition(shelf, 1, FIRST)
    nobody = Store("http://127.0.0.1:9", "courier", "us-east-1", "")
    with pytest.raises(StoreFault, match=r"^The store at http://127.0.0.1:9 cannot be reached"):
        carry(shelf, Bucket(nobody, KEYS))


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (
            403,
            "RequestTimeTooSkewed",
            "This machine's clock is far from the store's: set the clock.",
        ),
        (403, "AccessDenied", "may not do GetObject in courier: give them that right."),
        (400, "AuthorizationHeaderMalformed", "The bucket courier is elsewhere: mend `region`"),
        (503, "SlowDown", "The store answered SlowDown to GetObject"),
    ],
)
def test_what_the_store_answers(shelf, status, code, sentence) -> None:
    print_edition(shelf, 1, FIRST)
    body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
    with answering(body, status) as place, pytest.raises(StoreFault, match=sentence):
        carry(shelf, Bucket(place, KEYS))


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"<html><p>Sign in<br></html>", {}),
        (b"", {"ETag": '"x"', "Last-Modified": "never"}),
        (b"[" * 4096, {"ETag": '"x"', "Last-Modified": "Mon, 23 Nov 2026 10:00:00 GMT"}),
    ],
)
def test_what_is_no_store_or_a_hostile_one_is_one_sentence_too(shelf, body, headers) -> None:
    print_edition(shelf, 1, FIRST)
    no_store = (
        r"^What answers at http\S+ is no S3-compatible store|^.press.json in the store is not"
    )
    with answering(body, 200, headers) as place:
        bucket = Bucket(place, KEYS)
        with pytest.raises(StoreFault, match=no_store):
            carry(shelf, bucket)
        if not headers:
            with pytest.raises(StoreFault, match=no_store):
                bucket.etag("index.html")


@contextmanager
def answering(body: bytes, status: int, headers: dict[str, str] | None = None) -> Iterator[Store]:
    """A place where every reading is answered so."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_HEAD()
            self.wfile.write(body)

        def do_HEAD(self) -> None:
            self.send_response(status)
            for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_given: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield Store(f"http://127.0.0.1:{server.server_port}", "courier", "us-east-1", "")
        finally:
            server.shutdown()


def test_the_note_of_the_press_names_no_time_and_nobody(place, shelf) -> None:
    print_edition(shelf, 1, FIRST)
    bucket = Bucket(place, KEYS)
    carry(shelf, bucket)
    held = bucket.get(claim.NOTE, 10_000)
    assert held is not None
    note = json.loads(held.content)
    assert set(note) == {"serial", "holder", "settled", "once"}
    assert note["settled"] is True
