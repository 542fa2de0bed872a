"""How many stored, streamed turns of 64 tokens a second, at 16, 32 and 64 readers."""

import os
from collections import Counter
from collections.abc import AsyncGenerator

from tests.load.figure import Figure, beside
from tests.load.machine import cpu_seconds
from tests.load.readers import Round, read_for
from tests.load.running import Bench, bench
from tests.load.words import BURST

READERS = (16, 32, 64)
ROUNDS = 5
SECONDS = 3.0
WARM_UP_SECONDS = 1.0
TARGET = 300


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """One figure for each number of readers; direct and Arcano take turns, round by round."""
    async with bench(quick=quick) as at:
        await _through_arcano(at, 16, WARM_UP_SECONDS)
        for readers in (4,) if quick else READERS:
            yield await _figure(at, readers)


async def _figure(at: Bench, readers: int) -> Figure:
    seconds = 0.5 if at.quick else SECONDS
    direct: list[float] = []
    ours: list[float] = []
    errors: Counter[str] = Counter()
    server_cpu = load_cpu = whole = 0.0
    turns = 0
    for _ in range(1 if at.quick else ROUNDS):
        direct.append((await _directly(at, readers, seconds)).turns_a_second)
        server_before, load_before = cpu_seconds(at.arcano.pid), _load_cpu(at)
        through = await _through_arcano(at, readers, seconds)
        server_cpu += cpu_seconds(at.arcano.pid) - server_before
        load_cpu += _load_cpu(at) - load_before
        whole += through.seconds
        turns += len(through.heard)
        ours.append(through.turns_a_second)
        errors += through.errors
    return beside(
        f"turns/s of 64 tokens, stored and streamed, {readers} readers",
        "turns/s",
        TARGET,
        "more",
        ours=ours,
        direct=direct,
        note=f"cores busy: server {server_cpu / whole:.0%}, load {load_cpu / whole:.0%}; "
        f"{turns / server_cpu:.0f} turns a second of the server's processor time"
        + "".join(f"; {count}x {what}" for what, count in errors.items()),
        errors=errors.total(),
    )


def _load_cpu(at: Bench) -> float:
    return cpu_seconds(at.upstream_pid) + cpu_seconds(os.getpid())


async def _through_arcano(at: Bench, readers: int, seconds: float) -> Round:
    return await read_for(seconds, readers=readers, model=BURST, open_asker=at.arcano.asker)


async def _directly(at: Bench, readers: int, seconds: float) -> Round:
    return await read_for(seconds, readers=readers, model=BURST, open_asker=at.direct_asker)
