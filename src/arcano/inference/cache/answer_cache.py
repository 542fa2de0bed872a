"""The cache of answers: a call passes through it, and is answered by what was kept, by one under way, or anew."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from arcano.inference.cache.answer_key import NoKeyError, digest_of
from arcano.inference.cache.answer_leases import LOOK_EVERY_SECONDS, AnswerLeases, Hold
from arcano.inference.cache.answer_store import AnswerStore, StoredAnswer, StoreSizes
from arcano.inference.cache.kept_answer import (
    BrokenAnswerError,
    KeptAnswer,
    read,
    said_again,
    written,
)
from arcano.inference.cache.recording import Recording
from arcano.inference.cache.settings import CacheSettings
from arcano.inference.cache.shared_answer import Place, SharedAnswer
from arcano.inference.cache.similar_answers import Compared, SimilarAnswers
from arcano.inference.cache.target_class import TargetClass, class_of
from arcano.inference.call import Call
from arcano.inference.events import CacheKind, InferenceEvent
from arcano.inference.routes import RouteBook
from arcano.platform.clock import Clock
from arcano.platform.errors import ArcanoError, StorageError
from arcano.providers import (
    ModelDirectory,
    ModelFinished,
    StreamCutError,
    ToolCallPart,
    ToolResultPart,
)

logger = logging.getLogger(__name__)

Run = Callable[[], AsyncGenerator[InferenceEvent]]
Pays = Callable[[bool], None]
"""Told when a call leaves in the middle: whether what was said until then was used for it."""


@dataclass(slots=True)
class CacheCounts:
    """How calls were answered that might have been from the cache, since the server started."""

    hits: int = 0
    similar: int = 0
    together: int = 0
    misses: int = 0


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked for, wherever it stands: the same `digest` has the same answer."""

    digest: bytes
    scope: str
    targets: TargetClass
    call: Call
    run: Run


class AnswerCache:
    """Keeps answers, and lets those who ask the same at the same time share one.

    Runs inside `tasks`. `routes` and `models` say who would answer. With `similar`, a question that
    means nearly the same counts too. A `store` that servers share also says which of them is answering:
    the others wait for what it keeps.
    """

    def __init__(
        self,
        settings: CacheSettings,
        *,
        store: AnswerStore,
        routes: RouteBook,
        models: ModelDirectory,
        clock: Clock,
        tasks: asyncio.TaskGroup,
        similar: SimilarAnswers | None = None,
    ) -> None:
        self.settings = settings
        self.counts = CacheCounts()
        self._store = store
        self._leases = store if isinstance(store, AnswerLeases) else None
        self._routes = routes
        self._models = models
        self._clock = clock
        self._tasks = tasks
        self._similar = similar
        self._under_way: dict[Place, SharedAnswer] = {}

    def may_answer(self, call: Call) -> bool:
        """Whether an answer to this call may be kept, and a kept one may answer it.

        Not where something is asked that only one vendor's words can say, where tools are at work, where something in it is of unknown origin, or where an answer is
        continued; and where the model draws its words, only if the settings say so.
        """
        request, parameters = call.request, call.request.parameters
        beyond = request.wire is not None and request.wire.beyond
        match self.settings.answers:
            case "off":
                return False
            case "deterministic":
                wanted = parameters.temperature == 0 or parameters.seed is not None
            case "all":
                wanted = True
        return (
            wanted
            and not (call.tainted or request.tools or request.continues or beyond)
            and not any(
                isinstance(part, ToolCallPart | ToolResultPart)
                for message in request.messages
                for part in message.parts
            )
        )

    async def through(
        self, call: Call, run: Run, *, pays: Pays = lambda _: None
    ) -> AsyncGenerator[InferenceEvent]:
        """Answer a call that `may_answer`, with the events and errors of `run`, which asks for it anew.

        What was kept is said at once, without a place in a line; `AnsweredFromCache` tells so.
        """
        question = await self._question(call, run)
        failure: ArcanoError | None = None
        if question is not None:
            shared = await self._shared(question)
            listener = shared.join()
            try:
                async with aclosing(listener.events()) as events:
                    async for event in events:
                        yield event
            except ArcanoError as failed:
                if not listener.may_ask_alone(failed):
                    raise
                failure = failed
            finally:
                is_last = shared.leave(listener)
                if not shared.ended:
                    # It is used for those who stay, or else for the last one.
                    pays(is_last)
                if is_last:
                    await self._abandon(shared)
        if question is None or failure is not None:
            async with aclosing(run()) as events:
                async for event in events:
                    yield event

    async def forget_asked_by(self, person: str) -> None:
        """Drop what a person asked, as far as it can be reached: all of it is gone when its time is over."""
        self._forget_similar()
        try:
            await self._store.forget(asked_by=person)
        except StorageError as refused:
            logger.warning("%s", refused.detail)

    async def clear(self) -> None:
        """Drop everything.

        Raises:
            StorageError: It cannot be reached, and what is there may come back.
        """
        self._forget_similar()
        await self._store.forget()

    def _forget_similar(self) -> None:
        if self._similar is not None:
            self._similar.forget()

    async def sizes(self) -> StoreSizes:
        return await self._store.sizes()

    async def _question(self, call: Call, run: Run) -> _Question | None:
        """None where nothing can be kept for it after all."""
        route = await self._routes.find(call.request.model)
        targets = await class_of(call, route, self._models)
        if targets is None:
            return None
        scope = "everyone" if self.settings.scope == "everyone" else f"user {call.user_id}"
        try:
            digest = digest_of(call.request, scope=scope, targets=targets)
        except NoKeyError:
            return None
        return _Question(digest, scope, targets, call, run)

    async def _shared(self, question: _Question) -> SharedAnswer:
        """The answer under way, or one that begins now."""
        # Of one priority only: nobody is to wait in the line of those who have more time.
        place = (question.digest, question.call.priority)
        if not question.call.anew:
            while (under_way := self._under_way.get(place)) is not None:
                if not under_way.ended:
                    self.counts.together += 1
                    return under_way
                if under_way.writer is not None:
                    # All of it is said, and in a moment it is kept.
                    await asyncio.wait({under_way.writer})
        shared = SharedAnswer(self._clock.now(), place=None if question.call.anew else place)
        if shared.place is not None:
            self._under_way[place] = shared
        shared.writer = self._tasks.create_task(self._write(shared, question), name="shared answer")
        return shared

    async def _write(self, shared: SharedAnswer, question: _Question) -> None:
        """Say it to all who listen, and keep it. Whatever goes wrong, they hear."""
        try:
            kept = None if question.call.anew else await self._kept(question.digest)
            if kept is not None:
                self.counts.hits += 1
                _say_again(kept, "same", to=shared)
                return
            compared, kept = await self._compared(question)
            if kept is not None:
                self.counts.similar += 1
                _say_again(kept, "similar", to=shared)
                return
            if self._leases is None or question.call.anew:
                self.counts.misses += 1
                await self._ask(shared, question, compared)
            else:
                await self._ask_in_turn(shared, question, compared, self._leases)
        except Exception as failure:
            if shared.ended:
                logger.exception("an answer was given, but not kept")
            else:
                shared.end(failure)
        finally:
            self._take_no_more(shared)
            if not shared.ended:
                shared.end(StreamCutError("The server is going. Try again in a moment."))

    async def _compared(self, question: _Question) -> tuple[Compared | None, KeptAnswer | None]:
        """The question's place among similar ones, and what is kept of the nearest."""
        if self._similar is None or question.call.anew:
            return None, None
        compared = await self._similar.compare(
            question.call, scope=question.scope, targets=question.targets
        )
        if compared is None or compared.nearest is None:
            return compared, None
        kept = await self._kept(compared.nearest)
        if kept is None:
            self._similar.gone(compared)
        return compared, kept

    async def _ask_in_turn(
        self,
        shared: SharedAnswer,
        question: _Question,
        compared: Compared | None,
        leases: AnswerLeases,
    ) -> None:
        """Ask, unless another server is asking: then what it keeps is said, or it is asked after all."""
        place = (question.digest, question.call.priority)
        hold = Hold(leases, place, tasks=self._tasks)
        waited = False
        try:
            while not await hold.take():
                waited = True
                await asyncio.sleep(LOOK_EVERY_SECONDS)
                if (kept := await self._kept(question.digest)) is not None:
                    break
            else:
                # Whoever had the lease may have kept its answer between the last look and now.
                kept = await self._kept(question.digest)
            if kept is not None:
                self.counts.together += waited
                self.counts.hits += not waited
                _say_again(kept, "together" if waited else "same", to=shared)
                return
            self.counts.misses += 1
            await self._ask(shared, question, compared, hold)
        finally:
            await hold.leave()

    async def _ask(
        self,
        shared: SharedAnswer,
        question: _Question,
        compared: Compared | None,
        hold: Hold | None = None,
    ) -> None:
        recording = Recording(question.targets.target_ids, max_bytes=self.settings.max_answer_bytes)
        async with aclosing(question.run()) as events:
            async for event in events:
                recording.hear(event)
                shared.hear(event)
                if recording.too_long:
                    # Whoever comes later would have to be told all of it from the beginning.
                    self._take_no_more(shared)
                if hold is not None and recording.hopeless:
                    # Nothing will come of waiting for it.
                    await hold.leave()
                if isinstance(event, ModelFinished):
                    # All is said. Nobody who goes now takes the answer along, while the call lets go of its place.
                    shared.end()
        answer = recording.answer(self._clock.now())
        if answer is not None:
            body = written(answer)
            if len(body) <= self.settings.max_answer_bytes:
                stored = StoredAnswer(body, question.call.user_id, answer.kept_at)
                await self._store.put(question.digest, stored)
                if self._similar is not None and compared is not None:
                    self._similar.kept(question.digest, compared)

    async def _kept(self, digest: bytes) -> KeptAnswer | None:
        stored = await self._store.get(digest)
        if stored is None:
            return None
        try:
            return read(stored.body)
        except BrokenAnswerError:
            logger.warning("a kept answer is broken, so it is asked for anew")
            return None

    def _take_no_more(self, shared: SharedAnswer) -> None:
        if shared.place is not None and self._under_way.get(shared.place) is shared:
            del self._under_way[shared.place]

    async def _abandon(self, shared: SharedAnswer) -> None:
        """Nobody listens any more. Returns once the call has ended at the provider."""
        if not shared.ended and shared.writer is not None:
            self._take_no_more(shared)
            shared.writer.cancel()
            await asyncio.wait({shared.writer})


def _say_again(kept: KeptAnswer, kind: CacheKind, *, to: SharedAnswer) -> None:
    to.was_kept = True
    for event in said_again(kept, kind):
        to.hear(event)
    to.end()
