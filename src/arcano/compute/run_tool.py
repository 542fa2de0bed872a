"""Runs a small program of the system and reads what it prints, within a time limit."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

Runner = Callable[[Sequence[str], float], Awaitable[str | None]]
"""Given a command and seconds: what it printed; None where it is not there, failed or took longer."""

_MAX_OUTPUT_BYTES = 1024 * 1024


async def run_tool(command: Sequence[str], seconds: float) -> str | None:
    """Run `command` without a shell. One that takes longer than `seconds` is killed."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=_MAX_OUTPUT_BYTES,
        )
    except OSError:
        return None
    try:
        async with asyncio.timeout(seconds):
            output, _ = await process.communicate()
    except TimeoutError:
        return None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            # One stuck in a driver cannot be reaped now; it is not waited for.
            with suppress(TimeoutError):
                async with asyncio.timeout(0.2):
                    await process.wait()
    return output.decode("utf-8", "replace") if process.returncode == 0 else None
