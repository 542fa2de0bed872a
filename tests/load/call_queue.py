"""The queue: how long a free place stays empty while 10,000 calls wait, and how fair the line is.

A call that ends frees its place; the time until the next one runs is what scheduling costs. It is measured
call after call, with a task for each waiting call as in the server, in process beside asyncio's own semaphore
(first come, first served, no places told) and through a Redis on the other core.
"""

import asyncio
import gc
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, aclosing, asynccontextmanager

from tests.load.figure import Figure, middle, percentile, spread
from tests.load.machine import LOAD_CORE, SERVER_CORE, pinned
from tests.support.callers import callers_of
from tests.support.redis import own_redis

from arcano.inference import Bounds, CallQueue, FairQueue, Ticket, shared_queue

WAITING = 10_000
QUICK_WAITING = 500
HANDED_OVER = 1_000
USERS = 700
TARGET_MS = 1
ROUNDS = 3

OTHERS_CALLS = 100
ARRIVALS = 20
TARGET_SERVICES = 2
ONE = Bounds(running=1, waiting=None)

Enter = Callable[[int, Callable[[], None]], AbstractAsyncContextManager[None]]
"""The way into a line for the call of this number: the block is entered when it may run.

The second is called once the call waits.
"""


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """Handing a place over, in process and in Redis; then how long a single call waits behind a hundred."""
    waiting, rounds = (QUICK_WAITING, 1) if quick else (WAITING, ROUNDS)
    with ExitStack() as stack:
        with pinned(SERVER_CORE):
            redis = stack.enter_context(own_redis())
        stack.enter_context(pinned(LOAD_CORE))
        async with shared_queue(redis.url) as shared:
            alone = [await _handing_over(_semaphore(), waiting) for _ in range(rounds)]
            ours = [await _handing_over(_through(FairQueue()), waiting) for _ in range(rounds)]
            yield _handed_over("in process", waiting, ours, alone, target=TARGET_MS)
            far = [await _handing_over(_through(shared), waiting) for _ in range(rounds)]
            yield _handed_over("through Redis", waiting, far, alone)
            for where, queue in (("in process", FairQueue()), ("through Redis", shared)):
                yield await _fairness(where, queue, arrivals=3 if quick else ARRIVALS)


def _handed_over(
    where: str,
    waiting: int,
    rounds: list[list[float]],
    alone: list[list[float]],
    *,
    target: float | None = None,
) -> Figure:
    slow = [percentile(delays, 0.99) for delays in rounds]
    direct = middle([percentile(delays, 0.99) for delays in alone])
    usual = middle([middle(delays) for delays in rounds])
    return Figure(
        f"queue: next call runs, {waiting:,} waiting, {where}, p99",
        middle(slow),
        "ms",
        target,
        direct=direct,
        ratio=middle(slow) / direct,
        note=f"{spread(slow)}; p50 {usual:.3f} ms; direct: asyncio's semaphore",
    )


async def _handing_over(enter: Enter, waiting: int) -> list[float]:
    """Milliseconds from the end of a call to the beginning of the next, over the first thousand."""
    delays: list[float] = []
    enough, all_wait = asyncio.Event(), asyncio.Event()
    waits, freed = 0, 0.0

    def wait() -> None:
        nonlocal waits
        waits += 1
        if waits == waiting:
            all_wait.set()

    async def call(number: int) -> None:
        nonlocal freed
        async with enter(number, wait):
            delays.append(1000 * (time.perf_counter() - freed))
            if len(delays) > HANDED_OVER:
                enough.set()
            # A call takes its time, in which the line tells its places.
            await asyncio.sleep(0.001)
            freed = time.perf_counter()

    async with asyncio.TaskGroup() as tasks:
        async with enter(-1, wait):
            calls = [tasks.create_task(call(number)) for number in range(waiting)]
            await all_wait.wait()
            gc.collect()
            freed = time.perf_counter()
        if waiting > HANDED_OVER:
            await enough.wait()
            for one in calls:
                one.cancel()
    # The first includes the leaving of the block above.
    return delays[1:]


def _semaphore() -> Enter:
    semaphore = asyncio.Semaphore(1)

    @asynccontextmanager
    async def enter(_number: int, waits: Callable[[], None]) -> AsyncGenerator[None]:
        if semaphore.locked():
            waits()
        async with semaphore:
            yield

    return enter


def _through(queue: CallQueue) -> Enter:
    @asynccontextmanager
    async def enter(number: int, waits: Callable[[], None]) -> AsyncGenerator[None]:
        ticket = Ticket("gpu", f"user {number % USERS}", "batch" if number % 3 else "interactive")
        async with queue.enter(ticket, ONE) as place, aclosing(place.wait()) as phases:
            first = True
            async for _ in phases:
                if first:
                    waits()
                first = False
            yield

    return enter


async def _fairness(where: str, queue: CallQueue, *, arrivals: int) -> Figure:
    """The most service times that one call of a user waited behind another's hundred."""
    waits: list[float] = []
    async with callers_of(queue) as callers:
        for number in range(OTHERS_CALLS + 1):
            await callers.ask(f"many {number}", user="many", bounds=ONE)
        for arrival in range(arrivals):
            before = len(callers.ran)
            single = await callers.ask(f"single {arrival}", user=f"single {arrival}", bounds=ONE)
            while not single.runs.is_set():
                ran = len(callers.ran)
                await callers.end_one()
                await callers.until(ran=ran + 1)
            # Who ran when the single call came, and whoever ran between: all ended before it began.
            waits.append(len(callers.ran) - before)
    return Figure(
        f"queue: one call waits behind another's {OTHERS_CALLS}, {where}",
        max(waits),
        "services",
        TARGET_SERVICES,
        note=f"service times, the running call's included; most of {arrivals}, least {min(waits):.0f}",
    )
