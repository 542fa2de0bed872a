"""What a call's meter hears of its events."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime

from arcano.inference.events import (
    AnsweredFromCache,
    InferenceEvent,
    TargetChosen,
    UsageCounted,
)
from arcano.inference.trace import ended_with
from arcano.platform.clock import Clock
from arcano.platform.telemetry.tracing import NO_SPAN, Span
from arcano.providers import (
    FoundModel,
    ModelDirectory,
    ModelFinished,
    ModelNotFoundError,
    ReasoningDelta,
    RefusalDelta,
    TextDelta,
)
from arcano.usage import Metered


def note(event: InferenceEvent, metered: Metered) -> None:
    """Tell the meter of an event that is about the call and not part of the answer."""
    match event:
        case TargetChosen():
            metered.chose(event.target_id, event.model, event.variant)
        case AnsweredFromCache():
            metered.pays(is_payer=False)
        case UsageCounted():
            # Whoever only listened pays after all, once those who came before have left.
            metered.pays(is_payer=not event.from_cache)
            metered.counted(event.usage, event.characters, event.price)
        case ModelFinished():
            metered.finish()
        case _:
            pass


class _Heard:
    """What was heard of an answer that is not asked for by this call alone."""

    __slots__ = ("characters", "first_word_at")

    def __init__(self) -> None:
        self.characters = 0
        self.first_word_at: datetime | None = None


async def on_meter(
    events: AsyncGenerator[InferenceEvent],
    metered: Metered,
    *,
    models: ModelDirectory,
    clock: Clock,
    span: Span = NO_SPAN,
) -> AsyncGenerator[InferenceEvent]:
    """The same events, while the meter hears them: for answers that may come from elsewhere than a target."""
    with ended_with(span):
        async with metered, aclosing(events):
            said = _Heard()
            async for event in events:
                match event:
                    case TextDelta() | ReasoningDelta() | RefusalDelta():
                        said.first_word_at = said.first_word_at or clock.now()
                        said.characters += len(event.text)
                    case TargetChosen():
                        said = _Heard()
                        note(event, metered)
                        found = await _found(event.model, models)
                        metered.listens_to(said, found and found.price, found and found.provider)
                    case _:
                        note(event, metered)
                yield event


async def _found(model_id: str, models: ModelDirectory) -> FoundModel | None:
    try:
        return await models.find(model_id)
    except ModelNotFoundError:
        return None
