"""An hour of ordinary work through both doors, people's and programs', and what becomes of the server's memory."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator

from tests.load.asking import Asker, WrongAnswerError
from tests.load.client import CutError
from tests.load.figure import Figure
from tests.load.gateway import door_asker
from tests.load.machine import cpu_seconds, resident_bytes
from tests.load.running import Bench, bench
from tests.load.words import BURST, PACED

SECONDS = 3_600.0
QUICK_SECONDS = 4.0
PAUSE_SECONDS = 1.0
"""Between an answer and the next question of the same reader."""

READERS = 12
"""By each of the doors; half of them read at a model's pace, half get all words at once."""

SAMPLES = 120
WARM_SHARE = 1 / 6
"""What of the time passes before memory is judged: meanwhile each connection to the database fills its cache."""

TARGET_PERCENT = 10


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """How far the memory strays from where it stood once warm."""
    seconds = QUICK_SECONDS if quick else SECONDS
    async with bench(quick=quick) as at:
        errors: Counter[str] = Counter()
        started, busy = time.monotonic(), cpu_seconds(at.arcano.pid)
        until = started + seconds
        async with asyncio.TaskGroup() as tasks:
            for open_asker in (at.arcano.asker, await door_asker(at)):
                for number in range(READERS):
                    model = PACED if number % 2 else BURST
                    tasks.create_task(_keep_asking(await open_asker(), model, until, errors))
            watching = tasks.create_task(_watched(at, seconds))
        memory = watching.result()
        busy = (cpu_seconds(at.arcano.pid) - busy) / seconds
    warm, *later = memory[int(len(memory) * WARM_SHARE) :]
    farthest = max(later, key=lambda megabytes: abs(megabytes - warm))
    answers = errors.pop("", 0)
    yield Figure(
        f"memory after {seconds / 60:.0f} min, at its farthest from where it stood warm",
        abs(farthest - warm) / warm * 100,
        "%",
        TARGET_PERCENT,
        note=f"warm {warm:.0f} MB, farthest {farthest:.0f}, last {memory[-1]:.0f}; {answers:,} answers, "
        f"server busy {busy:.0%} of its core"
        + "".join(f"; {count}x {what}" for what, count in errors.items()),
        errors=errors.total(),
    )


async def _keep_asking(asker: Asker, model: str, until: float, ends: Counter[str]) -> None:
    """Counts how each answer ended in `ends`: under no name where all was well."""
    while time.monotonic() < until:
        try:
            await asker.ask(model)
        except (WrongAnswerError, CutError) as wrong:
            ends[f"{type(wrong).__name__}: {wrong}"] += 1
        else:
            ends[""] += 1
        await asyncio.sleep(PAUSE_SECONDS)
    asker.close()


async def _watched(at: Bench, seconds: float) -> list[float]:
    """The server's memory in megabytes, at even intervals."""
    samples: list[float] = []
    for _ in range(SAMPLES):
        await asyncio.sleep(seconds / SAMPLES)
        samples.append(resident_bytes(at.arcano.pid) / 1e6)
    return samples
