"""The queue within one process: what waiting calls hear, and how honest its guesses at time are."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import pairwise

import pytest
from tests.support.callers import Callers, callers_of

from arcano.inference import Bounds, FairQueue, QueueFullError, Ticket
from arcano.inference.waiting import LinePlace

ONE = Bounds(running=1, waiting=None)


class Stopwatch:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def queue(watch: Stopwatch) -> FairQueue:
    return FairQueue(now=watch, tell_every=timedelta(milliseconds=1))


@pytest.fixture
async def callers(queue: FairQueue) -> AsyncGenerator[Callers]:
    async with callers_of(queue) as callers:
        yield callers


async def one_call_of(seconds: float, callers: Callers, watch: Stopwatch, bounds: Bounds) -> None:
    caller = await callers.ask("earlier", bounds=bounds)
    watch.seconds += seconds
    await callers.end_one(caller)


async def test_the_guess_is_the_place_times_the_mean_over_those_that_run(
    callers: Callers, watch: Stopwatch
) -> None:
    bounds = Bounds(running=2, waiting=None)
    await one_call_of(10.0, callers, watch, bounds)
    for name in ("anna", "ben", "cleo", "dora"):
        await callers.ask(name, bounds=bounds)

    eva = await callers.ask("eva", bounds=bounds)

    assert eva.phases[0].position == 3
    assert eva.phases[0].eta_seconds == pytest.approx(15.0)


async def test_the_mean_follows_the_latest_calls(
    queue: FairQueue, callers: Callers, watch: Stopwatch
) -> None:
    for _ in range(50):
        await one_call_of(1.0, callers, watch, ONE)
    for _ in range(100):
        await one_call_of(5.0, callers, watch, ONE)

    mean = (await queue.state("gpu")).mean_seconds

    assert mean == pytest.approx(5.0, abs=0.05)


async def test_a_refusal_says_when_the_line_is_likely_to_have_moved(
    callers: Callers, watch: Stopwatch
) -> None:
    bounds = Bounds(running=2, waiting=1)
    await one_call_of(30.0, callers, watch, bounds)
    for name in ("anna", "ben", "cleo"):
        await callers.ask(name, bounds=bounds)

    refused = await callers.ask("dora", bounds=bounds)

    assert isinstance(refused.refusal, QueueFullError)
    assert refused.refusal.retry_after == timedelta(seconds=15)
    assert "(1 waiting). Try again in 15 s." in refused.refusal.detail


async def test_before_any_call_has_ended_a_refusal_goes_by_what_has_run_longest(
    callers: Callers, watch: Stopwatch
) -> None:
    bounds = Bounds(running=1, waiting=0)
    await callers.ask("anna", bounds=bounds)
    watch.seconds += 42.0

    refused = await callers.ask("ben", bounds=bounds)

    assert refused.refusal
    assert refused.refusal.retry_after == timedelta(seconds=42)


async def test_a_first_guess_at_the_time_is_told_even_if_the_place_stays(
    callers: Callers, watch: Stopwatch
) -> None:
    bounds = Bounds(running=1, waiting=None)
    await callers.ask("anna", bounds=bounds)
    await callers.ask("ben", bounds=bounds)
    cleo = await callers.ask("cleo", bounds=bounds)
    watch.seconds += 4.0

    await callers.end_one()
    phase = await cleo.hears(1)

    assert phase.eta_seconds == pytest.approx(4.0)


async def test_far_back_a_place_is_told_in_steps_of_a_tenth() -> None:
    place = LinePlace()
    heard: list[int] = []

    async def listen() -> None:
        async for phase in place.wait():
            assert phase.position
            heard.append(phase.position)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(listen())
        for position in range(100, 0, -1):
            place.stand_at(position, eta_seconds=None)
            for _ in range(3):
                await asyncio.sleep(0)
        place.let_run()

    assert heard[:5] == [100, 90, 81, 73, 66]
    assert heard[-10:] == list(range(10, 0, -1))
    assert all(before - after == max(1, before // 10) for before, after in pairwise(heard))


async def test_everybody_in_a_line_of_thousands_hears_a_new_place(
    queue: FairQueue, watch: Stopwatch
) -> None:
    async with AsyncExitStack() as stack:
        leaving = AsyncExitStack()
        for _ in range(2):
            await leaving.enter_async_context(queue.enter(Ticket("gpu", "anna"), ONE))
        for _ in range(500):
            await leaving.enter_async_context(queue.enter(Ticket("gpu", "anna"), ONE))
        places = [
            await stack.enter_async_context(queue.enter(Ticket("gpu", "anna"), ONE))
            for _ in range(1500)
        ]
        hearings = [place.wait() for place in places]
        first = [(await anext(hearing)).position for hearing in hearings]

        watch.seconds += 1.0
        await leaving.aclose()
        then = [(await anext(hearing)).position for hearing in hearings[1:]]

        for hearing in hearings:
            await hearing.aclose()
    assert first == list(range(502, 2002))
    assert then == list(range(1, 1500))


async def test_lines_that_nobody_uses_any_more_are_forgotten() -> None:
    queue = FairQueue()

    for n in range(3000):
        async with queue.enter(Ticket(f"target{n}", "anna"), ONE):
            pass

    assert queue.lines <= 1000
