"""What Arcano adds to the way of each token, at 256 paced streams, and what a token costs the processor.

Each token carries the moment it was sent; the reader compares it with the moment it is there. Both run on
one machine and read the same clock.
"""

import asyncio
import os
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from tests.load.figure import Figure, added_ms, beside, percentile
from tests.load.held_open import held
from tests.load.machine import cpu_seconds
from tests.load.readers import OpenAsker, prepared, read_for, read_once
from tests.load.running import Bench, bench
from tests.load.words import BURST, ENDLESS, PACED, TOKENS

STREAMS = 256
ROUNDS = 5
MIDDLE_TARGET_MS = 2
LAST_TARGET_MS = 50
CPU_TARGET_US = 50
BURST_SECONDS = 4.0
BURST_READERS = 32
ENDLESS_SECONDS = 4
ENDLESS_ROUNDS = 3


@dataclass(slots=True)
class _Measured:
    """Medians and 99th percentiles of the delays, and CPU per token, round by round."""

    middle_ms: list[float] = field(default_factory=list[float])
    last_ms: list[float] = field(default_factory=list[float])
    cpu_us: list[float] = field(default_factory=list[float])
    errors: int = 0


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """Delay at the median and at the 99th percentile, then CPU per token: paced and in bursts."""
    async with bench(quick=quick) as at:
        await read_for(0.5, readers=4, model=BURST, open_asker=at.arcano.asker)
        async for figure in paced(at, at.arcano.asker):
            yield figure
        yield await _burst_cpu(at)
    yield await _endless_cpu(_streams(quick=quick), quick=quick)


def _streams(*, quick: bool) -> int:
    return 16 if quick else STREAMS


async def paced(at: Bench, through: OpenAsker, door: str = "") -> AsyncGenerator[Figure]:
    """Of streams at a model's pace that come `through` this. `door` names it in the figures."""
    streams = _streams(quick=at.quick)
    direct, ours = _Measured(), _Measured()
    for _ in range(1 if at.quick else ROUNDS):
        await _paced(streams, at.direct_asker, os.getpid(), direct)
        await _paced(streams, through, at.arcano.pid, ours)
    title = f"added delay per token{door}, {streams} streams at 50 tokens/s"
    for share, target, delayed, alone in (
        ("p50", MIDDLE_TARGET_MS, ours.middle_ms, direct.middle_ms),
        ("p99", LAST_TARGET_MS, ours.last_ms, direct.last_ms),
    ):
        yield added_ms(f"{title}, {share}", target, ours=delayed, direct=alone, errors=ours.errors)
    yield _cpu(f"CPU per token and turn{door}, {streams} paced turns of 64 tokens", ours, direct)


async def _paced(streams: int, open_asker: OpenAsker, pid: int, into: _Measured) -> None:
    async with prepared(streams, open_asker) as askers:
        before = cpu_seconds(pid)
        result = await read_once(askers, model=PACED, timed=True)
    into.cpu_us.append((cpu_seconds(pid) - before) * 1e6 / (TOKENS * len(result.heard)))
    delays = [delay / 1e6 for heard in result.heard for delay in heard.delays_ns]
    into.middle_ms.append(percentile(delays, 0.5))
    into.last_ms.append(percentile(delays, 0.99))
    into.errors += result.errors.total()


async def _endless_cpu(streams: int, *, quick: bool) -> Figure:
    """Of streams that run and run: the cost of beginning and ending a turn is not in it.

    A fresh server each time, because turns go on when their readers have left.
    """
    direct, ours = _Measured(), _Measured()
    for _ in range(1 if quick else ENDLESS_ROUNDS):
        async with bench(quick=quick) as at:
            for open_asker, pid, into in (
                (at.direct_asker, os.getpid(), direct),
                (at.arcano.asker, at.arcano.pid, ours),
            ):
                async with held(streams, ENDLESS, open_asker) as ears:
                    before, heard = cpu_seconds(pid), sum(ear.tokens for ear in ears)
                    await asyncio.sleep(1 if quick else ENDLESS_SECONDS)
                    tokens = sum(ear.tokens for ear in ears) - heard
                    into.cpu_us.append((cpu_seconds(pid) - before) * 1e6 / tokens)
    return _cpu(
        f"CPU per token, {streams} long streams at 50 tokens/s", ours, direct, CPU_TARGET_US
    )


async def _burst_cpu(at: Bench) -> Figure:
    seconds = 0.5 if at.quick else BURST_SECONDS
    direct, ours = _Measured(), _Measured()
    for _ in range(1 if at.quick else ROUNDS):
        for open_asker, pid, into in (
            (at.direct_asker, os.getpid(), direct),
            (at.arcano.asker, at.arcano.pid, ours),
        ):
            before = cpu_seconds(pid)
            result = await read_for(
                seconds, readers=BURST_READERS, model=BURST, open_asker=open_asker
            )
            into.cpu_us.append((cpu_seconds(pid) - before) * 1e6 / (TOKENS * len(result.heard)))
            into.errors += result.errors.total()
    name = f"CPU per token and turn, bursts of 64 tokens, {BURST_READERS} readers"
    return _cpu(name, ours, direct, CPU_TARGET_US)


def _cpu(name: str, ours: _Measured, direct: _Measured, target: float | None = None) -> Figure:
    return beside(
        name,
        "µs",
        target,
        ours=ours.cpu_us,
        direct=direct.cpu_us,
        note="direct: what the reader spends",
        errors=ours.errors,
    )
