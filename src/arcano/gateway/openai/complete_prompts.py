"""Several prompts, answered at the same time, told as one answer."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from arcano.gateway.openai.completion_answer import CompletionPiece, TextCompletions
from arcano.inference import Call, Inference, InferenceEvent
from arcano.platform.errors import ArcanoError
from arcano.providers import ModelFinished, TokenUsage, WirePassed

AT_ONCE = 8
"""Prompts of one call that are asked at the same time, at most."""
_WAITING_PIECES = 64

_Heard = bytes | ArcanoError | None
"""Something to be sent, what went wrong, or that one prompt is done."""


async def complete_prompts(
    calls: Sequence[Call], answers: TextCompletions, inference: Inference
) -> AsyncGenerator[InferenceEvent]:
    """What is to be sent, as it comes, and one `ModelFinished` with the usage of all. The first failure ends them all.

    Raises:
        ArcanoError: As for any call.
    """
    asking = _Asking(inference)
    failure: ArcanoError | GeneratorExit | None = None
    async with asyncio.TaskGroup() as tasks:
        running = [
            tasks.create_task(asking.ask(call, piece))
            for call, piece in zip(calls, answers.pieces, strict=True)
        ]
        try:
            async for said in asking.said(len(running)):
                yield WirePassed(said, 0)
        except (ArcanoError, GeneratorExit) as one:
            # Raised outside of the group, which would wrap it.
            failure = one
        finally:
            for task in running:
                task.cancel()
    if failure is not None:
        raise failure
    yield ModelFinished("stop", _sum_of(asking.usages))


class _Asking:
    """The prompts of one call, each asked in a task of its own."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._heard: asyncio.Queue[_Heard] = asyncio.Queue(_WAITING_PIECES)
        self._room = asyncio.Semaphore(AT_ONCE)
        self.usages: list[TokenUsage | None] = []

    async def ask(self, call: Call, piece: CompletionPiece) -> None:
        try:
            async with self._room, aclosing(self._inference.stream(call)) as events:
                async for event in events:
                    if said := piece.feed(event):
                        await self._heard.put(said)
                    if isinstance(event, ModelFinished):
                        self.usages.append(event.usage)
            await self._heard.put(None)
        except ArcanoError as failure:
            await self._heard.put(failure)

    async def said(self, count: int) -> AsyncGenerator[bytes]:
        """What is to be sent, until `count` prompts are done.

        Raises:
            ArcanoError: One of them failed.
        """
        while count:
            heard = await self._heard.get()
            if isinstance(heard, ArcanoError):
                raise heard
            if heard is None:
                count -= 1
            else:
                yield heard


def _sum_of(usages: list[TokenUsage | None]) -> TokenUsage | None:
    """A sum of which a part is unknown is unknown."""
    read = written = 0
    for usage in usages:
        if usage is None or usage.input_tokens is None or usage.output_tokens is None:
            return None
        read, written = read + usage.input_tokens, written + usage.output_tokens
    return TokenUsage(read, written)
