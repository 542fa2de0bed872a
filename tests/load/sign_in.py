"""How long signing in takes, and what a hundred who do it at once cost: time, and memory at its highest."""

import asyncio
import time
from collections.abc import AsyncGenerator
from statistics import median

from tests.load.figure import Figure
from tests.load.machine import resident_bytes
from tests.load.running import scratch_folder, started
from tests.support.visitor import EMAIL, PASSWORD, Visitor, a_visitor, signed_in_visitor

TARGET_MS = 150
AT_ONCE = 100
LOOK_EVERY_SECONDS = 0.02
PATIENT = {
    # All come from one address, as one person; that many at once would be taken for guessing.
    "ARCANO_IDENTITY__ATTEMPTS_PER_ACCOUNT": "1000 per 1 minute",
    "ARCANO_IDENTITY__ATTEMPTS_PER_ADDRESS": "1000 per 1 minute",
}


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """One after the other; then a hundred together, while memory is looked at."""
    with scratch_folder() as folder:
        async with (
            started(folder, upstream_port=None, settings=PATIENT) as (pid, port),
            signed_in_visitor(f"http://127.0.0.1:{port}"),
            a_visitor(f"http://127.0.0.1:{port}") as visitor,
        ):
            times = [await _sign_in(visitor) for _ in range(5 if quick else 30)]
            yield Figure("signing in, alone, median", median(times) * 1000, "ms", TARGET_MS)
            before = resident_bytes(pid)
            highest = [before]
            watching = asyncio.Event()

            async def watch() -> None:
                while not watching.is_set():
                    highest.append(resident_bytes(pid))
                    await asyncio.sleep(LOOK_EVERY_SECONDS)

            began = time.monotonic()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(watch())
                await asyncio.gather(*(_sign_in(visitor) for _ in range(AT_ONCE)))
                watching.set()
            took = time.monotonic() - began
            yield Figure(f"{AT_ONCE} who sign in at once, until the last is in", took, "s")
            yield Figure(
                f"memory more than before, {AT_ONCE} signing in",
                (max(highest) - before) / 1e6,
                "MB",
            )


async def _sign_in(visitor: Visitor) -> float:
    began = time.monotonic()
    answer = await visitor.post("/api/session", {"email": EMAIL, "password": PASSWORD})
    assert answer.status == 201, answer
    return time.monotonic() - began
