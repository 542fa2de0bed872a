"""How every target is doing now. Breakers, speeds and failures are this server's; lines are everybody's."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from arcano.inference.ask_target import Surroundings
from arcano.inference.breaker import BreakerState
from arcano.inference.errors import QueueUnavailableError, TargetNotFoundError
from arcano.inference.queue import QueueKind, QueueState
from arcano.inference.targets import LiveTarget, RecentFailure
from arcano.providers import is_own_model


@dataclass(frozen=True, slots=True)
class TargetState:
    """A target as operators see it.

    `routes` that it stands in, by name. `running` and `waiting` as its queue counts them; None where that
    cannot be reached. `first_word` is how long the last answers took to begin, half of them longer;
    `answered` and `failed` count how calls ended lately.
    """

    target_id: str
    model: str
    routes: tuple[str, ...]
    breaker: BreakerState
    rests_for: timedelta
    running: int | None
    waiting: int | None
    failures: tuple[RecentFailure, ...]
    tokens_per_second: float | None
    first_word: timedelta | None
    answered: int
    failed: int


@dataclass(frozen=True, slots=True)
class QueueHealth:
    """What keeps the lines, and whether it can be reached."""

    kind: QueueKind
    reachable: bool


class Lookout:
    """Looks at what calls work with, and lets an operator say that a target is mended."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def targets(self) -> list[TargetState]:
        """Every target of a route, in the order of the routes, then every model that was asked lately.

        Not those of a person's own connection: they are nobody else's business.
        """
        routes: dict[str, list[str]] = {}
        targets = self._around.targets
        for route in await self._around.routes.all():
            for target in route.targets:
                if is_own_model(target.model_id):
                    continue
                targets.live(target)
                routes.setdefault(target.id, []).append(route.name)
        live = {one.id: one for one in targets.all() if not is_own_model(one.model_id)}
        ids = [*routes, *(name for name in live if name not in routes)]
        lines = await asyncio.gather(*(self._line(name) for name in ids))
        return [
            _state(live[name], tuple(routes.get(name, ())), line)
            for name, line in zip(ids, lines, strict=True)
        ]

    async def queue(self) -> QueueHealth:
        """What keeps the lines, and whether it can be reached now."""
        return QueueHealth(self._around.queue.kind, await self._line("") is not None)

    def trust_again(self, target_id: str) -> None:
        """Let calls through to a target that is left alone: somebody knows that it is mended.

        Raises:
            TargetNotFoundError: No route names it, and it was not asked lately.
        """
        live = self._around.targets.find(target_id)
        if live is None:
            raise TargetNotFoundError(f"No target is called {target_id[:100]!r}.")
        live.breaker.close()

    async def _line(self, target_id: str) -> QueueState | None:
        try:
            return await self._around.queue.state(target_id)
        except QueueUnavailableError:
            return None


def _state(live: LiveTarget, routes: tuple[str, ...], line: QueueState | None) -> TargetState:
    return TargetState(
        target_id=live.id,
        model=live.model_id,
        routes=routes,
        breaker=live.breaker.state,
        rests_for=live.breaker.rests_for,
        running=line and line.running,
        waiting=line and line.waiting,
        failures=live.failures,
        tokens_per_second=live.tokens_per_second,
        first_word=live.first_word,
        answered=live.ended_lately(well=True),
        failed=live.ended_lately(well=False),
    )
