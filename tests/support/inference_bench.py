"""Inference with nothing but models that tests script: one call is asked, all that is heard is kept."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TypeVar

from tests.support.fast_time import LoopClock, in_fast_time
from tests.support.ledger import RememberedLedger
from typing_extensions import override

from arcano.inference import (
    Bounds,
    BreakerRules,
    Call,
    Completer,
    FairQueue,
    Fallback,
    FixedRoutes,
    Inference,
    InferenceEvent,
    Lookout,
    RetryRules,
    Route,
    Surroundings,
    Target,
    TargetChosen,
    Targets,
)
from arcano.platform.errors import ArcanoError
from arcano.providers import (
    ChatModel,
    FoundModel,
    ModelDirectory,
    ModelNotFoundError,
    ModelRequest,
    Parameters,
    RequestMessage,
    TextDelta,
    TextPart,
)
from arcano.usage import Meter

Event = TypeVar("Event", bound=InferenceEvent)
QUESTION = RequestMessage("user", (TextPart("Tell me a story."),))


@dataclass(slots=True)
class Told:
    """What one call gave: its events, and the error it ended with, if it did."""

    events: list[InferenceEvent] = field(default_factory=list[InferenceEvent])
    error: ArcanoError | None = None

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.of(TextDelta))

    @property
    def targets(self) -> list[str]:
        return [event.target_id for event in self.of(TargetChosen)]

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


class Models(ModelDirectory):
    """Knows models by name; their upstream name says that it is one."""

    def __init__(self, models: Mapping[str, ChatModel]) -> None:
        self.models = dict(models)

    @override
    async def find(self, model_id: str) -> FoundModel:
        if model_id not in self.models:
            raise ModelNotFoundError(f"No model here is called {model_id!r}.")
        return FoundModel(self.models[model_id], f"upstream-{model_id}", None)


class Bench:
    """Inference over some models, in a time that jumps. Without `chance` every draw is the same."""

    def __init__(
        self,
        models: Mapping[str, ChatModel],
        *routes: Route,
        rules: BreakerRules | None = None,
        bounds: Bounds | None = None,
        completer: Completer | None = None,
    ) -> None:
        clock = LoopClock()
        usual = Target("", "", bounds=bounds or Bounds(None, None))
        self.models = Models(models)
        self.queue = FairQueue()
        self.targets = Targets(clock=clock, rules=rules)
        around = Surroundings(
            routes=FixedRoutes(routes, usual=usual),
            models=self.models,
            queue=self.queue,
            targets=self.targets,
            clock=clock,
            completer=completer,
            chance=lambda: 0.0,
        )
        self.ledger = RememberedLedger()
        self.meter = Meter(self.ledger, clock)
        self.inference = Inference(around, meter=self.meter)
        self.lookout = Lookout(around)

    def stream(self, call: Call) -> AsyncGenerator[InferenceEvent]:
        return self.inference.stream(call)

    async def hear(self, call: Call) -> Told:
        told = Told()
        try:
            async with aclosing(self.stream(call)) as events:
                async for event in events:
                    told.events.append(event)
        except ArcanoError as failure:
            told.error = failure
        return told

    def ask(self, call: Call) -> Told:
        """One call from its beginning to its end, in a loop of its own."""
        return in_fast_time(self.hear(call))


def a_call(
    model: str, *, conversation_id: str | None = None, parameters: Parameters | None = None
) -> Call:
    """Somebody asks `model` for a story."""
    request = ModelRequest(model, (QUESTION,), parameters or Parameters())
    return Call(request, user_id="ada", conversation_id=conversation_id)


def in_order(*models: str, fallback: Fallback | None = None) -> Route:
    """The route `route`, which asks `models` one after the other and never the same one twice."""
    targets = tuple(Target(model, model, rank=rank) for rank, model in enumerate(models))
    return Route("route", targets, fallback or Fallback(), RetryRules(attempts=1))
