"""Turns: in order of arrival, a few at a time, and everything else between them."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from letterslot.intake.turns import Turns


def test_turns_come_in_order_and_everything_else_goes_on_between_them() -> None:
    done: list[str] = []

    async def one(turns, n):
        await turns.come()
        done.append(f"look-up {n}")

    async def another():
        for _ in range(6):
            await asyncio.sleep(0)
            done.append("page")

    async def all_of_it():
        turns = Turns(asyncio.get_running_loop(), at_a_time=2)
        await asyncio.gather(*(one(turns, n) for n in range(6)), another())

    asyncio.run(all_of_it())

    look_ups = [place for place, what in enumerate(done) if what != "page"]
    assert [done[place] for place in look_ups] == [f"look-up {n}" for n in range(6)]
    assert done.index("page") < look_ups[0]
    assert all("page" in done[a:b] for a, b in pairwise(look_ups[::2]))


def test_who_is_gone_keeps_nobody_from_a_turn() -> None:
    async def all_of_it():
        turns = Turns(asyncio.get_running_loop(), at_a_time=1)
        gone, stays = (asyncio.ensure_future(turns.come()) for _ in range(2))
        await asyncio.sleep(0)
        gone.cancel()
        await stays
        await turns.come()  # and the queue that was empty begins anew
        return gone.cancelled()

    assert asyncio.run(all_of_it())
