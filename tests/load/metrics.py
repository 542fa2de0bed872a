"""What the figures at `/metrics` cost: processor for each call, memory at rest, and how long a scrape takes.

Two servers that are alike but for the setting take turns, round by round, each with an upstream of its own.
"""

import time
from collections.abc import AsyncGenerator
from dataclasses import replace

import aiohttp
from prometheus_client import CollectorRegistry
from tests.load.figure import Figure, added_us, middle, spread
from tests.load.machine import cpu_seconds, resident_bytes
from tests.load.readers import Round, read_for
from tests.load.running import Arcano, Bench, bench
from tests.load.words import BURST, TOKENS
from tests.support.ledger import RememberedLedger

from arcano.entrypoints.watching.count_calls import CallFigures
from arcano.platform.clock import SystemClock
from arcano.providers import Price
from arcano.usage import Caller, Expected, Meter, TokenCounts

ROUNDS = 9
SECONDS = 3.0
READERS = 16
SCRAPES = 50
CALLS = 5_000
TOKEN = "a-token-of-the-benchmark"
ON = {"ARCANO_METRICS__TOKEN": TOKEN}


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """Memory first, while neither has done anything."""
    async with bench(quick=quick) as off, bench(quick=quick, settings=ON) as on:
        at_rest = [resident_bytes(server.arcano.pid) / 1e6 for server in (off, on)]
        yield Figure(
            "memory that metrics add to an idle server",
            at_rest[1] - at_rest[0],
            "MB",
            direct=at_rest[0],
            ratio=at_rest[1] / at_rest[0],
            note="two servers at rest; one of them with metrics",
        )
        added = await _for_each_call(off, on, quick=quick)
        yield added
        yield _counting(added.direct, calls=500 if quick else CALLS)
        yield await _a_scrape(on.arcano, quick=quick)


async def _for_each_call(off: Bench, on: Bench, *, quick: bool) -> Figure:
    spent: dict[bool, list[float]] = {False: [], True: []}
    errors = 0
    for at in (off, on):
        await _round(at, 0.5)
    for number in range(1 if quick else ROUNDS):
        for measured in (False, True) if number % 2 else (True, False):
            at = on if measured else off
            before = cpu_seconds(at.arcano.pid)
            answered = await _round(at, 0.5 if quick else SECONDS)
            seconds = cpu_seconds(at.arcano.pid) - before
            spent[measured].append(seconds * 1e6 / max(1, len(answered.heard)))
            errors += answered.errors.total()
    return added_us(
        "processor that metrics add to a call of 64 tokens",
        ours=spent[True],
        direct=spent[False],
        errors=errors,
    )


def _counting(a_call_us: float | None, *, calls: int) -> Figure:
    """The same by itself, which no other load on the machine can hide: what is done when a call ends."""
    clock = SystemClock()
    meter = Meter(RememberedLedger(), clock)
    figures = CallFigures(CollectorRegistry())
    caller = Caller("person")
    record = replace(
        meter.opened(caller, BURST, Expected(100, None, _no_price)).record("finished"),
        served_model=BURST,
        tokens=TokenCounts(100, TOKENS),
        first_token_ms=20,
        latency_ms=400,
    )
    taken: list[float] = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(calls):
            figures.ended(record, "openai-compatible")
        taken.append((time.process_time() - began) * 1e6 / calls)
    return Figure(
        "counting a call that ended, by itself",
        middle(taken),
        "µs",
        direct=a_call_us,
        ratio=None if not a_call_us else middle(taken) / a_call_us,
        note=f"{spread(taken)}; direct: a whole call through the server",
    )


async def _no_price() -> Price | None:
    return None


async def _round(at: Bench, seconds: float) -> Round:
    return await read_for(seconds, readers=READERS, model=BURST, open_asker=at.arcano.asker)


async def _a_scrape(server: Arcano, *, quick: bool) -> Figure:
    address = f"http://127.0.0.1:{server.port}/metrics"
    taken: list[float] = []
    size = 0
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as http:
        for _ in range(3 if quick else SCRAPES):
            began = time.perf_counter()
            async with http.get(address) as answer:
                size = len(await answer.read())
            taken.append((time.perf_counter() - began) * 1e3)
    return Figure(
        "a scrape of /metrics", middle(taken), "ms", note=f"{spread(taken)}; {size} bytes"
    )
