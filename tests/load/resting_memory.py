"""What an idle server keeps in memory, without a local engine, and what it does with the processor."""

import asyncio
from collections.abc import AsyncGenerator

from tests.load.figure import Figure
from tests.load.machine import cpu_seconds, resident_bytes
from tests.load.running import scratch_folder, started

SETTLED_AFTER_SECONDS = 5
WATCHED_SECONDS = 10
TARGET_MB = 100


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """Resident memory after settling; then the processor's share over some seconds of silence.

    Of a second start: only the first one loads what makes the database.
    """
    with scratch_folder() as folder:
        async with started(folder, upstream_port=None):
            pass
        async with started(folder, upstream_port=None) as (pid, _):
            await asyncio.sleep(1 if quick else SETTLED_AFTER_SECONDS)
            yield Figure(
                "idle server, resident, without a local engine",
                resident_bytes(pid) / 1e6,
                "MB",
                TARGET_MB,
            )
            seconds = 1 if quick else WATCHED_SECONDS
            before = cpu_seconds(pid)
            await asyncio.sleep(seconds)
            share = (cpu_seconds(pid) - before) / seconds
            yield Figure("idle server, share of a core", share * 100, "%")
