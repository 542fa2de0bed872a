"""Overload: four times as many questions as a model can answer, for minutes, and what becomes of them.

The model takes `RUNNING` calls at once, and three quarters as many may wait. First so many readers ask, each anew
when its answer has ended: that is the load the model can bear. Then questions come four times as fast as these were
answered, evenly, whether or not anybody is answered. Who is admitted waits for less than one answer before its own, so
that bounds like these hold the last answers to less than twice the time; who is refused must know at once.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass, field

from tests.load.asking import ArcanoAsker, Heard, WrongAnswerError, turn_text, verify
from tests.load.client import CutError
from tests.load.figure import Figure, percentile
from tests.load.machine import cpu_seconds, resident_bytes
from tests.load.running import Bench, bench
from tests.load.words import PACED

RUNNING = 32
QUICK_RUNNING = 4
WAITING_SHARE = 0.75
"""How many may wait for each that runs. Those that wait hold for so many answers before their own at most."""

TIMES_AS_MUCH = 4
USUAL_SECONDS = 20.0
SECONDS = 240.0
QUICK_SECONDS = 4.0
IDLE_SECONDS = 2.0
"""A connection that was idle for longer is not used again: the server may be closing it."""

SETTLED_SHARE = 0.6
"""How much of the overload is over before memory is judged: meanwhile each connection to the database fills its cache."""

REFUSED_WITHIN_MS = 100
TIMES_AS_LONG = 2
GROWTH_MB_A_MINUTE = 1.0


@dataclass(slots=True)
class Load:
    """What became of the questions."""

    seconds: float = 0.0
    answered_ms: list[float] = field(default_factory=list[float])
    refused_ms: list[float] = field(default_factory=list[float])
    errors: Counter[str] = field(default_factory=Counter[str])
    memory: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    """Seconds since the beginning, and megabytes."""

    @property
    def answers_a_second(self) -> float:
        return len(self.answered_ms) / self.seconds


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """How long refusals and answers take under overload, beside the usual load; and memory."""
    running = QUICK_RUNNING if quick else RUNNING
    waiting = int(WAITING_SHARE * running)
    bounds = {
        "ARCANO_INFERENCE__RUNNING": str(running),
        "ARCANO_INFERENCE__WAITING": str(waiting),
    }
    async with bench(quick=quick, settings=bounds) as at:
        usual = await bearable(at, running, QUICK_SECONDS if quick else USUAL_SECONDS)
        before = cpu_seconds(at.arcano.pid)
        rate = TIMES_AS_MUCH * usual.answers_a_second
        over = await overloaded(at, rate, QUICK_SECONDS if quick else SECONDS)
        busy = (cpu_seconds(at.arcano.pid) - before) / over.seconds
    errors = usual.errors + over.errors
    wrong = "".join(f"; {count}x {what}" for what, count in errors.items())
    yield Figure(
        f"overload {TIMES_AS_MUCH}x: who is refused knows after, p99",
        percentile(over.refused_ms, 0.99),
        "ms",
        REFUSED_WITHIN_MS,
        note=f"p50 {percentile(over.refused_ms, 0.5):.0f} ms; {rate:.0f} questions a second for "
        f"{over.seconds:.0f} s, {len(over.refused_ms):,} refused, {len(over.answered_ms):,} answered; "
        f"server busy {busy:.0%} of a core{wrong}",
        errors=errors.total(),
    )
    slow, usual_slow = percentile(over.answered_ms, 0.99), percentile(usual.answered_ms, 0.99)
    yield Figure(
        f"overload {TIMES_AS_MUCH}x: admitted answers take, p99 (times as long)",
        slow / usual_slow,
        "x",
        TIMES_AS_LONG,
        direct=usual_slow,
        note=f"{slow:.0f} ms beside {usual_slow:.0f} ms; {over.answers_a_second:.1f} answers a second beside "
        f"{usual.answers_a_second:.1f}; {running} run, {waiting} wait",
    )
    yield Figure(
        f"overload {TIMES_AS_MUCH}x: memory grows by",
        growth_a_minute(over.memory),
        "MB/min",
        GROWTH_MB_A_MINUTE,
        note=f"over the last {1 - SETTLED_SHARE:.0%} of the time; MB from beginning to end: "
        + ", ".join(f"{size:.0f}" for _, size in over.memory[:: max(1, len(over.memory) // 8)]),
    )


async def bearable(at: Bench, readers: int, seconds: float) -> Load:
    """As many readers as may be answered at once, each asking again when its answer has ended."""
    load = Load()
    started = time.monotonic()

    async def read(asker: ArcanoAsker) -> None:
        while time.monotonic() - started < seconds:
            await _ask(asker, load)
        asker.close()

    async with asyncio.TaskGroup() as tasks:
        for _ in range(readers):
            tasks.create_task(read(await at.arcano.asker()))
    load.seconds = time.monotonic() - started
    return load


async def overloaded(at: Bench, rate: float, seconds: float) -> Load:
    """Questions at this rate, evenly, whatever becomes of them."""
    load = Load()
    idle: list[tuple[float, ArcanoAsker]] = []
    started = time.monotonic()

    async def ask() -> None:
        since, asker = idle.pop() if idle else (0.0, None)
        if asker is None or time.monotonic() - since > IDLE_SECONDS:
            asker = await at.arcano.asker()
        if await _ask(asker, load):
            idle.append((time.monotonic(), asker))

    async def watch_memory() -> None:
        while True:
            at_second = time.monotonic() - started
            load.memory.append((at_second, resident_bytes(at.arcano.pid) / 1e6))
            await asyncio.sleep(0.5)

    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(watch_memory())
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, started + number / rate - time.monotonic()))
            tasks.create_task(ask())
        load.seconds = time.monotonic() - started
        watching.cancel()
    for _, asker in idle:
        asker.close()
    return load


async def _ask(asker: ArcanoAsker, load: Load) -> bool:
    """One question and what is heard of it. Returns whether the connection is still good."""
    with suppress(CutError):
        await asker.make_room()
        heard = Heard()
        asked = time.monotonic()
        try:
            await asker.listen(PACED, heard.hear)
            took = (time.monotonic() - asked) * 1000
            if _was_refused(heard):
                load.refused_ms.append(took)
            else:
                verify(turn_text(heard))
                load.answered_ms.append(took)
        except WrongAnswerError as wrong:
            load.errors[str(wrong)[:200]] += 1
        return True
    load.errors["the connection ended"] += 1
    return False


def _was_refused(heard: Heard) -> bool:
    return b'"code":"queue-full"' in heard.pieces[-1]


def growth_a_minute(memory: list[tuple[float, float]]) -> float:
    """The slope of the line through what was seen after the beginning (least squares), in MB a minute."""
    settled = memory[int(len(memory) * SETTLED_SHARE) :]
    moments, sizes = zip(*settled, strict=True)
    mean_moment, mean_size = sum(moments) / len(moments), sum(sizes) / len(sizes)
    spread = sum((moment - mean_moment) ** 2 for moment in moments)
    together = sum((moment - mean_moment) * (size - mean_size) for moment, size in settled)
    return 60 * together / spread
