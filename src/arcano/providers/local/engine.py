"""Which models are in this machine's memory, and who may ask them now.

One child process for each loaded model. Turns stand in one line: those who ask for a loaded model with
a free seat sit down at once; for a model that is not loaded an idle one makes room; when all are busy,
the newcomer waits. Nobody is overtaken by someone who would delay him.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Self

import aiohttp

from arcano.providers.errors import LocalEngineError, ModelFileError
from arcano.providers.local.crashes import Crashes
from arcano.providers.local.files import LocalModelFile
from arcano.providers.local.host import Host, engine_problem, look_at_host
from arcano.providers.local.plan import LoadKey, Purpose, plan_load, wished_context
from arcano.providers.local.process import running_engine
from arcano.providers.local.pulse import Pulse
from arcano.providers.local.seat import LoadedModel, Seat
from arcano.providers.local.settings import LocalSettings
from arcano.providers.local.speaker import LlamaCpp

logger = logging.getLogger(__name__)

STOP_WITHIN_SECONDS = 5.0
"""How long the end of all engines may take, whatever they are busy with."""

_GOING_DOWN = "The server is going down. Try again in a moment."


_PULSE = Pulse()


class LocalEngine:
    """The supervisor. `async with` it for the life of the server; leaving ends every child.

    `host` is asked anew before each loading, because free memory changes; `missing` says in a sentence
    why there is no engine to start, or None.
    """

    def __init__(
        self,
        *,
        settings: LocalSettings,
        host: Callable[[], Host] = look_at_host,
        missing: Callable[[], str | None] = engine_problem,
        pulse: Pulse = _PULSE,
    ) -> None:
        self._settings = settings
        self._host = host
        self._missing = missing
        self._pulse = pulse
        self._loaded: dict[LoadKey, LoadedModel] = {}
        self._line: list[Seat] = []
        self._crashes = Crashes()
        self._tasks = asyncio.TaskGroup()
        self._closing = False
        self._http: aiohttp.ClientSession  # there between enter and exit

    async def __aenter__(self) -> Self:
        # Its own, and no connection twice: llama.cpp promises to keep one open and then closes it.
        connector = aiohttp.TCPConnector(limit=0, force_close=True)
        self._http = aiohttp.ClientSession(connector=connector)
        await self._tasks.__aenter__()
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._closing = True
        for loaded in self._loaded.values():
            self._send_away(loaded)
        async with self._http:
            try:
                async with asyncio.timeout(STOP_WITHIN_SECONDS):
                    await self._tasks.__aexit__(None, None, None)
            except TimeoutError:
                # Killed and still there: the kernel holds it. It goes when the kernel lets it.
                logger.warning("An engine has not ended within %ss.", STOP_WITHIN_SECONDS)

    @property
    def problem(self) -> str | None:
        """Why nothing can be answered here, in a sentence; None where all is well."""
        if not self._settings.enabled:
            return "The local engine is switched off in the settings."
        return self._missing()

    def is_loaded(self, model_id: str) -> bool:
        """Whether the model would answer without being loaded first."""
        loaded = self._loaded.get((model_id, "answers"))
        return loaded is not None and loaded.ready.is_set() and not loaded.leaving

    def pid_of(self, model_id: str) -> int | None:
        """The process that holds the model; None where it is not loaded."""
        loaded = self._loaded.get((model_id, "answers"))
        return loaded.pid if loaded else None

    def speaker_of(self, model_id: str) -> LlamaCpp | None:
        """Who answers for the model now, for questions that take no seat; None where it is not loaded."""
        loaded = self._loaded.get((model_id, "answers"))
        return loaded.speaker if loaded and self.is_loaded(model_id) else None

    def context_tokens(self, file: LocalModelFile) -> int:
        """What one answer may have, question included: as loaded, else as it would be wished."""
        loaded = self._loaded.get((file.id, "answers"))
        return loaded.plan.context_tokens if loaded else wished_context(file, self._settings)

    @asynccontextmanager
    async def seat(
        self, file: LocalModelFile, purpose: Purpose = "answers"
    ) -> AsyncGenerator[Seat]:
        """Stand in line for `file`. Leaving the block frees the place, also one only waited for.

        Raises:
            LocalEngineError: There is no engine here, or the server is going down.
        """
        if self._closing or self.problem:
            raise LocalEngineError(self.problem or _GOING_DOWN)
        seat = Seat(file, purpose)
        self._line.append(seat)
        self._move_up()
        try:
            yield seat
        finally:
            self._leave(seat)

    def _leave(self, seat: Seat) -> None:
        if seat in self._line:
            self._line.remove(seat)
        if seat.loaded:
            seat.loaded.seats_taken -= 1
            if not (seat.loaded.seats_taken or seat.loaded.leaving or seat.loaded.ended.is_set()):
                self._unload_when_idle(seat.loaded)
        self._move_up()

    def _move_up(self) -> None:
        """Give every waiting seat what it can have now, first come first served. Never waits."""
        still: list[Seat] = []
        someone_needs_room = False
        for seat in self._line:
            # Behind one who waits until a model goes, nobody sits down at a loaded one: it would
            # never be idle.
            loaded = None if someone_needs_room else self._model_for(seat)
            if loaded and loaded.has_free_seat:
                loaded.sit_down()
                seat.loaded = loaded
            elif not seat.failure:
                someone_needs_room = someone_needs_room or loaded is None
                still.append(seat)
                seat.position = len(still)
            seat.moved.set()
        self._line = still

    def _model_for(self, seat: Seat) -> LoadedModel | None:
        """The model of `seat`, perhaps only begun to load; None while there is no room for it."""
        if self._closing:
            seat.failure = LocalEngineError(_GOING_DOWN)
            return None
        if loaded := self._loaded.get(seat.key):
            return loaded
        if len(self._loaded) >= self._settings.max_loaded:
            self._make_room()
            return None
        try:
            plan = plan_load(
                seat.file, settings=self._settings, host=self._host(), purpose=seat.purpose
            )
        except LocalEngineError as too_large:
            seat.failure = too_large
            return None
        loaded = self._loaded[plan.key] = LoadedModel(plan)
        loaded.life = self._tasks.create_task(self._live(loaded))
        # Not in a `finally` of the task: one that is cancelled before its first step has none.
        loaded.life.add_done_callback(lambda _: self._bury(loaded))
        return loaded

    def _make_room(self) -> None:
        idle = [each for each in self._loaded.values() if not each.seats_taken]
        if idle and not any(each.leaving for each in self._loaded.values()):
            self._send_away(idle[0])

    def _unload_when_idle(self, loaded: LoadedModel) -> None:
        # To the end of the dictionary: the one that was asked last is the last to make room.
        self._loaded[loaded.plan.key] = self._loaded.pop(loaded.plan.key)
        loaded.farewell = asyncio.get_running_loop().call_later(
            self._settings.unload_after.total_seconds(), self._send_away, loaded
        )

    def _send_away(self, loaded: LoadedModel) -> None:
        loaded.leaving = True
        if loaded.life:
            loaded.life.cancel()

    async def _live(self, loaded: LoadedModel) -> None:
        """The life of one child, from its start to its end, whoever ends it."""
        model_id = loaded.plan.model_id
        try:
            await asyncio.sleep(self._crashes.seconds_to_wait(model_id))
            async with running_engine(loaded.plan, listeners=self._tasks) as process:
                loaded.pid = process.pid
                await process.ready(within=self._settings.load_within)
                loaded.speaker = LlamaCpp(process, http=self._http)
                loaded.ready.set()
                if await process.outlives(self._pulse.stops(process.address, self._http)):
                    logger.warning("The engine with %s gave no sign of life: ended.", model_id)
                    # Who asks now waits for the next one, and is not sent to this.
                    loaded.leaving = True
                    process.kill()
                else:
                    logger.warning("The engine with %s stopped by itself.", model_id)
            self._crashes.remember(model_id)
        except ModelFileError as unusable:
            loaded.failure = unusable
        except LocalEngineError as failure:
            loaded.failure = failure
            self._crashes.remember(model_id)
        except OSError as refused:
            loaded.failure = LocalEngineError(
                f"The system did not let the engine start: {refused.strerror}."
            )

    def _bury(self, loaded: LoadedModel) -> None:
        del self._loaded[loaded.plan.key]
        loaded.stay()
        if not loaded.ready.is_set() and not loaded.failure:
            loaded.failure = LocalEngineError("The engine was stopped. Try again in a moment.")
        loaded.ended.set()
        loaded.ready.set()
        self._move_up()
