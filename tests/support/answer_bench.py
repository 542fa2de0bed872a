"""Inference with a cache of answers in front of it, over models that tests script."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace

from tests.support.clock import StillClock
from tests.support.inference_bench import QUESTION, Models, Told
from tests.support.ledger import RememberedLedger

from arcano.inference import (
    AnswerCache,
    AnsweredFromCache,
    CacheSettings,
    Call,
    FairQueue,
    FixedRoutes,
    Inference,
    RetryRules,
    Route,
    Surroundings,
    Targets,
    answer_cache,
)
from arcano.inference.cache.answer_store import AnswerStore, StoreRules
from arcano.inference.cache.memory_store import MemoryAnswers
from arcano.platform.errors import ArcanoError
from arcano.providers import ChatModel, ModelRequest, Parameters
from arcano.usage import Meter

KEPT = CacheSettings(answers="all")


@dataclass(frozen=True, slots=True)
class AnswerBench:
    """Asks, and tells what was heard. The clock moves only when told to."""

    inference: Inference
    cache: AnswerCache
    store: AnswerStore
    models: Models
    clock: StillClock
    ledger: RememberedLedger

    async def ask(self, call: Call) -> Told:
        told = Told()
        await self.ask_into(told, call)
        return told

    async def ask_into(self, told: Told, call: Call) -> None:
        """What was heard until then stands in `told`, whatever happens to who listens."""
        try:
            async with aclosing(self.inference.stream(call)) as events:
                async for event in events:
                    told.events.append(event)
        except ArcanoError as failure:
            told.error = failure


@asynccontextmanager
async def answer_bench(
    models: Mapping[str, ChatModel] | Models,
    *routes: Route,
    settings: CacheSettings = KEPT,
    store: AnswerStore | None = None,
) -> AsyncGenerator[AnswerBench]:
    """A model that no route names is asked once: nothing here is about asking again."""
    clock = StillClock()
    known = models if isinstance(models, Models) else Models(models)
    book = FixedRoutes(routes, retry=RetryRules(attempts=1))
    kept = store or MemoryAnswers(StoreRules(settings.kept_for, settings.max_memory_bytes), clock)
    around = Surroundings(
        routes=book, models=known, queue=FairQueue(), targets=Targets(clock=clock), clock=clock
    )
    ledger = RememberedLedger()
    async with answer_cache(settings, store=kept, around=around) as cache:
        inference = Inference(around, meter=Meter(ledger, clock), cache=cache)
        yield AnswerBench(inference, cache, kept, known, clock, ledger)


def a_question(
    model: str = "east", *, user: str = "ada", parameters: Parameters | None = None
) -> Call:
    return Call(ModelRequest(model, (QUESTION,), parameters or Parameters()), user_id=user)


def anew(call: Call) -> Call:
    return replace(call, anew=True)


def labels(told: Told) -> list[str]:
    """How it was said to be from the cache; nothing where it was asked for."""
    return [event.kind for event in told.of(AnsweredFromCache)]
