"""Between the event loop and the writer thread."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from letterslot.intake.receive import HELD_ROWS, Receiver
from letterslot.letterbox.commits import CommitGroup
from letterslot.letterbox.spool import Row, Spool


def row(n: int) -> Row:
    return n.to_bytes(16, "big"), "2026-11-23", b"\x01" + bytes(1023)


@pytest.mark.parametrize("count", [1, 3, 200])
def test_every_waiting_row_is_stored_before_its_request_goes_on(tmp_path: Path, count: int) -> None:
    async def send(receiver: Receiver, spool: Spool, n: int) -> bool:
        assert await receiver.store(row(n)) is None
        return bool(spool.rows([row(n)[0]]))

    async def all_at_once() -> list[bool]:
        with Spool.open(tmp_path / "spool.sqlite3") as spool:
            group = CommitGroup(spool)
            receiver = Receiver(group, asyncio.get_running_loop())
            found = await asyncio.gather(*(send(receiver, spool, n) for n in range(count)))
            group.close()
            return found

    assert asyncio.run(all_at_once()) == [True] * count


def test_a_fault_of_the_disk_reaches_every_request_of_the_batch(tmp_path: Path) -> None:
    class FullSpool(Spool):
        def add_many(self, rows: object) -> None:
            raise OSError("no space")

    async def all_at_once() -> list[Exception | None]:
        Spool.open(tmp_path / "spool.sqlite3").close()
        with FullSpool(tmp_path / "spool.sqlite3") as spool:
            group = CommitGroup(spool)
            receiver = Receiver(group, asyncio.get_running_loop())
            found = await asyncio.gather(*(receiver.store(row(n)) for n in range(5)))
            group.close()
            return list(found)

    assert [type(fault) for fault in asyncio.run(all_at_once())] == [OSError] * 5


def test_one_batch_wakes_the_loop_once(tmp_path: Path) -> None:
    class Batch:
        """Calls back for all rows at once, as a commit does."""

        broken = False

        def __init__(self) -> None:
            self.done: list[object] = []

        def submit(self, rows: list[Row], done: object) -> None:
            assert len(rows) == HELD_ROWS
            self.done.append(done)

    async def count_wakes() -> int:
        loop = asyncio.get_running_loop()
        wakes = 0
        usual = loop.call_soon_threadsafe

        def counted(*args: object, **options: object) -> object:
            nonlocal wakes
            wakes += 1
            return usual(*args, **options)

        batch = Batch()
        receiver = Receiver(batch, loop, lambda: HELD_ROWS)  # type: ignore[arg-type]
        tasks = [asyncio.create_task(receiver.store(row(n))) for n in range(HELD_ROWS)]
        await asyncio.sleep(0)
        loop.call_soon_threadsafe = counted  # type: ignore[method-assign]
        for done in batch.done:
            done(None)  # type: ignore[operator]
        await asyncio.gather(*tasks)
        return wakes

    assert asyncio.run(count_wakes()) == 1


def test_what_comes_in_one_round_shares_a_commit_though_each_was_alone_in_hand_when_it_came() -> (
    None
):
    class Commits:
        broken = False

        def __init__(self) -> None:
            self.sizes: list[int] = []

        def submit(self, rows: list[Row], done: object) -> None:
            self.sizes.append(len(rows))
            done(None)  # type: ignore[operator]

    async def send(count: int) -> list[int]:
        commits, in_hand = Commits(), 0
        receiver = Receiver(
            commits,  # type: ignore[arg-type]
            asyncio.get_running_loop(),
            lambda: in_hand,
        )

        async def one(n: int) -> None:
            nonlocal in_hand
            in_hand += 1  # as a request does whose body came with its head
            await receiver.store(row(n))
            in_hand -= 1

        await asyncio.gather(*map(one, range(count)))
        return commits.sizes

    assert asyncio.run(send(5)) == [5]
    assert asyncio.run(send(1)) == [1]
    assert asyncio.run(send(HELD_ROWS + 3)) == [HELD_ROWS, 3]
