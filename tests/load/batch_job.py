"""What a large batch job takes: memory at its highest, beside the same server at rest, and how fast it goes.

A job must not be in memory as a whole: ten times the rows may not take ten times the memory.
"""

import asyncio
import time
from collections.abc import AsyncGenerator

import aiohttp
from tests.load.figure import Figure
from tests.load.machine import resident_bytes
from tests.load.running import Arcano, bench
from tests.load.words import ANSWER, BURST

ROWS = 10_000
FEWER_ROWS = 1_000
LOOK_EVERY_SECONDS = 0.1
TARGET_MB = 40


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """A small job first, which warms the server up and says what a job takes at all; then a large one."""
    few, many = (100, 300) if quick else (FEWER_ROWS, ROWS)
    async with bench(quick=quick) as running, _client(running.arcano) as client:
        pid = running.arcano.pid
        rest = resident_bytes(pid)
        small, _, small_errors = await _run(client, pid, few)
        large, seconds, errors = await _run(client, pid, many)
        yield Figure(
            f"batch job of {many:,} rows: memory above rest, at its highest",
            (large - rest) / 1e6,
            "MB",
            TARGET_MB,
            note=f"{few:,} rows: {(small - rest) / 1e6:.1f} MB; at rest {rest / 1e6:.0f} MB",
            errors=errors + small_errors,
        )
        yield Figure(
            "batch job, rows of 64 tokens a second",
            many / seconds,
            "rows/s",
            note="8 at once; the file is taken in and the answers are read back besides",
        )


def _client(arcano: Arcano) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        base_url=f"http://127.0.0.1:{arcano.port}", headers={"Cookie": arcano.cookie}
    )


async def _run(client: aiohttp.ClientSession, pid: int, rows: int) -> tuple[int, float, int]:
    """The most memory seen until it was finished and downloaded, how long it ran, and wrong answers."""
    content = "text\n" + "".join(f"Row {number} of a table.\n" for number in range(rows))
    path = await _upload(client, content.encode())
    instructions = {"model": BURST, "template": "Rate {{ text }}"}
    await _call(client, "PATCH", path, {"instructions": instructions})
    began = time.perf_counter()
    await _call(client, "POST", f"{path}/start")
    highest = 0
    while (await _call(client, "GET", path))["state"] == "running":
        highest = max(highest, resident_bytes(pid))
        await asyncio.sleep(LOOK_EVERY_SECONDS)
    seconds = time.perf_counter() - began
    right = 0
    async with client.get(f"{path}/results?format=jsonl") as response:
        async for line in response.content:
            right += ANSWER.strip().encode() in line
            highest = max(highest, resident_bytes(pid)) if right % 500 == 0 else highest
    return highest, seconds, rows - right


async def _upload(client: aiohttp.ClientSession, content: bytes) -> str:
    headers = {"Content-Type": "text/csv"}
    async with client.post("/api/batches?name=Rows", data=content, headers=headers) as response:
        return f"/api/batches/{(await response.json())['id']}"


async def _call(
    client: aiohttp.ClientSession, method: str, path: str, body: object = None
) -> dict[str, object]:
    async with client.request(method, path, json=body) as response:
        response.raise_for_status()
        return await response.json()
