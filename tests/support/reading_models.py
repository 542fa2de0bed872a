"""Models for tests of the context window: one that counts words as its tokens, and one that also summarises.

Fakes of the ports `ChatModel` and `TokenCounter`; what they promise is held by
`tests/contracts/test_chat_model.py` and `tests/contracts/test_token_counter.py`.
"""

from collections.abc import AsyncGenerator

from tests.support.scripted_model import Pause, ScriptedModel
from typing_extensions import override

from arcano.providers import (
    ContextTooLongError,
    ModelEvent,
    ModelFinished,
    ModelRequest,
    ProviderError,
    TextDelta,
    TextPart,
    TokenCounter,
    TokenUsage,
)


def words_in(request: ModelRequest) -> int:
    """The tokens of a model that reads words."""
    return sum(
        len(part.text.split())
        for message in request.messages
        for part in message.parts
        if isinstance(part, TextPart)
    )


class WordModel(ScriptedModel, TokenCounter):
    """Reads a word as a token, and says so when it is asked to count. `counted` holds what it was asked."""

    def __init__(self, *lines: ModelEvent, can_count: bool = True) -> None:
        super().__init__()
        self.said = lines or (TextDelta("Yes, it is."),)
        self.can_count = can_count
        self.counted: list[ModelRequest] = []

    @override
    async def count_tokens(self, request: ModelRequest) -> int:
        self.counted.append(request)
        if not self.can_count:
            raise ProviderError("It does not count today.")
        return words_in(request)

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        self.lines = (*self.said, ModelFinished("stop", TokenUsage(words_in(request), 3)))
        async for event in super().stream(request):
            yield event


class StrictModel(WordModel):
    """As vLLM and older Claude models: what is read and what may be written must fit together."""

    def __init__(self, *, limit: int) -> None:
        super().__init__()
        self.limit = limit

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        read, longest = words_in(request), request.parameters.max_tokens or 0
        if read + longest > self.limit:
            raise ContextTooLongError(f"{read} + {longest} > {self.limit}")
        async for event in super().stream(request):
            yield event


class SummarisingModel(ScriptedModel):
    """Answers with `lines`; where it is told to summarise, with the next of `summaries`: text or an error, after pauses."""

    def __init__(self, *summaries: str | Exception | Pause, answer: str = "Good morning.") -> None:
        # It does not report what it read: everything stays an estimate.
        super().__init__(TextDelta(answer), ModelFinished("stop"))
        self.summaries = list(summaries)
        self.summarised: list[ModelRequest] = []

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        if request.messages[0].role != "system":
            async for event in super().stream(request):
                yield event
            return
        self.summarised.append(request)
        said = self.summaries.pop(0)
        while isinstance(said, Pause):
            await said.wait()
            said = self.summaries.pop(0)
        if isinstance(said, Exception):
            raise said
        yield TextDelta(said)
        yield ModelFinished("stop")
