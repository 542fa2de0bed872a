"""The models on this machine, as one provider among others."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

from typing_extensions import override

from arcano.providers.chat_model import ChatModel
from arcano.providers.errors import (
    LocalEngineError,
    ModelFileError,
    ModelNotFoundError,
    ProviderUnreachableError,
    StreamCutError,
)
from arcano.providers.events import CallAccepted, ModelEvent, ModelFinished
from arcano.providers.local.engine import LocalEngine
from arcano.providers.local.files import LocalModelFile, LocalModelFiles
from arcano.providers.local.seat import Seat
from arcano.providers.provider import EmbeddingModel, Embeddings, TokenCounter
from arcano.providers.request import ModelRequest


class LocalModel(ChatModel, EmbeddingModel, TokenCounter):
    """Answers with whatever model file `request.model` names, loading it first where needed.

    Before the answer come phases: `waiting` with the place in the line, and `model-loading`.
    """

    def __init__(self, *, engine: LocalEngine, files: LocalModelFiles) -> None:
        self._engine = engine
        self._files = files

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        file = await self._file(request.model)
        async with self._engine.seat(file) as seat:
            async with aclosing(seat.phases()) as phases:
                async for phase in phases:
                    yield phase
            pace = _Pace()
            async with _while_it_lives(seat), aclosing(seat.speaker.stream(request)) as answer:
                async for event in answer:
                    pace.note(event)
                    if isinstance(event, ModelFinished) and event.usage:
                        seat.wrote(event.usage.output_tokens or 0, pace.seconds)
                    yield event

    @override
    async def embed(
        self, model: str, texts: tuple[str, ...], *, dimensions: int | None = None
    ) -> Embeddings:
        """As the port says; every local model can, those made for it better. Loads it where needed."""
        file = await self._file(model)
        async with self._engine.seat(file, "vectors") as seat:
            async with aclosing(seat.phases()) as phases:
                async for _ in phases:
                    pass  # who embeds has nobody to show them to
            async with _while_it_lives(seat):
                return await seat.speaker.embed(model, texts, dimensions=dimensions)

    @override
    async def count_tokens(self, request: ModelRequest) -> int:
        """As the port says, by the model's own template and vocabulary, exactly as it will be read.

        Raises:
            LocalEngineError: The model is not loaded now: counting never loads, nor puts another out.
        """
        speaker = self._engine.speaker_of(request.model)
        if speaker is None:
            raise LocalEngineError(
                f"{request.model} is not loaded, so that its tokens cannot be counted now."
            )
        return await speaker.count_tokens(request)

    async def _file(self, model_id: str) -> LocalModelFile:
        file = await self._files.find(model_id)
        if file is None:
            raise ModelNotFoundError(
                f"There is no model {model_id!r} on this machine. Choose one from the list."
            )
        if file.problem:
            raise ModelFileError(file.problem)
        return file


@asynccontextmanager
async def _while_it_lives(seat: Seat) -> AsyncGenerator[None]:
    """What breaks off inside because the process behind `seat` died is said so."""
    try:
        yield
    except (StreamCutError, ProviderUnreachableError) as cut:
        if why := await seat.died_of():
            raise LocalEngineError(why) from cut
        raise


class _Pace:
    """How long an answer is being written: from its first piece, or from the asking where it comes whole."""

    def __init__(self) -> None:
        self._clock = asyncio.get_running_loop().time
        self._began = self._clock()
        self._first = self._began
        self._pieces = 0

    def note(self, event: ModelEvent) -> None:
        if isinstance(event, CallAccepted | ModelFinished):
            return
        self._pieces += 1
        if self._pieces == 1:
            self._first = self._clock()

    @property
    def seconds(self) -> float:
        return self._clock() - (self._first if self._pieces > 1 else self._began)
