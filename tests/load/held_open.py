"""Two thousand streams held open, one token a second each: do all live, and what does one weigh?"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from tests.load.asking import Asker
from tests.load.client import CutError
from tests.load.figure import Figure
from tests.load.machine import cpu_seconds, resident_bytes
from tests.load.readers import OpenAsker, read_for
from tests.load.running import Bench, bench
from tests.load.words import BURST, HELD, ONE_MORE

STREAMS = 2000
STARTED_WITHIN_SECONDS = 10
FIRST_TOKENS_WITHIN_SECONDS = 30
WATCHED_SECONDS = 10
TARGET_KIB = 60

_ONE_MORE = ONE_MORE.encode()


class Ear:
    """Counts the tokens of one stream."""

    __slots__ = ("tokens",)

    def __init__(self) -> None:
        self.tokens = 0

    def hear(self, piece: bytes) -> None:
        self.tokens += piece.count(_ONE_MORE)


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """How many are alive after a while, direct and through Arcano, and the memory of each."""
    async with bench(quick=quick) as at:
        async for figure in weighed(at, at.arcano.asker):
            yield figure


async def weighed(at: Bench, through: OpenAsker, door: str = "") -> AsyncGenerator[Figure]:
    """Of streams that come `through` this. `door` names it in the figures."""
    streams, seconds = (50, 3) if at.quick else (STREAMS, WATCHED_SECONDS)
    # What a busy server keeps anyway is not the streams' weight.
    await read_for(0.3 if at.quick else 2.0, readers=32, model=BURST, open_asker=through)
    async with held(streams, HELD, at.direct_asker) as ears:
        direct = await _alive(ears, seconds)
    pid = at.arcano.pid
    before = resident_bytes(pid)
    async with held(streams, HELD, through) as ears:
        cpu = cpu_seconds(pid)
        alive = await _alive(ears, seconds)
        cpu = cpu_seconds(pid) - cpu
        kib = (resident_bytes(pid) - before) / streams / 1024
    yield Figure(
        f"streams alive of {streams}{door}, held open at 1 token/s",
        alive,
        "streams",
        streams,
        "more",
        direct=direct,
        ratio=alive / direct,
        note=f"server busy {cpu / seconds:.0%} of its core",
    )
    yield Figure(f"memory of a stream held open{door}", kib, "KiB", TARGET_KIB)


@asynccontextmanager
async def held(streams: int, model: str, open_asker: OpenAsker) -> AsyncGenerator[list[Ear]]:
    """Streams that have all said something, for as long as the block takes."""
    askers = [await open_asker() for _ in range(streams)]
    ears = [Ear() for _ in askers]
    async with asyncio.TaskGroup() as tasks:
        try:
            for asker, ear in zip(askers, ears, strict=True):
                await asker.prepare()
                tasks.create_task(_listen(asker, model, ear))
                await asyncio.sleep(STARTED_WITHIN_SECONDS / STREAMS)
            async with asyncio.timeout(FIRST_TOKENS_WITHIN_SECONDS):
                while not all(ear.tokens for ear in ears):  # noqa: ASYNC110 - ears tell nobody
                    await asyncio.sleep(0.1)
            yield ears
        finally:
            for asker in askers:
                asker.close()


async def _listen(asker: Asker, model: str, ear: Ear) -> None:
    with suppress(CutError):  # we hang up at the end
        await asker.listen(model, ear.hear)


async def _alive(ears: list[Ear], seconds: int) -> int:
    """How many spoke as often as they should, give or take one."""
    before = [ear.tokens for ear in ears]
    await asyncio.sleep(seconds)
    return sum(
        ear.tokens - earlier >= seconds - 1 for ear, earlier in zip(ears, before, strict=True)
    )
