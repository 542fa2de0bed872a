"""A model that says what the test tells it to: the fake of the `ChatModel` port.

It passes the same contract suite as the real ones (`tests/contracts/test_chat_model.py`).
"""

import asyncio
from collections.abc import AsyncGenerator

from typing_extensions import override

from arcano.providers import (
    ChatModel,
    FoundModel,
    ModelDirectory,
    ModelEvent,
    ModelFinished,
    ModelNotFoundError,
    ModelRequest,
    StreamCutError,
    TokenUsage,
)

FINISHED = ModelFinished("stop", TokenUsage(3, 2))


class Pause:
    """Makes the model fall silent until the test lets it go on."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self._go_on = asyncio.Event()

    def go_on(self) -> None:
        self._go_on.set()

    async def wait(self) -> None:
        self.reached.set()
        await self._go_on.wait()


class ScriptedModel(ChatModel):
    """Says its lines in order; an error among them is raised. `asked` holds every request."""

    def __init__(self, *lines: ModelEvent | Exception | Pause) -> None:
        self.lines = lines
        self.asked: list[ModelRequest] = []
        self.closed = 0

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        self.asked.append(request)
        try:
            for line in self.lines:
                if isinstance(line, Pause):
                    await line.wait()
                elif isinstance(line, Exception):
                    raise line
                else:
                    yield line
            if not isinstance(self.lines[-1], ModelFinished):
                raise StreamCutError("The script ended in the middle of the answer.")
        finally:
            self.closed += 1


class OneModel(ModelDirectory):
    """A directory that knows one model, by the name `scripted`."""

    def __init__(self, model: ChatModel, *, context_tokens: int | None = None) -> None:
        self.model = model
        self.context_tokens = context_tokens

    @override
    async def find(self, model_id: str) -> FoundModel:
        if model_id != "scripted":
            raise ModelNotFoundError(f"No model here is called {model_id!r}.")
        return FoundModel(self.model, "scripted-upstream", self.context_tokens)
