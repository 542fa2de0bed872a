"""A response that is stored when it ends, before whoever asked hears of its end."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Any

from arcano.gateway.openai.responses.write_response import ResponseWriting
from arcano.inference import InferenceEvent
from arcano.platform.errors import ArcanoError
from arcano.providers import ModelFinished

Keep = Callable[[dict[str, Any]], Awaitable[None]]
"""Stores a response as a whole."""


async def kept_when_ended(
    events: AsyncGenerator[InferenceEvent], writing: ResponseWriting, keep: Keep
) -> AsyncGenerator[InferenceEvent]:
    """The same events. Whoever reads them feeds each to `writing` before the next is asked for.

    A caller who leaves ends the call, and nothing is stored.

    Raises:
        StorageError: It could not be stored. Whoever asked is told that it failed.
    """
    async with aclosing(events):
        try:
            async for event in events:
                if isinstance(event, ModelFinished):
                    writing.finish(event)
                    await keep(writing.whole())
                yield event
        except ArcanoError as failure:
            if writing.has_begun and writing.ending is None:
                writing.fail(failure)
                await keep(writing.whole())
            raise
