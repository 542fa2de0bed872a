"""Which models are in this machine's memory, and who may ask them now.

One child process for each loaded model. Turns stand in one line: those who ask for a loaded model with
a free seat sit down at once; for a model that is not loaded others make room, the one asked longest ago
first, and never one that answers; when all are busy, the newcomer waits. Nobody is overtaken by someone
who would delay him.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Self

import aiohttp

from arcano.platform.clock import Clock, SystemClock
from arcano.providers.errors import LocalEngineError, ModelFileError, ModelIsAnsweringError
from arcano.providers.local.crashes import Crashes
from arcano.providers.local.files import LocalModelFile
from arcano.providers.local.host import Host, engine_problem, look_at_host, transformers_problem
from arcano.providers.local.load_watch import LoadWatch, time_limit
from arcano.providers.local.plan import (
    MODEST,
    LoadKey,
    LoadPlan,
    Purpose,
    engine_for,
    plan_load,
    wished_context,
)
from arcano.providers.local.process import running_engine
from arcano.providers.local.pulse import Pulse
from arcano.providers.local.record import Record
from arcano.providers.local.room import is_pinned, next_to_go, room_beside
from arcano.providers.local.seat import UNLOADED, LoadedModel, Seat
from arcano.providers.local.settings import LocalSettings
from arcano.providers.local.speaker import LlamaCpp
from arcano.providers.local.state import EngineMemory, LocalModelState

logger = logging.getLogger(__name__)

STOP_WITHIN_SECONDS = 5.0
"""How long the end of all engines may take, whatever they are busy with."""

_STOPPED = "The engine was stopped. Try again in a moment."
_GOING_DOWN = "The server is going down. Try again in a moment."

_PULSE = Pulse()
_LOAD_WATCH = LoadWatch()


class LocalEngine:
    """The supervisor. `async with` it for the life of the server; leaving ends every child.

    `host` is asked anew before each loading, because free memory changes; `missing` says in a sentence
    why there is no llama.cpp to start, or None; `transformers_missing` likewise. `changed` is called when a model is loaded or gone.
    """

    def __init__(
        self,
        *,
        settings: LocalSettings,
        host: Callable[[], Host] = look_at_host,
        missing: Callable[[], str | None] = engine_problem,
        transformers_missing: Callable[[], str | None] = transformers_problem,
        pulse: Pulse = _PULSE,
        load_watch: LoadWatch = _LOAD_WATCH,
        clock: Clock | None = None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._settings = settings
        self._host = host
        self._missing = missing
        self._transformers_missing = transformers_missing
        self._pulse = pulse
        self._load_watch = load_watch
        self._clock = clock or SystemClock()
        self._changed = changed
        self._records: dict[LoadKey, Record] = {}
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
        self._move_up()
        async with self._http:
            try:
                async with asyncio.timeout(STOP_WITHIN_SECONDS):
                    await self._tasks.__aexit__(None, None, None)
            except TimeoutError:
                # Killed and still there: the kernel holds it. It goes when the kernel lets it.
                logger.warning("An engine has not ended within %ss.", STOP_WITHIN_SECONDS)

    @property
    def problem(self) -> str | None:
        """Why no GGUF can be answered here, in a sentence; None where all is well."""
        if not self._settings.enabled:
            return "The local engine is switched off in the settings."
        return self._missing()

    def problem_with(self, file: LocalModelFile) -> str | None:
        """Why the model in `file` cannot be answered here, whatever the file is like; None if it can."""
        if self._settings.enabled and engine_for(file) == "transformers":
            return self._transformers_missing()
        return self.problem

    def is_loaded(self, model_id: str) -> bool:
        """Whether the model would answer without being loaded first."""
        loaded = self._loaded.get((model_id, "answers"))
        return loaded is not None and loaded.answers

    def holds(self, model_id: str) -> bool:
        """Whether its file is in use: loaded or being loaded, for whatever it is asked."""
        return any(each.plan.model_id == model_id for each in self._loaded.values())

    def pid_of(self, model_id: str) -> int | None:
        """The process that holds the model; None where it is not loaded."""
        loaded = self._loaded.get((model_id, "answers"))
        return loaded.pid if loaded else None

    def speaker_of(self, model_id: str) -> LlamaCpp | None:
        """Who answers for the model now, for questions that take no seat; None where it is not loaded."""
        loaded = self._loaded.get((model_id, "answers"))
        return loaded.speaker if loaded and loaded.answers else None

    def context_tokens(self, file: LocalModelFile) -> int:
        """What one answer may have, question included: as loaded, else as it would be wished."""
        loaded = self._loaded.get((file.id, "answers"))
        return loaded.plan.context_tokens if loaded else wished_context(file, self._settings)

    def state_of(self, file: LocalModelFile) -> LocalModelState:
        """How it stands with the model in `file`, as far as answers go."""
        record = self._records.get((file.id, "answers"), Record())
        loaded = self._loaded.get((file.id, "answers"))
        waiting = sum(seat.key == (file.id, "answers") for seat in self._line)
        pinned = file.id in self._settings.pinned
        if loaded is None or loaded.leaving:
            return LocalModelState(
                status="waiting" if waiting else "on-disk",
                pinned=pinned,
                waiting=waiting,
                tokens_per_second=record.tokens_per_second,
                last_used_at=record.last_used_at,
                problem=record.problem,
            )
        answering = loaded.seats_taken if loaded.answers else 0
        return LocalModelState(
            status=("answering" if answering else "loaded") if loaded.answers else "loading",
            pinned=pinned,
            answering=answering,
            waiting=waiting,
            memory_bytes=loaded.memory_bytes,
            context_tokens=loaded.plan.context_tokens,
            parallel=loaded.plan.parallel,
            eta_seconds=None if loaded.answers else loaded.loading.eta_seconds,
            tokens_per_second=record.tokens_per_second,
            last_used_at=record.last_used_at,
        )

    def memory(self) -> EngineMemory:
        """The budget of all loaded models, those for vectors included, and what they hold."""
        return EngineMemory(
            budget_bytes=self._settings.memory_bytes(self._host().memory_bytes),
            used_bytes=sum(each.memory_bytes for each in self._loaded.values()),
        )

    def begin_loading(self, file: LocalModelFile) -> None:
        """Load the model, when its turn has come, without asking it anything. Does not wait for it.

        Raises:
            LocalEngineError: There is no engine here, or the server is going down.
        """
        self._check_open(file)
        if not self.is_loaded(file.id):
            self._tasks.create_task(self._load(file))

    async def _load(self, file: LocalModelFile) -> None:
        try:
            async with self.seat(file) as seat, aclosing(seat.phases()) as phases:
                async for _ in phases:
                    pass
        except LocalEngineError as failure:
            if failure.detail != UNLOADED:
                self._record((file.id, "answers")).problem = failure.detail

    async def unload(self, model_id: str, *, now: bool = False) -> None:
        """Take the model out of the memory, and wait until it has gone. Fine if it was not there.

        With `now` the answers it writes end as failures that may be tried again.

        Raises:
            ModelIsAnsweringError: It is answering, or being loaded for somebody, and not `now`.
        """
        gone = [each for each in self._loaded.values() if each.plan.model_id == model_id]
        if not now and any(each.seats_taken for each in gone):
            raise ModelIsAnsweringError(
                f"{model_id} is answering, or being loaded for somebody. "
                "Try again when it has finished, or end its answers now."
            )
        for each in gone:
            each.why_gone = UNLOADED
            self._send_away(each)
        for each in gone:
            await each.ended.wait()

    @asynccontextmanager
    async def seat(
        self, file: LocalModelFile, purpose: Purpose = "answers"
    ) -> AsyncGenerator[Seat]:
        """Stand in line for `file`. Leaving the block frees the place, also one only waited for.

        Raises:
            LocalEngineError: There is no engine here, or the server is going down.
        """
        self._check_open(file)
        seat = Seat(file, purpose)
        self._line.append(seat)
        self._move_up()
        try:
            yield seat
        finally:
            self._leave(seat)

    def _check_open(self, file: LocalModelFile) -> None:
        problem = self.problem_with(file)
        if self._closing or problem:
            raise LocalEngineError(problem or _GOING_DOWN)

    def _record(self, key: LoadKey) -> Record:
        return self._records.setdefault(key, Record())

    def _leave(self, seat: Seat) -> None:
        if seat in self._line:
            self._line.remove(seat)
        if seat.loaded:
            seat.loaded.seats_taken -= 1
            self._was_asked(seat.loaded)
            if not (seat.loaded.seats_taken or seat.loaded.leaving or seat.loaded.ended.is_set()):
                self._unload_when_idle(seat.loaded)
        self._move_up()

    def _move_up(self) -> None:
        """Give every waiting seat what it can have now, first come first served. Never waits."""
        still: list[Seat] = []
        room_is_wanted, to_go = False, None
        for seat in self._line:
            # Behind one who waits for room, nobody begins another load, which would take it; and at
            # the model that is to make it nobody sits down, else it would never be idle.
            there = self._loaded.get(seat.key)
            held_up = room_is_wanted and (there is None or there is to_go)
            loaded = None if held_up else there or self._load_for(seat)
            if loaded and loaded.has_free_seat:
                loaded.sit_down()
                self._was_asked(loaded)
                seat.loaded = loaded
            elif not seat.failure:
                if loaded is None and not room_is_wanted:
                    room_is_wanted, to_go = True, self._make_room()
                still.append(seat)
                seat.position = len(still)
            seat.moved.set()
        self._line = still

    def _load_for(self, seat: Seat) -> LoadedModel | None:
        """The model of `seat`, begun to load; None while there is no room, or with its `failure`."""
        if self._closing:
            seat.failure = LocalEngineError(_GOING_DOWN)
            return None
        try:
            plan = self._plan_for(seat)
        except LocalEngineError as too_large:
            seat.failure = too_large
            return None
        if plan is None:
            return None
        loaded = self._loaded[plan.key] = LoadedModel(plan, self._record(plan.key))
        loaded.life = self._tasks.create_task(self._live(loaded))
        # Not in a `finally` of the task: one that is cancelled before its first step has none.
        loaded.life.add_done_callback(lambda _: self._bury(loaded))
        return loaded

    def _plan_for(self, seat: Seat) -> LoadPlan | None:
        """How to load it beside the others; None where one of them has to go before.

        One that nobody asks goes before the newcomer gets little; of busy ones little is better than
        to wait for them.

        Raises:
            LocalEngineError: Not even alone, or beside those that stay, is there room for it.
        """
        others, host = list(self._loaded.values()), self._host()
        room = room_beside(others, settings=self._settings, host=host)

        def planned(room_bytes: int) -> LoadPlan:
            return plan_load(
                seat.file,
                settings=self._settings,
                host=host,
                room_bytes=room_bytes,
                purpose=seat.purpose,
            )

        best = planned(room.at_best)
        first = next_to_go(others, self._settings)
        if len(others) >= self._settings.max_loaded:
            if first is None:
                raise LocalEngineError(
                    f"There is no room for {seat.file.id} beside the models that are pinned. "
                    "Unpin one, or raise `local.max_loaded` in the settings."
                )
            return None
        try:
            plan = planned(room.now)
        except LocalEngineError:
            return None
        decent = plan.context_tokens == best.context_tokens and (
            plan.parallel >= min(best.parallel, MODEST)
        )
        return plan if decent or first is None or first.seats_taken else None

    def _make_room(self) -> LoadedModel | None:
        """Send away who nobody asks. Returns who is to make room and still answers, if anybody."""
        if any(each.leaving for each in self._loaded.values()):
            return None
        first = next_to_go(self._loaded.values(), self._settings)
        if first and not first.seats_taken:
            self._send_away(first)
            return None
        return first

    def _was_asked(self, loaded: LoadedModel) -> None:
        """To the end of the dictionary: the one that was asked last is the last to make room."""
        loaded.record.last_used_at = self._clock.now()
        if self._loaded.get(loaded.plan.key) is loaded:
            self._loaded[loaded.plan.key] = self._loaded.pop(loaded.plan.key)

    def _unload_when_idle(self, loaded: LoadedModel) -> None:
        if not is_pinned(loaded, self._settings):
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
            loaded.loading.begin()
            async with running_engine(loaded.plan, listeners=self._tasks) as process:
                loaded.pid = process.pid
                await process.ready(
                    within=time_limit(
                        loaded.plan.weights_bytes,
                        pid=process.pid,
                        chosen=self._settings.load_within,
                    ),
                    stands_still=self._load_watch.stands_still(process.pid, loaded.loading),
                )
                self._welcome(loaded, LlamaCpp(process, http=self._http))
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

    def _welcome(self, loaded: LoadedModel, speaker: LlamaCpp) -> None:
        loaded.record.load_seconds = loaded.loading.seconds
        loaded.record.problem = None
        loaded.speaker = speaker
        plan = loaded.plan
        logger.info(
            "Loaded %s in %.1f s: %d answers at once, %d tokens for each.",
            plan.model_id,
            loaded.loading.seconds,
            plan.parallel,
            plan.context_tokens,
        )
        loaded.ready.set()
        self._changed()

    def _bury(self, loaded: LoadedModel) -> None:
        del self._loaded[loaded.plan.key]
        loaded.stay()
        if not loaded.ready.is_set() and not loaded.failure:
            unloaded = loaded.why_gone == UNLOADED
            loaded.failure = LocalEngineError(UNLOADED if unloaded else _STOPPED)
        elif loaded.failure:
            loaded.record.problem = loaded.failure.detail
        loaded.ended.set()
        loaded.ready.set()
        self._move_up()
        self._changed()
