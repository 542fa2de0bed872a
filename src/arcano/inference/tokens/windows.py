"""How much text a chosen name can take, where several targets stand behind it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from arcano.inference.own_seals import is_made_by, maker_of
from arcano.inference.routes import Route
from arcano.platform.clock import Clock
from arcano.providers import (
    TAKES_ALL,
    FoundModel,
    ModelDirectory,
    ModelNotFoundError,
    Seal,
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
    any of them may have to go on. `most_input_tokens`: more is sent to nobody there, whatever fits; None
    where no condition says so. `model_id`: whose tokens are counted, the first target's; `takes` is what
    can be said to it. `dialect`: who speaks it is answered in it, since there is but one target.
    `makers`: whose sealed thoughts one of the targets gets back.
    """

    name: str
    context_tokens: int | None
    model_id: str
    windows: Mapping[str, int] | None = None
    most_input_tokens: int | None = None
    takes: Takes = TAKES_ALL
    dialect: str | None = None
    makers: frozenset[str] = frozenset()

    def gets_back(self, seal: Seal) -> bool:
        """Whether what `seal` seals is read by one of the targets; by others it is left out."""
        return any(is_made_by(seal, maker) for maker in self.makers)


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
            only = route.targets[0]
            found = await self._models.seen_by(user_id).find(only.model_id)
            return Chosen(
                route.name,
                found.context_tokens,
                only.model_id,
                most_input_tokens=only.conditions.max_input_tokens,
                takes=found.takes,
                dialect=found.model.dialect,
                makers=_makers([found]),
            )
        unknown: ModelNotFoundError | None = None
        founds: list[FoundModel] = []
        model_id, windows, sizes = "", dict[str, int](), list[_Size]()
        for target in route.targets:
            try:
                found = await self._found(target.model_id, user_id)
            except ModelNotFoundError as nobody:
                unknown = unknown or nobody
                continue
            founds.append(found)
            model_id = model_id or target.model_id
            if found.context_tokens is not None:
                windows[target.id] = found.context_tokens
            sizes.append(_Size(found.context_tokens, target.conditions.max_input_tokens))
        if not founds:
            raise unknown or ModelNotFoundError(f"No model here is called {route.name[:100]!r}.")
        size = _largest(sizes) if route.fallback.context_too_long else _smallest(sizes)
        return Chosen(
            route.name,
            size.window,
            model_id,
            windows,
            size.most_input,
            takes=founds[0].takes,
            makers=_makers(founds),
        )

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


def _makers(founds: list[FoundModel]) -> frozenset[str]:
    return frozenset(maker for maker in map(maker_of, founds) if maker is not None)


@dataclass(frozen=True, slots=True)
class _Size:
    """What a target can read, and what may be sent to it; None: nobody says."""

    window: int | None
    most_input: int | None

    @property
    def bound(self) -> float:
        said = [bound for bound in (self.window, self.most_input) if bound is not None]
        return min(said, default=math.inf)


def _largest(sizes: list[_Size]) -> _Size:
    """One of which nothing is said can be sent anything: then the others' conditions bind nobody."""
    if any(size.bound == math.inf for size in sizes):
        return _Size(max(_windows(sizes), default=None), None)
    return max(sizes, key=lambda size: size.bound)


def _smallest(sizes: list[_Size]) -> _Size:
    """The smallest window. A condition is passed by if another target has none, or a wider one."""
    conditions = [size.most_input for size in sizes if size.most_input is not None]
    most = max(conditions) if len(conditions) == len(sizes) else None
    return _Size(min(_windows(sizes), default=None), most)


def _windows(sizes: list[_Size]) -> list[int]:
    return [size.window for size in sizes if size.window is not None]
