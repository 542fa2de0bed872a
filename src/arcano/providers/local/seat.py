"""A loaded model and a place at it, as the one who asks sees them. Who sits where is `engine`'s business."""

import asyncio
from collections.abc import AsyncGenerator

from arcano.providers.errors import LocalEngineError
from arcano.providers.events import PhaseEntered
from arcano.providers.local.files import LocalModelFile
from arcano.providers.local.plan import LoadKey, LoadPlan, Purpose
from arcano.providers.local.speaker import LlamaCpp


class LoadedModel:
    """One model with its child: being loaded, answering, or on its way out.

    `ready` is set when the waiting is over: `speaker` is there then, or `failure` says why not.
    """

    def __init__(self, plan: LoadPlan) -> None:
        self.plan = plan
        self.seats_taken = 0
        self.leaving = False
        self.pid: int | None = None
        self.ready = asyncio.Event()
        self.ended = asyncio.Event()
        self.speaker: LlamaCpp | None = None
        self.failure: LocalEngineError | None = None
        self.life: asyncio.Task[None] | None = None
        self.farewell: asyncio.TimerHandle | None = None

    @property
    def has_free_seat(self) -> bool:
        return not self.leaving and self.seats_taken < self.plan.parallel

    def sit_down(self) -> None:
        self.seats_taken += 1
        self.stay()

    def stay(self) -> None:
        """Take back that it leaves when idle for long."""
        if self.farewell:
            self.farewell.cancel()
            self.farewell = None


class Seat:
    """A place for one answer. First read `phases` to the end, then `speaker` answers."""

    def __init__(self, file: LocalModelFile, purpose: Purpose) -> None:
        self.file = file
        self.purpose: Purpose = purpose
        self.loaded: LoadedModel | None = None
        self.failure: LocalEngineError | None = None
        self.position = 0
        self.moved = asyncio.Event()

    @property
    def key(self) -> LoadKey:
        """Which load it is a place at."""
        return self.file.id, self.purpose

    async def phases(self) -> AsyncGenerator[PhaseEntered]:
        """What the asker waits for, until the model can answer.

        Raises:
            LocalEngineError: It could not be loaded.
        """
        shown = None
        while self.loaded is None and self.failure is None:
            if self.position != shown:
                shown = self.position
                yield PhaseEntered("waiting", position=shown)
            await self.moved.wait()
            self.moved.clear()
        if self.loaded and not self.loaded.ready.is_set():
            yield PhaseEntered("model-loading")
            await self.loaded.ready.wait()
        if failure := self.failure or (self.loaded and self.loaded.failure):
            # A fresh one for each asker: an exception carries the traceback of who raised it.
            raise type(failure)(failure.detail)

    @property
    def speaker(self) -> LlamaCpp:
        """Who answers. There once `phases` has ended."""
        if self.loaded is None or self.loaded.speaker is None:
            raise LocalEngineError("The engine was asked before it was ready. Try again.")
        return self.loaded.speaker

    async def engine_died(self) -> bool:
        """Whether the process behind this seat is gone, or goes within a moment."""
        if self.loaded is None:
            return False
        try:
            async with asyncio.timeout(1):
                await self.loaded.ended.wait()
        except TimeoutError:
            return False
        return True
