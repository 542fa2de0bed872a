"""Embedding with nothing but models that tests script: who asked for what, in which request, and who was refused."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256

from tests.support.busy import Busy
from tests.support.fast_time import LoopClock
from typing_extensions import override

from arcano.inference import (
    Embedded,
    Embedder,
    EmbeddingCall,
    FairQueue,
    FixedRoutes,
    MicroBatch,
    RetryRules,
    Route,
    Surroundings,
    Target,
    Targets,
)
from arcano.platform.errors import ArcanoError
from arcano.providers import (
    ChatModel,
    EmbeddingModel,
    Embeddings,
    FoundModel,
    ModelDirectory,
    ModelEvent,
    ModelNotFoundError,
    ModelRequest,
    ProviderRejectedRequestError,
    TokenUsage,
)
from arcano.usage import Ledger, Meter

GUILTY = "guilty"
"""A text that begins so is refused, with everything that is sent together with it."""


def vector_of(text: str) -> tuple[float, ...]:
    """Another vector for each text."""
    return tuple(float(byte) for byte in sha256(text.encode()).digest()[:4])


@dataclass(eq=False)
class ScriptedVectors(Busy, ChatModel, EmbeddingModel):
    """Embeds, in its time. `requests` are the texts of each."""

    requests: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        raise ProviderRejectedRequestError("It makes vectors only.")
        yield

    @override
    async def embed(
        self, model: str, texts: tuple[str, ...], *, dimensions: int | None = None
    ) -> Embeddings:
        self.requests.append(texts)
        await self.work()
        if any(text.startswith(GUILTY) for text in texts):
            raise ProviderRejectedRequestError("One of the inputs is not allowed.")
        vectors = tuple(vector_of(text)[:dimensions] for text in texts)
        return Embeddings(vectors, TokenUsage(sum(map(len, texts)), 0))


class Answers(ChatModel):
    """A model that makes no vectors."""

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        raise ProviderRejectedRequestError("Nobody asks this one.")
        yield


class NamedModels(ModelDirectory):
    """Models by name, each with the name that its own server gives it."""

    def __init__(self, models: Mapping[str, tuple[ChatModel, str]]) -> None:
        self._models = models

    @override
    async def find(self, model_id: str) -> FoundModel:
        if model_id not in self._models:
            raise ModelNotFoundError(f"No model here is called {model_id!r}.")
        model, upstream_name = self._models[model_id]
        return FoundModel(model, upstream_name, None)


def a_route(*models: str, micro_batch: MicroBatch | None = None, attempts: int = 1) -> Route:
    """The route `route` over `models`, one after the other."""
    targets = tuple(
        Target(name, name, rank=rank, micro_batch=micro_batch or MicroBatch())
        for rank, name in enumerate(models)
    )
    return Route("route", targets, retry=RetryRules(attempts=attempts))


@asynccontextmanager
async def an_embedder(
    models: Mapping[str, tuple[ChatModel, str]],
    *routes: Route,
    queue: FairQueue | None = None,
    ledger: Ledger | None = None,
) -> AsyncGenerator[Embedder]:
    """An embedder whose requests have all ended when the block does."""
    clock = LoopClock()
    async with asyncio.TaskGroup() as tasks:
        yield Embedder(
            Surroundings(
                routes=FixedRoutes(routes),
                models=NamedModels(models),
                queue=queue or FairQueue(),
                targets=Targets(clock=clock),
                clock=clock,
                chance=lambda: 0.0,
            ),
            tasks=tasks,
            meter=None if ledger is None else Meter(ledger, clock),
        )


async def tried(embedder: Embedder, call: EmbeddingCall) -> Embedded | ArcanoError:
    """What a caller has in the end."""
    try:
        return await embedder.embed(call)
    except ArcanoError as failure:
        return failure


async def outcome(caller: asyncio.Task[Embedded | ArcanoError]) -> Embedded | ArcanoError | None:
    """The same, of a caller that may have left: then None."""
    await asyncio.wait([caller])
    return None if caller.cancelled() else caller.result()
