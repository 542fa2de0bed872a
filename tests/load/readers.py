"""Many readers at once, each asking over a connection of its own; what they heard and what went wrong."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.load.asking import Asker, Heard, WrongAnswerError
from tests.load.client import CutError

OpenAsker = Callable[[], Awaitable[Asker]]


@dataclass(slots=True)
class Round:
    """What one round gave."""

    seconds: float = 0.0
    heard: list[Heard] = field(default_factory=list[Heard])
    errors: Counter[str] = field(default_factory=Counter[str])

    @property
    def turns_a_second(self) -> float:
        return len(self.heard) / self.seconds


async def read_for(seconds: float, *, readers: int, model: str, open_asker: OpenAsker) -> Round:
    """All readers ask again and again until the time is over; the answers under way are heard out."""
    askers = [await open_asker() for _ in range(readers)]
    result = Round()
    started = time.monotonic()

    async def read(asker: Asker) -> None:
        while time.monotonic() - started < seconds:
            await _ask_once(asker, model, result)

    async with asyncio.TaskGroup() as tasks:
        for asker in askers:
            tasks.create_task(read(asker))
    result.seconds = time.monotonic() - started
    _close(askers)
    return result


@asynccontextmanager
async def prepared(readers: int, open_asker: OpenAsker) -> AsyncGenerator[list[Asker]]:
    """Readers who are connected and need only ask."""
    askers = [await open_asker() for _ in range(readers)]
    for asker in askers:
        await asker.prepare()
    yield askers
    _close(askers)


async def read_once(askers: list[Asker], *, model: str, timed: bool) -> Round:
    """All ask at the same moment, once."""
    result = Round()
    started = time.monotonic()
    async with asyncio.TaskGroup() as tasks:
        for asker in askers:
            tasks.create_task(_ask_once(asker, model, result, timed=timed))
    result.seconds = time.monotonic() - started
    return result


async def _ask_once(asker: Asker, model: str, result: Round, *, timed: bool = False) -> None:
    try:
        heard = await asker.ask(model, timed=timed)
    except (WrongAnswerError, CutError) as wrong:
        result.errors[f"{type(wrong).__name__}: {wrong}"] += 1
    else:
        heard.pieces.clear()
        result.heard.append(heard)


def _close(askers: list[Asker]) -> None:
    for asker in askers:
        asker.close()
