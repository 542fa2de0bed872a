"""Turns begin in order, a few at a time, and nobody holds the others up."""

import asyncio

from arcano.chat.starts import AT_ONCE, LONGEST_SECONDS, Start, Starts


async def begin(starts: Starts, many: int, begun: list[tuple[int, Start]]) -> None:
    async def one(number: int) -> None:
        begun.append((number, await starts.enter()))

    async with asyncio.TaskGroup() as tasks:
        for number in range(many):
            tasks.create_task(one(number))


async def test_the_next_begins_when_one_is_under_way_and_in_the_order_of_asking() -> None:
    begun: list[tuple[int, Start]] = []
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(begin(Starts(), AT_ONCE + 2, begun))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert [number for number, _ in begun] == list(range(AT_ONCE))

        begun[7][1].under_way()
        begun[7][1].under_way()  # said again, it lets nobody else begin
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert [number for number, _ in begun] == list(range(AT_ONCE + 1))
        for _, start in begun:
            start.under_way()
    begun[-1][1].under_way()


async def test_a_model_that_is_silent_holds_up_the_next_turn_for_a_moment_only() -> None:
    begun: list[tuple[int, Start]] = []
    loop = asyncio.get_running_loop()
    started = loop.time()

    await begin(Starts(), AT_ONCE + 1, begun)

    assert loop.time() - started + 0.01 >= LONGEST_SECONDS
    begun[-1][1].under_way()


async def test_who_leaves_while_waiting_takes_nobodys_place() -> None:
    starts = Starts()
    first = [await starts.enter() for _ in range(AT_ONCE)]
    async with asyncio.TaskGroup() as tasks:
        leaving = tasks.create_task(starts.enter())
        staying = tasks.create_task(starts.enter())
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.sleep(0)
        first[0].under_way()
        (await staying).under_way()
    for start in first:
        start.under_way()
