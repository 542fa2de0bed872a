"""Settings of inference: routes, and how patient they are. Read in entrypoints/settings.py as section `inference`.

```toml
[[inference.routes]]
name = "smart"
targets = [
    { model = "llama-70b", running = 8 },
    { model = "gpt-large", max_input_tokens = 100000 },
]
fallback = { refusal = true }
```
"""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from arcano.inference.breaker import BreakerRules
from arcano.inference.cache.settings import CacheSettings
from arcano.inference.queue import Bounds
from arcano.inference.retry import RetryRules
from arcano.inference.routes import (
    Conditions,
    Fallback,
    FixedRoutes,
    MicroBatch,
    Route,
    Target,
    Timeouts,
)

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Wait = Annotated[
    timedelta,
    Field(gt=timedelta(0), le=timedelta(days=1)),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 86400}, mode="validation"),
]
"""Described to programs as seconds; `PT5M` is understood too."""


class TimeoutSettings(BaseModel):
    """How long a target may be silent. In seconds, or as `PT5M`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_token: Wait = Field(
        default=Timeouts().first_token,
        description="From the question to the first word. Long, for large prompts on small machines.",
    )
    idle: Wait = Field(default=Timeouts().idle, description="Between two words.")
    loading: Wait = Field(
        default=Timeouts().loading, description="While it says that it loads the model."
    )

    def values(self) -> Timeouts:
        return Timeouts(self.first_token, self.idle, self.loading)


class FallbackSettings(BaseModel):
    """What leads from one target to the next."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    failure: bool = Field(default=True, description="It fails, or falls silent.")
    overload: bool = Field(default=True, description="It asks to slow down, or its line is full.")
    context_too_long: bool = Field(default=True, description="It cannot take so much text.")
    refusal: bool = Field(
        default=False, description="It refuses to answer, or its filter ends the answer."
    )

    def values(self) -> Fallback:
        return Fallback(self.failure, self.overload, self.context_too_long, self.refusal)


class MicroBatchSettings(BaseModel):
    """How texts to embed, and rows for a completion model, are gathered into one request."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    batch_size: int = Field(
        default=MicroBatch().batch_size,
        ge=1,
        le=2048,
        description="Texts in one request. 1: each call goes by itself. Gemini takes 100 at most.",
    )
    max_wait: Annotated[
        timedelta,
        WithJsonSchema({"type": "number", "minimum": 0, "maximum": 10}, mode="validation"),
    ] = Field(
        default=MicroBatch().max_wait,
        ge=timedelta(0),
        le=timedelta(seconds=10),
        description="How long the first call waits for others. In seconds, or as `PT0.01S`.",
    )
    batch_characters: int = Field(
        default=MicroBatch().batch_characters,
        ge=1,
        le=10_000_000,
        description="Characters in one request, about; a longer text goes alone.",
    )

    def values(self) -> MicroBatch:
        return MicroBatch(self.batch_size, self.max_wait, self.batch_characters)


class TargetSettings(BaseModel):
    """One place where calls of a route run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: Name = Field(description="The model, as the list of models names it.")
    id: Name | None = Field(
        default=None, description="Its name in events and on the status page. Left out: the model."
    )
    rank: int | None = Field(
        default=None,
        ge=0,
        le=1000,
        description="Lower ranks are asked first, targets of one rank are equals. "
        "Left out for all targets of a route: their order.",
    )
    variant: Name | None = Field(
        default=None,
        description="The arm of an A/B test among targets of one rank. Conversations stay with theirs.",
    )
    weight: float = Field(
        default=1.0,
        gt=0,
        le=1_000_000,
        description="Its share among variants, or among equals the load it can bear.",
    )
    running: int | None = Field(
        default=None, ge=1, le=100_000, description="Calls at the same time. Left out: any number."
    )
    waiting: int | None = Field(
        default=None,
        ge=0,
        le=1_000_000,
        description="Calls that may wait. Left out: `waiting` above.",
    )
    max_input_tokens: int | None = Field(
        default=None, ge=1, description="Longer conversations are not sent to it."
    )
    images: bool = Field(default=True, description="Conversations with images are sent to it.")
    tools: bool = Field(default=True, description="Calls that offer tools are sent to it.")
    timeouts: TimeoutSettings | None = Field(
        default=None, description="Left out: those of the route."
    )
    micro_batch: MicroBatchSettings | None = Field(
        default=None, description="Left out: `micro_batch` above."
    )
    completes: bool = Field(
        default=False,
        description="It is a completion model: the row of a batch job is sent to it as a bare text, "
        "without a chat template, and several in one request to `/completions` (`micro_batch`).",
    )

    @property
    def target_id(self) -> str:
        return self.id or self.model


class RouteSettings(BaseModel):
    """What people choose by `name`, and where it runs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name = Field(description="What people choose, beside the models themselves.")
    targets: tuple[TargetSettings, ...] = Field(
        min_length=1, max_length=50, description="Where it runs, in order."
    )
    fallback: FallbackSettings = Field(
        default_factory=FallbackSettings, description="What leads from one target to the next."
    )
    timeouts: TimeoutSettings = Field(
        default_factory=TimeoutSettings, description="How long its targets may be silent."
    )

    @model_validator(mode="after")
    def _targets_are_told_apart(self) -> Self:
        ids = Counter(target.target_id for target in self.targets)
        if twice := [name for name, times in ids.items() if times > 1]:
            raise ValueError(
                f"Route {self.name!r} has {twice[0]!r} twice. Give one of them another `id`."
            )
        ranked = {target.rank is not None for target in self.targets}
        if len(ranked) > 1:
            raise ValueError(f"In route {self.name!r} give every target a `rank`, or none.")
        return self


class Together:
    """Routes that stand beside each other: each name means one route, each target's id one place."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._places: dict[str, tuple[str, int | None, int | None]] = {}

    def refuses(self, route: RouteSettings) -> str | None:
        """Why the route cannot stand beside the others, in words. None: it can, and from now on does."""
        if route.name in self._names:
            return f"Two routes are called {route.name!r}."
        places = {
            target.target_id: (target.model, target.running, target.waiting)
            for target in route.targets
        }
        for target_id, place in places.items():
            if self._places.get(target_id, place) != place:
                return (
                    f"{target_id!r} stands in two places with another model or other bounds. "
                    "It is one place with one line: give one of them another `id`."
                )
        self._names.add(route.name)
        self._places |= places
        return None


class RetrySettings(BaseModel):
    """How patient one target is asked before its first word."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    attempts: int = Field(
        default=RetryRules().attempts, ge=1, le=20, description="Attempts, the first included."
    )
    first_wait: Wait = Field(
        default=RetryRules().first_wait,
        description="The wait before the second; doubled from then on.",
    )
    longest_wait: Wait = Field(default=RetryRules().longest_wait, description="The longest wait.")
    within: Wait = Field(
        default=RetryRules().within,
        description="No attempt begins later than this after the first.",
    )

    def values(self) -> RetryRules:
        return RetryRules(self.attempts, self.first_wait, self.longest_wait, self.within)


class BreakerSettings(BaseModel):
    """When a target that fails is left alone, and for how long."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    calls: int = Field(
        default=BreakerRules().calls, ge=1, le=10_000, description="How many last calls count."
    )
    fewest_calls: int = Field(
        default=BreakerRules().fewest_calls,
        ge=1,
        le=10_000,
        description="Of fewer, nothing follows.",
    )
    failure_rate: float = Field(
        default=BreakerRules().failure_rate, gt=0, le=1, description="The part of them that failed."
    )
    window: Wait = Field(default=BreakerRules().window, description="How long a failure counts.")
    rest: Wait = Field(
        default=BreakerRules().rest,
        description="How long it is left alone; doubled if it fails again.",
    )
    longest_rest: Wait = Field(default=BreakerRules().longest_rest, description="The longest rest.")

    @model_validator(mode="after")
    def _it_can_open(self) -> Self:
        if self.fewest_calls > self.calls:
            raise ValueError("`fewest_calls` may not be more than `calls`.")
        return self

    def values(self) -> BreakerRules:
        return BreakerRules(
            self.calls,
            self.fewest_calls,
            self.failure_rate,
            self.window,
            self.rest,
            self.longest_rest,
        )


class InferenceSettings(BaseModel):
    """Where calls run, how many at once, and what happens when they fail."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    running: int | None = Field(
        default=None,
        ge=1,
        le=100_000,
        description="Calls at the same time at a model that no route names. Left out: any number.",
    )
    waiting: int = Field(
        default=1000,
        ge=0,
        le=1_000_000,
        description="Calls that may wait for a model; more are refused.",
    )
    routes: tuple[RouteSettings, ...] = Field(
        default=(), max_length=1000, description="Names that stand for several models."
    )
    redis_url: SecretStr | None = Field(
        default=None,
        description="The Redis that several servers share, like `redis://host:6379/0`: bounds and lines then "
        "hold over all of them. Needs the extra `scale`. Left out: this server is alone.",
    )
    retry: RetrySettings = Field(
        default_factory=RetrySettings, description="Asking the same target again."
    )
    breaker: BreakerSettings = Field(
        default_factory=BreakerSettings, description="Leaving a target alone that fails."
    )
    micro_batch: MicroBatchSettings = Field(
        default_factory=MicroBatchSettings,
        description="Texts that are sent in one request.",
    )
    cache: CacheSettings = Field(
        default_factory=CacheSettings, description="Answers that are kept and said again."
    )

    @field_validator("redis_url")
    @classmethod
    def _redis_is_an_address(cls, url: SecretStr | None) -> SecretStr | None:
        # The text is not repeated: there may be a password in it.
        if url and urlsplit(url.get_secret_value()).scheme not in ("redis", "rediss", "unix"):
            raise ValueError(
                "This is no address of a Redis. It should look like redis://host:6379/0."
            )
        return url

    @model_validator(mode="after")
    def _names_mean_one_thing(self) -> Self:
        together = Together()
        for route in self.routes:
            if refusal := together.refuses(route):
                raise ValueError(refusal)
        return self

    def with_routes(self, routes: Iterable[RouteSettings]) -> Self:
        """These settings with more routes, which are known to fit beside those that are here."""
        return self.model_copy(update={"routes": (*self.routes, *routes)})

    def route_book(self) -> FixedRoutes:
        """The routes as values; a model that none names has the bounds given here."""
        bounds = Bounds(self.running, self.waiting)
        usual = Target("", "", bounds=bounds, micro_batch=self.micro_batch.values())
        return FixedRoutes(
            (self._route(route) for route in self.routes), usual=usual, retry=self.retry.values()
        )

    def _route(self, route: RouteSettings) -> Route:
        return Route(
            route.name,
            tuple(self._target(route, place) for place in range(len(route.targets))),
            route.fallback.values(),
            self.retry.values(),
        )

    def _target(self, route: RouteSettings, place: int) -> Target:
        target = route.targets[place]
        return Target(
            id=target.target_id,
            model_id=target.model,
            rank=place if target.rank is None else target.rank,
            variant=target.variant,
            weight=target.weight,
            bounds=Bounds(
                target.running, self.waiting if target.waiting is None else target.waiting
            ),
            conditions=Conditions(target.max_input_tokens, target.images, target.tools),
            timeouts=(target.timeouts or route.timeouts).values(),
            micro_batch=(target.micro_batch or self.micro_batch).values(),
            completes=target.completes,
        )
