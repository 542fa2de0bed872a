"""How much text a chosen name can take, where several targets stand behind it."""

from collections.abc import Mapping
from dataclasses import dataclass

from arcano.inference.routes import Route
from arcano.platform.clock import Clock
from arcano.providers import (
    TAKES_ALL,
    FoundModel,
    ModelDirectory,
    ModelNotFoundError,
    Takes,
)

REMEMBER_SECONDS = 60.0
REMEMBERED_MODELS = 1000


@dataclass(frozen=True, slots=True)
class Chosen:
    """A name that somebody may choose, as it is read by the targets behind it.

    `context_tokens` is what fits, question and answer together; None where nobody knows. A route that
    may go on where a conversation is too long has the window of its largest target, and each target is
    only sent what fits its own (`windows`, by target); any other route has that of its smallest, since
    any of them may have to go on. `model_id`: whose tokens are counted, the first target's; `takes` is what
    can be said to it. `dialect`: who speaks it is answered in it, since there is but one target.
    """

    name: str
    context_tokens: int | None
    model_id: str
    windows: Mapping[str, int] | None = None
    takes: Takes = TAKES_ALL
    dialect: str | None = None


class Windows:
    """The windows of a route's targets. A model that nobody finds is not looked for in every turn."""

    def __init__(self, models: ModelDirectory, clock: Clock) -> None:
        self._models = models
        self._clock = clock
        self._missing: dict[tuple[str, str | None], float] = {}

    async def look_up(self, route: Route, user_id: str | None = None) -> Chosen:
        """What is known of a route before anything is asked. `user_id` is who would ask.

        Raises:
            ModelNotFoundError: Nobody knows any of its models.
        """
        if len(route.targets) == 1:
            only = route.targets[0].model_id
            found = await self._models.seen_by(user_id).find(only)
            return Chosen(
                route.name,
                found.context_tokens,
                only,
                takes=found.takes,
                dialect=found.model.dialect,
            )
        unknown: ModelNotFoundError | None = None
        lead: FoundModel | None = None
        model_id, windows = "", dict[str, int]()
        for target in route.targets:
            try:
                found = await self._found(target.model_id, user_id)
            except ModelNotFoundError as nobody:
                unknown = unknown or nobody
                continue
            if lead is None:
                lead, model_id = found, target.model_id
            if found.context_tokens is not None:
                windows[target.id] = found.context_tokens
        if lead is None:
            raise unknown or ModelNotFoundError(f"No model here is called {route.name[:100]!r}.")
        widest = max if route.fallback.context_too_long else min
        limit = widest(windows.values()) if windows else None
        return Chosen(route.name, limit, model_id, windows, lead.takes)

    async def _found(self, model_id: str, user_id: str | None) -> FoundModel:
        now = self._clock.now().timestamp()
        asker = (model_id, user_id)
        if self._missing.get(asker, 0.0) > now:
            raise ModelNotFoundError(f"No model here is called {model_id[:100]!r}.")
        try:
            found = await self._models.seen_by(user_id).find(model_id)
        except ModelNotFoundError:
            if len(self._missing) >= REMEMBERED_MODELS:
                self._missing.clear()
            self._missing[asker] = now + REMEMBER_SECONDS
            raise
        self._missing.pop(asker, None)
        return found
