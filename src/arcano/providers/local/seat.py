"""A loaded model and a place at it, as the one who asks sees them. Who sits where is `engine`'s business."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

from arcano.providers.errors import LocalEngineError
from arcano.providers.events import PhaseEntered
from arcano.providers.local.files import LocalModelFile
from arcano.providers.local.load_watch import Loading
from arcano.providers.local.plan import LoadKey, LoadPlan, Purpose
from arcano.providers.local.record import Record
from arcano.providers.local.signs import signs_of
from arcano.providers.local.speaker import LlamaCpp

_TELL_SECONDS = 1.0
_WORTH_TELLING_SECONDS = 2.0

CRASHED = (
    "The engine on this machine stopped in the middle of the answer. "
    "What had arrived is kept; try again, it starts by itself."
)
UNLOADED = (
    "The model was unloaded before the answer was whole. "
    "What had arrived is kept; try again, it is loaded again."
)


class LoadedModel:
    """One model with its child: being loaded, answering, or on its way out.

    `ready` is set when the waiting is over: `speaker` is there then, or `failure` says why not.
    `why_gone` is what those hear whose answer it had not finished.
    """

    def __init__(self, plan: LoadPlan, record: Record) -> None:
        self.plan = plan
        self.record = record
        self.loading = Loading(
            weights_bytes=plan.weights_bytes, earlier_seconds=record.load_seconds
        )
        self.seats_taken = 0
        self.leaving = False
        self.why_gone = CRASHED
        self.pid: int | None = None
        self.ready = asyncio.Event()
        self.ended = asyncio.Event()
        self.speaker: LlamaCpp | None = None
        self.failure: LocalEngineError | None = None
        self.life: asyncio.Task[None] | None = None
        self.farewell: asyncio.TimerHandle | None = None

    @property
    def answers(self) -> bool:
        """Whether it can be asked now."""
        return self.ready.is_set() and not self.leaving

    @property
    def has_free_seat(self) -> bool:
        return not self.leaving and self.seats_taken < self.plan.parallel

    @property
    def memory_bytes(self) -> int:
        """What its process holds now; where the system does not tell, what it was planned to."""
        signs = signs_of(self.pid) if self.pid else None
        return signs.resident_bytes if signs else self.plan.memory_bytes

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
        if self.loaded:
            async for phase in _loading_phases(self.loaded):
                yield phase
        if failure := self.failure or (self.loaded and self.loaded.failure):
            # A fresh one for each asker: an exception carries the traceback of who raised it.
            raise type(failure)(failure.detail)

    @property
    def speaker(self) -> LlamaCpp:
        """Who answers. There once `phases` has ended."""
        if self.loaded is None or self.loaded.speaker is None:
            raise LocalEngineError("The engine was asked before it was ready. Try again.")
        return self.loaded.speaker

    def wrote(self, tokens: int, seconds: float) -> None:
        """Heed how fast an answer was written."""
        if self.loaded:
            self.loaded.record.wrote(tokens, seconds)

    async def died_of(self) -> str | None:
        """Why the process behind this seat is gone, or goes within a moment; None if it does not."""
        if self.loaded is None:
            return None
        try:
            async with asyncio.timeout(1):
                await self.loaded.ended.wait()
        except TimeoutError:
            return None
        return self.loaded.why_gone


async def _loading_phases(loaded: LoadedModel) -> AsyncGenerator[PhaseEntered]:
    """That it loads, and how long still, once a second where that is known and worth a word."""
    told: PhaseEntered | None = None
    while not loaded.ready.is_set():
        left = loaded.loading.eta_seconds
        worth = left is not None and left >= _WORTH_TELLING_SECONDS
        phase = PhaseEntered("model-loading", eta_seconds=round(left) if left and worth else None)
        if phase != told:
            told = phase
            yield phase
        with suppress(TimeoutError):
            async with asyncio.timeout(_TELL_SECONDS):
                await loaded.ready.wait()
