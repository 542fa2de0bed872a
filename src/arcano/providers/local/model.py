"""The models on this machine, as one provider among others."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from typing_extensions import override

from arcano.providers.chat_model import ChatModel
from arcano.providers.errors import (
    LocalEngineError,
    ModelFileError,
    ModelNotFoundError,
    ProviderUnreachableError,
    StreamCutError,
)
from arcano.providers.events import ModelEvent
from arcano.providers.local.engine import LocalEngine
from arcano.providers.local.files import LocalModelFiles
from arcano.providers.request import ModelRequest


class LocalModel(ChatModel):
    """Answers with whatever model file `request.model` names, loading it first where needed.

    Before the answer come phases: `waiting` with the place in the line, and `model-loading`.
    """

    def __init__(self, *, engine: LocalEngine, files: LocalModelFiles) -> None:
        self._engine = engine
        self._files = files

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        file = await self._files.find(request.model)
        if file is None:
            raise ModelNotFoundError(
                f"There is no model {request.model!r} on this machine. Choose one from the list."
            )
        if file.problem:
            raise ModelFileError(file.problem)
        async with self._engine.seat(file) as seat:
            async with aclosing(seat.phases()) as phases:
                async for phase in phases:
                    yield phase
            try:
                async with aclosing(seat.speaker.stream(request)) as answer:
                    async for event in answer:
                        yield event
            except (StreamCutError, ProviderUnreachableError) as cut:
                if await seat.engine_died():
                    raise LocalEngineError(
                        "The engine on this machine stopped in the middle of the answer. "
                        "What had arrived is kept; try again, it starts by itself."
                    ) from cut
                raise
