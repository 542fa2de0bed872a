"""A model that knows one story by heart and goes on where it was cut off, with the mishaps a test asks for."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from typing_extensions import override

from arcano.providers import (
    CallAccepted,
    ChatModel,
    ModelEvent,
    ModelFinished,
    ModelRequest,
    ProviderError,
    TextDelta,
    TextPart,
    TokenUsage,
)

STORY = (
    "Once there was a lighthouse keeper who counted ships. On Mondays she counted the red ones, on "
    "Tuesdays those with two masts, and on Wednesdays, when it rained, she counted the drops on the "
    "window instead. Nobody ever asked for her numbers; she sent them to the harbour all the same."
)


@dataclass(frozen=True, slots=True)
class Mishap:
    """After so many characters of an answer `failure` happens; without one, silence for `silent_for`."""

    after: int = 0
    failure: ProviderError | None = None
    silent_for: float = 0.0


class Storyteller(ChatModel):
    """Tells `STORY` in pieces. The first calls have the `mishaps`, one each; later ones go well.

    A continuation begins with the last `repeats` characters of what was said. `asked` holds every
    request, `running` counts the calls that have not ended.
    """

    def __init__(
        self, *mishaps: Mishap, repeats: int = 0, piece: int = 7, story: str = STORY
    ) -> None:
        self.asked: list[ModelRequest] = []
        self.running = 0
        self._mishaps = list(mishaps)
        self._repeats = repeats
        self._piece = piece
        self._story = story

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        self.asked.append(request)
        mishap = self._mishaps.pop(0) if self._mishaps else None
        text = self._left_to_tell(request)
        self.running += 1
        try:
            async for piece in self._told(text, mishap):
                yield piece
            yield ModelFinished("stop", TokenUsage(10, len(text)))
        finally:
            self.running -= 1

    def _left_to_tell(self, request: ModelRequest) -> str:
        if not request.continues:
            return self._story
        said = text_of(request)
        assert self._story.startswith(said), "Asked to go on with what was never said."
        return self._story[max(0, len(said) - self._repeats) :]

    async def _told(self, text: str, mishap: Mishap | None) -> AsyncGenerator[ModelEvent]:
        cut = len(text) if mishap is None else min(mishap.after, len(text))
        if cut or mishap is None:
            yield CallAccepted("request-1")
        for start in range(0, cut, self._piece):
            yield TextDelta(text[start : min(start + self._piece, cut)])
        if mishap is None:
            return
        if mishap.failure is not None:
            raise mishap.failure
        await asyncio.sleep(mishap.silent_for)
        for start in range(cut, len(text), self._piece):
            yield TextDelta(text[start : start + self._piece])


def text_of(request: ModelRequest) -> str:
    """The text of the last message."""
    return "".join(part.text for part in request.messages[-1].parts if isinstance(part, TextPart))
