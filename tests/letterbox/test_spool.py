"""The spool: what is acknowledged is there, once, and tells nothing."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing

import pytest

from letterslot.letterbox.commits import CommitGroup
from letterslot.letterbox.spool import Spool, SpoolBroken, SpoolFull

EPOCH = "2026-11-23"


def row(n: int, envelope: bytes = b"\x01" + bytes(1023)) -> tuple[bytes, str, bytes]:
    return (n.to_bytes(16, "big"), EPOCH, envelope)


@pytest.fixture
def spool(tmp_path):
    with Spool.open(tmp_path / "door" / "spool.sqlite3") as opened:
        yield opened


def test_what_was_added_is_there_after_opening_again(spool):
    spool.add_many([row(1), row(2)])
    with Spool.open(spool.path) as again:
        assert again.waiting() == 2
        assert again.take(10) == [row(1), row(2)]


def test_the_same_number_is_stored_once_and_kept_as_it_was(spool):
    spool.add_many([row(1)])
    spool.add_many([row(1, b"another"), row(2)])
    assert spool.take(10) == [row(1), row(2)]


def test_rows_come_in_the_order_of_their_numbers_and_not_of_arrival(spool):
    for n in (7, 1, 9, 4):
        spool.add_many([row(n)])
    assert [number for number, _, _ in spool.take(3)] == [row(n)[0] for n in (1, 4, 7)]


def test_taking_leaves_rows_until_they_are_removed(spool):
    spool.add_many([row(n) for n in range(5)])
    assert len(spool.take(2)) == 2
    assert spool.waiting() == 5
    spool.remove(number for number, _, _ in spool.take(2))
    assert [r[0] for r in spool.take(9)] == [row(n)[0] for n in (2, 3, 4)]
    spool.remove([])
    spool.remove([b"never there"])
    assert spool.waiting() == 3


def test_a_failed_addition_stores_none_of_its_rows(spool):
    with pytest.raises(sqlite3.Error):
        spool.add_many([row(1), (b"x", None, b"no epoch")])
    assert spool.waiting() == 0
    spool.add_many([row(2)])
    assert spool.waiting() == 1


def test_only_the_owner_reads_the_files(spool):
    spool.add_many([row(1)])
    modes = {path.name: path.stat().st_mode & 0o777 for path in spool.path.parent.iterdir()}
    assert modes == {f"spool.sqlite3{end}": 0o600 for end in ("", "-wal", "-shm")}
    assert spool.path.parent.stat().st_mode & 0o777 == 0o700


def test_every_commit_is_flushed_to_the_disk(spool):
    # NORMAL would lose acknowledged rows with the power; no loop of kill -9 shows it.
    connection = spool._connection
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA secure_delete").fetchone() == (1,)


def test_a_row_has_nothing_but_its_number_and_what_is_sealed(spool):
    with closing(sqlite3.connect(spool.path)) as connection:
        columns = [column[1] for column in connection.execute("PRAGMA table_info(envelopes)")]
        assert columns == ["place", "number", "epoch", "envelope"]
        spool.add_many([row(7), row(2**64 - 1)])
        places = connection.execute("SELECT rowid, place FROM envelopes ORDER BY place").fetchall()
        assert places == [(-1, -1), (7, 7)]  # from the number, and no hidden one beside it
        tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
        assert tables == [("envelopes",)]


def test_after_tidying_no_removed_envelope_is_left_in_any_file(spool):
    spool.add_many([row(1, b"canary" * 200)])
    assert any(b"canary" in path.read_bytes() for path in spool.path.parent.iterdir())
    spool.remove([row(1)[0]])
    assert spool.tidy()
    assert not any(b"canary" in path.read_bytes() for path in spool.path.parent.iterdir())


def test_rows_of_the_smallest_size_stay_in_their_page(spool):
    spool.add_many([row(n * 2**50) for n in range(500)])
    spool.tidy()
    assert spool.path.stat().st_size < 500 * 2048


def test_the_desk_collects_while_the_door_adds(spool):
    with Spool.open(spool.path) as desk:
        for n in range(20):
            spool.add_many([row(n)])
            desk.remove(number for number, _, _ in desk.take(1))
        assert spool.waiting() == 0


def test_another_letter_in_the_same_place_is_not_taken_for_the_first(spool):
    spool.add_many([row(1)])
    with pytest.raises(SpoolBroken):
        spool.add_many([row(2), row(1 + 2**64)])
    spool.add_many([row(1), row(3)])
    assert [number for number, _, _ in spool.take(9)] == [row(1)[0], row(3)[0]]


def test_a_spool_of_the_first_layout_keeps_its_rows(tmp_path):
    path = tmp_path / "spool.sqlite3"
    rows = [row(n * 2**50) for n in range(9)]
    with closing(sqlite3.connect(path)) as first:
        first.execute("PRAGMA page_size = 8192")
        first.execute(
            "CREATE TABLE envelopes (number BLOB PRIMARY KEY CHECK (length(number) = 16),"
            " epoch TEXT NOT NULL, envelope BLOB NOT NULL) WITHOUT ROWID, STRICT"
        )
        first.executemany("INSERT INTO envelopes VALUES (?, ?, ?)", rows)
        first.commit()

    for _ in range(2):
        with Spool.open(path) as spool:
            assert spool.take(20) == rows
            spool.add_many([rows[0]])
            assert spool.waiting() == 9


# The writer thread.


class Waiter:
    """Collects what a commit group calls back."""

    def __init__(self):
        self.faults = []
        self._arrived = threading.Condition()

    def __call__(self, fault):
        with self._arrived:
            self.faults.append(fault)
            self._arrived.notify_all()

    def wait_for(self, count):
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.faults) >= count, timeout=10)
        return self.faults


@pytest.fixture
def group(spool):
    made = CommitGroup(spool)
    yield made
    made.close()


def test_a_submission_is_stored_when_it_is_called_back(spool, group):
    stored = []
    called = threading.Event()

    def done(fault):
        with Spool(spool.path) as other:
            stored.append((fault, other.waiting()))
        called.set()

    group.submit([row(1)], done)
    assert called.wait(10)
    assert stored == [(None, 1)]


def test_many_submissions_from_many_threads_are_all_stored(spool, group):
    waiter = Waiter()

    def send(first):
        for n in range(first, first + 50):
            group.submit([row(n)], waiter)

    threads = [threading.Thread(target=send, args=(k * 50,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert waiter.wait_for(400) == [None] * 400
    assert spool.waiting() == 400


def test_submissions_that_wait_share_one_commit(spool, group):
    commits = []
    add_many = spool.add_many
    release = threading.Event()

    def slow(rows):
        release.wait(10)
        commits.append(len(rows))
        add_many(rows)

    spool.add_many = slow
    waiter = Waiter()
    for n in range(100):
        group.submit([row(n)], waiter)
    release.set()
    waiter.wait_for(100)
    assert sum(commits) == 100
    assert len(commits) <= 2


def test_closing_commits_what_waits_and_takes_no_more(spool):
    group, waiter = CommitGroup(spool), Waiter()
    for n in range(50):
        group.submit([row(n)], waiter)
    group.close()
    assert waiter.faults == [None] * 50
    assert spool.waiting() == 50
    group.submit([row(99)], waiter)
    assert isinstance(waiter.wait_for(51)[-1], SpoolBroken)
    assert spool.waiting() == 50


def test_one_callers_fault_is_not_the_others(spool, group):
    waiter = Waiter()
    group.submit([row(1)], lambda fault: 1 / 0)
    group.submit([row(2)], waiter)
    assert waiter.wait_for(1) == [None]
    assert spool.waiting() == 2


def failing(spool, fault, times=1):
    """Let the next additions fail as a disk does."""
    add_many, left = spool.add_many, [times]

    def add(rows):
        if left[0]:
            left[0] -= 1
            raise fault
        add_many(rows)

    spool.add_many = add


def disk_fault(code):
    fault = sqlite3.OperationalError("disk I/O error")
    fault.sqlite_errorcode = code
    return fault


def test_a_fault_of_the_disk_is_told_to_all_who_wait_and_the_door_goes_on(spool, group):
    failing(spool, disk_fault(sqlite3.SQLITE_IOERR_FSYNC))
    first, second = Waiter(), Waiter()
    group.submit([row(1)], first)
    assert isinstance(first.wait_for(1)[0], sqlite3.OperationalError)
    group.submit([row(2)], second)
    assert second.wait_for(1) == [None]
    assert not group.broken
    assert [r[0] for r in spool.take(9)] == [row(2)[0]]


def test_after_a_fault_rows_left_in_the_log_are_on_disk_before_any_are_acknowledged(spool, group):
    """A commit whose flush failed may stand in the log; its sender will send it again."""
    spool.add_many([row(1)])
    log = spool.path.with_name(spool.path.name + "-wal")
    assert log.stat().st_size > 0
    failing(spool, disk_fault(sqlite3.SQLITE_IOERR_FSYNC))
    first, second = Waiter(), Waiter()
    group.submit([row(2)], first)
    first.wait_for(1)
    group.submit([row(1)], second)
    assert second.wait_for(1) == [None]
    # Row 1 was stored already, so the log got nothing new: what it held is in the database.
    assert log.stat().st_size == 0


def test_a_disk_that_does_not_come_back_leaves_the_door_refusing(spool, group, monkeypatch):
    failing(spool, disk_fault(sqlite3.SQLITE_IOERR))

    def no_disk(path):
        raise disk_fault(sqlite3.SQLITE_CANTOPEN)

    monkeypatch.setattr("letterslot.letterbox.spool._connected", no_disk)
    first, second = Waiter(), Waiter()
    group.submit([row(1)], first)
    first.wait_for(1)
    group.submit([row(2)], second)
    assert isinstance(second.wait_for(1)[0], SpoolBroken)
    assert group.broken


def test_a_full_disk_refuses_and_takes_again_when_there_is_room(spool, group):
    (pages,) = spool._connection.execute("PRAGMA page_count").fetchone()
    spool._connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    first, second = Waiter(), Waiter()
    group.submit([row(1, bytes(32768))], first)
    (fault,) = first.wait_for(1)
    assert fault.sqlite_errorcode == sqlite3.SQLITE_FULL
    spool._connection.execute("PRAGMA max_page_count = 1000000")
    group.submit([row(2, bytes(32768))], second)
    assert second.wait_for(1) == [None]
    assert not group.broken
    assert [r[0] for r in spool.take(9)] == [row(2)[0]]


def test_the_door_leaves_the_desk_room_for_all_that_waits(spool, group, monkeypatch):
    """Else letters fill the disk, and the desk cannot even take them in to empty the spool."""
    spool.reopen = lambda: pytest.fail("nothing was written, so nothing is to be checked")
    room = 4_000_000
    monkeypatch.setattr("letterslot.letterbox.spool._free_bytes", lambda folder: room)
    told, taken = Waiter(), 0
    while not any(told.faults):
        taken += 1
        group.submit([row(taken, bytes(32768))], told)
        told.wait_for(taken)

    assert isinstance(told.faults[-1], SpoolFull)
    assert room / 3 < spool.waiting() * 32768 <= room / 2
    assert not group.broken

    spool.remove(number for number, _, _ in spool.take(taken))
    again = Waiter()
    group.submit([row(taken)], again)
    assert again.wait_for(1) == [None]


@pytest.mark.parametrize("code", [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_SNAPSHOT])
def test_a_spool_that_another_process_holds_refuses_and_takes_again(spool, group, code):
    failing(spool, disk_fault(code))
    spool.reopen = lambda: pytest.fail("nothing was written, so nothing is to be checked")
    first, second = Waiter(), Waiter()
    group.submit([row(1)], first)
    first.wait_for(1)
    group.submit([row(2)], second)
    assert second.wait_for(1) == [None]
    assert not group.broken


def test_a_row_that_breaks_a_rule_breaks_nothing_else(spool, group):
    first, second = Waiter(), Waiter()
    group.submit([(b"short", EPOCH, b"")], first)
    assert isinstance(first.wait_for(1)[0], sqlite3.IntegrityError)
    group.submit([row(2)], second)
    assert second.wait_for(1) == [None]
    assert not group.broken


def test_a_spool_that_was_deleted_or_moved_acknowledges_nothing(spool, group):
    spool.path.rename(spool.path.with_name("elsewhere.sqlite3"))
    first, second = Waiter(), Waiter()
    group.submit([row(1)], first)
    assert isinstance(first.wait_for(1)[0], SpoolBroken)
    group.submit([row(2)], second)
    assert isinstance(second.wait_for(1)[0], SpoolBroken)
    assert group.broken
    assert not spool.path.exists()


def test_a_spool_that_another_one_replaced_goes_on_in_the_new_one(spool, group):
    old = spool.path.with_name("old.sqlite3")
    spool.path.rename(old)
    for end in ("-wal", "-shm"):
        spool.path.with_name(spool.path.name + end).rename(f"{old}{end}")
    Spool.open(spool.path).close()
    first, second = Waiter(), Waiter()
    group.submit([row(1)], first)
    assert isinstance(first.wait_for(1)[0], SpoolBroken)
    group.submit([row(1)], second)
    assert second.wait_for(1) == [None]
    with Spool(spool.path) as new:
        assert new.waiting() == 1


def test_a_spool_that_is_not_there_is_made_by_open_alone(tmp_path):
    with pytest.raises(sqlite3.OperationalError):
        Spool(tmp_path / "spool.sqlite3")
    assert not (tmp_path / "spool.sqlite3").exists()


def test_a_damaged_spool_is_not_reopened(spool):
    spool.add_many([row(n * 2**50) for n in range(100)])
    spool.close()
    content = bytearray(spool.path.read_bytes())
    content[8192 : 8192 + 4096] = b"\xaa" * 4096
    spool.path.write_bytes(content)
    with pytest.raises((SpoolBroken, sqlite3.DatabaseError)):
        spool.reopen()
