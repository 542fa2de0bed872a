"""Whether a call is within the limits of who asks, with what, from where, and whom.

A call counts before it begins, in all limits or in none: what was counted in one is taken back where another refuses. Tokens
count as expected first, and as they were when the call is over. A call that alone is thought to take more than a minute's
tokens passes where nothing else was used in that minute; otherwise it never could.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol

from arcano.usage.domain import Caller
from arcano.usage.limits.errors import RateLimitedError
from arcano.usage.limits.open_counting import Counting
from arcano.usage.limits.places import Place
from arcano.usage.settings import LimitSettings

MINUTE = 60
_UNSURE_SECONDS = 1.0
"""Redis tells in whole seconds when a counter begins anew."""
Whom = Literal["person", "key", "address", "model"]
Measure = Literal["requests", "tokens"]

_WHOM: Mapping[Whom, str] = {
    "person": "one person",
    "key": "this key",
    "address": "one address",
    "model": "this model",
}


class Amounts(Protocol):
    """How much is allowed; None: as much as anybody wants."""

    @property
    def requests_per_minute(self) -> int | None: ...
    @property
    def tokens_per_minute(self) -> int | None: ...
    @property
    def concurrent(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of so much in a minute, and the counter that it is counted by."""

    whom: Whom
    measure: Measure
    amount: int
    name: str


@dataclass(frozen=True, slots=True)
class Left:
    """How a limit stands: what is left of it, and in how many seconds it renews."""

    limit: Limit
    left: int
    renews_in: float


@dataclass(frozen=True, slots=True)
class Taken:
    """What one call has taken: its places, and the tokens that it is thought to use."""

    places: tuple[Place, ...]
    tokens: tuple[tuple[Limit, int], ...]
    at: float
    """When, by the limiter's clock."""


NOTHING_TAKEN = Taken((), (), 0.0)


class Limiter:
    """Counts calls. One for a server. `now` counts seconds, from any moment on."""

    def __init__(
        self,
        settings: LimitSettings,
        counting: Counting,
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._now = now
        self._settings = settings
        self._counters = counting.counters
        self._places = counting.places
        self._limits_all = any(
            amount is not None
            for amounts in (settings.person, settings.key, settings.address, settings.model)
            for amount in amounts.model_dump().values()
        )

    def watches(self, caller: Caller) -> bool:
        """Whether any limit is about this caller."""
        return self._limits_all or caller.key_limits is not None

    async def enter(self, caller: Caller, model: str, tokens: int) -> Taken:
        """Count a call that begins now.

        Raises:
            RateLimitedError: It is beyond a limit, and counts in none.
        """
        if not self.watches(caller):
            return NOTHING_TAKEN
        amounts = list(self._amounts(caller, model))
        places = await self._take_places(amounts)
        counted: list[tuple[Limit, int]] = []
        try:
            for limit in _limits(amounts):
                wanted = 1 if limit.measure == "requests" else min(tokens, limit.amount)
                counted.append((limit, wanted))
                await self._count(limit, wanted)
        except BaseException:
            await self._places.leave(places)
            for limit, wanted in counted:
                await self._counters.take_back(limit.name, wanted)
            raise
        tokens_counted = [(limit, wanted) for limit, wanted in counted if limit.measure == "tokens"]
        return Taken(places, tuple(tokens_counted), self._now())

    async def leave(self, taken: Taken, tokens: int) -> None:
        """The call is over and used this much."""
        if taken.places:
            await self._places.leave(taken.places)
        for limit, expected in taken.tokens:
            if tokens > expected:
                await self._counters.add(limit.name, tokens - expected, seconds=MINUTE)
            elif tokens < expected and await self._still_counts(limit, taken):
                await self._counters.take_back(limit.name, expected - tokens)

    async def standing(self, caller: Caller, model: str) -> dict[Measure, Left]:
        """The limit of requests and the one of tokens of which the least is left."""
        found: dict[Measure, Left] = {}
        if not self.watches(caller):
            return found
        for limit in _limits(self._amounts(caller, model)):
            counted, renews_in = await self._counters.look(limit.name)
            left = Left(limit, max(0, limit.amount - counted), renews_in)
            if limit.measure not in found or left.left < found[limit.measure].left:
                found[limit.measure] = left
        return found

    async def _still_counts(self, limit: Limit, taken: Taken) -> bool:
        """Whether what a call took is in what stands there: a minute that began since has only what others took."""
        _, renews_in = await self._counters.look(limit.name)
        return self._now() - taken.at <= MINUTE - renews_in + _UNSURE_SECONDS

    def _amounts(self, caller: Caller, model: str) -> Iterator[tuple[Whom, str, Amounts]]:
        settings = self._settings
        yield "person", caller.user_id, settings.person
        if caller.key_id is not None:
            yield "key", caller.key_id, settings.key
            if caller.key_limits is not None:
                # Counted apart: the smaller of the two holds.
                yield "key", f"{caller.key_id}/own", caller.key_limits
        if caller.address:
            yield "address", caller.address, settings.address
        yield "model", model, settings.model

    async def _take_places(self, amounts: Sequence[tuple[Whom, str, Amounts]]) -> tuple[Place, ...]:
        places: list[Place] = []
        try:
            for whom, which, most in amounts:
                if most.concurrent is not None:
                    places.append(await self._take_place(whom, which, most.concurrent))
        except BaseException:
            await self._places.leave(places)
            raise
        return tuple(places)

    async def _take_place(self, whom: Whom, which: str, most: int) -> Place:
        place = await self._places.take(f"{whom}/{which}", most)
        if place is None:
            raise RateLimitedError(
                f"At most {most:,} answers at once are allowed for {_WHOM[whom]}, and 0 are left. "
                "Try again when one has ended.",
                retry_after=timedelta(seconds=1),
            )
        return place

    async def _count(self, limit: Limit, wanted: int) -> None:
        now = await self._counters.add(limit.name, wanted, seconds=MINUTE)
        if now <= limit.amount:
            return
        before = now - wanted
        _, renews_in = await self._counters.look(limit.name)
        seconds = max(1, round(renews_in))
        raise RateLimitedError(
            f"At most {limit.amount:,} {limit.measure} a minute are allowed for {_WHOM[limit.whom]}, "
            f"and {max(0, limit.amount - before):,} are left. It renews in {seconds} s.",
            retry_after=timedelta(seconds=seconds),
        )


def _limits(amounts: Iterable[tuple[Whom, str, Amounts]]) -> Iterator[Limit]:
    for whom, which, most in amounts:
        if most.requests_per_minute is not None:
            name = f"requests/{whom}/{which}"
            yield Limit(whom, "requests", most.requests_per_minute, name)
        if most.tokens_per_minute is not None:
            yield Limit(whom, "tokens", most.tokens_per_minute, f"tokens/{whom}/{which}")
