"""What a chosen name means: a route, that is, targets in their order and when to leave one for the next.

Values only. Which target is chosen at a moment is decided in choose_target.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Protocol

from typing_extensions import override

from arcano.inference.errors import QueueFullError
from arcano.inference.events import SwitchReason
from arcano.inference.queue import Bounds
from arcano.inference.retry import RetryRules
from arcano.platform.errors import ArcanoError
from arcano.providers import ContextTooLongError, ProviderOverloadedError

UNBOUNDED = Bounds(running=None, waiting=None)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a target may be silent: before its first word, between words, while it says it loads.

    Long, because a large prompt on a small machine takes minutes. To connect is the adapter's affair.
    """

    first_token: timedelta = timedelta(minutes=5)
    idle: timedelta = timedelta(minutes=2)
    loading: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What is worth sending to a target at all."""

    max_input_tokens: int | None = None
    images: bool = True
    tools: bool = True


@dataclass(frozen=True, slots=True)
class MicroBatch:
    """How texts are gathered into one request: the first of a batch waits `max_wait` at most for others.

    A batch has at most `batch_size` texts and about `batch_characters`; one longer text goes alone.
    """

    batch_size: int = 64
    max_wait: timedelta = timedelta(milliseconds=10)
    batch_characters: int = 200_000


@dataclass(frozen=True, slots=True)
class Target:
    """One place where a call can run: `model_id` is what the directory of models is asked for.

    Targets of one `rank` are equals; a lower rank is asked first. Among equals a `variant` is drawn by
    weight and kept for a conversation; within a variant, and among targets without one, the least
    loaded for its weight is chosen. The same `id` in two routes is the same place, with one queue.
    `completes`: it is a completion model, which goes on with a bare text. `stands_alone`: no route names
    it, so nobody else is asked where it fails.
    """

    id: str
    model_id: str
    rank: int = 0
    variant: str | None = None
    weight: float = 1.0
    bounds: Bounds = UNBOUNDED
    conditions: Conditions = field(default_factory=Conditions)
    timeouts: Timeouts = field(default_factory=Timeouts)
    micro_batch: MicroBatch = field(default_factory=MicroBatch)
    completes: bool = False
    stands_alone: bool = False


@dataclass(frozen=True, slots=True)
class Fallback:
    """What leads from one target to the next."""

    failure: bool = True
    overload: bool = True
    context_too_long: bool = True
    refusal: bool = False

    def allows(self, reason: SwitchReason) -> bool:
        match reason:
            case "failure":
                return self.failure
            case "overload":
                return self.overload
            case "context-too-long":
                return self.context_too_long
            case "refusal":
                return self.refusal


@dataclass(frozen=True, slots=True)
class Route:
    """`name` is what people choose. At least one target. `made`: somebody made it, or its target."""

    name: str
    targets: tuple[Target, ...]
    fallback: Fallback = field(default_factory=Fallback)
    retry: RetryRules = field(default_factory=RetryRules)
    made: bool = True


class RouteBook(Protocol):
    """Where routes are kept."""

    async def find(self, name: str) -> Route:
        """The route that a chosen name means; a model's own id is a route of one target.

        Whether there is such a model shows when it is asked.
        """
        ...

    async def all(self) -> tuple[Route, ...]:
        """Every route that somebody made."""
        ...


REMEMBERED_MODELS = 1000
"""Of those that no route names: as many have their route kept ready."""


class FixedRoutes(RouteBook):
    """Routes that stay as they are while the server runs.

    A model that a route names can be chosen by itself too: it is the same place, with the same bounds and
    without the route's conditions. `usual` and `retry` are for a model that no route names.
    """

    def __init__(
        self,
        routes: Iterable[Route] = (),
        *,
        usual: Target | None = None,
        retry: RetryRules | None = None,
    ) -> None:
        self._routes = {route.name: route for route in routes}
        self._usual = usual or Target("", "")
        self._retry = retry or RetryRules()
        self._alone = {
            target.model_id: Route(
                target.model_id,
                (replace(target, rank=0, variant=None, conditions=Conditions()),),
                retry=route.retry,
            )
            # The first mention wins, so from the last to the first.
            for route in reversed(self._routes.values())
            for target in reversed(route.targets)
        }
        self._unnamed: dict[str, Route] = {}

    @override
    async def find(self, name: str) -> Route:
        known = self._routes.get(name) or self._alone.get(name) or self._unnamed.get(name)
        return known or self._remember(
            Route(
                name,
                (replace(self._usual, id=name, model_id=name, stands_alone=True),),
                retry=self._retry,
                made=False,
            )
        )

    @override
    async def all(self) -> tuple[Route, ...]:
        return self.made

    @property
    def made(self) -> tuple[Route, ...]:
        """Every route that somebody made."""
        return tuple(self._routes.values())

    def _remember(self, route: Route) -> Route:
        """A model's own route is asked for three times in each turn. Mistyped names crowd nobody out for long."""
        if len(self._unnamed) >= REMEMBERED_MODELS:
            self._unnamed.clear()
        self._unnamed[route.name] = route
        return route


def switch_reason(failure: type[ArcanoError]) -> SwitchReason:
    """As what a failure counts where the next target is decided on."""
    if issubclass(failure, ProviderOverloadedError | QueueFullError):
        return "overload"
    if issubclass(failure, ContextTooLongError):
        return "context-too-long"
    return "failure"
