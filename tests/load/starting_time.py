"""How soon a server listens that was started here before: `arcano serve`, and `make serve`."""

import asyncio
import os
import signal
import subprocess
import time
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncGenerator
from pathlib import Path

from tests.load.figure import Figure, beside
from tests.load.running import ROOT, free_port, scratch_folder, serve_command, until_ready

STARTS = 5
TARGET_SECONDS = 1.5


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """Median of several starts on a folder that has its database, from the command to an answer."""
    starts = 1 if quick else STARTS
    with scratch_folder() as folder:
        port = free_port()
        command = serve_command(port=port, data_dir=folder / "data", upstream_port=None)
        await _start(command, port, folder)  # the first start makes the database
        bare = [await _bare_python() for _ in range(starts)]
        direct = [await _start(command, port, folder) for _ in range(starts)]
        name = "second start of `arcano serve`, until it answers"
        yield beside(name, "s", TARGET_SECONDS, ours=direct, direct=bare)
        # The same settings, with make in place of the program.
        made = [*command[: command.index("-m") - 1], "make", "serve"]
        if _needs_building():
            yield Figure("second start of `make serve`", 0, "s", note="skipped: make has to build")
        else:
            times = [await _start(made, port, ROOT) for _ in range(starts)]
            name = "second start of `make serve`, until it answers"
            yield beside(name, "s", TARGET_SECONDS, ours=times, direct=direct)


async def _start(command: list[str], port: int, folder: Path) -> float:
    started = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
    )
    try:
        await until_ready(port, process)
        return time.monotonic() - started
    finally:
        # The whole group: `make` may have the server as its child.
        os.killpg(process.pid, signal.SIGTERM)
        await process.wait()
        while _listens(port):  # noqa: ASYNC110 - a port tells nobody
            await asyncio.sleep(0.01)


async def _bare_python() -> float:
    """A Python that does nothing, for comparison."""
    started = time.monotonic()
    process = await asyncio.create_subprocess_exec("python3", "-c", "pass")
    await process.wait()
    return time.monotonic() - started


def _needs_building() -> bool:
    """Whether `make serve` would do more than start the server."""
    planned = subprocess.run(
        ["make", "--dry-run", "serve"], cwd=ROOT, capture_output=True, check=False, text=True
    )
    return planned.returncode != 0 or len(planned.stdout.strip().splitlines()) != 1


def _listens(port: int) -> bool:
    return f":{port:04X} 00000000:0000 0A" in Path("/proc/net/tcp").read_text()
