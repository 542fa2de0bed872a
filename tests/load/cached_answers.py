"""What a kept answer costs: the time to its first byte beside one that is asked for, and a crowd that asks the same."""

import asyncio
from collections.abc import AsyncGenerator
from typing import NamedTuple

import orjson
from tests.load.asking import ArcanoAsker
from tests.load.client import connect, http_request
from tests.load.figure import Figure, percentile
from tests.load.running import Bench, bench
from tests.load.words import BURST, PACED

TIMES = 500
CROWD = 100
FIRST_BYTE_TARGET_MS = 5
SURE = {"temperature": 0.0}
"""With this an answer is kept."""

SHARES = {"p50": 0.5, "p99": 0.99}


class Took(NamedTuple):
    """Milliseconds until the first byte: from the question, and from when that was on disk."""

    in_all: float
    once_stored: float


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """One reader asks the same again and again, each time in a new conversation; then a crowd asks it at once."""
    async with bench(quick=quick) as at:
        for figure in await _first_bytes(at):
            yield figure
        yield await _crowd(at)


async def _first_bytes(at: Bench) -> list[Figure]:
    """Kept and asked for take turns, so that both meet the same machine."""
    times = 20 if at.quick else TIMES
    kept, drawn = await at.arcano.asker(), await at.arcano.asker()
    kept.parameters = SURE
    await _ask(kept)
    hits: list[Took] = []
    asked: list[Took] = []
    before = await _calls(at)
    for _ in range(times):
        hits.append(await _ask(kept))
        asked.append(await _ask(drawn))
    missed = await _calls(at) - before - times
    kept.close()
    drawn.close()
    return [_first_byte(hits, asked, name, share, missed) for name, share in SHARES.items()]


def _first_byte(
    hits: list[Took], asked: list[Took], name: str, share: float, missed: int
) -> Figure:
    ours, direct = (percentile([took.in_all for took in some], share) for some in (hits, asked))
    rest = percentile([took.once_stored for took in hits], share)
    return Figure(
        f"kept answer, from the question to its first byte, {name}",
        ours,
        "ms",
        FIRST_BYTE_TARGET_MS if name == "p99" else None,
        direct=direct,
        ratio=ours / direct,
        note=f"once the question is stored {rest:.1f} ms; beside an answer that is asked for",
        errors=missed,
    )


async def _ask(asker: ArcanoAsker) -> Took:
    await asker.begin_conversation()
    heard = await asker.ask(BURST)
    return Took(heard.to_first_token_ms, (heard.first_token_ns - asker.stored_ns) / 1e6)


async def _crowd(at: Bench) -> Figure:
    size = 10 if at.quick else CROWD
    askers = [await at.arcano.asker() for _ in range(size)]
    for asker in askers:
        asker.parameters = SURE
        await asker.prepare()
    before = await _calls(at)
    await asyncio.gather(*(asker.ask(PACED) for asker in askers))
    calls = await _calls(at) - before
    for asker in askers:
        asker.close()
    return Figure(f"calls upstream for {size} who ask the same at once", calls, "", 1, direct=size)


async def _calls(at: Bench) -> int:
    connection = await connect(at.upstream_port)
    answer = await connection.ask(http_request("GET", "/calls", port=at.upstream_port))
    connection.close()
    return orjson.loads(answer.body)
