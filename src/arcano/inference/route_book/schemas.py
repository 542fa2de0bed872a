"""What the doors of routes take and give. What is taken is what `arcano.toml` takes, by the same rules."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, Field

from arcano.inference.route_book.kept_route import KeptRoute
from arcano.inference.settings import (
    FallbackSettings,
    MicroBatchSettings,
    RouteSettings,
    TargetSettings,
    TimeoutSettings,
)

TargetPresence = Literal["known", "model-unknown", "not-answering"]
"""Whether there is a model of that name; `not-answering`: those who may have it did not say in time."""


class RouteDraft(RouteSettings):
    """What somebody sends to make a route."""


class RouteChange(RouteSettings):
    """What is to stand in the place of the route as it was at `version`."""

    version: int = Field(ge=0, description="The version that was read.")

    @property
    def settings(self) -> RouteSettings:
        """The route alone."""
        return RouteSettings.model_validate(self.model_dump(exclude={"version"}))


class TimeoutsView(BaseModel):
    """In seconds."""

    first_token: float
    idle: float
    loading: float

    @classmethod
    def of(cls, settings: TimeoutSettings) -> Self:
        return cls(
            first_token=settings.first_token.total_seconds(),
            idle=settings.idle.total_seconds(),
            loading=settings.loading.total_seconds(),
        )


class FallbackView(BaseModel):
    failure: bool
    overload: bool
    context_too_long: bool
    refusal: bool

    @classmethod
    def of(cls, settings: FallbackSettings) -> Self:
        return cls(
            failure=settings.failure,
            overload=settings.overload,
            context_too_long=settings.context_too_long,
            refusal=settings.refusal,
        )


class MicroBatchView(BaseModel):
    """The wait in seconds."""

    batch_size: int
    max_wait: float
    batch_characters: int

    @classmethod
    def of(cls, settings: MicroBatchSettings) -> Self:
        return cls(
            batch_size=settings.batch_size,
            max_wait=settings.max_wait.total_seconds(),
            batch_characters=settings.batch_characters,
        )


class TargetView(BaseModel):
    """One place of a route. `id` is its own or, where none was given, the model's."""

    model: str
    id: str
    rank: int | None
    variant: str | None
    weight: float
    running: int | None
    waiting: int | None
    max_input_tokens: int | None
    images: bool
    tools: bool
    timeouts: TimeoutsView | None
    micro_batch: MicroBatchView | None
    completes: bool
    state: TargetPresence

    @classmethod
    def of(cls, target: TargetSettings, state: TargetPresence) -> Self:
        return cls(
            model=target.model,
            id=target.target_id,
            rank=target.rank,
            variant=target.variant,
            weight=target.weight,
            running=target.running,
            waiting=target.waiting,
            max_input_tokens=target.max_input_tokens,
            images=target.images,
            tools=target.tools,
            timeouts=target.timeouts and TimeoutsView.of(target.timeouts),
            micro_batch=target.micro_batch and MicroBatchView.of(target.micro_batch),
            completes=target.completes,
            state=state,
        )


class RouteView(BaseModel):
    """A route. One of `arcano.toml` has its name as `id`, the version 0 and no times."""

    id: str
    name: str
    source: Literal["settings", "person"]
    version: int
    targets: list[TargetView]
    fallback: FallbackView
    timeouts: TimeoutsView
    problem: str | None
    created_at: datetime | None
    changed_at: datetime | None

    @classmethod
    def configured(cls, route: RouteSettings, presence: Mapping[str, TargetPresence]) -> Self:
        return cls._of(route, presence, id=route.name, source="settings", version=0)

    @classmethod
    def kept(
        cls, route: KeptRoute, presence: Mapping[str, TargetPresence], *, problem: str | None
    ) -> Self:
        return cls._of(
            route.settings,
            presence,
            id=route.id,
            source="person",
            version=route.version,
            problem=problem,
            created_at=route.created_at,
            changed_at=route.changed_at,
        )

    @classmethod
    def _of(
        cls,
        route: RouteSettings,
        presence: Mapping[str, TargetPresence],
        *,
        id: str,  # noqa: A002 - the name of the field
        source: Literal["settings", "person"],
        version: int,
        problem: str | None = None,
        created_at: datetime | None = None,
        changed_at: datetime | None = None,
    ) -> Self:
        return cls(
            id=id,
            name=route.name,
            source=source,
            version=version,
            targets=[TargetView.of(target, presence[target.model]) for target in route.targets],
            fallback=FallbackView.of(route.fallback),
            timeouts=TimeoutsView.of(route.timeouts),
            problem=problem,
            created_at=created_at,
            changed_at=changed_at,
        )


class RoutePage(BaseModel):
    items: list[RouteView]
    next_cursor: str | None
